"""A run ends, whatever a host or the database does. Real journal; the hosts are made up, so that they can misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ops.actor import Actor, Role
from ops.errors import HostUnreachable
from ops.hosts.host import Answer, Job, JobEnd
from ops.redaction import Redactor
from ops.runs.events import CancelRequested, Event, Result, RunEnded
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
        Step("health", "health", HEALTH, verify=True),
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

    async def cancel(self, job_id: str, grace: int) -> None:
        del job_id, grace
        self.cancelled.set()

    async def ask(self, script: Script, values: Mapping[str, str], *, mark: str, seconds: int, limit: int) -> Answer:
        raise NotImplementedError

    @property
    def ran(self) -> list[str]:
        return [job.script.text.removeprefix("echo ").strip() for job in self.jobs]


class AbsentMindedJournal(PostgresJournal):
    """Cannot be written at its ``bad`` writes, as while a database is being restarted."""

    bad: frozenset[int] = frozenset()
    writes = 0

    async def append(self, run: Run, events: Sequence[Event], log: Sequence[LogPiece] = ()) -> None:
        self.writes += 1
        if self.writes in self.bad:
            raise ConnectionResetError
        await super().append(run, events, log)


class Yard:
    """A worker with its hosts over one journal."""

    def __init__(self, pool: Pool, behaviour: Behaviour) -> None:
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

    async def accept(self) -> Run:
        actor = Actor(1001, "Olena", Role.ADMIN)
        run, _ = await self.journal.accept(Request("update:1", "formbot", "deploy", "main", actor, PLAN, NOW, 0))
        return run

    async def to_the_end(self) -> Run:
        """Accept a run and drive it to its end, which has to be complete."""
        run = await self.accept()
        async with self.worker() as worker, asyncio.timeout(30):
            worker.start(run)
            await worker.finish(run.id)
        return await self.ended(run.id)

    async def ended(self, number: int) -> Run:
        run = await self.journal.load(number)
        assert run.end is not None
        assert await self.journal.open_runs() == []
        assert await self.journal.holder("formbot") is None
        assert [letter.kind for letter in await self.outbox.waiting(0, 9)] == ["run", "run-ended"]
        return run


async def _nothing_to_learn(run: Run, host: str) -> None:
    del run, host


def of(script: Script, host: str, end: JobEnd | Exception | None) -> Behaviour:
    """Let one script on one host end like that, and all others well."""
    return lambda at, job: end if (job.script, at.name) == (script, host) else FINE


def unreachable(host: str) -> HostUnreachable:
    return HostUnreachable(host, f"{host}:22", "timeout")


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


async def test_a_host_that_goes_away_after_a_change_has_the_change_taken_back(pool: Pool) -> None:
    yard = Yard(pool, of(STOP, "web2", unreachable("web2")))
    run = await yard.to_the_end()
    assert run.result is Result.ROLLED_BACK
    assert yard.hosts["web1"].ran == ["reach", "stop", "back", "health"]


async def test_a_host_that_stays_away_ends_as_a_failed_way_back(pool: Pool) -> None:
    yard = Yard(pool, lambda at, job: FINE if job.script == REACH or at.name == "web1" else unreachable(at.name))
    assert (await yard.to_the_end()).result is Result.ROLLBACK_FAILED


async def test_a_host_that_dies_mid_step_leaves_an_end_that_nobody_knows(pool: Pool) -> None:
    yard = Yard(pool, of(STOP, "web1", JobEnd("lost")))
    assert (await yard.to_the_end()).result is Result.UNKNOWN


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
    async with yard.worker() as worker, asyncio.timeout(20):
        worker.start(run)
        while "stop" not in yard.hosts["web1"].ran:
            yard.hosts["web1"].started.clear()
            await yard.hosts["web1"].started.wait()
    assert await yard.journal.open_runs() == [run.id]
    yard.hosts["web1"].behaviour = lambda *_: FINE
    async with yard.worker() as worker, asyncio.timeout(20):
        await worker.take_over()
        await worker.finish(run.id)
    assert (await yard.ended(run.id)).result is Result.SUCCEEDED
    stops = [job for job in yard.hosts["web1"].jobs if job.script == STOP]
    assert len(stops) == 2
    assert stops[0] == stops[1]


async def test_a_cancelled_run_ends_its_job_and_takes_the_change_back(pool: Pool) -> None:
    yard = Yard(pool, of(STOP, "web1", None))
    run = await yard.accept()
    async with yard.worker() as worker, asyncio.timeout(20):
        worker.start(run)
        while "stop" not in yard.hosts["web1"].ran:
            yard.hosts["web1"].started.clear()
            await yard.hosts["web1"].started.wait()
        await worker.tell(run.id, CancelRequested("Ihor", NOW))
        await worker.finish(run.id)
    assert (await yard.ended(run.id)).result is Result.CANCELLED
    assert yard.hosts["web1"].ran == ["reach", "stop", "back", "health"]


async def test_nothing_is_done_on_a_host_before_it_is_in_the_journal(pool: Pool) -> None:
    written: list[set[str]] = []
    yard = Yard(pool, lambda *_: FINE)

    class Watchful(AbsentMindedJournal):
        async def append(self, run: Run, events: Sequence[Event], log: Sequence[LogPiece] = ()) -> None:
            asked = {job.id.partition("-")[2] for host in yard.hosts.values() for job in host.jobs}
            written.append({attempt.started.job for attempt in run.attempts} - asked)
            await super().append(run, events, log)

    yard.journal = Watchful(pool, Destination(-100))
    await yard.to_the_end()
    assert [len(jobs) for jobs in written if jobs] == [2, 2, 2]


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


async def test_a_run_that_is_over_is_not_driven_again(pool: Pool) -> None:
    yard = Yard(pool, lambda *_: FINE)
    run = await yard.accept()
    end = RunEnded(Result.FAILED, NOW)
    await yard.journal.append(run.apply(end), [end])
    async with yard.worker() as worker:
        await worker.take_over()
        await worker.tell(run.id, CancelRequested("Ihor", NOW))
        await worker.finish(run.id)
    assert yard.hosts["web1"].jobs == []
