"""Keeping: what the keeping of backups remembers, as rows: schedules, sizes, room, and who looks next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ops.backups.retention import Held
from ops.backups.schedule import Try
from ops.store.outbox import NOTICE, Draft, queue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from ops.runs.events import StepEnded, StepStarted
    from ops.runs.run import Run
    from ops.store.outbox import Destination
    from ops.store.postgres import Connection, Pool

_KEEP_ROOM = timedelta(days=30)
_KEEP_SIZES = timedelta(days=800)
RELEASES = 8
"""How many releases back the backups that belong to them stay."""
_FOUND_AGAIN = """
    UPDATE backups AS mine SET bad = NULL, verified_at = $2, period = CASE WHEN EXISTS (
        SELECT 1 FROM backups AS other
        WHERE (other.project, other.host, other.subject, other.tier, other.period)
            = (mine.project, mine.host, mine.subject, mine.tier, mine.period)
        AND other.id <> mine.id AND other.bad IS NULL AND other.removed_at IS NULL
    ) THEN NULL ELSE mine.period END
    WHERE id = $1 AND bad = 'missing'
"""
_RELEASED = """
    WITH live AS (
        SELECT commit, max(id) AS id, max(run_id) AS run_id FROM releases WHERE project = $1
        GROUP BY commit ORDER BY 2 DESC LIMIT $2
    )
    SELECT b.id FROM backups b JOIN live ON b.run_id = live.run_id
        OR (b.engine = 'config' AND position(left(live.commit, 12) IN b.path) > 0)
    WHERE b.project = $1 AND b.removed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Growth:
    """The size of one database or folder, day by day, the oldest first: (day, bytes)."""

    host: str
    subject: str
    days: tuple[tuple[date, int], ...]


