"""One subject: what looks at it come to. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ops.watch.cause import likely_cause
from ops.watch.incident import (
    HOST_DOWN,
    NO_DATA,
    Effect,
    Phase,
    State,
    advance,
    state_from_data,
    state_to_data,
)
from ops.watch.observation import Observation, Subject
from ops.watch.rules import Limit, Rules, grade

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
UNIT = Subject("formbot", "web1", "unit", "formbot")
RULES = Rules()


def look(state: State, at: datetime, *, ok: bool | None, calm: bool = False, **more: Any) -> tuple[State, list[Effect]]:
    more = {"code": "" if ok else "unit-down"} | more
    state, effects = advance(state, Observation(UNIT, ok, at, **more), RULES, at, calm=calm)
    return state, list(effects)


def looks(signs: str, state: State | None = None, **more: Any) -> tuple[State, list[Effect]]:
    """Look once a minute: ``+`` good, ``-`` bad, ``?`` no answer."""
    state, found = state or State(), []
    began = state.seen_at or NOW
    for number, sign in enumerate(signs, 1):
        at = began + timedelta(minutes=number)
        state, effects = look(state, at, ok={"+": True, "-": False, "?": None}[sign], **more)
        found += effects
    return state, found


@pytest.mark.parametrize(
    ("signs", "phase", "effects"),
    [
        ("+", Phase.OK, []),
        ("-", Phase.SUSPECT, []),
        ("--+", Phase.OK, []),
        ("---", Phase.FIRING, [Effect.FIRED]),
        ("--+--", Phase.SUSPECT, []),
        ("---+", Phase.RECOVERING, [Effect.FIRED]),
        ("---+-", Phase.FIRING, [Effect.FIRED]),
        ("---++", Phase.OK, [Effect.FIRED, Effect.RESOLVED]),
        ("+?", Phase.UNKNOWN, []),
        ("--?-", Phase.SUSPECT, []),
        ("---??+", Phase.RECOVERING, [Effect.FIRED]),
        ("?+", Phase.OK, []),
    ],
)
def test_looks_in_a_row_decide(signs: str, phase: Phase, effects: list[Effect]) -> None:
    state, found = looks(signs)
    assert state.phase is phase
    assert found == effects


def test_no_answer_ten_times_in_a_row_is_a_warning_unless_the_server_is_down() -> None:
    state, effects = looks("+" + "?" * 10)
    assert (state.phase, state.severity, state.code) == (Phase.FIRING, "warning", NO_DATA)
    assert effects == [Effect.FIRED]
    state, effects = looks("+" + "?" * 30, code=HOST_DOWN)
    assert (state.phase, effects) == (Phase.UNKNOWN, [])


def test_an_event_fires_at_once_and_one_good_look_ends_it() -> None:
    state, effects = looks("-", event=True)
    assert effects == [Effect.FIRED]
    _, effects = looks("+", state)
    assert effects == [Effect.RESOLVED]


def test_what_is_worse_or_has_another_reason_is_told() -> None:
    state, _ = looks("---", severity="warning")
    state, effects = looks("-", state, severity="critical")
    assert effects == [Effect.WORSENED]
    state, effects = looks("-", state, severity="critical", code="import-error")
    assert effects == [Effect.CHANGED]
    _, effects = looks("-", state, severity="warning")
    assert effects == [Effect.EASED]


def test_a_look_that_is_not_newer_changes_nothing() -> None:
    state, _ = looks("--")
    assert advance(state, Observation(UNIT, False, state.seen_at or NOW), RULES, NOW) == (state, ())


def test_while_it_is_worked_on_nothing_counts_and_afterwards_it_counts_anew() -> None:
    state, _ = looks("--")
    state, effects = looks("-----", state, calm=True)
    assert (state.phase, effects) == (Phase.SUSPECT, [])
    state, effects = looks("--", state)
    assert effects == []
    _, effects = looks("-", state)
    assert effects == [Effect.FIRED]


def test_three_firings_within_an_hour_are_flapping_until_it_is_steady() -> None:
    state, effects = looks("---++" * 3)
    assert effects.count(Effect.FIRED) == 3
    assert effects.count(Effect.FLAPPING) == 1
    state, _ = look(state, (state.since or NOW) + timedelta(minutes=29), ok=True)
    assert state.flapping
    state, effects = look(state, (state.since or NOW) + timedelta(minutes=31), ok=True)
    assert not state.flapping
    assert effects == [Effect.STEADY]


@pytest.mark.parametrize(
    ("value", "before", "severity"),
    [
        (79.9, None, None),
        (80, None, "warning"),
        (75, "warning", "warning"),
        (74.9, "warning", None),
        (90, "warning", "critical"),
        (85, "critical", "critical"),
        (84.9, "critical", "warning"),
        (74, "critical", None),
    ],
)
def test_a_figure_has_slack_below_its_lines(value: float, before: Any, severity: str | None) -> None:
    assert grade(value, Limit(80, 90), before) == severity


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("OSError: [Errno 28] No space left on device: '/srv/x'", "disk"),
        ("Out of memory: Killed process 4242 (python)", "memory"),
        ("OSError: [Errno 98] Address already in use", "port"),
        ("PermissionError: [Errno 13] Permission denied: '/srv/x'", "rights"),
        ("ModuleNotFoundError: No module named 'aiogram'", "import"),
        ('connection to server at "localhost", port 5432 failed: Connection refused', "database"),
        ("ssl.SSLCertVerificationError: certificate has expired", "certificate"),
        ("socket.gaierror: [Errno -2] Name or service not known", "name"),
        ("INFO all is well", ""),
    ],
)
def test_the_last_words_point_to_a_cause(line: str, cause: str) -> None:
    assert likely_cause("unit-down", {}, ["INFO started", line]) == cause


def test_systemd_itself_knows_about_memory() -> None:
    assert likely_cause("unit-down", {"unit_result": "oom-kill"}, []) == "memory"


def test_a_state_comes_back_from_its_row_as_it_was() -> None:
    state, _ = looks("---++---+", facts={"unit_state": "failed"}, lines=("one", "two"), memo={"restarts": "3"})
    assert state_from_data(state.phase.value, state.seen_at, state_to_data(state)) == state


class Machine(RuleBasedStateMachine):
    """Any looks in any order."""

    @initialize()
    def begin(self) -> None:
        self.state = State()
        self.now = NOW
        self.told = 0
        self.bad = self.good = 0

    @rule(
        ok=st.sampled_from([True, False, None]),
        calm=st.booleans(),
        event=st.booleans(),
        severity=st.sampled_from(["warning", "critical"]),
        seconds=st.integers(0, 4000),
    )
    def see(self, ok: bool | None, calm: bool, event: bool, severity: Any, seconds: int) -> None:  # noqa: FBT001
        self.now += timedelta(seconds=seconds)
        before = self.state
        seen = Observation(UNIT, ok, self.now, severity, "unit-down", event=event and ok is False)
        self.state, effects = advance(before, seen, RULES, self.now, calm=calm)
        fresh = before.seen_at is None or self.now > before.seen_at
        if not fresh:
            assert (self.state, effects) == (before, ())
            return
        self.good = self.good + 1 if ok else 0
        self.bad = (0 if calm else self.bad + 1) if ok is False else 0 if ok else self.bad
        self.told += effects.count(Effect.FIRED) - effects.count(Effect.RESOLVED)
        if Effect.FIRED in effects and ok is False:
            assert seen.event or (not calm and self.state.bad >= RULES.fire_after)
        if Effect.RESOLVED in effects:
            assert ok
            assert self.good >= RULES.clear_after or before.sudden
        if ok is None:
            assert self.state.phase is not Phase.OK

    @invariant()
    def what_is_told_is_what_fires(self) -> None:
        assert self.told == (1 if self.state.phase.trouble else 0)

    @invariant()
    def trouble_says_how_bad_and_since_when(self) -> None:
        if self.state.phase.trouble:
            assert self.state.severity is not None
            assert self.state.since is not None
        if self.state.phase is Phase.OK:
            assert (self.state.severity, self.state.code, self.state.bad) == (None, "", 0)

    @invariant()
    def a_restart_changes_nothing(self) -> None:
        again = state_from_data(self.state.phase.value, self.state.seen_at, state_to_data(self.state))
        assert again == replace(self.state)


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
