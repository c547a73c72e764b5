"""Engine: what follows from an event. Pure: it reads no clock, opens no connection, writes nothing.

    decide(run, event) -> Decision(run, events, effects)

The caller commits ``events`` first and acts on ``effects`` afterwards. Effects can be found again from
the rows alone (``resume``), so whatever dies between the two loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.runs.events import CancelRequested, Event, Outcome, Part, Result, RunEnded, StepStarted
from ops.runs.rollout import Next, Stand, back, forward, give_up, is_back, on_step

if TYPE_CHECKING:
    from datetime import datetime

    from ops.runs.run import Attempt, Run


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
    """Return the first steps of a run that was just accepted, or has taken over the good steps of another."""
    return _settle(run, (), at)


def decide(run: Run, event: Event) -> Decision:
    """Fold one event in and say what follows. Raises ValueError for an event that cannot follow."""
    stopping_before = _stopping(run)
    run = run.apply(event)
    if run.end is not None:
        return Decision(run, (event,), ())
    fresh = _stopping(run) and not stopping_before
    stopping = tuple(CancelJob(a.started) for a in _cancellable(run)) if fresh else ()
    decision = _settle(run, (event,), event.at)
    return Decision(decision.run, decision.events, (*stopping, *decision.effects))


def resume(run: Run) -> tuple[Effect, ...]:
    """Return the effects that rows alone call for: after a restart, or for a run taken over."""
    if run.end is not None:
        return ()
    jobs = [RunJob(attempt.started) for attempt in run.running]
    return (*jobs, *(CancelJob(attempt.started) for attempt in _cancellable(run) if _stopping(run)))


def _stopping(run: Run) -> bool:
    return run.cancel is not None or run.aborted is not None


def _cancellable(run: Run) -> list[Attempt]:
    """Return what a cancel ends: never the way back, it leads to a serving version.

    Nor a step that restarts the bot: it is the only one that can bring the bot back. The cancel follows it.
    """
    return [a for a in run.running if not a.way_back and not run.plan.by_key[a.started.step].ack]


def _settle(run: Run, first: tuple[Event, ...], at: datetime) -> Decision:
    """Let follow what follows, until nothing more does."""
    events = list(first)
    effects: list[Effect] = []
    while run.end is None and (follow := _follow(run, at)):
        run = run.fold(follow)
        events += follow
        effects += [RunJob(event) for event in follow if isinstance(event, StepStarted)]
    return Decision(run, tuple(events), tuple(effects))


def _follow(run: Run, at: datetime) -> tuple[Event, ...]:
    if run.unlocked or (run.aborted and not run.running):
        return (RunEnded(Result.UNKNOWN, at),)
    if run.aborted:
        return ()
    if run.cancel is not None:
        return _stop(run, run.cancel, at)
    looked = _look(run, at)
    if looked is not None:
        return looked
    failures = 0
    for wave in run.plan.waves:
        together = [forward(run, host, at) for host in wave]
        if not _ended(together):
            return _events(together)
        failures += sum(each.stand is Stand.BAD for each in together)
        if failures > (run.plan.max_failures if run.updated(run.plan.hosts[0]) else 0):
            break
    return (RunEnded(_result(run), at),)


def _look(run: Run, at: datetime) -> tuple[Event, ...] | None:
    """Return what follows while the hosts take steps together; None once all of them are good."""
    passed_over = False
    for step in run.plan.prologue:
        together = [on_step(run, step, host, at) for host in run.plan.hosts_of(step)]
        if _all(together, Stand.GOOD):
            continue
        if _events(together) or not _ended(together):
            return _events(together)
        if not step.keep_going:
            return _refuse(run, at)
        passed_over = True
    return (RunEnded(Result.FAILED, at),) if passed_over else None


def _stop(run: Run, cancel: CancelRequested, at: datetime) -> tuple[Event, ...]:
    """A person wants the run to end: what runs is ended, and taken back if that was asked for too."""
    together = []
    for host in run.plan.hosts:
        if host in run.gave_up:
            together.append(back(run, host, at))
        elif any(attempt.started.host == host for attempt in run.running):
            together.append(Next(Stand.UNDER_WAY))
        elif cancel.back and not _unknown(run, host):
            together.append(give_up(run, host, at))
    if any(each.stand is Stand.UNDER_WAY for each in together):
        return _events(together)
    if any(_unknown(run, host) for host in run.plan.hosts):
        return (RunEnded(Result.UNKNOWN, at),)
    failed_back = any(not is_back(run, host) for host in run.gave_up)
    return (RunEnded(Result.ROLLBACK_FAILED if failed_back else Result.CANCELLED, at),)


def _unknown(run: Run, host: str) -> bool:
    """Whether nobody can say how something ended on a host: undoing under it might fight it."""
    return any(
        attempt.outcome is Outcome.UNKNOWN and not attempt.again and attempt.started.part is not Part.PROBE
        for attempt in run.attempts
        if attempt.started.host == host and not _superseded(run, attempt)
    )


def _superseded(run: Run, attempt: Attempt) -> bool:
    tries = run.tries(run.plan.by_key[attempt.started.step], attempt.started.host, attempt.started.part)
    return tries[-1] is not attempt


def _refuse(run: Run, at: datetime) -> tuple[Event, ...]:
    """Something is wrong before the first change: nothing has to be taken back."""
    refused = run.failure is not None and run.failure.outcome is Outcome.REFUSED
    return (RunEnded(Result.REJECTED if refused else Result.FAILED, at),)


def _result(run: Run) -> Result:
    """Return how a run ended whose hosts have all gone their way, as far as they were let."""
    updated = sum(run.updated(host) for host in run.plan.hosts)
    if updated == len(run.plan.hosts):
        return Result.SUCCEEDED
    if run.failure is not None and not run.changed:
        return Result.REJECTED if run.failure.outcome is Outcome.REFUSED else Result.FAILED
    if updated:
        return Result.PARTIAL
    return Result.ROLLED_BACK if all(is_back(run, host) for host in run.gave_up) else Result.ROLLBACK_FAILED


def _all(together: list[Next], stand: Stand) -> bool:
    return all(each.stand is stand for each in together)


def _ended(together: list[Next]) -> bool:
    return all(each.stand in {Stand.GOOD, Stand.BAD} for each in together)


def _events(together: list[Next]) -> tuple[Event, ...]:
    return tuple(event for each in together for event in each.events)
