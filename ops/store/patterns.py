"""Patterns of a project's logs as rows: which there were before, which came with a release, and how far was read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ops.store.outbox import NOTICE, Draft, queue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ops.store.outbox import Destination
    from ops.store.postgres import Connection, Pool
    from ops.watch.patterns import Pattern

_LEASE = timedelta(seconds=60)
"""A reading that was not written down within so long is made again, perhaps by another process."""
_FRESH = timedelta(days=1)
"""How long after a release a new pattern is put down to it."""
_NEAR = timedelta(minutes=15)
"""How long after a release its logs are read more often."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One log on one host. place: how far it was read; empty for not at all yet. near: a release was not long ago."""

    project: str
    host: str
    source: str
    place: str
    round: int
    near: bool


@dataclass(frozen=True, slots=True)
class NewPattern:
    """A pattern that was not there before a release. times: how often it was seen since."""

    text: str
    times: int


class PostgresPatterns:
    """See the schema. ``team``: where the cards of runs are."""

    def __init__(self, pool: Pool, team: Destination) -> None:
        self._pool = pool
        self._team = team

    async def expect(self, project: str, places: Iterable[tuple[str, str]], at: datetime) -> None:
        """Have these logs (host, source) of a project read from some time on, if they are not already."""
        await self._pool.executemany(
            "INSERT INTO log_readings (project, host, source, next_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            [(project, host, source, at) for host, source in places],
        )

    async def hurry(self, project: str, at: datetime) -> None:
        """Have a project's logs read at a time at the latest."""
        await self._pool.execute(
            "UPDATE log_readings SET next_at = $2 WHERE project = $1 AND next_at > $2", project, at
        )

    async def claim(self, projects: Iterable[str], now: datetime) -> Reading | None:
        """Return a reading that is due, for the caller alone; None when none is."""
        row = await self._pool.fetchrow(_CLAIM, now, now + _LEASE, list(projects), now - _NEAR)
        if row is None:
            return None
        names = ("project", "host", "source", "place", "round", "near")
        return Reading(**{name: row[name] for name in names})

    async def put_off(self, reading: Reading, at: datetime) -> None:
        """Leave a reading that brought nothing until later."""
        await self._pool.execute(
            "UPDATE log_readings SET next_at = $5 WHERE project = $1 AND host = $2 AND source = $3 AND round = $4",
            *(reading.project, reading.host, reading.source, reading.round, at),
        )

    async def drop(self, reading: Reading) -> None:
        """Forget a log that is not there any more."""
        await self._pool.execute(
            "DELETE FROM log_readings WHERE project = $1 AND host = $2 AND source = $3 AND round = $4",
            *(reading.project, reading.host, reading.source, reading.round),
        )

    async def keep(
        self, reading: Reading, place: str, found: Mapping[Pattern, int], *, again: datetime, now: datetime
    ) -> bool:
        """Write down how far a log was read and what was found; False when somebody else has.

        What the first reading of a log finds was there before anything that comes. What a later one finds for the first
        time came with the last release, if that is not long ago; the release's card is drawn again.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            kept = await connection.fetchval(
                "UPDATE log_readings SET place = $5, next_at = $6"
                " WHERE project = $1 AND host = $2 AND source = $3 AND round = $4 RETURNING project",
                *(reading.project, reading.host, reading.source, reading.round, place, again),
            )
            if kept is None:
                return False
            release = None
            if reading.place and found:
                release = await connection.fetchval(_RELEASE, reading.project, now - _FRESH)
            fresh = [
                pattern
                for pattern, times in found.items()
                if await _note(connection, reading.project, pattern, times, release, now)
            ]
            if release is not None and fresh:
                body = json.dumps({"run": release})
                key = f"patterns:{release}:{fresh[0].hash}"
                await queue(connection, Draft(self._team, key, "watch", body, NOTICE, now))
        return True

    async def new_since(self, run_id: int) -> list[NewPattern]:
        """Return what the logs say for the first time since a release, the most frequent first."""
        rows = await self._pool.fetch(
            "SELECT pattern, times FROM log_patterns WHERE first_run = $1 ORDER BY times DESC, first_at, hash", run_id
        )
        return [NewPattern(row["pattern"], row["times"]) for row in rows]

    async def next_at(self) -> datetime | None:
        """Return when the next reading is due."""
        at: datetime | None = await self._pool.fetchval("SELECT min(next_at) FROM log_readings")
        return at


_CHANGING = "runbook NOT IN ('backup', 'preflight') AND begun_at IS NOT NULL"
_RELEASE = f"""
    SELECT id FROM (SELECT * FROM runs WHERE project = $1 AND {_CHANGING} ORDER BY id DESC LIMIT 1) AS latest
    WHERE runbook IN ('deploy', 'rollback') AND begun_at > $2
"""  # noqa: S608  our own words
_CLAIM = """
    UPDATE log_readings SET round = round + 1, next_at = $2
    WHERE (project, host, source) = (
        SELECT project, host, source FROM log_readings WHERE next_at <= $1 AND project = ANY($3)
        ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING *, EXISTS (
        SELECT 1 FROM runs WHERE runs.project = log_readings.project AND runbook IN ('deploy', 'rollback')
        AND (begun_at > $4 OR (begun_at IS NOT NULL AND ended_at IS NULL) OR ended_at > $4)
    ) AS near
"""


async def _note(
    connection: Connection, project: str, pattern: Pattern, times: int, release: int | None, now: datetime
) -> bool:
    """Count a pattern; return whether it was never seen before."""
    fresh: bool = await connection.fetchval(
        "INSERT INTO log_patterns (project, hash, pattern, first_at, last_at, first_run, times)"
        " VALUES ($1, $2, $3, $4, $4, $5, $6) ON CONFLICT (project, hash)"
        " DO UPDATE SET times = log_patterns.times + excluded.times, last_at = excluded.last_at RETURNING xmax = 0",
        *(project, pattern.hash, pattern.text, now, release, times),
    )
    return fresh
