"""Run: one execution of a runbook by an actor on a project. Its state is a fold over its events."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  dataclasses read annotations at run time
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ops.runs.events import (
    Answered,
    AttentionNeeded,
    CancelRequested,
    Choice,
    Event,
    Outcome,
    Part,
    Result,
    RunEnded,
    Settled,
    StepEnded,
    StepStarted,
    UndoBegan,
    Unlocked,
)
from ops.runs.script import may_be_value

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ops.runs.plan import Plan, Step


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a step, of its undo or of its probe, on one host.

    settled: how it ended after all, when that was found out later. asked: a person is asked about it.
    again: a person wants it run once more. way_back: it began after its host was given up.
    """

    started: StepStarted
    ended: StepEnded | None = None
    settled: Settled | None = None
    asked: AttentionNeeded | None = None
    again: bool = False
    way_back: bool = False

    @property
    def outcome(self) -> Outcome | None:
        """How it ended, as far as anybody knows by now; None while it is under way."""
        if self.settled is not None:
            return self.settled.outcome
        return self.ended.outcome if self.ended else None

    @property
    def good(self) -> bool:
        """Whether it ended well."""
        return self.outcome is not None and self.outcome.good

    @property
    def bad(self) -> bool:
        """Whether it ended, and not well."""
        return self.outcome is not None and not self.outcome.good


