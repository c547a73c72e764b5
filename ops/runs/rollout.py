"""Rollout: what comes next on each host. Pure, like the engine it serves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from ops.runs.events import AttentionNeeded, Event, Outcome, Part, Settled, StepStarted, UndoBegan

if TYPE_CHECKING:
    from datetime import datetime

    from ops.runs.plan import Step
    from ops.runs.run import Attempt, Run

NOT_DONE = "not-done"
"""What a probe says, with ``fail``, when the step has certainly not done its work."""

_TRIES = 3
"""Attempts made unasked at a step that never began, or does no harm when it runs twice."""


class Stand(Enum):
    """How something stands."""

    DUE = auto()  # it has not been tried
    UNDER_WAY = auto()  # it runs, or waits for a person
    GOOD = auto()
    BAD = auto()


@dataclass(frozen=True, slots=True)
class Next:
    """How a step or a host stands, and the events that follow at once."""

    stand: Stand
    events: tuple[Event, ...] = ()


def on_step(run: Run, step: Step, host: str, at: datetime, part: Part = Part.DO, *, way_back: bool = False) -> Next:
    """Return how a step stands on a host, forward or on the way back, and what is to be done about it now."""
    tries = run.tries(step, host, part, way_back=way_back)
    if not tries:
        return Next(Stand.DUE, (start(run, step, host, at, part),))
    last = tries[-1]
    match last.outcome:
        case None:
            return Next(Stand.UNDER_WAY)
        case Outcome.OK | Outcome.SKIPPED:
            return Next(Stand.GOOD)
        case Outcome.NEVER_BEGAN:
            return _once_more(run, step, host, at, part) if len(tries) < _TRIES else Next(Stand.BAD)
        case Outcome.UNKNOWN:
            return _about_unknown(run, step, host, at, tries)
        case _:
            return Next(Stand.BAD)


def forward(run: Run, host: str, at: datetime) -> Next:
    """Return how a host's own way stands; a host that fails is brought back by itself."""
    if host in run.gave_up:
        return back(run, host, at)
    for step in run.plan.rollout:
        if host in run.plan.hosts_of(step):
            following = on_step(run, step, host, at)
            if following.stand is Stand.BAD:
                return give_up(run, host, at)
            if following.stand is not Stand.GOOD:
                return Next(Stand.UNDER_WAY, following.events)
    return Next(Stand.GOOD)


def give_up(run: Run, host: str, at: datetime) -> Next:
    """Begin to bring a host back, if anything was changed there."""
    if run.changed_on(host):
        return Next(Stand.UNDER_WAY, (UndoBegan(host, at),))
    return Next(Stand.BAD)


def back(run: Run, host: str, at: datetime) -> Next:
    """Return how the way back stands: the newest change first, then the checks. It ends BAD: the host failed."""
    for step in reversed(run.plan.rollout):
        if _to_undo(run, step, host):
            following = on_step(run, step, host, at, Part.UNDO, way_back=True)
            if following.events or following.stand is Stand.UNDER_WAY:
                return Next(Stand.UNDER_WAY, following.events)
    for step in run.plan.rollout:
        if step.check and host in run.plan.hosts_of(step):
            following = on_step(run, step, host, at, way_back=True)
            if following.events or following.stand is Stand.UNDER_WAY:
                return Next(Stand.UNDER_WAY, following.events)
    return Next(Stand.BAD)


def is_back(run: Run, host: str) -> bool:
    """Whether everything on a host's way back has ended well, as far as it went."""
    latest: dict[tuple[str, Part], Attempt] = {}
    for attempt in run.attempts:
        if attempt.started.host == host and attempt.way_back:
            latest[attempt.started.step, attempt.started.part] = attempt
    return all(attempt.good for attempt in latest.values())


def start(run: Run, step: Step, host: str, at: datetime, part: Part = Part.DO) -> StepStarted:
    """Return the next attempt at a part of a step."""
    attempt = len(run.tries(step, host, part)) + 1
    number = run.plan.steps.index(step) * len(run.plan.hosts) + run.plan.hosts.index(host)
    letter = {Part.DO: "s", Part.UNDO: "u", Part.PROBE: "p"}[part]
    return StepStarted(step.key, host, f"{run.id}-{number}{letter}{attempt}", at, attempt, part)


def _once_more(run: Run, step: Step, host: str, at: datetime, part: Part) -> Next:
    return Next(Stand.UNDER_WAY, (start(run, step, host, at, part),))


def _about_unknown(run: Run, step: Step, host: str, at: datetime, tries: tuple[Attempt, ...]) -> Next:
    """It began, and nobody saw its end: run it again if that is harmless or wished, else find out, else ask."""
    last = tries[-1]
    part = last.started.part
    if last.again or (step.repeatable and part is Part.DO and len(tries) < _TRIES):
        return _once_more(run, step, host, at, part)
    if step.judge and part is Part.DO:
        return Next(Stand.BAD)  # what nobody has looked at cannot be taken as done by a person's word
    if last.asked:
        return Next(Stand.UNDER_WAY)
    if part is Part.DO and step.probe is not None:
        return _by_probe(run, step, host, at, last)
    return Next(Stand.UNDER_WAY, (AttentionNeeded(last.started.job, at),))


def _by_probe(run: Run, step: Step, host: str, at: datetime, last: Attempt) -> Next:
    """Find out what became of an attempt; where that does not help either, a person is asked."""
    since = run.attempts.index(last)
    probes = [probe for probe in run.tries(step, host, Part.PROBE) if run.attempts.index(probe) > since]
    if not probes:
        return _once_more(run, step, host, at, Part.PROBE)
    found = probes[-1].ended
    if found is None:
        return Next(Stand.UNDER_WAY)
    event: Event = AttentionNeeded(last.started.job, at)
    if found.outcome is Outcome.OK:
        event = Settled(last.started.job, Outcome.OK, at)
    elif found.outcome is Outcome.FAILED and found.code == NOT_DONE:
        event = Settled(last.started.job, Outcome.FAILED, at)
    return Next(Stand.UNDER_WAY, (event,))


def _to_undo(run: Run, step: Step, host: str) -> bool:
    """Whether a step may have changed something on a host that its undo takes back."""
    if not step.changes or step.undo is None or host not in run.plan.hosts_of(step):
        return False
    without_effect = {Outcome.SKIPPED, Outcome.NEVER_BEGAN}
    return any(attempt.outcome not in without_effect for attempt in run.tries(step, host, way_back=False))