class PostgresKeeping:
    """What the keeping of backups remembers beside the catalogue."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(self, name: str, now: datetime, until: datetime) -> bool:
        """Take something periodic until a time; False when it has been taken for longer than now."""
        taken = await self._pool.fetchval(
            "INSERT INTO claims (name, until) VALUES ($1, $3)"
            " ON CONFLICT (name) DO UPDATE SET until = $3 WHERE claims.until <= $2 RETURNING name",
            name,
            now,
            until,
        )
        return taken is not None

    async def extend(self, name: str, until: datetime) -> None:
        """Keep what was taken until another time."""
        await self._pool.execute("UPDATE claims SET until = $2 WHERE name = $1", name, until)

    async def claimed(self, name: str, now: datetime) -> bool:
        """Whether somebody has taken it for longer than now."""
        found = await self._pool.fetchval("SELECT 1 FROM claims WHERE name = $1 AND until > $2", name, now)
        return found is not None

    async def let_go(self, name: str) -> None:
        """Give something up, so that it can be taken at once."""
        await self._pool.execute("DELETE FROM claims WHERE name = $1", name)

    async def scheduled_since(self, project: str, kind: str, now: datetime) -> datetime:
        """Return when a schedule was first seen: now, when it never was."""
        since: datetime | None = await self._pool.fetchval(
            "WITH fresh AS (INSERT INTO backup_schedules (project, kind, since) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING RETURNING since)"
            " SELECT since FROM fresh"
            " UNION ALL SELECT since FROM backup_schedules WHERE project = $1 AND kind = $2 LIMIT 1",
            project,
            kind,
            now,
        )
        return since or now  # another process's row that this statement did not see yet is of this moment

    async def tries(self, requests: Sequence[str]) -> list[Try]:
        """Return how the runs with these requests stand; each one's place in the list is its number."""
        rows = await self._pool.fetch(
            "SELECT request, result, ended_at FROM runs WHERE request = ANY($1::text[])", list(requests)
        )
        return [Try(requests.index(row["request"]) + 1, row["result"] or "", row["ended_at"]) for row in rows]

    async def recent(self, project: str, prefix: str, most: int) -> list[Try]:
        """Return how a project's newest runs stand whose requests begin like that, the newest first."""
        rows = await self._pool.fetch(
            "SELECT result, ended_at FROM runs WHERE project = $1 AND starts_with(request, $2)"
            " ORDER BY id DESC LIMIT $3",
            project,
            prefix,
            most,
        )
        return [Try(number, row["result"] or "", row["ended_at"]) for number, row in enumerate(rows)]

    async def count(self, project: str, prefix: str) -> int:
        """Return how many of a project's runs have requests that begin like that."""
        number: int = await self._pool.fetchval(
            "SELECT count(*) FROM runs WHERE project = $1 AND starts_with(request, $2)", project, prefix
        )
        return number

    async def last_success(self, project: str, prefix: str) -> int:
        """Return the newest run of a project that ended well and whose request begins like that; 0 for none."""
        number = await self._pool.fetchval(
            "SELECT id FROM runs WHERE project = $1 AND result = 'succeeded' AND starts_with(request, $2)"
            " ORDER BY id DESC LIMIT 1",
            project,
            prefix,
        )
        return number or 0

    async def paths(self, host: str) -> set[str]:
        """Return where the catalogue of every project says that something lies on a host."""
        rows = await self._pool.fetch("SELECT path FROM backups WHERE host = $1 AND removed_at IS NULL", host)
        return {row["path"] for row in rows}

    async def held(self, project: str) -> Held:
        """Return which backups an open run works with, and which belong to releases that can be gone back to."""
        in_use = await self._pool.fetch(
            "SELECT b.id FROM backups b JOIN runs r ON r.project = b.project AND r.result IS NULL"
            " WHERE b.project = $1 AND b.removed_at IS NULL AND position(b.path IN r.plan::text) > 0",
            project,
        )
        released = await self._pool.fetch(_RELEASED, project, RELEASES)
        return Held(frozenset(row["id"] for row in in_use), frozenset(row["id"] for row in released))

    async def read(self, backup_ids: Sequence[int], at: datetime) -> None:
        """Note that these backups' files were read, and are what they were."""
        await self._pool.execute(
            "INSERT INTO backup_reads (backup_id, read_at) SELECT unnest($1::bigint[]), $2"
            " ON CONFLICT (backup_id) DO UPDATE SET read_at = $2",
            list(backup_ids),
            at,
        )

    async def last_reads(self, backup_ids: Sequence[int]) -> Mapping[int, datetime]:
        """Return when each was last read; those never read are not among them."""
        rows = await self._pool.fetch(
            "SELECT * FROM backup_reads WHERE backup_id = ANY($1::bigint[])", list(backup_ids)
        )
        return {row["backup_id"]: row["read_at"] for row in rows}

    async def found_again(self, backup_id: int, at: datetime) -> None:
        """Note that a file which was missing is back, and what it was; another may stand for its period by now."""
        await self._pool.execute(_FOUND_AGAIN, backup_id, at)

    async def note_room(self, host: str, folder: str, free: int, at: datetime) -> None:
        """Note how many bytes are free where backups are."""
        await self._pool.execute("INSERT INTO room_samples VALUES ($1, $2, $3, $4)", host, folder, at, free)

    async def room(self, host: str, folder: str, since: datetime) -> list[tuple[datetime, int]]:
        """Return how much was free, the oldest first."""
        rows = await self._pool.fetch(
            "SELECT at, free FROM room_samples WHERE host = $1 AND folder = $2 AND at >= $3 ORDER BY at",
            host,
            folder,
            since,
        )
        return [(row["at"], row["free"]) for row in rows]

    async def note_size(self, project: str, host: str, subject: str, day: date, size: int) -> None:
        """Note how large a database or folder is on a day; the last look of a day counts."""
        await self._pool.execute(
            "INSERT INTO size_samples (project, host, subject, day, bytes) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (project, host, subject, day) DO UPDATE SET bytes = $5",
            project,
            host,
            subject,
            day,
            size,
        )

    async def growth(self, project: str, since: date) -> list[Growth]:
        """Return how large everything of a project was, day by day."""
        rows = await self._pool.fetch(
            "SELECT host, subject, array_agg(day ORDER BY day) AS days, array_agg(bytes ORDER BY day) AS sizes"
            " FROM size_samples WHERE project = $1 AND day >= $2 GROUP BY host, subject ORDER BY subject, host",
            project,
            since,
        )
        return [Growth(row["host"], row["subject"], tuple(zip(row["days"], row["sizes"], strict=True))) for row in rows]

    async def tell_digest(self, team: Destination, week: str, at: datetime) -> None:
        """Queue the digest of a week; it is queued once."""
        async with self._pool.acquire() as connection:
            await queue(connection, Draft(team, f"digest:{week}", "digest", "{}", NOTICE, at))

    async def forget(self, now: datetime) -> None:
        """Remove what is too old to tell anything."""
        await self._pool.execute("DELETE FROM claims WHERE until < $1", now)
        await self._pool.execute("DELETE FROM room_samples WHERE at < $1", now - _KEEP_ROOM)
        await self._pool.execute("DELETE FROM size_samples WHERE day < $1", (now - _KEEP_SIZES).date())


async def record_kept(connection: Connection, run: Run, started: StepStarted, ended: StepEnded) -> None:
    """Enter what a step has told about files that went, and about copies elsewhere, into the catalogue."""
    for name, (change, told) in _CHANGES.items():
        for entry in ended.items.get(name, ()):
            number, _, why = entry.partition(" ")
            if number.isdecimal():
                # Only what is this run's to speak of: a server answers for its own files alone.
                await connection.execute(
                    f"UPDATE backups SET {change} WHERE id = $1 AND project = $2 AND host = $3",  # noqa: S608  from the table below
                    *(int(number), run.project, started.host, *([ended.at] if told == "at" else [why])),
                )


def concerns_keeping(ended: StepEnded) -> bool:
    """Whether a step has told anything of that kind."""
    return not _CHANGES.keys().isdisjoint(ended.items)


_CHANGES = {
    "dropped_backups": ("removed_at = $4, removed_why = 'dropped'", "at"),
    "gone_backups": ("removed_at = $4, removed_why = 'gone'", "at"),
    "copied_backups": ("copy_state = 'done', copied_at = $4, copy_error = NULL", "at"),
    "uncopied_backups": ("copy_state = 'failed', copy_error = $4", "why"),
    "dropped_copies": ("copy_state = NULL, copy_removed_at = $4", "at"),
}
"""By what a script lists: what becomes of the row, and whether the time or the reason belongs to it."""
