"""How long a run kept a project down is what its servers say, whatever way the run took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ops.runs.downtime import downtime, will_stop
from ops.runs.events import Outcome, Part, StepEnded, StepStarted, UndoBegan
from ops.runs.plan import Plan, Step
from ops.runs.run import Run
from ops.runs.script import Script

AT = datetime(2025, 10, 10, 12, 0, tzinfo=UTC)
SCRIPT = Script("true")
STOP = Step("stop", "stop", SCRIPT, undo=SCRIPT, changes=True)
START = Step("start", "start", SCRIPT, undo=SCRIPT, changes=True)
UNIT = Step("check-unit.formbot", "check-unit", SCRIPT, check=True)
HTTP = Step("check-http.0", "check-http", SCRIPT, check=True)


class Story:
    """A run told step by step."""

    def __init__(self, *steps: Step, hosts: tuple[str, ...] = ("web1",)) -> None:
        self.run = Run(1, "formbot", "deploy", "main", 1001, "Олена", Plan(hosts, steps), AT)
        self._jobs = 0

    def step(
        self, step: Step, *, host: str = "web1", part: Part = Part.DO, outcome: Outcome = Outcome.OK, **facts: int
    ) -> Story:
        self._jobs += 1
        job = f"1-{self._jobs}"
        said = {name: str(1000 + second) for name, second in facts.items()}
        started = StepStarted(step.key, host, job, AT + timedelta(seconds=self._jobs), part=part)
        self.run = self.run.fold([started, StepEnded(job, outcome, AT, facts=said)])
        return self

    def give_up(self, host: str = "web1") -> Story:
        self.run = self.run.apply(UndoBegan(host, AT))
        return self


def test_it_lasts_from_the_stop_to_the_first_healthy_answer() -> None:
    story = Story(STOP, START, UNIT, HTTP).step(STOP, stopped_at=0).step(START, up_at=9)
    assert downtime(story.run, "web1").since is not None
    story.step(UNIT, answered_at=12).step(HTTP, answered_at=17)
    assert (downtime(story.run, "web1").seconds, downtime(story.run, "web1").since) == (12, None)


def test_without_a_url_a_started_service_is_up() -> None:
    story = Story(STOP, START, UNIT).step(STOP, stopped_at=0).step(START, up_at=9).step(UNIT)
    assert downtime(story.run, "web1").seconds == 9


def test_the_way_back_belongs_to_the_same_gap() -> None:
    story = Story(STOP, START, UNIT, HTTP).step(STOP, stopped_at=0).step(START, up_at=5)
    story.step(UNIT, outcome=Outcome.FAILED).give_up()
    story.step(START, part=Part.UNDO, stopped_at=8).step(STOP, part=Part.UNDO, up_at=20).step(UNIT, answered_at=21)
    assert (downtime(story.run, "web1").seconds, downtime(story.run, "web1").since) == (21, None)


def test_a_version_that_answered_and_was_taken_back_makes_two_gaps() -> None:
    story = Story(STOP, START, HTTP, UNIT).step(STOP, stopped_at=0).step(START, up_at=5).step(HTTP, answered_at=6)
    story.step(UNIT, outcome=Outcome.FAILED).give_up()
    story.step(START, part=Part.UNDO, stopped_at=30).step(STOP, part=Part.UNDO, up_at=33).step(HTTP, answered_at=34)
    assert downtime(story.run, "web1").seconds == 10


def test_each_host_has_its_own() -> None:
    story = Story(STOP, START, hosts=("web1", "web2")).step(STOP, stopped_at=0).step(START, up_at=3)
    story.step(STOP, host="web2", stopped_at=10)
    assert downtime(story.run, "web1").seconds == 3
    assert downtime(story.run, "web2").since is not None


def test_a_run_that_stops_nothing_measures_nothing() -> None:
    assert not downtime(Story(UNIT).step(UNIT, answered_at=3).run, "web1").measured


@pytest.mark.parametrize("clock", [-50, 0])
def test_a_servers_clock_that_goes_back_makes_no_negative_time(clock: int) -> None:
    story = Story(STOP, START).step(STOP, stopped_at=0).step(START, up_at=clock)
    assert downtime(story.run, "web1").seconds == 0


def test_the_stop_is_known_before_it_comes_and_not_announced_after() -> None:
    story = Story(UNIT, STOP, START)
    assert will_stop(story.run)
    assert not will_stop(story.step(STOP, stopped_at=0).run)
    assert not will_stop(Story(UNIT).run)
