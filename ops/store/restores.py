"""Restores: what people have asked for and what was put aside, as rows."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ops.backups.aside import KEPT, Aside
from ops.backups.target import Target, old_name, read_targets
from ops.runs.events import Part
from ops.runs.restoring import RESTORE

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from ops.actor import Actor
    from ops.runs.run import Run
    from ops.store.postgres import Connection, Pool


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished, before it has a row. name: what has to be typed, and behind it ``word``. ref: of a rollback."""

    project: str
    kind: str
    name: str
    word: str
    targets: tuple[Target, ...]
    production: bool = False
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Restore:
    """One row: a wish, who has it, and how far it has come. typed_at: when the asker had typed the name."""

    id: int
    wish: Wish
    asked_by: int
    asked_name: str
    asked_at: datetime
    expires_at: datetime
    typed_at: datetime | None = None
    second_name: str = ""
    withdrawn_by: str = ""
    run_id: int = 0

    @property
    def over(self) -> bool:
        """Whether it was begun or called off."""
        return bool(self.run_id or self.withdrawn_by)


class PostgresRestores:
    """See Restore and Aside."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def ask(self, request: str, wish: Wish, actor: Actor, at: datetime, expires_at: datetime) -> Restore:
        """Store a wish; the same request never makes two."""
        row = await self._pool.fetchrow(
            "INSERT INTO restores (request, project, kind, name, word, ref, targets, production, asked_by, asked_name,"
            " asked_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            " ON CONFLICT (request) DO UPDATE SET request = excluded.request RETURNING *",
            *(request, wish.project, wish.kind, wish.name, wish.word, wish.ref),
            *(json.dumps([asdict(target) for target in wish.targets]), wish.production),
            *(actor.id, actor.name, at, expires_at),
        )
        return _restore(row)

    async def load(self, restore_id: int) -> Restore | None:
        """Return one; None where there is none."""
        row = await self._pool.fetchrow("SELECT * FROM restores WHERE id = $1", restore_id)
        return _restore(row) if row else None

    async def newest(self, name: str) -> Restore | None:
        """Return what was last asked under a name, by whomever, and whatever became of it."""
        row = await self._pool.fetchrow("SELECT * FROM restores WHERE name = $1 ORDER BY id DESC LIMIT 1", name)
        return _restore(row) if row else None

    async def newest_of(self, name: str, actor_id: int) -> Restore | None:
        """Return what this person has last asked under a name."""
        row = await self._pool.fetchrow(
            "SELECT * FROM restores WHERE name = $1 AND asked_by = $2 ORDER BY id DESC LIMIT 1", name, actor_id
        )
        return _restore(row) if row else None

    async def typed(self, restore_id: int, at: datetime, expires_at: datetime) -> bool:
        """Note that the name was typed; False when it was before, or is too late."""
        done = await self._pool.fetchval(
            "UPDATE restores SET typed_at = $2, expires_at = $3 WHERE id = $1 AND typed_at IS NULL AND run_id IS NULL"
            " AND withdrawn_by IS NULL AND expires_at > $2 RETURNING id",
            restore_id,
            at,
            expires_at,
        )
        return done is not None

    async def agreed(self, restore_id: int, actor: Actor, at: datetime) -> bool:
        """Note that another person agrees; False when somebody has, it is the same person, or too late."""
        done = await self._pool.fetchval(
            "UPDATE restores SET second_by = $2, second_name = $3 WHERE id = $1 AND typed_at IS NOT NULL"
            " AND asked_by <> $2 AND (second_by IS NULL OR second_by = $2) AND withdrawn_by IS NULL"
            " AND (run_id IS NOT NULL OR expires_at > $4) RETURNING id",
            restore_id,
            actor.id,
            actor.name,
            at,
        )
        return done is not None

    async def withdraw(self, restore_id: int, who: str) -> bool:
        """Call it off; False when that is too late."""
        done = await self._pool.fetchval(
            "UPDATE restores SET withdrawn_by = $2"
            " WHERE id = $1 AND run_id IS NULL AND withdrawn_by IS NULL RETURNING id",
            restore_id,
            who,
        )
        return done is not None

    async def begun(self, restore_id: int, run_id: int) -> None:
        """Note which run it has become."""
        await self._pool.execute("UPDATE restores SET run_id = $2 WHERE id = $1", restore_id, run_id)

    async def aside(self, project: str, now: datetime) -> list[Aside]:
        """Return what the project's last restore has put aside, if it can still be undone."""
        rows = await self._pool.fetch(
            "SELECT * FROM asides WHERE project = $1 AND gone_at IS NULL AND drop_after > $2"
            " AND run_id = (SELECT max(run_id) FROM asides WHERE project = $1) ORDER BY id",
            project,
            now,
        )
        return [_aside(row) for row in rows]

    async def left_by(self, project: str, commit: str) -> int:
        """Return the last deploy that has put another commit in the place of this one; zero for none."""
        number: int | None = await self._pool.fetchval(
            "SELECT r.id FROM runs r WHERE r.project = $1 AND r.runbook = 'deploy' AND r.commit <> $2"
            " AND r.result = ANY($3) AND EXISTS (SELECT 1 FROM events e WHERE e.run_id = r.id"
            " AND e.body->'facts'->>'previous_commit' = $2) ORDER BY r.id DESC LIMIT 1",
            project,
            commit,
            ["succeeded", "partial", "rollback-failed", "unknown", "cancelled"],
        )
        return number or 0

    async def due(self, now: datetime) -> list[Aside]:
        """Return what has been put aside for long enough."""
        rows = await self._pool.fetch(
            "SELECT * FROM asides WHERE gone_at IS NULL AND drop_after <= $1 ORDER BY run_id, id", now
        )
        return [_aside(row) for row in rows]


