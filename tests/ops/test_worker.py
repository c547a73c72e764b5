"""A run ends, whatever a host or the database does. Real journal; the hosts are made up, so that they can misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ops.actor import Actor, Role
from ops.errors import HostUnreachable
from ops.hosts.host import Answer, Job, JobEnd
from ops.redaction import Redactor
from ops.runs import worker as worker_module
from ops.runs.events import Answered, CancelRequested, Choice, Event, Outcome, Result, RunEnded, StepStarted
from ops.runs.journal import LogPiece, Request
from ops.runs.plan import Plan, Step
from ops.runs.run import Run
from ops.runs.script import Script
from ops.runs.worker import Worker
from ops.store.journal import PostgresJournal
from ops.store.outbox import Destination, PostgresOutbox

if TYPE_CHECKING:
    from ops.store.postgres import Pool

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
REACH, STOP, BACK, HEALTH = (Script(f"echo {name}\n") for name in ("reach", "stop", "back", "health"))
PLAN = Plan(
    ("web1", "web2"),
    (
        Step("reach", "reach", REACH),
        Step("stop", "stop", STOP, changes=True, undo=BACK),
        Step("health", "health", HEALTH, check=True),
    ),
)
FINE = JobEnd("exit", 0)
Behaviour = Callable[["PretendedHost", Job], JobEnd | Exception | None]
"""How a job ends, or the error that is raised; None: it goes on until it is told to end."""


@dataclass
class PretendedHost:
    """A host that does what a test wants. ``jobs``: what was run, in order."""

    name: str
    behaviour: Behaviour
    jobs: list[Job] = field(default_factory=list)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    boots: int = 1

    async def run(self, job: Job, on_output: Callable[[bytes], None]) -> JobEnd:
        self.jobs.append(job)
        self.started.set()
        on_output(b"hello\n")
        end = self.behaviour(self, job)
        if isinstance(end, Exception):
            raise end
        if end is None:
            await self.cancelled.wait()
            return JobEnd("cancelled", 143)
        return end

    async def boot(self) -> str:
        return f"{self.name}-boot-{self.boots}"

    async def cancel(self, job_id: str, grace: int) -> None:
        del job_id, grace
        self.cancelled.set()

    async def state(self, job_id: str) -> str:
        raise NotImplementedError

    async def acknowledge(self, job_id: str) -> None:
        raise NotImplementedError

    async def clean(self, days: int) -> None:
        raise NotImplementedError

    async def ask(self, script: Script, values: Mapping[str, str], *, mark: str, seconds: int, limit: int) -> Answer:
        raise NotImplementedError

    @property
    def ran(self) -> list[str]:
        return [job.script.text.removeprefix("echo ").strip() for job in self.jobs]

    async def until_ran(self, name: str) -> None:
        while name not in self.ran:
            self.started.clear()
            await self.started.wait()


class AbsentMindedJournal(PostgresJournal):
    """Cannot be written at its ``bad`` writes, as while a database is being restarted."""

    bad: frozenset[int] = frozenset()
    writes = 0

    async def append(
        self, run: Run, epoch: int, events: Sequence[Event], log: Sequence[LogPiece] = (), heard: Sequence[int] = ()
    ) -> None:
        self.writes += 1
        if self.writes in self.bad:
            raise ConnectionResetError
        await super().append(run, epoch, events, log, heard)


class Yard:
    """A worker with its hosts over one journal."""

    def __init__(self, pool: Pool, behaviour: Behaviour) -> None:
        self.pool = pool
        self.hosts = {name: PretendedHost(name, behaviour) for name in PLAN.hosts}
        self.outbox = PostgresOutbox(pool)
        self.journal = AbsentMindedJournal(pool, Destination(-100))

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[Worker]:
        worker = Worker(
            journal=self.journal,
            hosts=self.hosts,
            redactor=Redactor(["hunter2-canary"]),
            identity=("abcd1234", b"s" * 32),
            now=lambda: NOW,
            changed=lambda _: None,
            prepare=_nothing_to_learn,
        )
        try:
            yield worker
        finally:
            await worker.close()

    async def accept(self, plan: Plan = PLAN) -> Run:
        actor = Actor(1001, "Olena", Role.ADMIN)
        run, _ = await self.journal.accept(Request("update:1", "formbot", "deploy", "main", actor, plan, NOW, 0))
        return run

    @asynccontextmanager
    async def driving(self, number: int) -> AsyncIterator[tuple[Worker, asyncio.Task[None]]]:
        """Have a worker of its own drive a run, and let go of it at the end."""
        async with self.worker() as worker, asyncio.timeout(30):
            task = asyncio.create_task(worker.drive(number))
            yield worker, task
        await asyncio.gather(task, return_exceptions=True)

    async def drive(self, number: int) -> None:
        """Drive a run to its end."""
        async with self.driving(number) as (_, task):
            await task

    async def until(self, true: Callable[[Run], bool], number: int) -> Run:
        """Wait until a run as it stands in the journal is so."""
        async with asyncio.timeout(30):
            while not true(run := await self.journal.load(number)):  # noqa: ASYNC110  nothing tells of a row
                await asyncio.sleep(0.02)
        return run

    async def to_the_end(self) -> Run:
        """Accept a run and drive it to its end, which has to be complete."""
        run = await self.accept()
        await self.drive(run.id)
        return await self.ended(run.id)

    async def ended(self, number: int, *letters: str) -> Run:
        run = await self.journal.load(number)
        assert run.end is not None
        assert await self.journal.open_runs() == []
        assert await self.journal.holder("formbot") is None
        assert {letter.kind for letter in await self.outbox.waiting(0, 9)} == {"run", "run-ended", *letters}
        assert await self.pool.fetchval("SELECT count(*) FROM signals") == 0
        return run


async def _nothing_to_learn(run: Run, host: str) -> None:
    del run, host


def of(script: Script, host: str, end: JobEnd | Exception | None) -> Behaviour:
    """Let one script on one host end like that, and all others well."""
    return lambda at, job: end if (job.script, at.name) == (script, host) else FINE


def unreachable(host: str, why: str = "timeout") -> HostUnreachable:
    return HostUnreachable(host, f"{host}:22", why)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a server."""
    monkeypatch.setattr(worker_module, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(worker_module, "FIRST_SECONDS", 0.0)


async def test_where_all_is_well_it_succeeds_and_keeps_the_log(pool: Pool) -> None:
    yard = Yard(pool, lambda *_: FINE)
    run = await yard.to_the_end()
    assert run.result is Result.SUCCEEDED
    assert yard.hosts["web1"].ran == yard.hosts["web2"].ran == ["reach", "stop", "health"]
    assert [lines for _, _, lines in await yard.journal.log(run.id)] == [["hello"]] * 6


async def test_a_host_that_cannot_be_reached_stops_the_run_before_any_change(pool: Pool) -> None:
    yard = Yard(pool, of(REACH, "web2", unreachable("web2")))
    run = await yard.to_the_end()
    assert run.result is Result.REJECTED
    assert run.failure is not None
    assert run.failure.ended is not None
    assert run.failure.ended.code == "host-unreachable"
    assert "stop" not in yard.hosts["web1"].ran


@pytest.mark.usefixtures("impatient")
async def test_a_host_that_goes_away_after_a_change_has_the_change_taken_back_and_the_next_is_left_alone(
    pool: Pool,
) -> None:
    yard = Yard(pool, of(STOP, "web1", unreachable("web1")))
    run = await yard.to_the_end()
    assert run.result is Result.ROLLED_BACK
    assert yard.hosts["web1"].ran == ["reach", "stop", "back", "health"]
    assert yard.hosts["web2"].ran == ["reach"]


@pytest.mark.usefixtures("impatient")
async def test_a_second_host_that_goes_away_does_not_take_the_first_one_back(pool: Pool) -> None:
    yard = Yard(pool, of(STOP, "web2", unreachable("web2")))
    run = await yard.to_the_end()
    assert run.result is Result.PARTIAL
    assert yard.hosts["web1"].ran == ["reach", "stop", "health"]
    assert yard.hosts["web2"].ran == ["reach", "stop", "back", "health"]


@pytest.mark.usefixtures("impatient")
async def test_a_host_that_stays_away_ends_as_a_failed_way_back(pool: Pool) -> None:
    yard = Yard(pool, lambda at, job: FINE if job.script == REACH or at.name == "web2" else unreachable(at.name))
    assert (await yard.to_the_end()).result is Result.ROLLBACK_FAILED


async def test_a_host_that_was_met_and_is_away_for_a_moment_is_waited_for(pool: Pool) -> None:
    away = [unreachable("web1"), unreachable("web1")]
    yard = Yard(pool, lambda _, job: away.pop() if job.script == STOP and away else FINE)
    run = await yard.to_the_end()
    assert run.result is Result.SUCCEEDED
    stops = [job for job in yard.hosts["web1"].jobs if job.script == STOP]
    assert len(stops) == 3
    assert len({job.id for job in stops}) == 1, "the same attempt, which cannot have begun"


@pytest.mark.parametrize(("why", "result"), [("lost", Result.SUCCEEDED), ("timeout", Result.REJECTED)])
async def test_a_host_that_was_never_met_is_tried_again_only_when_it_hangs_up(
    pool: Pool, why: str, result: Result
) -> None:
    away = [unreachable("web1", why)]
    yard = Yard(pool, lambda at, _: away.pop() if at.name == "web1" and away else FINE)
    assert (await yard.to_the_end()).result is result


async def test_a_cancel_does_not_wait_for_a_server_that_is_away(pool: Pool) -> None:
    yard = Yard(pool, of(STOP, "web1", unreachable("web1")))
    run = await yard.accept()
    async with yard.driving(run.id) as (worker, task):
        await yard.hosts["web1"].until_ran("stop")
        await yard.journal.tell(run.id, CancelRequested("Ihor", NOW))
        worker.listen(run.id)
        await task
    run = await yard.ended(run.id)
    assert run.result is Result.CANCELLED
    assert run.attempts[-1].outcome is Outcome.CANCELLED


async def test_about_a_step_whose_end_nobody_knows_a_person_is_asked_and_the_answer_is_heard(pool: Pool) -> None:
    yard = Yard(pool, of(STOP, "web1", JobEnd("lost")))
    run = await yard.accept()
    async with yard.driving(run.id) as (worker, task):
        asked = (await yard.until(lambda run: bool(run.asked), run.id)).asked
        assert [number for number, _ in await yard.journal.asking()] == [run.id]
        await yard.journal.tell(run.id, Answered(asked[0].started.job, Choice.DONE, "Ihor", NOW))
        worker.listen(run.id)
        await task
    run = await yard.ended(run.id, "attention")
    assert run.result is Result.SUCCEEDED
    assert yard.hosts["web1"].ran == ["reach", "stop", "health"]
    assert await yard.journal.asking() == []


@pytest.mark.parametrize("reason", ["timed-out", "silent", "flooded", "never-began", "refused", "something-new"])
async def test_every_way_a_job_can_end_ends_the_run(pool: Pool, reason: str) -> None:
    yard = Yard(pool, of(HEALTH, "web1", JobEnd(reason, 143)))
    run = await yard.to_the_end()
    assert run.result in {Result.ROLLED_BACK, Result.ROLLBACK_FAILED}


@pytest.mark.parametrize("bad", [{1}, {2}, {1, 2, 3}, {4}, {6}])
async def test_a_database_that_is_away_for_a_while_only_delays_the_end(pool: Pool, bad: set[int]) -> None:
    yard = Yard(pool, lambda *_: FINE)
    yard.journal.bad = frozenset(bad)
    run = await yard.to_the_end()
    assert run.result is Result.SUCCEEDED
    assert yard.journal.writes > max(bad)
    for host in yard.hosts.values():
        assert list(dict.fromkeys(host.ran)) == ["reach", "stop", "health"]
        assert len({job.id for job in host.jobs}) == 3, "asked again by the same name, so nothing runs twice"


async def test_an_error_nobody_thought_of_does_not_leave_the_run_open(pool: Pool) -> None:
    surprises = [RuntimeError("a bug"), RuntimeError("again")]
    yard = Yard(pool, lambda *_: surprises.pop() if surprises else FINE)
    assert (await yard.to_the_end()).result is Result.SUCCEEDED


async def test_a_run_that_was_let_go_is_taken_over_with_the_same_job(pool: Pool) -> None:
    yard = Yard(pool, of(STOP, "web1", None))
    run = await yard.accept()
    async with yard.driving(run.id):
        await yard.hosts["web1"].until_ran("stop")
    assert await yard.journal.open_runs() == [run.id]
    yard.hosts["web1"].behaviour = lambda *_: FINE
    yard.hosts["web1"].boots += 1
    await yard.drive(run.id)
    assert (await yard.ended(run.id)).result is Result.SUCCEEDED
    stops = [job for job in yard.hosts["web1"].jobs if job.script == STOP]
    assert len(stops) == 2
    assert stops[0] == stops[1], "even under the boot it was first sent for: another one must not start it again"
    assert stops[0].boot == "web1-boot-1"


async def test_what_was_printed_before_a_take_over_is_stored_once(pool: Pool) -> None:
    yard = Yard(pool, of(STOP, "web1", None))
    run = await yard.accept()
    async with yard.driving(run.id):
        await yard.hosts["web1"].until_ran("stop")
        while len(await yard.journal.log(run.id)) < 3:  # noqa: ASYNC110  nothing tells of a row
            await asyncio.sleep(0.02)
    yard.hosts["web1"].behaviour = lambda *_: FINE
    await yard.drive(run.id)
    assert [lines for _, _, lines in await yard.journal.log(run.id)] == [["hello"]] * 6


async def test_a_job_of_another_process_that_a_restart_has_swallowed_is_one_whose_end_nobody_knows(pool: Pool) -> None:
    yard = Yard(pool, of(STOP, "web1", None))
    run = await yard.accept()
    async with yard.driving(run.id):
        await yard.hosts["web1"].until_ran("stop")
    yard.hosts["web1"].behaviour = of(STOP, "web1", JobEnd("rebooted"))
    async with yard.driving(run.id):
        run = await yard.until(lambda run: bool(run.asked), run.id)
    (asked,) = run.asked
    assert (asked.started.step, asked.outcome) == ("stop", Outcome.UNKNOWN)
    assert yard.hosts["web1"].ran.count("stop") == 2, "it is not begun a second time unasked"


async def test_a_job_of_our_own_that_a_restart_has_swallowed_never_began_and_is_tried_under_the_new_boot(
    pool: Pool,
) -> None:
    def restarts_once(host: PretendedHost, job: Job) -> JobEnd:
        if job.script == STOP and host.boots == 1:
            host.boots = 2
            return JobEnd("rebooted")
        return FINE

    yard = Yard(pool, restarts_once)
    run = await yard.to_the_end()
    assert run.result is Result.SUCCEEDED
    first, second = (job for job in yard.hosts["web1"].jobs if job.script == STOP)
    assert (first.boot, second.boot) == ("web1-boot-1", "web1-boot-2")
    assert first.id != second.id


@pytest.mark.usefixtures("impatient")
async def test_a_job_of_another_process_on_a_server_that_stays_away_is_one_whose_end_nobody_knows(
    pool: Pool,
) -> None:
    yard = Yard(pool, of(STOP, "web1", None))
    run = await yard.accept(replace(PLAN, steps=tuple(replace(step, timeout=0.0) for step in PLAN.steps)))
    async with yard.driving(run.id):
        await yard.hosts["web1"].until_ran("stop")
    yard.hosts["web1"].behaviour = of(STOP, "web1", unreachable("web1"))
    async with yard.driving(run.id):
        run = await yard.until(lambda run: bool(run.asked), run.id)
    assert run.asked[0].outcome is Outcome.UNKNOWN


async def test_a_run_that_another_process_has_taken_up_is_left_to_it(pool: Pool) -> None:
    yard, other = Yard(pool, of(STOP, "web1", None)), Yard(pool, lambda *_: FINE)
    run = await yard.accept()
    async with yard.driving(run.id) as (_, task):
        await yard.hosts["web1"].until_ran("stop")
        await other.drive(run.id)
        ended = await other.ended(run.id)
        await yard.hosts["web1"].cancel("", 0)
        await task
    assert await yard.ended(run.id) == ended
    assert ended.result is Result.SUCCEEDED
    assert yard.hosts["web1"].ran == ["reach", "stop"]


async def test_driving_a_run_twice_at_once_is_driving_it_once(pool: Pool) -> None:
    yard = Yard(pool, lambda *_: FINE)
    run = await yard.accept()
    async with yard.worker() as worker, asyncio.timeout(20):
        await asyncio.gather(*(worker.drive(run.id) for _ in range(5)))
    assert len(yard.hosts["web1"].jobs) == 3
    assert await pool.fetchval("SELECT epoch FROM runs") == 1


@pytest.mark.parametrize(
    ("back", "ran"), [(True, ["reach", "stop", "back", "health"]), (False, ["reach", "stop"])], ids=["back", "here"]
)
async def test_a_cancelled_run_ends_its_job_and_takes_the_change_back_where_that_was_wished(
    pool: Pool, *, back: bool, ran: list[str]
) -> None:
    yard = Yard(pool, of(STOP, "web1", None))
    run = await yard.accept()
    async with yard.driving(run.id) as (worker, task):
        await yard.hosts["web1"].until_ran("stop")
        await yard.journal.tell(run.id, CancelRequested("Ihor", NOW, back))
        worker.listen(run.id)
        await task
    assert (await yard.ended(run.id)).result is Result.CANCELLED
    assert yard.hosts["web1"].ran == ran


async def test_what_a_run_is_told_while_nobody_listens_is_heard_by_whoever_takes_it_up(pool: Pool) -> None:
    yard = Yard(pool, of(STOP, "web1", None))
    run = await yard.accept()
    async with yard.driving(run.id):
        await yard.hosts["web1"].until_ran("stop")
    await yard.journal.tell(run.id, CancelRequested("Ihor", NOW))
    await yard.drive(run.id)
    run = await yard.ended(run.id)
    assert run.result is Result.CANCELLED
    assert run.cancel == CancelRequested("Ihor", NOW)


async def test_nothing_is_done_on_a_host_before_it_is_in_the_journal(pool: Pool) -> None:
    written: list[set[str]] = []
    yard = Yard(pool, lambda *_: FINE)

    class Watchful(AbsentMindedJournal):
        async def append(
            self, run: Run, epoch: int, events: Sequence[Event], log: Sequence[LogPiece] = (), heard: Sequence[int] = ()
        ) -> None:
            asked = {job.id.partition("-")[2] for host in yard.hosts.values() for job in host.jobs}
            written.append({event.job for event in events if isinstance(event, StepStarted)})
            assert not written[-1] & asked
            await super().append(run, epoch, events, log, heard)

    yard.journal = Watchful(pool, Destination(-100))
    await yard.to_the_end()
    assert [len(jobs) for jobs in written if jobs] == [2, 1, 1, 1, 1]
    assert set().union(*written) == {job.id.partition("-")[2] for host in yard.hosts.values() for job in host.jobs}


async def test_a_secret_that_a_step_prints_is_not_stored(pool: Pool) -> None:
    yard = Yard(pool, lambda *_: FINE)
    speak = PretendedHost.run

    async def indiscreet(host: PretendedHost, job: Job, on_output: Callable[[bytes], None]) -> JobEnd:
        on_output(b"password is hunter2-")
        on_output(b"canary\n")
        return await speak(host, job, on_output)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PretendedHost, "run", indiscreet)
        run = await yard.to_the_end()
    lines = [line for _, _, piece in await yard.journal.log(run.id) for line in piece]
    assert "password is •••" in lines
    assert not any("hunter2" in line for line in lines)


async def test_a_run_that_is_over_is_not_driven_again_and_hears_nothing(pool: Pool) -> None:
    yard = Yard(pool, lambda *_: FINE)
    run = await yard.accept()
    tenure = await yard.journal.take_up(run.id)
    assert tenure is not None
    end = RunEnded(Result.FAILED, NOW)
    await yard.journal.append(run.apply(end), tenure.epoch, [end])
    await yard.journal.tell(run.id, CancelRequested("Ihor", NOW))
    await yard.drive(run.id)
    assert yard.hosts["web1"].jobs == []
    assert (await yard.ended(run.id)).result is Result.FAILED
