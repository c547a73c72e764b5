"""Rounds: when each server is looked at next, as rows: whichever process is first does it, and does it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ops.store.postgres import Pool

LEASE = timedelta(seconds=90)
"""A round that was not written down within so long is made again, perhaps by another process."""


@dataclass(frozen=True, slots=True)
class Round:
    """One look at one server; its number keeps a process that was only thought dead from writing."""

    host: str
    number: int


class PostgresRounds:
    """See Round."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def expect(self, first: Mapping[str, datetime]) -> None:
        """Have each of these servers looked at, the first time then; those that are known keep their time."""
        await self._pool.execute(
            "INSERT INTO rounds (host, next_at) SELECT * FROM unnest($1::text[], $2::timestamptz[])"
            " ON CONFLICT DO NOTHING",
            list(first),
            list(first.values()),
        )

    async def claim(self, hosts: Sequence[str], most: int, now: datetime) -> list[Round]:
        """Return rounds that are due, for the caller alone."""
        rows = await self._pool.fetch(
            "UPDATE rounds SET round = round + 1, next_at = $2 WHERE host IN ("
            " SELECT host FROM rounds WHERE next_at <= $1 AND host = ANY($3) ORDER BY next_at LIMIT $4"
            " FOR UPDATE SKIP LOCKED) RETURNING host, round",
            now,
            now + LEASE,
            list(hosts),
            most,
        )
        return [Round(row["host"], row["round"]) for row in rows]

    async def end(self, made: Round, now: datetime, *, every: timedelta, retry: timedelta, seconds: float) -> None:
        """Note that a round was made; the next one comes sooner while something is in doubt."""
        await self._pool.execute(
            "UPDATE rounds SET seen_at = $3, seconds = $6, next_at = $3::timestamptz + CASE WHEN EXISTS ("
            " SELECT 1 FROM subjects WHERE host = $1 AND phase IN ('suspect', 'recovering'))"
            " THEN $5::interval ELSE $4::interval END WHERE host = $1 AND round = $2",
            made.host,
            made.number,
            now,
            every,
            min(every, retry),
            seconds,
        )

    async def let_go(self, made: Round, now: datetime) -> None:
        """Leave a round that was claimed to whoever comes next, at once."""
        await self._pool.execute(
            "UPDATE rounds SET next_at = $3 WHERE host = $1 AND round = $2", made.host, made.number, now
        )

    async def next_at(self, hosts: Sequence[str]) -> datetime | None:
        """Return when the next round of these servers is due."""
        at: datetime | None = await self._pool.fetchval(
            "SELECT min(next_at) FROM rounds WHERE host = ANY($1)", list(hosts)
        )
        return at

    async def released(self, host: str) -> dict[str, str]:
        """Return the commit that each project has live on a server, as far as a deploy has put it there."""
        rows = await self._pool.fetch(
            "SELECT DISTINCT ON (project) project, commit FROM releases WHERE host = $1 ORDER BY project, id DESC",
            host,
        )
        return {row["project"]: row["commit"] for row in rows}
