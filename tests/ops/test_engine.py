"""The engine is pure, so whole runs are told here as lists of events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ops.runs.engine import Decision, RunJob, begin, decide
from ops.runs.events import (
    Answered,
    CancelRequested,
    Choice,
    Event,
    Outcome,
    Part,
    Result,
    StepEnded,
    StepStarted,
    Unlocked,
)
from ops.runs.plan import Plan, Step
from ops.runs.plan_json import read_plan, scripts_named, write_plan
from ops.runs.resumption import inherited_events, may_resume
from ops.runs.run import Run
from ops.runs.script import Script

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
TRUE = Script("true\n")


def step(name: str, **options: object) -> Step:
    return replace(Step(name, name, TRUE), **options)  # type: ignore[arg-type]


PLAN = Plan(
    hosts=("web1", "web2"),
    serial=1,
    steps=(
        step("reach"),
        step("resolve", first_host=True),
        step("stop", changes=True, undo=Script("start\n")),
        step("code", changes=True, undo=Script("uncode\n")),
        step("migrate", changes=True),
        step("start", changes=True, undo=Script("stop\n")),
        step("health", check=True, repeatable=True),
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
        code = "not-done" if started.part is Part.PROBE and ended is Outcome.FAILED else ""
        facts = {"commit": "c" * 40} if started.step == "resolve" else {"previous_commit": "b" * 40}
        self.take(decide(self.run, StepEnded(started.job, ended, NOW + timedelta(seconds=1), 1.0, 0, code, facts)))

    def until(self, name: str) -> None:
        while name not in self.started:
            self.end_next()

    def tell(self, event: Event) -> None:
        self.take(decide(self.run, event))

    def answer(self, choice: Choice) -> None:
        self.tell(Answered(self.run.asked[0].started.job, choice, "Olena", NOW))

    def to_the_end(self) -> Result:
        while self.waiting:
            self.end_next()
        assert self.run.end is not None
        return self.run.end.result


def name_of(started: StepStarted) -> str:
    part = "" if started.part is Part.DO else f"{started.part} "
    return f"{part}{started.step}@{started.host}" + (f" {started.attempt}" if started.attempt > 1 else "")


def test_nothing_is_changed_anywhere_before_everything_was_looked_at_everywhere() -> None:
    play = Play()
    play.end_next(index=1)
    assert [name_of(s) for s in play.waiting] == ["reach@web1"]
    assert play.to_the_end() is Result.SUCCEEDED
    assert play.started[:4] == ["reach@web1", "reach@web2", "resolve@web1", "stop@web1"]


def test_the_second_host_begins_when_the_first_one_is_well() -> None:
    play = Play()
    assert play.to_the_end() is Result.SUCCEEDED
    first, second = [[name for name in play.started[3:] if name.endswith(host)] for host in PLAN.hosts]
    assert play.started[3:] == first + second
    assert play.run.commit == "c" * 40
    assert len(play.started) == 15


def test_a_refusal_before_the_first_change_ends_the_run_as_rejected() -> None:
    play = Play({"reach@web2": Outcome.REFUSED})
    assert play.to_the_end() is Result.REJECTED
    assert play.started == ["reach@web1", "reach@web2"]


def test_a_failure_before_the_first_change_undoes_nothing() -> None:
    assert Play({"resolve@web1": Outcome.FAILED}).to_the_end() is Result.FAILED


ONE_JOB_EACH = Plan(
    hosts=("web1", "web2"),
    steps=(
        step("reach"),
        step("shop", first_host=True, keep_going=True),
        step("forum", first_host=True, keep_going=True),
        step("config", keep_going=True),
    ),
)


def test_steps_that_keep_going_are_all_tried_and_the_run_fails_of_each() -> None:
    play = Play({"shop@web1": Outcome.REFUSED, "config@web2": Outcome.FAILED}, ONE_JOB_EACH)
    assert play.to_the_end() is Result.FAILED
    assert play.started[2:] == ["shop@web1", "forum@web1", "config@web1", "config@web2"]
    assert [(a.started.step, a.started.host) for a in play.run.failures] == [("shop", "web1"), ("config", "web2")]


def test_one_that_goes_on_from_there_tries_again_only_what_failed() -> None:
    play = Play({"shop@web1": Outcome.FAILED}, ONE_JOB_EACH)
    play.to_the_end()
    taken = [event.step for event in inherited_events(play.run) if isinstance(event, StepStarted)]
    assert sorted(taken) == ["config", "config", "forum", "reach", "reach"]


def test_nothing_is_changed_after_a_step_that_failed_and_kept_going() -> None:
    play = Play({"shop@web1": Outcome.FAILED}, replace(ONE_JOB_EACH, steps=(*ONE_JOB_EACH.steps, *PLAN.steps[2:])))
    assert play.to_the_end() is Result.FAILED
    assert not play.run.changed


def test_what_has_to_be_there_first_stops_the_steps_that_keep_going() -> None:
    play = Play({"reach@web1": Outcome.REFUSED}, ONE_JOB_EACH)
    assert play.to_the_end() is Result.REJECTED
    assert play.started == ["reach@web1", "reach@web2"]


def test_a_failure_on_the_first_host_is_undone_backwards_and_the_second_is_not_touched() -> None:
    play = Play({"health@web1": Outcome.FAILED})
    assert play.to_the_end() is Result.ROLLED_BACK
    assert play.started[play.started.index("health@web1") + 1 :] == [
        "undo start@web1",
        "undo code@web1",
        "undo stop@web1",
        "health@web1 2",
    ]


def test_a_failure_on_the_second_host_leaves_the_first_one_updated_and_says_partial() -> None:
    play = Play({"health@web2": Outcome.FAILED})
    assert play.to_the_end() is Result.PARTIAL
    assert play.run.updated("web1")
    assert not play.run.updated("web2")
    assert play.started[-1] == "health@web2 2"
    assert "undo code@web1" not in play.started


FIVE = replace(PLAN, hosts=("a", "b", "c", "d", "e"), serial=2)


def test_hosts_go_in_waves_after_the_first_one_alone() -> None:
    play = Play(plan=FIVE)
    play.until("stop@b")
    assert play.run.updated("a")
    assert sorted(name_of(s) for s in play.waiting) == ["stop@b", "stop@c"]
    play.until("stop@d")
    assert play.run.updated("b")
    assert play.run.updated("c")
    assert play.to_the_end() is Result.SUCCEEDED


def test_no_wave_begins_after_too_many_failures() -> None:
    play = Play({"start@c": Outcome.FAILED}, FIVE)
    assert play.to_the_end() is Result.PARTIAL
    assert not any(name.endswith(("stop@d", "stop@e")) for name in play.started)


def test_as_many_hosts_may_fail_as_the_project_says() -> None:
    play = Play({"start@c": Outcome.FAILED}, replace(FIVE, max_failures=1))
    assert play.to_the_end() is Result.PARTIAL
    assert [host for host in FIVE.hosts if play.run.updated(host)] == ["a", "b", "d", "e"]


def test_the_first_host_is_a_barrier_whatever_may_fail() -> None:
    play = Play({"start@a": Outcome.FAILED}, replace(FIVE, max_failures=4))
    assert play.to_the_end() is Result.ROLLED_BACK
    assert not any("stop@b" in name for name in play.started)


ONE = replace(PLAN, hosts=("web1",))


def test_the_step_that_failed_is_undone_too_because_it_may_have_done_half() -> None:
    play = Play({"code@web1": Outcome.TIMED_OUT}, ONE)
    assert play.to_the_end() is Result.ROLLED_BACK
    assert "undo code@web1" in play.started
    assert "undo start@web1" not in play.started


def test_a_failing_undo_does_not_stop_the_others_but_is_never_called_a_success() -> None:
    play = Play({"health@web1": Outcome.FAILED, "undo code@web1": Outcome.FAILED}, ONE)
    assert play.to_the_end() is Result.ROLLBACK_FAILED
    assert "undo stop@web1" in play.started


def test_a_way_back_that_is_not_healthy_is_a_failed_one() -> None:
    play = Play({"start@web1": Outcome.FAILED, "health@web1": Outcome.FAILED}, ONE)
    assert play.to_the_end() is Result.ROLLBACK_FAILED


def test_a_skipped_step_has_changed_nothing() -> None:
    only = Plan(("web1",), (step("stop", changes=True, undo=TRUE), step("check")))
    play = Play({"stop@web1": Outcome.SKIPPED, "check@web1": Outcome.FAILED}, only)
    assert play.to_the_end() is Result.FAILED


def test_a_change_without_an_undo_still_has_health_asked_again_once() -> None:
    only = Plan(("web1",), (step("migrate", changes=True), step("health", check=True)))
    play = Play({"migrate@web1": Outcome.FAILED}, only)
    assert play.to_the_end() is Result.ROLLED_BACK
    assert play.started == ["migrate@web1", "health@web1"]


def test_a_step_that_never_began_is_started_again_but_not_for_ever() -> None:
    play = Play({"code@web1": Outcome.NEVER_BEGAN}, ONE)
    assert play.to_the_end() is Result.SUCCEEDED
    never = {f"code@web1{n}": Outcome.NEVER_BEGAN for n in ("", " 2", " 3")}
    play = Play(never, ONE)
    assert play.to_the_end() is Result.ROLLED_BACK
    assert "code@web1 4" not in play.started
    assert "undo code@web1" not in play.started, "it has done nothing"


def test_a_harmless_step_whose_end_is_unknown_is_run_again() -> None:
    assert Play({"health@web1": Outcome.UNKNOWN}, ONE).to_the_end() is Result.SUCCEEDED


def test_a_step_whose_end_is_unknown_waits_for_a_person() -> None:
    play = Play({"code@web1": Outcome.UNKNOWN}, ONE)
    while play.waiting:
        play.end_next()
    assert play.run.end is None
    assert [a.started.step for a in play.run.asked] == ["code"]


def test_a_step_that_was_to_be_judged_and_got_lost_is_never_taken_as_done() -> None:
    judged = replace(ONE, steps=(step("migrations", judge="migrations"), step("code", changes=True)))
    play = Play({"migrations@web1": Outcome.UNKNOWN}, judged)
    assert play.to_the_end() is Result.FAILED
    assert play.run.asked == ()
    assert not play.run.changed


@pytest.mark.parametrize(
    ("choice", "result", "follows"),
    [
        (Choice.RETRY, Result.SUCCEEDED, "code@web1 2"),
        (Choice.DONE, Result.SUCCEEDED, "migrate@web1"),
        (Choice.BACK, Result.ROLLED_BACK, "undo code@web1"),
        (Choice.ABORT, Result.UNKNOWN, "code@web1"),
    ],
)
def test_the_answer_decides_how_the_run_goes_on(choice: Choice, result: Result, follows: str) -> None:
    play = Play({"code@web1": Outcome.UNKNOWN}, ONE)
    while play.waiting:
        play.end_next()
    seen = len(play.started)
    play.answer(choice)
    assert play.started[seen:][:1] == ([follows] if choice is not Choice.ABORT else [])
    assert play.to_the_end() is result


def test_an_answer_that_comes_too_late_changes_nothing() -> None:
    play = Play({"code@web1": Outcome.UNKNOWN}, ONE)
    while play.waiting:
        play.end_next()
    job = play.run.asked[0].started.job
    play.answer(Choice.DONE)
    play.tell(Answered(job, Choice.BACK, "Ihor", NOW))
    assert play.to_the_end() is Result.SUCCEEDED


PROBED = replace(ONE, steps=tuple(replace(s, probe=Script("probe\n")) if s.key == "code" else s for s in ONE.steps))


@pytest.mark.parametrize(
    ("found", "result"),
    [(Outcome.OK, Result.SUCCEEDED), (Outcome.FAILED, Result.ROLLED_BACK)],
)
def test_a_probe_finds_out_what_became_of_a_step(found: Outcome, result: Result) -> None:
    play = Play({"code@web1": Outcome.UNKNOWN, "probe code@web1": found}, PROBED)
    assert play.to_the_end() is result
    assert play.started.count("code@web1") == 1


def test_a_probe_that_cannot_tell_leaves_it_to_a_person() -> None:
    play = Play({"code@web1": Outcome.UNKNOWN, "probe code@web1": Outcome.TIMED_OUT}, PROBED)
    while play.waiting:
        play.end_next()
    assert play.run.asked


def test_cancelling_before_a_change_ends_at_once_and_touches_nothing() -> None:
    play = Play()
    play.tell(CancelRequested("Ihor", NOW))
    assert len(play.cancelled) == 2
    play.end_next(Outcome.CANCELLED)
    play.end_next(Outcome.CANCELLED)
    assert play.run.result is Result.CANCELLED
    assert play.started == ["reach@web1", "reach@web2"]


def test_cancelling_after_a_change_leaves_things_as_they_are() -> None:
    play = Play()
    play.until("code@web1")
    play.tell(CancelRequested("Ihor", NOW))
    play.end_next(Outcome.CANCELLED)
    assert play.run.result is Result.CANCELLED
    assert play.started[-1] == "code@web1"


def test_cancelling_with_the_way_back_takes_the_changes_back() -> None:
    play = Play()
    play.until("code@web1")
    play.tell(CancelRequested("Ihor", NOW, back=True))
    play.end_next(Outcome.CANCELLED)
    assert play.to_the_end() is Result.CANCELLED
    assert play.started[-3:] == ["undo code@web1", "undo stop@web1", "health@web1"]


def test_the_wish_to_go_back_may_follow_the_wish_to_stop() -> None:
    play = Play(plan=ONE)
    play.until("code@web1")
    play.tell(CancelRequested("Ihor", NOW))
    play.tell(CancelRequested("Ihor", NOW, back=True))
    assert len(play.cancelled) == 1, "the host is asked once"
    assert play.to_the_end() is Result.CANCELLED
    assert "undo code@web1" in play.started


def test_a_way_back_cannot_be_cancelled() -> None:
    play = Play({"health@web1": Outcome.FAILED})
    while not play.run.undoing:
        play.end_next()
    play.tell(CancelRequested("Ihor", NOW))
    assert play.cancelled == []
    assert play.to_the_end() is Result.CANCELLED
    assert "undo stop@web1" in play.started


def test_a_cancelled_step_whose_end_is_unknown_makes_the_end_unknown() -> None:
    play = Play(plan=ONE)
    play.until("code@web1")
    play.tell(CancelRequested("Ihor", NOW, back=True))
    play.end_next(Outcome.UNKNOWN)
    assert play.run.result is Result.UNKNOWN
    assert "undo code@web1" not in play.started, "it might still be at work"


def test_an_unlocked_run_is_over_at_once() -> None:
    play = Play()
    play.tell(Unlocked("Olena", "the server is gone", NOW))
    assert play.run.result is Result.UNKNOWN


def test_a_run_that_resumes_another_goes_on_after_its_good_steps() -> None:
    first = Play(plan=ONE)
    first.until("migrate@web1")
    first.tell(CancelRequested("Ihor", NOW))
    first.end_next(Outcome.CANCELLED)
    assert may_resume(first.run)
    decision = begin(replace(new_run(ONE), id=8).fold(inherited_events(first.run)), NOW)
    starts = [effect.started for effect in decision.effects if isinstance(effect, RunJob)]
    assert [name_of(started) for started in starts] == ["migrate@web1"]
    assert starts[0].job.startswith("8-")
    assert decision.run.commit == "c" * 40, "it is bound to the commit of the first"


def test_what_was_taken_back_is_not_resumed() -> None:
    play = Play({"migrate@web1": Outcome.FAILED}, ONE)
    assert play.to_the_end() is Result.ROLLED_BACK
    assert not may_resume(play.run)


def test_a_plan_survives_being_written_down() -> None:
    text = write_plan(PROBED)
    assert scripts_named(text) == set(PROBED.scripts)
    assert read_plan(text, PROBED.scripts) == PROBED


def test_a_fingerprint_tells_plans_apart_by_what_they_do() -> None:
    stamped = replace(PLAN, values={"STAMP": "20251010_123000", "REF": "main"})
    later = replace(PLAN, values={"STAMP": "20251011_080000", "REF": "main"})
    other = replace(PLAN, values={"STAMP": "20251010_123000", "REF": "v1"})
    assert stamped.fingerprint == later.fingerprint != other.fingerprint
    script = replace(PLAN, steps=(*PLAN.steps[:-1], replace(PLAN.steps[-1], script=Script("false\n"))))
    assert script.fingerprint != PLAN.fingerprint
