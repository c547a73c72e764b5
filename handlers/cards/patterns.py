"""What the logs say for the first time since a release: a line on its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handlers.markup import Html, code, cut_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.i18n import Texts
    from ops.store.patterns import NewPattern

_NAMED: Final = 3
_UNITS: Final = 120


def new_patterns_line(new: Sequence[NewPattern], t: Texts) -> Html:
    """Return the line: the most frequent ones by what they say, each with how often it was there."""
    parts = [Html(f"{code(cut_text(each.text, _UNITS))} ×{each.times}") for each in new[:_NAMED]]
    if len(new) > _NAMED:
        parts.append(t("patterns-more", count=len(new) - _NAMED))
    return t("patterns-new", found=Html.join(", ", parts))
