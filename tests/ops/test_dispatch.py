"""The queue hands each run to somebody who is alive. Real PostgreSQL, and processes that are killed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from ops.actor import Actor, Role
from ops.runs.events import Result, RunEnded
from ops.runs.journal import Request
from ops.runs.plan import Plan, Step
from ops.runs.script import Script
from ops.store.dispatch import Dispatcher
from ops.store.journal import PostgresJournal
from ops.store.outbox import Destination
from ops.store.postgres import open_pool

if TYPE_CHECKING:
    from ops.runs.run import Run
    from ops.store.postgres import Pool

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
TEAM = Destination(-100)
PLAN = Plan(("web1",), (Step("reach", "reach", Script("true\n")),))
CHECKOUT = Path(__file__).parent.parent.parent
SECONDS = 10
"""After so long a run is driven again whose worker was killed."""

# Says that it is there; drives whatever it is given, for ever, and says so.
WORKER = """
import asyncio, sys
from ops.store.dispatch import Dispatcher
from ops.store.postgres import open_pool

async def drive(run_id):
    print(run_id, flush=True)
    await asyncio.Event().wait()

async def main():
    pool = await open_pool(sys.argv[1])
    print(0, flush=True)
    await Dispatcher(pool, drive).run()

asyncio.run(main())
"""


class Driving:
    """Takes the place of a worker: ``began`` has every run that it was given, in order."""

    def __init__(self) -> None:
        self.began: list[int] = []
        self.let_go: list[int] = []
        self.done = asyncio.Event()
        self._changed = asyncio.Event()

    async def drive(self, run_id: int) -> None:
        self.began.append(run_id)
        self._changed.set()
        try:
            await self.done.wait()
        except asyncio.CancelledError:
            self.let_go.append(run_id)
            self._changed.set()
            raise

    async def until(self, true: Callable[[], bool], seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while not true():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def serving(pool: Pool, driving: Driving) -> AsyncIterator[None]:
    task = asyncio.create_task(Dispatcher(pool, driving.drive).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def worker(dsn: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that serves the queue, and has brought it up to date; killed at the end, if it lives."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WORKER, dsn),
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert await next_run(process) == 0
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def next_run(process: asyncio.subprocess.Process) -> int:
    """Return the next run that a process was given."""
    assert process.stdout is not None
    async with asyncio.timeout(30):
        return int(await process.stdout.readline())


@pytest.fixture
def journal(pool: Pool) -> PostgresJournal:
    return PostgresJournal(pool, TEAM)


@pytest.fixture
def driving() -> Driving:
    return Driving()


async def accept(journal: PostgresJournal, number: int = 1, *, wait: bool = False) -> Run:
    actor = Actor(1001, "Olena", Role.ADMIN)
    project = "formbot" if wait else f"p{number}"
    request = Request(f"update:{number}", project, "deploy", "main", actor, PLAN, NOW, chat_id=0, wait=wait)
    return (await journal.accept(request))[0]


async def end(journal: PostgresJournal, run: Run) -> None:
    tenure = await journal.take_up(run.id)
    assert tenure is not None
    over = RunEnded(Result.SUCCEEDED, NOW)
    await journal.append(run.apply(over), tenure.epoch, [over])


async def test_an_accepted_run_is_driven_at_once_and_once(
    pool: Pool, journal: PostgresJournal, driving: Driving
) -> None:
    before = await accept(journal)
    async with serving(pool, driving):
        await driving.until(lambda: driving.began == [before.id])
        later = await accept(journal, 2)
        await driving.until(lambda: driving.began == [before.id, later.id])
        for run in (before, later):
            await end(journal, run)
        driving.done.set()
        while await pool.fetchval("SELECT count(*) FROM queue"):  # noqa: ASYNC110  nothing tells of a row
            await asyncio.sleep(0.02)
    assert driving.began == [before.id, later.id]


async def test_a_run_that_waits_is_driven_when_its_turn_comes(
    pool: Pool, journal: PostgresJournal, driving: Driving
) -> None:
    first, second = await accept(journal, 1, wait=True), await accept(journal, 2, wait=True)
    async with serving(pool, driving):
        await driving.until(lambda: driving.began == [first.id])
        await end(journal, first)
        await driving.until(lambda: driving.began == [first.id, second.id])


async def test_one_worker_has_it_and_when_that_is_killed_another_one_soon(
    dsn: str, pool: Pool, journal: PostgresJournal, driving: Driving
) -> None:
    run = await accept(journal)
    async with worker(dsn) as process:
        assert await next_run(process) == run.id
        async with serving(pool, driving):
            other = await accept(journal, 2)
            # It was free, or the first one was: but nobody has the run that is being driven.
            await asyncio.wait(
                {
                    asyncio.create_task(driving.until(lambda: bool(driving.began))),
                    asyncio.create_task(next_run(process)),
                },
                return_when=asyncio.FIRST_COMPLETED,
            )
            assert set(driving.began) <= {other.id}
            process.kill()
            await driving.until(lambda: {run.id, other.id} <= set(driving.began), SECONDS)


async def test_a_worker_that_stops_gives_its_runs_back_at_once(
    pool: Pool, journal: PostgresJournal, driving: Driving
) -> None:
    run, after = await accept(journal), Driving()
    async with serving(pool, driving):
        await driving.until(lambda: driving.began == [run.id])
    assert driving.let_go == [run.id]
    async with serving(pool, after):
        await after.until(lambda: after.began == [run.id], 5)


async def test_a_run_that_is_missing_from_the_queue_is_put_back(
    pool: Pool, journal: PostgresJournal, driving: Driving
) -> None:
    begun, waiting = await accept(journal, 1, wait=True), await accept(journal, 2, wait=True)
    ended = await accept(journal, 3)
    await end(journal, ended)
    await pool.execute("TRUNCATE queue")
    async with serving(pool, driving):
        await driving.until(lambda: bool(driving.began))
        await end(journal, begun)
        await driving.until(lambda: len(driving.began) > 1)
    assert driving.began == [begun.id, waiting.id]


async def test_a_connection_that_is_cut_is_one_that_is_opened_again(
    pool: Pool, journal: PostgresJournal, driving: Driving
) -> None:
    run = await accept(journal)
    async with serving(pool, driving):
        await driving.until(lambda: driving.began == [run.id])
        with pytest.raises(asyncpg.PostgresConnectionError):
            await pool.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() UNION ALL SELECT pg_terminate_backend(pg_backend_pid())"
            )
        later = await accept(journal, 2)
        await driving.until(lambda: {run.id, later.id} <= set(driving.began[1:]), SECONDS + 5)


async def test_what_the_environment_says_about_somebody_elses_queue_changes_nothing(dsn: str) -> None:
    names = (
        "prefix",
        "db_schema",
        "channel",
        "function",
        "queue_table",
        "queue_table_log",
        "trigger",
        "schedules_table",
    )
    foreign = {f"{start}{name.upper()}": "elsewhere" for start in ("PGQUEUER_", "") for name in names}
    async with worker(dsn, **foreign, PGQUEUER_DURABILITY="volatile") as process, await open_pool(dsn) as pool:
        run = await accept(PostgresJournal(pool, TEAM))
        assert await next_run(process) == run.id
        tables = await pool.fetch("SELECT relname, relpersistence FROM pg_class")
        triggers = await pool.fetch("SELECT tgname FROM pg_trigger")
    found = [row[0] for row in (*tables, *triggers)]
    assert {"queue", "lotsman_queue_trigger"} <= set(found)
    assert not any("elsewhere" in name for name in found)
    assert all(row["relpersistence"] == b"p" for row in tables), "nothing is lost with a crash of the server"


async def test_the_queue_is_installed_by_many_who_start_at_once(dsn: str) -> None:
    pools = await asyncio.gather(*(open_pool(dsn) for _ in range(4)))
    for pool in pools:
        assert await pool.fetchval("SELECT count(*) FROM queue") == 0
        await pool.close()
