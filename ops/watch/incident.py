"""Incident: how one subject stands, and what a look at it changes. Pure: the clock's reading is passed in.

OK -> SUSPECT -> FIRING -> RECOVERING -> OK; UNKNOWN is none of them, and not OK. Source of the defaults: Gatus
(three failures, two successes), Alertmanager (waiting), Nagios (flapping).
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  dataclasses read annotations at run time
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ops.watch.observation import Observation, Severity
    from ops.watch.rules import Rules

NO_DATA = "no-data"
"""The code of trouble that is a lack of answers."""
HOST_DOWN = "host-down"
"""The code of a look that had no answer because its server gave none: that is the server's trouble."""


class Phase(StrEnum):
    """How a subject stands."""

    OK = "ok"
    SUSPECT = "suspect"
    FIRING = "firing"
    RECOVERING = "recovering"
    UNKNOWN = "unknown"

    @property
    def trouble(self) -> bool:
        """Whether people are to hear of it."""
        return self in {Phase.FIRING, Phase.RECOVERING}


class Effect(StrEnum):
    """What a look has changed for people."""

    FIRED = "fired"
    WORSENED = "worsened"
    EASED = "eased"
    CHANGED = "changed"  # the reason, not the degree
    RESOLVED = "resolved"
    FLAPPING = "flapping"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class State:
    """How a subject stands.

    since: of the phase; for FIRING and RECOVERING of the first bad look. bad, good, blind: looks in a row. firings:
    when it fired lately. code, facts, lines: of the look that says why, of one that was not good. sudden: that was an
    event, so one good look ends it. memo: what the next look compares with.
    """

    phase: Phase = Phase.UNKNOWN
    since: datetime | None = None
    seen_at: datetime | None = None
    bad: int = 0
    good: int = 0
    blind: int = 0
    severity: Severity | None = None
    code: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    firings: tuple[datetime, ...] = ()
    flapping: bool = False
    sudden: bool = False
    memo: Mapping[str, str] = field(default_factory=dict)


def advance(
    state: State, seen: Observation, rules: Rules, now: datetime, *, calm: bool = False
) -> tuple[State, tuple[Effect, ...]]:
    """Return the state after a look, and what that means to people.

    calm: a run is changing what is looked at, or a version is on probation: nothing is counted, so that what still
    fails afterwards has to fail anew as often. A look that is not newer than the last one changes nothing.
    """
    if state.seen_at is not None and seen.at <= state.seen_at:
        return state, ()
    before = state
    memo = state.memo if seen.memo is None else dict(seen.memo)
    state = _steadied(replace(state, seen_at=seen.at, memo=memo), rules, now)
    if seen.ok is None:
        state = _blind(state, seen, rules, now, calm=calm)
    elif seen.ok:
        state = _good(state, seen, rules, now)
    else:
        state = _bad(state, seen, rules, now, calm=calm)
    return state, tuple(_effects(before, state))


def _good(state: State, seen: Observation, rules: Rules, now: datetime) -> State:
    state = replace(state, bad=0, blind=0, good=state.good + 1 if state.phase.trouble else 0)
    if not state.phase.trouble:
        return _clear(state, now) if state.phase is not Phase.OK else state
    if seen.event or state.sudden or state.good >= rules.clear_after:
        return _clear(state, now)
    return replace(state, phase=Phase.RECOVERING)


def _bad(state: State, seen: Observation, rules: Rules, now: datetime, *, calm: bool) -> State:
    counted = 0 if calm and not seen.event else state.bad + 1
    state = replace(state, bad=counted, good=0, blind=0)
    if state.phase.trouble:
        state = replace(state, phase=Phase.FIRING)
        changed = (seen.code, seen.severity) != (state.code, state.severity)
        return _reason(state, seen) if changed else state
    state = _reason(state, seen)
    if seen.event or counted >= rules.fire_after:
        return _fire(state, rules, now)
    return state if state.phase is Phase.SUSPECT else replace(state, phase=Phase.SUSPECT, since=now)


def _blind(state: State, seen: Observation, rules: Rules, now: datetime, *, calm: bool) -> State:
    """No data: what fires goes on firing, what was well is not known to be well any more."""
    counted = state.blind if calm or seen.code == HOST_DOWN else state.blind + 1
    state = replace(state, good=0, blind=counted)
    if state.phase.trouble:
        return replace(state, phase=Phase.FIRING)
    if counted >= rules.blind_after:
        without = replace(state, severity="warning", code=NO_DATA, facts=dict(seen.facts), lines=seen.lines)
        return _fire(without, rules, now)
    return state if state.phase is Phase.UNKNOWN else replace(state, phase=Phase.UNKNOWN, since=now, bad=0)


def _fire(state: State, rules: Rules, now: datetime) -> State:
    recent = (*(at for at in state.firings if now - at < rules.flap_window), now)[-rules.flaps :]
    flapping = state.flapping or len(recent) >= rules.flaps
    # It began with the first bad look.
    since = state.since if state.phase is Phase.SUSPECT and state.since else now
    return replace(state, phase=Phase.FIRING, since=since, firings=recent, flapping=flapping)


def _clear(state: State, now: datetime) -> State:
    return replace(state, phase=Phase.OK, since=now, good=0, severity=None, code="", facts={}, lines=(), sudden=False)


def _reason(state: State, seen: Observation) -> State:
    return replace(
        state,
        severity=seen.severity,
        code=seen.code,
        facts=dict(seen.facts),
        lines=seen.lines,
        sudden=seen.event,
    )


def _steadied(state: State, rules: Rules, now: datetime) -> State:
    """Take the mark of flapping off what has stayed as it is for long enough."""
    steady = state.flapping and state.since is not None and now - state.since >= rules.steady
    return replace(state, flapping=False, firings=()) if steady else state


def _effects(before: State, after: State) -> list[Effect]:
    found = []
    if after.phase.trouble and not before.phase.trouble:
        found.append(Effect.FIRED)
    elif before.phase.trouble and not after.phase.trouble:
        found.append(Effect.RESOLVED)
    elif after.phase.trouble and before.severity != after.severity:
        found.append(Effect.WORSENED if after.severity == "critical" else Effect.EASED)
    elif after.phase.trouble and before.code != after.code:
        found.append(Effect.CHANGED)
    if before.flapping != after.flapping:
        found.append(Effect.FLAPPING if after.flapping else Effect.STEADY)
    return found


def state_to_data(state: State) -> dict[str, Any]:
    """Return a state as JSON has it."""

    def text(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "since": text(state.since),
        "bad": state.bad,
        "good": state.good,
        "blind": state.blind,
        "severity": state.severity,
        "code": state.code,
        "facts": dict(state.facts),
        "lines": list(state.lines),
        "firings": [text(at) for at in state.firings],
        "flapping": state.flapping,
        "sudden": state.sudden,
        "memo": dict(state.memo),
    }


def state_from_data(phase: str, seen_at: datetime | None, data: Mapping[str, Any]) -> State:
    """Return the state of a row."""
    return State(
        phase=Phase(phase),
        seen_at=seen_at,
        since=datetime.fromisoformat(data["since"]) if data.get("since") else None,
        firings=tuple(datetime.fromisoformat(at) for at in data.get("firings", ())),
        lines=tuple(data.get("lines", ())),
        **{
            name: data[name]
            for name in ("bad", "good", "blind", "severity", "code", "facts", "flapping", "sudden", "memo")
            if name in data
        },
    )
