"""The card of sizes: how large each database is, how it has grown, and how that looks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.cards.card import Card
from handlers.markup import Html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.i18n import Texts
    from ops.store.keeping import Growth

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 24
_SPANS = (7, 30)
"""Days over which growth is told."""


def dbsize_card(project: str, growth: Sequence[Growth], t: Texts) -> Card:
    """Return the sizes as text: this is all there is where no picture can be drawn."""
    if not growth:
        return Card(t("dbsize-none", project=project))
    lines = [t("dbsize-heading", project=project)]
    for each in growth:
        lines.append(t("dbsize-line", name=each.subject, size=t.size(each.days[-1][1]), change=_changes(each, t)))
        if len(each.days) > 1:
            lines.append(Html(f"<code>{sparkline([size for _, size in each.days])}</code>"))
    if len(growth) > 1:
        lines.append(t("dbsize-all", size=t.size(sum(each.days[-1][1] for each in growth))))
    return Card(Html.join("\n", lines))


def sparkline(sizes: Sequence[int], width: int = _WIDTH) -> str:
    """Return numbers as a row of bars, the lowest of them at the bottom; many are thinned out, the last one stays."""
    shown = [sizes[len(sizes) - 1 - (len(sizes) - 1) * back // max(1, width - 1)] for back in range(width - 1, -1, -1)]
    if len(sizes) <= width:
        shown = list(sizes)
    low, high = min(shown), max(shown)
    if low == high:
        return _BARS[0] * len(shown)
    return "".join(_BARS[(size - low) * (len(_BARS) - 1) // (high - low)] for size in shown)


def _changes(growth: Growth, t: Texts) -> Html:
    """Return how much it has grown, over each span that it has been known for."""
    last_day, last = growth.days[-1]
    told = []
    for span in _SPANS:
        before = [size for day, size in growth.days if day <= last_day - timedelta(days=span)]
        if before:
            change = last - before[-1]
            sign = "+" if change >= 0 else "−"
            told.append(t("dbsize-change", days=span, size=Html(sign + t.size(abs(change)))))
    return Html.join("", told)
