"""Releases: the commits that were put live, or were to be, as rows: what a way back can go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.releases.fate import TAKEN_BACK, TELLING

if TYPE_CHECKING:
    from datetime import datetime

    from ops.store.postgres import Pool


@dataclass(frozen=True, slots=True)
class Release:
    """A commit that was live, or was tried. ``ref``: what was asked for; ``who``: by whom; ``live_at``: when last.

    bad_run: the last run of it, when it had to be taken back; else zero. was_live: whether it ever went well.
    """

    commit: str
    ref: str
    live_at: datetime
    who: str
    bad_run: int = 0
    was_live: bool = True


@dataclass(frozen=True, slots=True)
class Saved:
    """A backup of a database, as it was when it was made."""

    path: str
    bytes: int
    taken_at: datetime


class PostgresReleases:
    """What was live, newest first."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def latest(self, project: str, most: int) -> list[Release]:
        """Return the newest releases of a project, each commit once, and the commits that had to be taken back."""
        rows = await self._pool.fetch(
            """
            WITH live AS (
                SELECT DISTINCT ON (l.commit) l.commit, l.ref, l.live_at, r.actor_name
                FROM releases l JOIN runs r ON r.id = l.run_id
                WHERE l.project = $1 ORDER BY l.commit, l.id DESC
            ), tried AS (
                SELECT DISTINCT ON (commit) commit, ref, ended_at, actor_name, id, result = ANY($4) AS bad FROM runs
                WHERE project = $1 AND commit IS NOT NULL AND runbook IN ('deploy', 'rollback') AND result = ANY($3)
                ORDER BY commit, id DESC
            )
            SELECT commit, coalesce(live.ref, tried.ref) AS ref, coalesce(live.live_at, tried.ended_at) AS live_at,
                   coalesce(live.actor_name, tried.actor_name) AS actor_name,
                   CASE WHEN tried.bad THEN tried.id ELSE 0 END AS bad_run, live.commit IS NOT NULL AS was_live
            FROM live FULL JOIN tried USING (commit) WHERE live.commit IS NOT NULL OR tried.bad
            ORDER BY 3 DESC LIMIT $2
            """,
            project,
            most,
            [result.value for result in TELLING],
            [result.value for result in TAKEN_BACK],
        )
        return [
            Release(row["commit"], row["ref"], row["live_at"], row["actor_name"], row["bad_run"], row["was_live"])
            for row in rows
        ]

    async def last_backup(self, project: str) -> Saved | None:
        """Return the newest backup of a database of the project."""
        row = await self._pool.fetchrow(
            "SELECT path, bytes, taken_at FROM backups WHERE project = $1 AND removed_at IS NULL AND bad IS NULL"
            " AND engine IN ('postgres', 'mysql', 'sqlite')"
            " ORDER BY taken_at DESC LIMIT 1",
            project,
        )
        return Saved(row["path"], row["bytes"], row["taken_at"]) if row else None
