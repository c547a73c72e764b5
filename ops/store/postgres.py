"""Postgres: the pool of connections, and the schema it brings up to date."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import asyncpg

from ops.errors import OpsError
from ops.store.dispatch import install_queue

if TYPE_CHECKING:
    from datetime import datetime

    from asyncpg.pool import PoolConnectionProxy

    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]

_SCHEMA = Path(__file__).parent / "schema"
_SCHEMA_LOCK = 0x10750A
_SESSION = {
    "application_name": "lotsman",
    "timezone": "UTC",
    # With it off a crash of the server forgets rows that were acknowledged: runs we promised to finish.
    "synchronous_commit": "on",
}


@dataclass(eq=False)
class UnsafeDatabase(OpsError):
    """The server may lose what it has acknowledged, by a setting we cannot change from here."""

    setting: str


async def open_pool(dsn: str, *, most: int = 8) -> Pool:
    """Connect and bring the schema up to date. Raises asyncpg and OS errors, UnsafeDatabase.

    Use as ``async with await open_pool(dsn) as pool``, or close it.
    """
    # No connection ever keeps state of its own, so none needs the round trip that resets it.
    pool = await asyncpg.create_pool(
        dsn, min_size=1, max_size=most, init=_prepare, reset=_keep, server_settings=_SESSION, command_timeout=30
    )
    try:
        async with pool.acquire() as connection:
            await _insist_on_fsync(connection)
            await _migrate(connection)
            await install_queue(connection)
    except BaseException:
        pool.terminate()
        raise
    return pool


async def write_pulse(pool: Pool, now: datetime) -> None:
    """Write a row, to find out whether that works. Raises asyncpg's errors."""
    await pool.execute("INSERT INTO pulse (at) VALUES ($1) ON CONFLICT (one) DO UPDATE SET at = excluded.at", now)


async def _prepare(connection: Connection) -> None:
    """Pass JSON through as text: who stores it has made it, who reads it parses it."""
    await connection.set_type_codec("jsonb", encoder=str, decoder=str, schema="pg_catalog")


async def _keep(_: Connection) -> None:
    """Give a connection back as it is."""


async def _insist_on_fsync(connection: Connection) -> None:
    if await connection.fetchval("SHOW fsync") == "off":
        raise UnsafeDatabase("fsync")


async def _migrate(connection: Connection) -> None:
    async with connection.transaction():
        # Two instances that start at once take turns.
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _SCHEMA_LOCK)
        # "already exists, skipping" is what we want and nothing to log.
        await connection.execute("SET LOCAL client_min_messages = warning")
        for path in sorted(_SCHEMA.glob("*.sql")):
            await connection.execute(path.read_text())