@dataclass(frozen=True)
class Run:
    """A run as it stands.

    ref: what was asked for, as typed; empty where the runbook takes none.
    gave_up: when each host that is brought back began to be. version: how many events it has seen.
    resumes: the run whose good steps this one has taken over; zero for none.
    position: its place in the line of its project; zero once it has begun.
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
    unlocked: Unlocked | None = None
    aborted: Answered | None = None
    gave_up: Mapping[str, datetime] = field(default_factory=dict)
    end: RunEnded | None = None
    version: int = 0
    resumes: int = 0
    position: int = 0

    def apply(self, event: Event) -> Run:
        """Return the state after one more event. Raises ValueError for an event that cannot follow."""
        if self.end is not None:
            message = f"run {self.id} has ended: {event} cannot follow"
            raise ValueError(message)
        return replace(self, version=self.version + 1, **self._effect_of(event))

    def _effect_of(self, event: Event) -> dict[str, Any]:
        """Return the fields that an event changes."""
        match event:
            case StepStarted(host=host):
                changed: dict[str, Any] = {"attempts": (*self.attempts, Attempt(event, way_back=host in self.gave_up))}
            case StepEnded():
                changed = self._with(event.job, ended=event)
            case Settled():
                changed = self._with(event.job, settled=event, asked=None)
            case AttentionNeeded():
                changed = self._with(event.job, asked=event)
            case Answered():
                changed = self._answered(event)
            case CancelRequested():
                # Asked to stop and then to go back as well: the wider wish counts.
                changed = {"cancel": event if self.cancel is None or event.back else self.cancel}
            case Unlocked():
                changed = {"unlocked": event}
            case UndoBegan():
                changed = {"gave_up": {**self.gave_up, event.host: event.at}}
            case RunEnded():
                changed = {"end": event}
        return changed

    def fold(self, events: Iterable[Event]) -> Run:
        """Return the state after all these events."""
        run = self
        for event in events:
            run = run.apply(event)
        return run

    def _with(self, job: str, **changes: Any) -> dict[str, Any]:
        for i in reversed(range(len(self.attempts))):
            if self.attempts[i].started.job == job:
                return {"attempts": (*self.attempts[:i], replace(self.attempts[i], **changes), *self.attempts[i + 1 :])}
        message = f"run {self.id}: no job {job}"
        raise ValueError(message)

    def _answered(self, answer: Answered) -> dict[str, Any]:
        """Follow a person's answer; one that comes too late changes nothing."""
        if not any(attempt.started.job == answer.job for attempt in self.asked):
            return {}
        match answer.choice:
            case Choice.RETRY:
                return self._with(answer.job, asked=None, again=True)
            case Choice.ABORT:
                return {"aborted": answer}
            case Choice.DONE | Choice.BACK:
                outcome = Outcome.OK if answer.choice is Choice.DONE else Outcome.FAILED
                return self._with(answer.job, asked=None, settled=Settled(answer.job, outcome, answer.at, answer.by))

    @cached_property
    def running(self) -> tuple[Attempt, ...]:
        """The attempts that have not ended."""
        return tuple(attempt for attempt in self.attempts if attempt.ended is None)

    @cached_property
    def asked(self) -> tuple[Attempt, ...]:
        """The attempts about which a person is asked."""
        return tuple(attempt for attempt in self.attempts if attempt.asked)

    @cached_property
    def failure(self) -> Attempt | None:
        """The first attempt that ended badly for good: what the run failed of."""
        return next((a for host in self.plan.hosts if (a := self.failure_on(host))), None)

    @cached_property
    def failures(self) -> tuple[Attempt, ...]:
        """All that ended badly for good, several where steps keep going."""
        return tuple(attempt for host in self.plan.hosts for attempt in self._failures_on(host))

    def failure_on(self, host: str) -> Attempt | None:
        """Return what a host failed of on its way forward."""
        return next(iter(self._failures_on(host)), None)

    def _failures_on(self, host: str) -> list[Attempt]:
        latest: dict[str, Attempt] = {}
        for attempt in self.attempts:
            started = attempt.started
            if started.host == host and started.part is Part.DO and not attempt.way_back:
                latest[started.step] = attempt
        return [attempt for attempt in latest.values() if attempt.bad]

    def tries(
        self, step: Step, host: str, part: Part = Part.DO, *, way_back: bool | None = None
    ) -> tuple[Attempt, ...]:
        """Return the attempts at a part of a step on a host; ``way_back``: only those before or after giving up."""
        wanted = (step.key, host, part)
        return tuple(
            a
            for a in self.attempts
            if (a.started.step, a.started.host, a.started.part) == wanted and way_back in {None, a.way_back}
        )

    def done(self, step: Step, host: str) -> bool:
        """Whether a step has ended well on its way forward."""
        tries = self.tries(step, host, way_back=False)
        return bool(tries) and tries[-1].good

    def updated(self, host: str) -> bool:
        """Whether a host has been brought all the way."""
        return host not in self.gave_up and all(
            self.done(step, host) for step in self.plan.steps if host in self.plan.hosts_of(step)
        )

    @cached_property
    def _learnt(self) -> dict[str, dict[str, str]]:
        """Facts by host; those of first-host steps under the empty name."""
        learnt: dict[str, dict[str, str]] = {"": {}}
        for attempt in self.attempts:
            if attempt.ended and attempt.started.part is not Part.PROBE:  # an undo starts services anew
                step = self.plan.by_key[attempt.started.step]
                learnt.setdefault("" if step.first_host else attempt.started.host, {}).update(attempt.ended.facts)
        return learnt

    def facts(self, host: str = "") -> dict[str, str]:
        """Return what the steps have learnt, on one host (the first when none is named) and in common."""
        return {**self._learnt[""], **self._learnt.get(host or self.plan.hosts[0], {})}

    def values(self, step: Step, host: str) -> dict[str, str]:
        """Return what a step's scripts are told on a host: what was learnt, then the plan's values, then its own."""
        facts = {name.upper(): value for name, value in self.facts(host).items() if may_be_value(name.upper())}
        return {**facts, **self.plan.values, **step.values}

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

    def changed_on(self, host: str) -> bool:
        """Whether a step that changes the project has begun on a host and may have done something."""
        return any(
            attempt.started.host == host
            and attempt.started.part is Part.DO
            and self.plan.by_key[attempt.started.step].changes
            and attempt.outcome not in {Outcome.SKIPPED, Outcome.NEVER_BEGAN}
            for attempt in self.attempts
        )

    @property
    def changed(self) -> bool:
        """Whether it has touched what the project runs, on any host."""
        return any(self.changed_on(host) for host in self.plan.hosts)

    @property
    def undoing(self) -> bool:
        """Whether something is being taken back, or was."""
        return bool(self.gave_up)

    @property
    def result(self) -> Result | None:
        """How it ended, or None while it is under way."""
        return self.end.result if self.end else None
