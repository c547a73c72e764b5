"""Confirmation: what a person may allow after a run was refused, and what exactly is allowed then. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.runs.events import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.runs.run import Run

CONFIRMABLE = {
    "migrations-dangerous": ("MIGRATIONS_CONFIRMED", "migrations_sha256"),
    "known-bad": ("KNOWN_BAD_CONFIRMED", "commit"),
    "would-undo": ("UNDO_CONFIRMED", "previous_commit"),
}
"""By the code of the refusal: the value that allows it, and the fact it has to equal."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """code: of the refusal. values: of the same run once more, with what was refused allowed, and only that."""

    code: str
    values: Mapping[str, str]


def confirmation(run: Run) -> Confirmation | None:
    """Return what a person may allow; None when the run was refused for another reason, or was not refused."""
    failure = run.failure
    # A look before a deploy is refused for the same reasons, and has nothing to go on with.
    if run.result is not Result.REJECTED or run.runbook != "deploy" or failure is None or failure.ended is None:
        return None
    code = failure.ended.code
    if code not in CONFIRMABLE:
        return None
    value, fact = CONFIRMABLE[code]
    allowed = {**run.facts(failure.started.host), **failure.ended.facts}.get(fact, "")
    # What was allowed before stays allowed: one refusal may stand behind another.
    earlier = {name: run.plan.values.get(name, "") for name in ("AGAIN", *(name for name, _ in CONFIRMABLE.values()))}
    kept = {name: given for name, given in earlier.items() if given}
    return Confirmation(code, {"REF": run.ref, **kept, value: allowed}) if allowed else None
