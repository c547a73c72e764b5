"""Run: one execution of a runbook by an actor on a project. Its state is a fold over its events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ops.runs.events import CancelRequested, Event, Outcome, Result, RunEnded, StepEnded, StepStarted, UndoBegan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ops.runs.plan import Plan, Step


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a step, or of its undo, on one host."""

    started: StepStarted
    ended: StepEnded | None = None

    @property
    def good(self) -> bool:
        """Whether it ended well."""
        return self.ended is not None and self.ended.outcome.good

    @property
    def bad(self) -> bool:
        """Whether it ended, and not well."""
        return self.ended is not None and not self.ended.outcome.good


@dataclass(frozen=True)
class Run:
    """A run as it stands.

    ref: what was asked for, as typed; empty where the runbook takes none.
    undo_from: index of the first attempt that belongs to the way back; None while going forward.
    version: how many events it has seen.
    """

    id: int
    project: str
    runbook: str
    ref: str
    actor_id: int
    actor_name: str
    plan: Plan
    accepted_at: datetime
    attempts: tuple[Attempt, ...] = ()
    cancel: CancelRequested | None = None
    undo_from: int | None = None
    end: RunEnded | None = None
    version: int = 0

    def apply(self, event: Event) -> Run:
        """Return the state after one more event. Raises ValueError for an event that cannot follow."""
        if self.end is not None:
            message = f"run {self.id} has ended: {event} cannot follow"
            raise ValueError(message)
        version = self.version + 1
        match event:
            case StepStarted():
                return replace(self, version=version, attempts=(*self.attempts, Attempt(event)))
            case StepEnded():
                return replace(self, version=version, attempts=self._ended(event))
            case CancelRequested():
                return replace(self, version=version, cancel=self.cancel or event)
            case UndoBegan():
                return replace(self, version=version, undo_from=len(self.attempts))
            case RunEnded():
                return replace(self, version=version, end=event)

    def fold(self, events: Iterable[Event]) -> Run:
        """Return the state after all these events."""
        run = self
        for event in events:
            run = run.apply(event)
        return run

    def _ended(self, event: StepEnded) -> tuple[Attempt, ...]:
        for i in reversed(range(len(self.attempts))):
            attempt = self.attempts[i]
            if attempt.started.job == event.job and attempt.ended is None:
                return (*self.attempts[:i], replace(attempt, ended=event), *self.attempts[i + 1 :])
        message = f"run {self.id}: no running job {event.job}"
        raise ValueError(message)

    @cached_property
    def running(self) -> tuple[Attempt, ...]:
        """The attempts that have not ended."""
        return tuple(attempt for attempt in self.attempts if attempt.ended is None)

    @cached_property
    def failure(self) -> Attempt | None:
        """The first attempt that ended badly: what the run failed of."""
        return next((attempt for attempt in self.attempts if attempt.bad and not attempt.started.undo), None)

    def tries(self, step: Step, host: str, *, undo: bool = False, since: int = 0) -> tuple[Attempt, ...]:
        """Return the attempts at a step, or at its undo, on a host; ``since``: from that index on."""
        wanted = (step.key, host, undo)
        return tuple(a for a in self.attempts[since:] if (a.started.step, a.started.host, a.started.undo) == wanted)

    @cached_property
    def _learnt(self) -> dict[str, dict[str, str]]:
        """Facts by host; those of first-host steps under the empty name."""
        learnt: dict[str, dict[str, str]] = {"": {}}
        for attempt in self.attempts:
            if attempt.ended and not attempt.started.undo:
                step = self.plan.by_key[attempt.started.step]
                learnt.setdefault("" if step.first_host else attempt.started.host, {}).update(attempt.ended.facts)
        return learnt

    def facts(self, host: str = "") -> dict[str, str]:
        """Return what the steps have learnt, on one host (the first when none is named) and in common."""
        return {**self._learnt[""], **self._learnt.get(host or self.plan.hosts[0], {})}

    def items(self, name: str, host: str = "") -> tuple[str, ...]:
        """Return what the last step that listed these has listed."""
        wanted = host or self.plan.hosts[0]
        for attempt in reversed(self.attempts):
            if attempt.ended and attempt.started.host == wanted and name in attempt.ended.items:
                return attempt.ended.items[name]
        return ()

    @property
    def commit(self) -> str:
        """The commit the run is pinned to, 40 hex digits, or empty before that is known."""
        return self._learnt[""].get("commit", "")

    def previous_commit(self, host: str = "") -> str:
        """Return the commit that was live before, on one host; empty before that is known."""
        return self.facts(host).get("previous_commit", "")

    @property
    def changed(self) -> bool:
        """Whether a step that changes the project has begun and did not end as skipped."""
        return any(
            self.plan.by_key[attempt.started.step].changes
            and not (attempt.ended and attempt.ended.outcome is Outcome.SKIPPED)
            for attempt in self.attempts
        )

    @property
    def result(self) -> Result | None:
        """How it ended, or None while it is under way."""
        return self.end.result if self.end else None
