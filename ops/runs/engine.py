"""Engine: what follows from an event. Pure: it reads no clock, opens no connection, writes nothing.

    decide(run, event) -> Decision(run, events, effects)

The caller commits ``events`` first and acts on ``effects`` afterwards. Effects can be found again from
the rows alone (``resume``), so whatever dies between the two loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.runs.events import CancelRequested, Event, Outcome, Result, RunEnded, StepStarted, UndoBegan

if TYPE_CHECKING:
    from datetime import datetime

    from ops.runs.plan import Step
    from ops.runs.run import Run


@dataclass(frozen=True, slots=True)
class RunJob:
    """Effect: have the host run this job, or find it running, and report its end."""

    started: StepStarted


@dataclass(frozen=True, slots=True)
class CancelJob:
    """Effect: have the host end this job and all it started."""

    started: StepStarted


Effect = RunJob | CancelJob


@dataclass(frozen=True, slots=True)
class Decision:
    """The state after ``events``, which begin with the one that was put in, and what to do then."""

    run: Run
    events: tuple[Event, ...]
    effects: tuple[Effect, ...]


def begin(run: Run, at: datetime) -> Decision:
    """Return the first steps of a run that was just accepted."""
    return _settle(run, (), _follow(run, at))


def decide(run: Run, event: Event) -> Decision:
    """Fold one event in and say what follows. Raises ValueError for an event that cannot follow."""
    fresh_cancel = isinstance(event, CancelRequested) and run.cancel is None
    run = run.apply(event)
    if run.end is not None:
        return Decision(run, (event,), ())
    if run.running:
        # An undo is never cancelled: it is the way back to a serving version.
        cancel = fresh_cancel and run.undo_from is None
        return Decision(run, (event,), tuple(CancelJob(a.started) for a in run.running) if cancel else ())
    return _settle(run, (event,), _follow(run, event.at))


def resume(run: Run) -> tuple[Effect, ...]:
    """Return the effects that rows alone call for: after a restart, or for a run taken over."""
    cancelling = run.cancel is not None and run.undo_from is None
    jobs = [RunJob(attempt.started) for attempt in run.running]
    return (*jobs, *(CancelJob(job.started) for job in jobs if cancelling))


def _settle(run: Run, first: tuple[Event, ...], follow: list[Event]) -> Decision:
    starts = tuple(RunJob(event) for event in follow if isinstance(event, StepStarted))
    return Decision(run.fold(follow), (*first, *follow), starts)


def _follow(run: Run, at: datetime) -> list[Event]:
    """Nothing is running: return what comes next."""
    if run.undo_from is not None:
        return _undo_further(run, at)
    if run.failure is not None or run.cancel is not None:
        return _give_up(run, at)
    for step in run.plan.steps:
        starts = _starts(run, step, at)
        if starts:
            return starts
    return [RunEnded(Result.SUCCEEDED, at)]


def _starts(run: Run, step: Step, at: datetime) -> list[Event]:
    """Return the first attempts at a step on the hosts that have had none."""
    return [_start(run, step, host, at) for host in run.plan.hosts_of(step) if not run.tries(step, host)]


def _start(run: Run, step: Step, host: str, at: datetime, *, undo: bool = False) -> StepStarted:
    attempt = len(run.tries(step, host, undo=undo)) + 1
    number = run.plan.steps.index(step) * len(run.plan.hosts) + run.plan.hosts.index(host)
    return StepStarted(step.key, host, f"{run.id}-{number}{'u' if undo else 's'}{attempt}", at, attempt, undo)


def _give_up(run: Run, at: datetime) -> list[Event]:
    """The run failed or was cancelled: end it, or begin to take back what it changed."""
    ended = run.failure.ended if run.failure else None
    if ended and ended.outcome is Outcome.UNKNOWN:
        # Undoing under a step that may still be at work would fight it.
        return [RunEnded(Result.UNKNOWN, at)]
    if run.changed:
        began = UndoBegan(at)
        return [began, *_undo_further(run.apply(began), at)]
    if run.cancel is not None:
        return [RunEnded(Result.CANCELLED, at)]
    refused = ended is not None and ended.outcome is Outcome.REFUSED
    return [RunEnded(Result.REJECTED if refused else Result.FAILED, at)]


def _undo_further(run: Run, at: datetime) -> list[Event]:
    """Return the next undo, newest change first; after the last one the checks; then the end."""
    for step in reversed(run.plan.steps):
        undos: list[Event] = [_start(run, step, host, at, undo=True) for host in _to_undo(run, step)]
        if undos:
            return undos
    for step in run.plan.steps:
        unasked = [host for host in run.plan.hosts_of(step) if not run.tries(step, host, since=run.undo_from or 0)]
        if step.verify and unasked:
            return [_start(run, step, host, at) for host in unasked]
    return [RunEnded(_result_of_undo(run), at)]


def _to_undo(run: Run, step: Step) -> list[str]:
    """Return the hosts on which a step has changed something that was not taken back yet."""
    if not step.changes or step.undo is None:
        return []
    return [
        host
        for host in run.plan.hosts_of(step)
        if any(not (a.ended and a.ended.outcome is Outcome.SKIPPED) for a in run.tries(step, host))
        and not run.tries(step, host, undo=True)
    ]


def _result_of_undo(run: Run) -> Result:
    if any(attempt.bad for attempt in run.attempts[run.undo_from :]):
        return Result.ROLLBACK_FAILED
    return Result.CANCELLED if run.cancel is not None else Result.ROLLED_BACK
