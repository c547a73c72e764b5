"""Outbox: what people are to be told, as rows, until it has been delivered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ops.store.postgres import Connection, Pool

ALERT, RESULT, REPLY, NOTICE = 0, 0, 10, 10
"""Urgency of a question or an alert, of an end, of an answer to somebody, and of a beginning: the lower the sooner."""

TAKEN_SECONDS = 5.0
"""How long a letter is left to the one that has taken it: it may be dead."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A chat, and a topic in it where there is one."""

    chat_id: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter to be queued. ``key``: the same thing is never queued twice; ``body``: JSON, its kind decides."""

    to: Destination
    key: str
    kind: str
    body: str
    urgency: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter(Draft):
    """One row of the outbox."""

    id: int


async def queue(connection: Connection, draft: Draft) -> bool:
    """Add a letter within the caller's transaction; False when one with this key was added before."""
    added = await connection.fetchval(
        "INSERT INTO outbox (key, kind, body, chat_id, thread_id, urgency, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING RETURNING id",
        draft.key,
        draft.kind,
        draft.body,
        draft.to.chat_id,
        draft.to.thread_id,
        draft.urgency,
        draft.at,
    )
    return added is not None


class PostgresOutbox:
    """Letters until they are delivered, and where they were. ``me``: tells those who deliver apart."""

    def __init__(self, pool: Pool, me: str = "") -> None:
        self._pool = pool
        self._me = me

    async def add(self, draft: Draft) -> bool:
        """Queue a letter of its own; False when one with this key was queued before."""
        async with self._pool.acquire() as connection:
            return await queue(connection, draft)

    async def waiting(self, after: int, most: int) -> list[Letter]:
        """Return letters with an id over ``after`` that are not delivered yet, in order of their ids."""
        rows = await self._pool.fetch(
            "SELECT * FROM outbox WHERE sent_at IS NULL AND dropped IS NULL AND id > $1 ORDER BY id LIMIT $2",
            after,
            most,
        )
        return [
            Letter(
                Destination(row["chat_id"], row["thread_id"]),
                row["key"],
                row["kind"],
                row["body"],
                row["urgency"],
                row["created_at"],
                row["id"],
            )
            for row in rows
        ]

    async def take(self, letter_id: int) -> bool:
        """Have a letter to oneself for a few seconds; False when it is delivered, or another one has it.

        It is not waited for the disk: a claim that a crash of the database forgets costs nothing.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL synchronous_commit = off")
            taken = await connection.fetchval(
                "UPDATE outbox SET taken_by = $2, taken_at = clock_timestamp()"
                " WHERE id = $1 AND sent_at IS NULL AND dropped IS NULL AND (taken_by IS NULL OR taken_by = $2"
                " OR taken_at < clock_timestamp() - make_interval(secs => $3)) RETURNING id",
                letter_id,
                self._me,
                TAKEN_SECONDS,
            )
        return taken is not None

    async def delivered(self, letter_id: int, message_id: int | None, at: datetime) -> None:
        """Note that a letter has arrived, and as which message."""
        await self._pool.execute(
            "UPDATE outbox SET sent_at = $2, message_id = $3 WHERE id = $1", letter_id, at, message_id
        )

    async def drop(self, letter_id: int, why: str) -> None:
        """Note that a letter can never be delivered."""
        await self._pool.execute("UPDATE outbox SET dropped = $2 WHERE id = $1", letter_id, why)

    async def replace_message(self, key: str, to: Destination, message_id: int) -> None:
        """Note that a letter's message had to be sent anew, and where it is now."""
        await self._pool.execute(
            "UPDATE outbox SET message_id = $2, chat_id = $3, thread_id = $4 WHERE key = $1",
            key,
            message_id,
            to.chat_id,
            to.thread_id,
        )

    async def message_of(self, key: str) -> tuple[Destination, int] | None:
        """Return where a letter was delivered, and as which message; None when it was not."""
        row = await self._pool.fetchrow("SELECT chat_id, thread_id, message_id FROM outbox WHERE key = $1", key)
        if row is None or row["message_id"] is None:
            return None
        return Destination(row["chat_id"], row["thread_id"]), row["message_id"]

    async def sent_at(self, key: str) -> datetime | None:
        """Return when a letter was delivered; None when it was not."""
        at: datetime | None = await self._pool.fetchval("SELECT sent_at FROM outbox WHERE key = $1", key)
        return at

    async def moves(self) -> dict[int, int]:
        """Return the chats that have another id now: old id to new one."""
        return {row["old_id"]: row["new_id"] for row in await self._pool.fetch("SELECT * FROM chat_moves")}

    async def move(self, old_id: int, new_id: int) -> None:
        """Note that a chat has another id now. Message ids do not move along: an edit finds that out."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "INSERT INTO chat_moves (old_id, new_id) VALUES ($1, $2)"
                " ON CONFLICT (old_id) DO UPDATE SET new_id = excluded.new_id",
                old_id,
                new_id,
            )
            await connection.execute("UPDATE outbox SET chat_id = $2 WHERE chat_id = $1", old_id, new_id)
