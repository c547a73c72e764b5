"""Whatever happens in whatever order: what must always hold of a run, looked for by a machine."""

from __future__ import annotations

import os
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ops.runs.engine import Decision, RunJob, begin, decide, resume
from ops.runs.events import (
    EVENT,
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
from ops.runs.run import Run
from ops.runs.script import Script
from tests.ops.test_engine import NOW, PLAN, new_run

_LONG = os.environ.get("LOTSMAN_FAULTS") == "long"
_OUTCOMES = [*Outcome] + [Outcome.OK] * 12
_PROBED = replace(
    PLAN, steps=tuple(replace(step, probe=Script("probe\n")) if step.key == "code" else step for step in PLAN.steps)
)


class RunMachine(RuleBasedStateMachine):
    """A run over a made-up server that keeps a record of what it was told to do."""

    @initialize(hosts=st.integers(1, 4), serial=st.integers(1, 3), failures=st.integers(0, 2), probed=st.booleans())
    def accept(self, hosts: int, serial: int, failures: int, probed: bool) -> None:  # noqa: FBT001  drawn
        names = tuple(f"web{n}" for n in range(1, hosts + 1))
        base = _PROBED if probed else PLAN
        self.first = new_run(replace(base, hosts=names, serial=serial, max_failures=failures))
        self.run = self.first
        self.events: list[Event] = []
        self.started: list[StepStarted] = []
        self.waiting: dict[str, StepStarted] = {}
        self.take(begin(self.run, NOW))

    def take(self, decision: Decision) -> None:
        self.run = decision.run
        self.events += decision.events
        for effect in decision.effects:
            if isinstance(effect, RunJob):
                self.started.append(effect.started)
                self.waiting[effect.started.job] = effect.started
            else:
                assert effect.started.job in self.waiting, "only what runs is cancelled"
                assert not (effect.started.host in self.run.gave_up and effect.started.undo), "never the way back"

    @precondition(lambda self: self.waiting and self.run.end is None)
    @rule(outcome=st.sampled_from(_OUTCOMES), pick=st.integers(0, 99), code=st.sampled_from(["", "not-done"]))
    def a_job_ends(self, outcome: Outcome, pick: int, code: str) -> None:
        job = list(self.waiting)[pick % len(self.waiting)]
        del self.waiting[job]
        self.take(decide(self.run, StepEnded(job, outcome, NOW, 1.0, None, code)))

    @precondition(lambda self: self.run.end is None)
    @rule(back=st.booleans())
    def a_person_cancels(self, back: bool) -> None:  # noqa: FBT001  drawn
        self.take(decide(self.run, CancelRequested("Ihor", NOW, back)))

    @precondition(lambda self: self.run.asked and self.run.end is None)
    @rule(choice=st.sampled_from([Choice.RETRY, Choice.DONE, Choice.BACK, Choice.ABORT]))
    def a_person_answers(self, choice: Choice) -> None:
        self.take(decide(self.run, Answered(self.run.asked[0].started.job, choice, "Olena", NOW)))

    @precondition(lambda self: self.run.attempts and self.run.end is None)
    @rule(pick=st.integers(0, 99), choice=st.sampled_from([*Choice]))
    def a_stale_button_is_pressed(self, pick: int, choice: Choice) -> None:
        attempt = self.run.attempts[pick % len(self.run.attempts)]
        if attempt not in self.run.asked:
            before = self.run
            self.take(decide(self.run, Answered(attempt.started.job, choice, "Olena", NOW)))
            assert replace(self.run, version=0) == replace(before, version=0)

    @precondition(lambda self: self.run.end is None and len(self.events) > 12)
    @rule(really=st.sampled_from([False] * 9 + [True]))
    def a_person_unlocks(self, really: bool) -> None:  # noqa: FBT001  drawn
        if really:
            self.take(decide(self.run, Unlocked("Olena", "gone", NOW)))
            self.waiting.clear()

    @rule()
    def the_bot_dies(self) -> None:
        """What the rows say is all there is to know: the same state and effects follow from them."""
        again: Run = self.first.fold(EVENT.validate_json(EVENT.dump_json(event)) for event in self.events)
        assert again == self.run
        if again.end is None:
            jobs = {effect.started.job for effect in resume(again) if isinstance(effect, RunJob)}
            assert jobs == set(self.waiting)

    @invariant()
    def it_never_stands_still(self) -> None:
        """Every accepted run ends, has something under way, or asks a person."""
        if hasattr(self, "run"):
            assert self.run.end is not None or self.waiting or self.run.asked

    @invariant()
    def no_attempt_is_started_twice(self) -> None:
        if hasattr(self, "run"):
            jobs = [started.job for started in self.started]
            assert len(jobs) == len(set(jobs))

    @invariant()
    def what_may_not_repeat_repeats_only_when_asked_or_harmless(self) -> None:
        if not hasattr(self, "run"):
            return
        for step in self.run.plan.steps:
            if step.repeatable:
                continue
            for host in self.run.plan.hosts_of(step):
                for attempt in self.run.tries(step, host, way_back=False)[:-1]:
                    assert attempt.again or attempt.outcome is Outcome.NEVER_BEGAN

    @invariant()
    def nothing_is_changed_before_everything_was_looked_at(self) -> None:
        if hasattr(self, "run") and self.run.changed:
            for step in self.run.plan.prologue:
                for host in self.run.plan.hosts_of(step):
                    assert self.run.done(step, host)

    @invariant()
    def the_first_host_is_a_barrier(self) -> None:
        if hasattr(self, "run") and any(self.run.changed_on(host) for host in self.run.plan.hosts[1:]):
            assert self.run.updated(self.run.plan.hosts[0])

    @invariant()
    def the_result_is_true(self) -> None:
        if not hasattr(self, "run") or self.run.end is None:
            return
        run, result = self.run, self.run.end.result
        updated = [host for host in run.plan.hosts if run.updated(host)]
        if result is Result.SUCCEEDED:
            assert updated == list(run.plan.hosts)
        if result in {Result.REJECTED, Result.FAILED}:
            assert not run.changed
        if result is Result.PARTIAL:
            assert 0 < len(updated) < len(run.plan.hosts)
        if result in {Result.ROLLED_BACK, Result.ROLLBACK_FAILED, Result.PARTIAL}:
            self._everything_was_taken_back(run)
        if result is Result.ROLLED_BACK:
            assert all(a.good for a in run.attempts if a.way_back and not self._superseded(run, a))

    @staticmethod
    def _everything_was_taken_back(run: Run) -> None:
        for host in run.gave_up:
            for step in run.plan.rollout:
                if not (step.undo and host in run.plan.hosts_of(step)):
                    continue
                tries = run.tries(step, host, way_back=False)
                if any(a.outcome not in {Outcome.SKIPPED, Outcome.NEVER_BEGAN} for a in tries):
                    assert run.tries(step, host, Part.UNDO), (step.key, host)

    @staticmethod
    def _superseded(run: Run, attempt: object) -> bool:
        return any(
            later.started.step == a.started.step
            and later.started.host == a.started.host
            and later.started.part == a.started.part
            for a in run.attempts
            if a is attempt
            for later in run.attempts[run.attempts.index(a) + 1 :]
        )

    def teardown(self) -> None:
        """From anywhere: when everything that runs ends well and every question is answered, the run ends."""
        if not hasattr(self, "run"):
            return
        for _ in range(400):
            if self.run.end is not None:
                break
            if self.waiting:
                self.a_job_ends(Outcome.OK, 0, "")
            else:
                self.take(decide(self.run, Answered(self.run.asked[0].started.job, Choice.BACK, "Olena", NOW)))
        assert self.run.end is not None
        assert not resume(self.run)


RunMachine.TestCase.settings = settings(
    max_examples=2000 if _LONG else 60,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestRun = RunMachine.TestCase
