"""Mutes: what people do not want to hear of for a while, with a reason and an end, as rows."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from ops.actor import Actor
    from ops.store.postgres import Pool
    from ops.watch.observation import Subject


@dataclass(frozen=True, slots=True)
class Mute:
    """target: a project, a server, the beginning of a subject's key, or all of it with ``*`` in it."""

    id: int
    target: str
    reason: str
    actor_name: str
    made_at: datetime
    until: datetime

    def covers(self, subject: Subject) -> bool:
        """Whether this subject is meant."""
        if self.target in (subject.project, subject.host):
            return True
        key = subject.key if subject.project else subject.key.removeprefix("/")
        return key == self.target or key.startswith(f"{self.target}/") or fnmatchcase(key, self.target)


class PostgresMutes:
    """See Mute."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(
        self, request: str, target: str, reason: str, actor: Actor, until: datetime, now: datetime
    ) -> Mute | None:
        """Store a mute; None when this very request did so before."""
        row = await self._pool.fetchrow(
            """
            WITH fresh AS (
                INSERT INTO mutes (request, target, reason, actor_name, made_at, until)
                VALUES ($1, $2, $3, $4, $5::timestamptz, $6) ON CONFLICT DO NOTHING RETURNING *
            ), audited AS (
                INSERT INTO audit (at, actor_id, chat_id, action, verdict, detail)
                SELECT $5::timestamptz, $7::bigint, 0, 'mute', 'accepted',
                       jsonb_build_object('target', $2::text, 'reason', $3::text, 'until', $6::timestamptz)
                FROM fresh
            )
            SELECT * FROM fresh
            """,
            request, target, reason, actor.name, now, until, actor.id,
        )  # fmt: skip
        return _mute(row) if row else None

    async def lift(self, target: str, actor: Actor, now: datetime) -> list[Mute]:
        """End the mutes of a target, or the one with that number; return them."""
        rows = await self._pool.fetch(
            "UPDATE mutes SET lifted_by = $2, lifted_at = $3"
            " WHERE (target = $1 OR id::text = $1) AND lifted_at IS NULL AND until > $3 RETURNING *",
            target,
            actor.name,
            now,
        )
        return [_mute(row) for row in rows]

    async def in_force(self, now: datetime) -> list[Mute]:
        """Return the mutes that hold now, the one that ends first before the others."""
        rows = await self._pool.fetch(
            "SELECT * FROM mutes WHERE lifted_at IS NULL AND until > $1 ORDER BY until, id", now
        )
        return [_mute(row) for row in rows]


def _mute(row: asyncpg.Record) -> Mute:
    return Mute(row["id"], row["target"], row["reason"], row["actor_name"], row["made_at"], row["until"])