async def record_restores(connection: Connection, run: Run) -> None:
    """Enter what a run that has ended has put aside, put back or dropped."""
    if run.end is None or not run.plan.values.get(RESTORE):
        return
    targets = {target.subject: target for target in read_targets(run.plan.values[RESTORE])}
    for step in run.plan.steps:
        host, target = run.plan.hosts[0], targets.get(step.subject)
        tries = run.tries(step, host, way_back=False)
        if target is None or not tries or not tries[-1].good:
            continue
        undone = any(attempt.good for attempt in run.tries(step, host, Part.UNDO))
        if step.name == "restore-swap" and not undone:
            await connection.execute(
                "INSERT INTO asides (project, host, subject, engine, name, run_id, at, drop_after)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
                *(run.project, host, step.subject, target.engine, old_name(step.subject, run.plan.values["STAMP"])),
                *(run.id, run.end.at, run.end.at + KEPT),
            )
            await connection.execute(_GONE, target.aside_id, run.end.at, "undone")
        elif step.name == "restore-drop":
            await connection.execute(_GONE, target.aside_id, run.end.at, "dropped")


_GONE = "UPDATE asides SET gone_at = $2, gone_why = $3 WHERE id = $1 AND gone_at IS NULL"


def _restore(row: Any) -> Restore:
    targets = tuple(Target(**each) for each in json.loads(row["targets"]))
    names = ("project", "kind", "name", "word", "ref", "production")
    wish = Wish(targets=targets, **{name: row[name] for name in names})
    return Restore(
        id=row["id"],
        wish=wish,
        asked_by=row["asked_by"],
        asked_name=row["asked_name"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        typed_at=row["typed_at"],
        second_name=row["second_name"] or "",
        withdrawn_by=row["withdrawn_by"] or "",
        run_id=row["run_id"] or 0,
    )


def _aside(row: asyncpg.Record) -> Aside:
    return Aside(**{name: row[name] for name in Aside.__dataclass_fields__})
