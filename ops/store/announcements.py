"""Announcements: downtime that people plan, as rows, until it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ops.store.outbox import ALERT, NOTICE, Draft, queue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import asyncpg

    from ops.actor import Actor
    from ops.store.outbox import Destination
    from ops.store.postgres import Pool

REMIND_BEFORE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Announcement:
    """Works on a project. ``words``: what whoever announced it added; ``withdrawn_by``: who has called it off."""

    id: int
    project: str
    starts_at: datetime
    ends_at: datetime
    words: str
    actor_name: str
    withdrawn_by: str | None = None


class PostgresAnnouncements:
    """What is planned. ``team``: where it is told."""

    def __init__(self, pool: Pool, team: Destination) -> None:
        self._pool = pool
        self._team = team

    async def plan(
        self, request: str, project: str, window: tuple[datetime, datetime], words: str, actor: Actor, now: datetime
    ) -> bool:
        """Store an announcement and queue its message; False when this very request did so before."""
        async with self._pool.acquire() as connection, connection.transaction():
            number = await connection.fetchval(
                """
                WITH fresh AS (
                    INSERT INTO announcements
                        (request, project, starts_at, ends_at, words, actor_id, actor_name, announced_at)
                    VALUES ($1, $2, $3, $4, $5, $6::bigint, $7, $8::timestamptz) ON CONFLICT DO NOTHING RETURNING id
                ), audited AS (
                    INSERT INTO audit (at, actor_id, chat_id, action, verdict, detail)
                    SELECT $8::timestamptz, $6::bigint, 0, 'announce', 'accepted',
                           jsonb_build_object('announcement', id, 'project', $2::text)
                    FROM fresh
                )
                SELECT id FROM fresh
                """,
                request, project, *window, words, actor.id, actor.name, now,
            )  # fmt: skip
            if number is not None:
                await queue(connection, self._letter(number, "made", NOTICE, now))
        return number is not None

    async def withdraw(self, number: int, actor: Actor, now: datetime) -> bool:
        """Call an announcement off, and have that told; False when it is over or was called off before."""
        async with self._pool.acquire() as connection, connection.transaction():
            gone = await connection.fetchval(
                "UPDATE announcements SET withdrawn_by = $2"
                " WHERE id = $1 AND withdrawn_by IS NULL AND ends_at > $3 RETURNING id",
                number,
                actor.name,
                now,
            )
            if gone is not None:
                await queue(connection, self._letter(number, "withdrawn", NOTICE, now))
        return gone is not None

    async def remind(self, now: datetime) -> None:
        """Queue the reminder of each announcement that begins soon; those made at the last moment need none."""
        rows = await self._pool.fetch(
            "SELECT id FROM announcements WHERE withdrawn_by IS NULL AND starts_at > $1 AND starts_at <= $2"
            " AND announced_at < starts_at - $3::interval",
            now,
            now + REMIND_BEFORE,
            REMIND_BEFORE,
        )
        for row in rows:
            async with self._pool.acquire() as connection:
                await queue(connection, self._letter(row["id"], "soon", ALERT, now))

    async def load(self, number: int) -> Announcement | None:
        """Return an announcement; None when there is none of that number."""
        row = await self._pool.fetchrow("SELECT * FROM announcements WHERE id = $1", number)
        return _announcement(row) if row else None

    async def coming(self, projects: Sequence[str], now: datetime) -> list[Announcement]:
        """Return what is planned, or under way, for these projects, the soonest first."""
        rows = await self._pool.fetch(
            "SELECT * FROM announcements WHERE project = ANY($1::text[]) AND withdrawn_by IS NULL AND ends_at > $2"
            " ORDER BY starts_at, id",
            list(projects),
            now,
        )
        return [_announcement(row) for row in rows]

    async def at(self, project: str, moment: datetime) -> Announcement | None:
        """Return the announcement of a project whose time this moment is in."""
        row = await self._pool.fetchrow(
            "SELECT * FROM announcements WHERE project = $1 AND withdrawn_by IS NULL"
            " AND starts_at <= $2 AND ends_at >= $2 ORDER BY starts_at LIMIT 1",
            project,
            moment,
        )
        return _announcement(row) if row else None

    def _letter(self, number: int, what: str, urgency: int, at: datetime) -> Draft:
        body = f'{{"announcement": {number}, "what": "{what}"}}'
        return Draft(self._team, f"announce:{number}:{what}", "announce", body, urgency, at)


def _announcement(row: asyncpg.Record) -> Announcement:
    return Announcement(
        id=row["id"],
        project=row["project"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        words=row["words"],
        actor_name=row["actor_name"],
        withdrawn_by=row["withdrawn_by"],
    )
