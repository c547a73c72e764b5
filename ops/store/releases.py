"""Releases: the commits that were put live, as rows: what a way back can go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ops.store.postgres import Pool


@dataclass(frozen=True, slots=True)
class Release:
    """A commit that was live. ``ref``: what was asked for; ``who``: by whom."""

    commit: str
    ref: str
    live_at: datetime
    who: str


class PostgresReleases:
    """What was live, newest first."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def latest(self, project: str, most: int) -> list[Release]:
        """Return the newest releases of a project, each commit once."""
        rows = await self._pool.fetch(
            """
            SELECT commit, ref, live_at, actor_name FROM (
                SELECT DISTINCT ON (l.commit) l.commit, l.ref, l.live_at, l.id, r.actor_name
                FROM releases l JOIN runs r ON r.id = l.run_id
                WHERE l.project = $1 ORDER BY l.commit, l.id DESC
            ) AS each ORDER BY id DESC LIMIT $2
            """,
            project,
            most,
        )
        return [Release(row["commit"], row["ref"], row["live_at"], row["actor_name"]) for row in rows]
