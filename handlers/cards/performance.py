"""What a run's result says about speed: before, after, and whether that is worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.watch.performance import AFTER, BEFORE, compare, measured

if TYPE_CHECKING:
    from handlers.i18n import Texts
    from handlers.markup import Html
    from ops.runs.run import Run


def performance_lines(run: Run, t: Texts) -> list[Html]:
    """Return the line that compares, where a run has measured before and after."""
    before, after = measured(run, BEFORE), measured(run, AFTER)
    if before is None or after is None:
        return []
    facts: dict[str, str | int] = {
        "before": str(before.p95) if before.good else "—",
        "after": str(after.p95) if after.good else "—",
        "verdict": str(compare(before, after)),
        "errors": after.errors,
        "requests": str(after.requests),
        "load_before": f"{before.load:.2f}",
        "load_after": f"{after.load:.2f}",
    }
    return [t("measured", **facts)]
