"""Follows: messages in which a log is followed, as rows: what a restart has cut short is still brought to its end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.store.outbox import NOTICE, REPLY, Destination, Draft, queue

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import asyncpg

    from ops.store.postgres import Connection, Pool


@dataclass(frozen=True, slots=True)
class Followed:
    """One message. heading: markup. shown: the lines it showed last. lines: how many there were in all.

    ended: time, stopped, restart or replaced; empty while it goes on. ended_by: who has stopped it.
    """

    id: int
    project: str
    source: str
    level: str
    heading: str
    language: str
    until: datetime
    shown: str = ""
    lines: int = 0
    ended: str = ""
    ended_by: str = ""

    @property
    def key(self) -> str:
        """The key of its letter."""
        return f"follow:{self.id}"


class PostgresFollows:
    """See Followed."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def begin(self, followed: Followed, to: Destination, now: datetime) -> int:
        """Store it, whatever its number says, with the letter that shows it; return its number."""
        async with self._pool.acquire() as connection, connection.transaction():
            number: int = await connection.fetchval(
                "INSERT INTO follows (project, source, level, heading, language, began_at, until)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
                followed.project,
                followed.source,
                followed.level,
                followed.heading,
                followed.language,
                now,
                followed.until,
            )
            body = json.dumps({"follow": number})
            await queue(connection, Draft(to, f"follow:{number}", "follow", body, REPLY, now))
        return number

    async def show(self, number: int, shown: str, lines: int) -> bool:
        """Note what is shown by now; False when it has been ended. A crash may forget it: it is only shown."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL synchronous_commit = off")
            noted = await connection.fetchval(
                "UPDATE follows SET shown = $2, lines = $3 WHERE id = $1 AND ended_at IS NULL RETURNING id",
                number,
                shown.replace("\0", ""),
                lines,
            )
        return noted is not None

    async def end(self, number: int, why: str, to: Destination, now: datetime, *, by: str = "") -> bool:
        """Note that it is over, with the letter that says so; False when it was."""
        async with self._pool.acquire() as connection, connection.transaction():
            return await _end(connection, number, why, to, now, by)

    async def end_all(self, why: str, now: datetime, spared: Iterable[int] = ()) -> int:
        """Bring to their end those that nobody follows any more; return how many there were.

        spared: numbers of those that somebody has begun to follow meanwhile.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(
                "SELECT follows.id, chat_id, thread_id FROM follows JOIN outbox ON key = 'follow:' || follows.id"
                " WHERE ended_at IS NULL AND follows.id <> ALL($1)",
                list(spared),
            )
            for row in rows:
                await _end(connection, row["id"], why, _place(row), now, "")
        return len(rows)

    async def load(self, number: int) -> Followed | None:
        """Return one; None when there is none of that number."""
        row = await self._pool.fetchrow("SELECT * FROM follows WHERE id = $1", number)
        if row is None:
            return None
        names = ("id", "project", "source", "level", "heading", "language", "until", "shown", "lines", "ended_by")
        return Followed(**{name: row[name] for name in names}, ended=row["ended"] or "")


async def _end(connection: Connection, number: int, why: str, to: Destination, now: datetime, by: str) -> bool:
    ended = await connection.fetchval(
        "UPDATE follows SET ended_at = $2, ended = $3, ended_by = $4 WHERE id = $1 AND ended_at IS NULL RETURNING id",
        number,
        now,
        why,
        by,
    )
    if ended is None:
        return False
    body = json.dumps({"follow": number})
    await queue(connection, Draft(to, f"follow-ended:{number}", "follow-ended", body, NOTICE, now))
    return True


def _place(row: asyncpg.Record) -> Destination:
    return Destination(row["chat_id"], row["thread_id"])
