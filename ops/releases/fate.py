"""Fate: what became of a commit the last time it was put live. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ops.runs.events import Outcome, Result, StepEnded

if TYPE_CHECKING:
    from datetime import datetime

KNOWN_BAD = "known-bad"
TAKEN_BACK = frozenset({Result.ROLLED_BACK, Result.ROLLBACK_FAILED})
TELLING = TAKEN_BACK | {Result.SUCCEEDED}
"""Results that say something about a commit: what failed before the first change may have failed of anything."""


@dataclass(frozen=True, slots=True)
class Fate:
    """How the last telling run of a commit ended."""

    run: int
    result: Result
    at: datetime

    @property
    def bad(self) -> bool:
        """Whether it had to be taken back."""
        return self.result in TAKEN_BACK


def judge_commit(ended: StepEnded, fate: Fate | None, confirmed: str) -> StepEnded:
    """Return the end of a step that has found the commit: refused when it failed the last time.

    ``confirmed``: the commit that an admin wants all the same.
    """
    if fate is None or not fate.bad or (confirmed and confirmed == ended.facts.get("commit")):
        return ended
    facts = {**ended.facts, "bad_run": str(fate.run)}
    return replace(ended, outcome=Outcome.REFUSED, code=KNOWN_BAD, facts=facts)
