"""The engine is pure, so whole runs are told here as lists of events."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ops.runs.engine import CancelJob, Decision, RunJob, begin, decide, resume
from ops.runs.events import EVENT, CancelRequested, Event, Outcome, Result, StepEnded, StepStarted
from ops.runs.plan import Plan, Step
from ops.runs.plan_json import read_plan, scripts_named, write_plan
from ops.runs.run import Run
from ops.runs.script import Script

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
TRUE = Script("true\n")


def step(name: str, **options: object) -> Step:
    return replace(Step(name, name, TRUE), **options)  # type: ignore[arg-type]


PLAN = Plan(
    hosts=("web1", "web2"),
    steps=(
        step("reach"),
        step("resolve", first_host=True),
        step("stop", changes=True, undo=Script("start\n")),
        step("code", changes=True, undo=Script("uncode\n")),
        step("migrate", changes=True),
        step("start", changes=True, undo=Script("stop\n")),
        step("health", verify=True),
        step("tail"),
    ),
)


def new_run(plan: Plan = PLAN) -> Run:
    return Run(7, "formbot", "deploy", "main", 1001, "Olena", plan, NOW)


class Play:
    """Runs the engine with a made-up server: every job ends as ``outcomes`` says, else well."""

    def __init__(self, outcomes: dict[str, Outcome] | None = None, plan: Plan = PLAN) -> None:
        self.outcomes = outcomes or {}
        self.waiting: list[StepStarted] = []
        self.cancelled: list[str] = []
        self.started: list[str] = []
        self.events: list[Event] = []
        self.take(begin(new_run(plan), NOW))

    def take(self, decision: Decision) -> None:
        self.run = decision.run
        self.events += decision.events
        for effect in decision.effects:
            if isinstance(effect, RunJob):
                self.waiting.append(effect.started)
                self.started.append(name_of(effect.started))
            else:
                self.cancelled.append(effect.started.job)

    def end_next(self, outcome: Outcome | None = None, index: int = 0) -> None:
        started = self.waiting.pop(index)
        ended = outcome or self.outcomes.get(name_of(started), Outcome.OK)
        facts = {"commit": "c" * 40} if started.step == "resolve" else {"previous_commit": "b" * 40}
        self.take(decide(self.run, StepEnded(started.job, ended, NOW + timedelta(seconds=1), 1.0, 0, facts=facts)))

    def to_the_end(self) -> Result:
        while self.waiting:
            self.end_next()
        assert self.run.end is not None
        return self.run.end.result


def name_of(started: StepStarted) -> str:
    undo = "undo " if started.undo else ""
    return f"{undo}{started.step}@{started.host}" + (f" {started.attempt}" if started.attempt > 1 else "")


def test_steps_run_in_order_on_all_hosts_and_the_run_succeeds() -> None:
    play = Play()
    assert play.to_the_end() is Result.SUCCEEDED
    assert play.started[:3] == ["reach@web1", "reach@web2", "resolve@web1"]
    assert len(play.started) == 15
    assert play.run.commit == "c" * 40


def test_no_host_begins_a_step_before_all_have_ended_the_one_before() -> None:
    play = Play()
    play.end_next(index=1)
    assert [name_of(s) for s in play.waiting] == ["reach@web1"]


def test_a_refusal_before_the_first_change_ends_the_run_as_rejected() -> None:
    play = Play({"reach@web2": Outcome.REFUSED})
    assert play.to_the_end() is Result.REJECTED
    assert play.started == ["reach@web1", "reach@web2"]


def test_a_failure_before_the_first_change_undoes_nothing() -> None:
    assert Play({"resolve@web1": Outcome.FAILED}).to_the_end() is Result.FAILED


def test_a_failure_is_undone_backwards_and_health_is_asked_again() -> None:
    play = Play({"health@web2": Outcome.FAILED})
    assert play.to_the_end() is Result.ROLLED_BACK
    assert play.started[play.started.index("health@web2") + 1 :] == [
        "undo start@web1",
        "undo start@web2",
        "undo code@web1",
        "undo code@web2",
        "undo stop@web1",
        "undo stop@web2",
        "health@web1 2",
        "health@web2 2",
    ]


def test_the_step_that_failed_is_undone_too_because_it_may_have_done_half() -> None:
    play = Play({"code@web1": Outcome.TIMED_OUT})
    assert play.to_the_end() is Result.ROLLED_BACK
    assert "undo code@web1" in play.started
    assert "undo start@web1" not in play.started


def test_a_failing_undo_does_not_stop_the_others_but_is_never_called_a_success() -> None:
    play = Play({"health@web1": Outcome.FAILED, "undo code@web2": Outcome.FAILED})
    assert play.to_the_end() is Result.ROLLBACK_FAILED
    assert "undo stop@web2" in play.started


def test_a_way_back_that_is_not_healthy_is_a_failed_one() -> None:
    play = Play({"start@web1": Outcome.FAILED, "health@web1": Outcome.FAILED})
    assert play.to_the_end() is Result.ROLLBACK_FAILED


def test_a_skipped_step_has_changed_nothing() -> None:
    only = Plan(("web1",), (step("stop", changes=True, undo=TRUE), step("check")))
    play = Play({"stop@web1": Outcome.SKIPPED, "check@web1": Outcome.FAILED}, only)
    assert play.to_the_end() is Result.FAILED


def test_a_change_without_an_undo_still_has_health_asked_again_once() -> None:
    only = Plan(("web1",), (step("migrate", changes=True), step("health", verify=True)))
    play = Play({"migrate@web1": Outcome.FAILED}, only)
    assert play.to_the_end() is Result.ROLLED_BACK
    assert play.started == ["migrate@web1", "health@web1"]


def test_a_step_whose_end_is_unknown_is_left_to_a_person() -> None:
    assert Play({"code@web1": Outcome.UNKNOWN}).to_the_end() is Result.UNKNOWN


def test_cancelling_before_a_change_ends_at_once_and_touches_nothing() -> None:
    play = Play()
    play.take(decide(play.run, CancelRequested("Ihor", NOW)))
    assert len(play.cancelled) == 2
    play.end_next(Outcome.CANCELLED)
    play.end_next(Outcome.CANCELLED)
    assert play.run.result is Result.CANCELLED
    assert play.started == ["reach@web1", "reach@web2"]


def test_cancelling_after_a_change_takes_it_back() -> None:
    play = Play()
    while "code@web1" not in play.started:
        play.end_next()
    play.take(decide(play.run, CancelRequested("Ihor", NOW)))
    assert play.to_the_end() is Result.CANCELLED
    assert "undo code@web2" in play.started


def test_a_way_back_cannot_be_cancelled() -> None:
    play = Play({"health@web1": Outcome.FAILED})
    while play.run.undo_from is None:
        play.end_next()
    play.take(decide(play.run, CancelRequested("Ihor", NOW)))
    assert play.cancelled == []
    assert play.to_the_end() is Result.CANCELLED


def test_a_second_cancel_asks_the_host_nothing_new() -> None:
    play = Play()
    for _ in range(3):
        play.take(decide(play.run, CancelRequested("Ihor", NOW)))
    assert len(play.cancelled) == 2


@given(st.integers(0, 10_000))
def test_any_order_of_ends_and_cancels_ends_exactly_once_and_can_be_resumed_anywhere(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  a repeatable test
    play = Play()
    outcomes = [*Outcome] + [Outcome.OK] * 30
    for _ in range(200):
        if play.run.end is not None:
            break
        # What the rows say is all there is to know: the same effects follow from them.
        again = new_run().fold(EVENT.validate_json(EVENT.dump_json(event)) for event in play.events)
        assert again == play.run
        running = [attempt.started for attempt in again.running]
        assert [effect.started for effect in resume(again) if isinstance(effect, RunJob)] == running
        if dice.random() < 0.02:
            play.take(decide(play.run, CancelRequested("Ihor", NOW)))
            cancelling = [e for e in resume(play.run) if isinstance(e, CancelJob)]
            assert len(cancelling) == (len(play.run.running) if play.run.undo_from is None else 0)
        else:
            play.end_next(dice.choice(outcomes), dice.randrange(len(play.waiting)))
    assert play.run.end is not None
    assert not play.waiting
    assert len(play.started) == len(set(play.started)), "no attempt is started twice"
    jobs = [attempt.started.job for attempt in play.run.attempts]
    assert len(jobs) == len(set(jobs)), "and none has another one's name"
    if play.run.changed and play.run.result not in {Result.SUCCEEDED, Result.UNKNOWN}:
        touched = {(a.started.step, a.started.host) for a in play.run.attempts if not a.started.undo}
        undone = {(a.started.step, a.started.host) for a in play.run.attempts if a.started.undo}
        skipped = {
            (a.started.step, a.started.host)
            for a in play.run.attempts
            if a.ended and a.ended.outcome is Outcome.SKIPPED
        }
        for each in PLAN.steps:
            if each.changes and each.undo:
                mine = {(each.key, host) for host in PLAN.hosts} & touched - skipped
                assert mine <= undone


def test_a_plan_survives_being_written_down() -> None:
    text = write_plan(PLAN)
    assert scripts_named(text) == set(PLAN.scripts)
    assert read_plan(text, PLAN.scripts) == PLAN
