"""Which process may report back to a step that restarted the bot: the new one, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ops.runs.birth import Birth
from ops.runs.events import Event, Outcome, Part, StepEnded, StepStarted
from ops.runs.plan import Plan, Step
from ops.runs.run import Run
from ops.runs.script import Script
from tests.ops.test_engine import NOW, new_run

OLD, NEW = "1" * 40, "2" * 40
SCRIPT = Script("true\n")
PLAN = Plan(
    ("self",),
    (
        Step("resolve", "resolve", SCRIPT, first_host=True),
        Step("switch", "switch", SCRIPT, undo=SCRIPT, probe=SCRIPT, changes=True, ack=True),
    ),
)
STARTED = StepStarted("switch", "self", "1-1s1", NOW)
LATER, BEFORE = NOW + timedelta(seconds=9), NOW - timedelta(days=9)


def run_with(*events: Event) -> Run:
    resolved = StepEnded("1-0s1", Outcome.OK, NOW, facts={"commit": NEW})
    return new_run(PLAN).fold([StepStarted("resolve", "self", "1-0s1", NOW), resolved, *events])


def test_the_new_version_answers_the_step_that_started_it() -> None:
    (attempt,) = Birth(LATER, NEW).awaited_by(run_with(STARTED))
    assert attempt.started == STARTED


@pytest.mark.parametrize(
    "birth",
    [
        pytest.param(Birth(BEFORE, OLD), id="the one to be replaced"),
        pytest.param(Birth(BEFORE, NEW), id="the one to be replaced by the same version"),
        pytest.param(Birth(NOW, NEW), id="one that began in the same moment"),
        pytest.param(Birth(LATER, OLD), id="the version before, started again"),
        pytest.param(Birth(LATER, ""), id="one that cannot say what it is"),
    ],
)
def test_no_other_process_answers(birth: Birth) -> None:
    assert birth.awaited_by(run_with(STARTED)) == ()


def test_nothing_is_answered_before_the_commit_is_known() -> None:
    assert Birth(LATER, "").awaited_by(new_run(PLAN).apply(STARTED)) == ()


def test_an_attempt_that_has_ended_waits_for_nobody() -> None:
    assert Birth(LATER, NEW).awaited_by(run_with(STARTED, StepEnded(STARTED.job, Outcome.FAILED, NOW))) == ()


@pytest.mark.parametrize("part", [Part.UNDO, Part.PROBE])
def test_only_the_step_itself_waits(part: Part) -> None:
    assert Birth(LATER, NEW).awaited_by(run_with(replace(STARTED, part=part))) == ()
