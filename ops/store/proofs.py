"""Proofs: who was asked to show that a backup key is still held, and who did, as rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ops.backups.proof import Challenge
from ops.store.outbox import NOTICE, Draft, queue

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from ops.store.outbox import Destination
    from ops.store.postgres import Pool

KIND = "key-proof"
"""Of the letter that brings a challenge."""
_NEWEST = """
    SELECT DISTINCT ON (recipient) p.*, (
        SELECT min(q.asked_at) FROM key_proofs AS q WHERE q.recipient = p.recipient AND q.number > coalesce(
            (SELECT max(d.number) FROM key_proofs AS d WHERE d.recipient = p.recipient AND d.proven_at IS NOT NULL), 0)
    ) AS waiting_since
    FROM key_proofs AS p ORDER BY recipient, number DESC
"""


class PostgresProofs:
    """Challenges to the holders of keys. team: where they are asked."""

    def __init__(self, pool: Pool, team: Destination) -> None:
        self._pool = pool
        self._team = team

    async def newest(self) -> list[Challenge]:
        """Return the newest challenge of each key."""
        return [_challenge(row, row["waiting_since"]) for row in await self._pool.fetch(_NEWEST)]

    async def get(self, challenge_id: int) -> Challenge | None:
        """Return one challenge; what has waited since when is not known of it."""
        row = await self._pool.fetchrow("SELECT * FROM key_proofs WHERE id = $1", challenge_id)
        return _challenge(row, None) if row else None

    async def by_word(self, word_hash: str) -> Challenge | None:
        """Return the challenge, however old, that this word was sealed for."""
        row = await self._pool.fetchrow("SELECT * FROM key_proofs WHERE word_hash = $1", word_hash)
        return _challenge(row, None) if row else None

    async def ask(self, recipient: str, number: int, project: str, word_hash: str, sealed: str, at: datetime) -> bool:
        """Enter a challenge, and the letter that brings it; False when another process has made that one."""
        async with self._pool.acquire() as connection, connection.transaction():
            made = await connection.fetchval(
                "INSERT INTO key_proofs (recipient, number, project, word_hash, sealed, asked_at)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (recipient, number) DO NOTHING RETURNING id",
                *(recipient, number, project, word_hash, sealed, at),
            )
            if made is not None:
                body = json.dumps({"challenge": made})
                await queue(connection, Draft(self._team, f"{KIND}:{made}", KIND, body, NOTICE, at))
        return made is not None

    async def proven(self, challenge_id: int, by: str, at: datetime) -> bool:
        """Note that somebody has said the word; False when somebody had before."""
        noted = await self._pool.fetchval(
            "UPDATE key_proofs SET proven_at = $2, proven_by = $3 WHERE id = $1 AND proven_at IS NULL RETURNING id",
            *(challenge_id, at, by),
        )
        return noted is not None


def _challenge(row: asyncpg.Record, waiting_since: datetime | None) -> Challenge:
    return Challenge(
        id=row["id"],
        recipient=row["recipient"],
        number=row["number"],
        project=row["project"],
        word_hash=row["word_hash"],
        sealed=row["sealed"],
        asked_at=row["asked_at"],
        proven_at=row["proven_at"],
        waiting_since=waiting_since,
    )
