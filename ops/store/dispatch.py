"""Dispatch: which process drives which run. PgQueuer hands each run to one worker, and to another when that dies.

The journal decides what is true; a job in the queue only says "drive run 142", and may be done twice.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import structlog
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.db import AsyncpgDriver
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel
from pgqueuer.errors import RetryRequested
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import asyncpg
    from pgqueuer.models import Job

    from ops.store.postgres import Connection, Pool

log = structlog.get_logger()

_INSTALL_LOCK = 0x10750B
_DRIVE = "drive-run"
_DEAD_AFTER = timedelta(seconds=4.5)
"""A worker that was not heard of for so long is taken to be dead: with a busy machine's delays, within ten seconds.

One that only seemed dead does no harm: the epoch keeps it from writing.
"""
_LOOK_EVERY = timedelta(seconds=1.5)
_RETURN_SECONDS = 1.0

# Given in full: whatever PGQUEUER_* or CHANNEL stands in our environment is meant for somebody else.
_NAMES = DBSettings(
    prefix="",
    db_schema=None,
    channel=Channel("lotsman_queue"),
    function="lotsman_queue_changed",
    statistics_table="queue_statistics",
    queue_status_type="queue_status",
    queue_table="queue",
    queue_table_log="queue_log",
    trigger="lotsman_queue_trigger",
    schedules_table="queue_schedules",
    durability=Durability.durable,
    widen_id=True,
)


def _queries(connection: Connection) -> Queries:
    return Queries(
        AsyncpgDriver(cast("asyncpg.Connection[asyncpg.Record]", connection)),
        QueryBuilderEnvironment(_NAMES),
        QueryQueueBuilder(_NAMES),
        QuerySchedulerBuilder(_NAMES),
    )


async def install_queue(connection: Connection) -> None:
    """Bring the queue's tables up to date. Not within a transaction: its upgrades cannot share one."""
    queries = _queries(connection)
    await connection.execute("SELECT pg_advisory_lock($1)", _INSTALL_LOCK)
    try:
        if await queries.schema_is_installed():
            await queries.upgrade()
        else:
            await queries.install()
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _INSTALL_LOCK)


async def enqueue(connection: Connection, run_id: int) -> None:
    """Have a run driven, by whoever is free; part of the caller's transaction. Doing so twice does no harm."""
    await _enqueue(_queries(connection), run_id)


async def _enqueue(queries: Queries, run_id: int) -> None:
    await queries.enqueue(_DRIVE, str(run_id).encode(), dedupe_key=f"run:{run_id}", on_conflict="skip")


class Dispatcher:
    """Takes runs out of the queue and has them driven, until it is stopped.

    drive: drives a run until it is over, waits, or belongs to somebody else; a second call joins the first.
    """

    def __init__(self, pool: Pool, drive: Callable[[int], Awaitable[None]]) -> None:
        self._pool = pool
        self._drive = drive

    async def run(self) -> None:
        """Serve until cancelled, through every restart of the database."""
        while True:
            try:
                async with self._pool.acquire() as connection:
                    await _Shift(connection, self._drive).run()
            except Exception as error:  # noqa: BLE001  a task's boundary: without it no run would be driven any more
                log.warning("the queue is away", why=f"{type(error).__name__}: {error}")
            await asyncio.sleep(_RETURN_SECONDS)


class _Shift:
    """One connection's worth of serving the queue."""

    def __init__(self, connection: Connection, drive: Callable[[int], Awaitable[None]]) -> None:
        self._connection = connection
        self._drive = drive
        self._over = asyncio.Event()
        self._queries = _queries(connection)

    async def run(self) -> None:
        connection = self._connection
        connection.add_termination_listener(self._end)
        manager = QueueManager(self._queries, channel=_NAMES.channel)
        manager.entrypoint(_DRIVE, accepts_context=False)(self._take)
        missing = asyncio.create_task(self._look_for_missing())
        serving = asyncio.create_task(
            manager.run(
                dequeue_timeout=_LOOK_EVERY,
                heartbeat_timeout=_DEAD_AFTER,
                log_aggregation_interval=timedelta(0),
                shutdown_on_listener_failure=True,
            )
        )
        over = asyncio.create_task(self._over.wait())
        try:
            await asyncio.wait({serving, over, missing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # Jobs are given back, not ended: the runs they stand for go on wherever they are driven.
            self._over.set()
            manager.shutdown.set()
            for task in (missing, over):
                task.cancel()
            await asyncio.wait({serving, missing})
            connection.remove_termination_listener(self._end)
            if not connection.is_closed():
                await connection.reset()  # the queue's own listeners stay behind otherwise
        serving.result()
        if not missing.cancelled():
            missing.result()

    def _end(self, _: object) -> None:
        self._over.set()

    async def _take(self, job: Job) -> None:
        """Drive a run; give it back when the shift ends first."""
        driving = asyncio.ensure_future(self._drive(int(job.payload or b"0")))
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({driving, over}, return_when=asyncio.FIRST_COMPLETED)
            if driving.done():
                driving.result()
            else:
                raise RetryRequested
        finally:
            for task in (driving, over):
                task.cancel()

    async def _look_for_missing(self) -> None:
        """Put runs into the queue that should be there: nothing may hang on a row of somebody else's table."""
        while True:
            rows = await self._queries.driver.fetch(_OPEN)
            for row in rows:
                await _enqueue(self._queries, cast("int", row["id"]))  # its lock: the connection is not ours alone
            await asyncio.sleep(10)


_OPEN = "SELECT id FROM runs WHERE result IS NULL AND begun_at IS NOT NULL ORDER BY id"
