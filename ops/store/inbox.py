"""Inbox: what the chat has sent us, as rows, until it has been handled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ops.store.postgres import Pool


class PostgresInbox:
    """Updates by their ids, which Telegram never uses twice."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def receive(self, updates: Sequence[tuple[int, str]], at: datetime) -> list[int]:
        """Store updates as (id, JSON); return the ids that were not known."""
        rows = await self._pool.fetch(
            "INSERT INTO inbox (update_id, body, received_at, attempts)"
            " SELECT id, body::jsonb, $3, 1 FROM unnest($1::bigint[], $2::text[]) AS fresh (id, body)"
            " ON CONFLICT DO NOTHING RETURNING update_id",
            [update_id for update_id, _ in updates],
            [body for _, body in updates],
            at,
        )
        return sorted(row["update_id"] for row in rows)

    async def unhandled(self, most_attempts: int) -> list[tuple[int, str, int]]:
        """Return what an earlier process has not finished with, in order: (id, JSON, how often it was begun)."""
        rows = await self._pool.fetch(
            "SELECT update_id, body, attempts FROM inbox WHERE handled_at IS NULL AND attempts < $1 ORDER BY update_id",
            most_attempts,
        )
        return [(row["update_id"], row["body"], row["attempts"]) for row in rows]

    async def begin(self, update_id: int) -> None:
        """Count an attempt, so that an update that kills the process does not do so for ever."""
        await self._pool.execute("UPDATE inbox SET attempts = attempts + 1 WHERE update_id = $1", update_id)

    async def handled(self, update_id: int, at: datetime) -> None:
        """Note that an update is done with."""
        await self._pool.execute("UPDATE inbox SET handled_at = $2 WHERE update_id = $1", update_id, at)

    async def body(self, update_id: int) -> str | None:
        """Return an update as it came."""
        body: str | None = await self._pool.fetchval("SELECT body FROM inbox WHERE update_id = $1", update_id)
        return body
