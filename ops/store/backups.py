"""Backups: the catalogue as rows. What a run's steps tell about backups is recorded with the steps themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ops.backups.backup import DECODED, PROVEN, Backup
from ops.backups.manifest import manifest_of
from ops.runs.events import Outcome, Part, StepEnded
from ops.store.keeping import concerns_keeping, record_kept

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import asyncpg

    from ops.runs.events import StepStarted
    from ops.runs.run import Run
    from ops.store.postgres import Connection, Pool


class PostgresBackups:
    """See Backup. Every change names one backup by its row's id, and is nothing where there is no such row."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def get(self, backup_id: int) -> Backup | None:
        """Return one row, removed or not."""
        row = await self._pool.fetchrow("SELECT * FROM backups WHERE id = $1", backup_id)
        return _backup(row) if row else None

    async def of(
        self, project: str, *, host: str | None = None, subject: str | None = None, removed: bool = False
    ) -> list[Backup]:
        """Return a project's backups, newest first; ``removed``: those too that are on no server any more."""
        rows = await self._pool.fetch(
            "SELECT * FROM backups WHERE project = $1 AND ($2::text IS NULL OR host = $2)"
            " AND ($3::text IS NULL OR subject = $3) AND ($4 OR removed_at IS NULL) ORDER BY taken_at DESC, id DESC",
            project,
            host,
            subject,
            removed,
        )
        return [_backup(row) for row in rows]

    async def named(self, name: str, project: str | None = None) -> Backup | None:
        """Return the newest backup whose file has this name; of one project, or of all."""
        row = await self._pool.fetchrow(
            r"SELECT * FROM backups WHERE regexp_replace(path, '^.*[/\\]', '') = $1"
            " AND ($2::text IS NULL OR project = $2) AND removed_at IS NULL ORDER BY taken_at DESC, id DESC LIMIT 1",
            name,
            project,
        )
        return _backup(row) if row else None

    async def latest_good(self, project: str, host: str, subject: str, before: datetime | None = None) -> Backup | None:
        """Return the newest backup that was decoded whole and is not bad; ``before``: taken until then."""
        row = await self._pool.fetchrow(
            "SELECT * FROM backups WHERE project = $1 AND host = $2 AND subject = $3 AND removed_at IS NULL"
            " AND bad IS NULL AND level >= $4 AND ($5::timestamptz IS NULL OR taken_at <= $5)"
            " ORDER BY taken_at DESC, id DESC LIMIT 1",
            project,
            host,
            subject,
            DECODED,
            before,
        )
        return _backup(row) if row else None

    async def checked(self, backup_id: int, level: int, at: datetime) -> None:
        """Note that it was found well, at least up to a level."""
        await self._pool.execute(_CHECKED, backup_id, level, at)

    async def proven(self, backup_id: int, proof: Mapping[str, Any], at: datetime) -> None:
        """Note that a trial restore brought everything back. ``proof``: seconds, and what was compared."""
        async with self._pool.acquire() as connection, connection.transaction():
            await _prove(connection, backup_id, proof, at)

    async def bad(self, backup_id: int, why: str, at: datetime) -> None:
        """Note that it cannot be relied on. ``why``: the code of a reason: changed, missing and so on."""
        await self._pool.execute(_BAD, backup_id, why, at)

    async def pinned(self, backup_id: int, by: str, at: datetime) -> None:
        """Note that it is to be kept, whatever its tier says."""
        await self._pool.execute("UPDATE backups SET pinned_by = $2, pinned_at = $3 WHERE id = $1", backup_id, by, at)

    async def unpinned(self, backup_id: int) -> None:
        """Note that its tier decides again."""
        await self._pool.execute("UPDATE backups SET pinned_by = NULL, pinned_at = NULL WHERE id = $1", backup_id)

    async def copying(self, backup_id: int) -> None:
        """Note that a copy elsewhere is wanted, and not there yet."""
        await self._pool.execute(
            "UPDATE backups SET copy_state = 'pending' WHERE id = $1 AND copy_state IS DISTINCT FROM 'done'", backup_id
        )

    async def copied(self, backup_id: int, at: datetime) -> None:
        """Note that its copy elsewhere is whole."""
        await self._pool.execute(
            "UPDATE backups SET copy_state = 'done', copied_at = $2, copy_error = NULL WHERE id = $1", backup_id, at
        )

    async def copy_failed(self, backup_id: int, why: str) -> None:
        """Note that copying did not work; ``why``: the code of a reason."""
        await self._pool.execute(
            "UPDATE backups SET copy_state = 'failed', copy_error = $2 WHERE id = $1", backup_id, why
        )

    async def copy_removed(self, backup_id: int, at: datetime) -> None:
        """Note that its copy elsewhere is gone."""
        await self._pool.execute(
            "UPDATE backups SET copy_state = NULL, copy_removed_at = $2 WHERE id = $1", backup_id, at
        )

    async def removed(self, backup_id: int, why: str, at: datetime) -> None:
        """Note that the file is gone from its server; the row stays. ``why``: the code of a reason."""
        await self._pool.execute(_REMOVED, backup_id, why, at)


def concerns_backups(ended: StepEnded) -> bool:
    """Whether a step has told anything that belongs into the catalogue."""
    return "backup_path" in ended.facts or VERIFIED_FACT in ended.facts or concerns_keeping(ended)


async def record_backups(connection: Connection, run: Run, jobs: set[str] | None = None) -> None:
    """Enter what the run's own steps have backed up or verified, once each. ``jobs``: only of these attempts."""
    for attempt in run.attempts:
        ended, started = attempt.ended, attempt.started
        inherited = not started.job.startswith(f"{run.id}-")
        if inherited or started.part is not Part.DO or not isinstance(ended, StepEnded):
            continue
        if jobs is not None and started.job not in jobs:
            continue
        if ended.outcome is Outcome.OK and "backup_path" in ended.facts:
            await _enter(connection, run, started, ended)
        if jobs is not None and _number(ended.facts.get(VERIFIED_FACT, "")):
            await _judge(connection, ended)
        if jobs is not None:
            await record_kept(connection, run, started, ended)


VERIFIED_FACT = "verified_backup"
"""The fact by which a script tells which row of the catalogue it has looked at."""


async def _enter(connection: Connection, run: Run, started: StepStarted, ended: StepEnded) -> None:
    """Enter one backup. What its file has replaced is gone; of another file of the period only the row stays."""
    step = run.plan.by_key[started.step]
    values = {**run.plan.values, **step.values}
    facts, path = ended.facts, ended.facts["backup_path"]
    known = "SELECT 1 FROM backups WHERE run_id = $1 AND host = $2 AND path = $3"
    if await connection.fetchval(known, run.id, started.host, path):
        return
    engine = facts.get("backup_engine") or values.get("DATABASE_ENGINE" if step.subject else "", "config")
    tier, period = values.get("TIER", "manual"), values.get("PERIOD") or None
    subject = step.subject or "config"
    await connection.execute(
        "UPDATE backups SET removed_at = $4, removed_why = 'replaced'"
        " WHERE project = $1 AND host = $2 AND path = $3 AND removed_at IS NULL",
        *(run.project, started.host, path, ended.at),
    )
    await connection.execute(_LEAVE_PERIOD, run.project, started.host, subject, tier, period)
    await connection.execute(
        "INSERT INTO backups (project, host, subject, path, bytes, sha256, run_id, taken_at, engine, tier, period,"
        " encrypted, level, verified_at, manifest)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        *(run.project, started.host, subject, path, _number(facts.get("backup_bytes", ""))),
        *(facts.get("backup_sha256", ""), run.id, started.at, engine, tier, period, path.endswith((".age", ".gpg"))),
        *(_number(facts.get("backup_level", ""), DECODED), ended.at, json.dumps(manifest_of(ended))),
    )


async def _judge(connection: Connection, ended: StepEnded) -> None:
    """Enter what a look at a backup has found."""
    facts = ended.facts
    backup_id = _number(facts[VERIFIED_FACT])
    if ended.outcome is not Outcome.OK:
        if facts.get("backup_bad"):
            await connection.execute(_BAD, backup_id, facts["backup_bad"], ended.at)
        return
    level = _number(facts.get("backup_level", ""))
    if level >= PROVEN:
        proof = {"seconds": round(ended.seconds), **manifest_of(ended), "at": ended.at.isoformat()}
        await _prove(connection, backup_id, proof, ended.at)
    else:
        await connection.execute(_CHECKED, backup_id, level, ended.at)


async def _prove(connection: Connection, backup_id: int, proof: Mapping[str, Any], at: datetime) -> None:
    await connection.execute(_PROVEN, backup_id, PROVEN, json.dumps(dict(proof)), at)


def _number(text: str, otherwise: int = 0) -> int:
    """Read what a script has told: it must not keep a run from going on, whatever it is."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else otherwise


_MOST_DIGITS = 18
_CHECKED = "UPDATE backups SET level = greatest(level, $2::smallint), verified_at = $3 WHERE id = $1"
_BAD = "UPDATE backups SET bad = $2, verified_at = $3 WHERE id = $1"
_REMOVED = "UPDATE backups SET removed_at = $3, removed_why = $2 WHERE id = $1 AND removed_at IS NULL"
# What was missing, and is back and whole, is good again; unless another one stands for its period by now.
_PROVEN = """
    UPDATE backups AS mine SET level = $2, proof = $3, verified_at = $4, bad = NULL,
        period = CASE WHEN EXISTS (
            SELECT 1 FROM backups AS other
            WHERE (other.project, other.host, other.subject, other.tier, other.period)
                = (mine.project, mine.host, mine.subject, mine.tier, mine.period)
            AND other.id <> mine.id AND other.bad IS NULL AND other.removed_at IS NULL
        ) THEN NULL ELSE mine.period END
    WHERE id = $1
"""
_LEAVE_PERIOD = """
    UPDATE backups SET period = NULL WHERE project = $1 AND host = $2 AND subject = $3 AND tier = $4 AND period = $5
    AND bad IS NULL AND removed_at IS NULL
"""


def _backup(row: asyncpg.Record) -> Backup:
    values = dict(row)
    values["manifest"] = json.loads(values["manifest"])
    values["proof"] = json.loads(values["proof"] or "{}")
    for name in ("bad", "pinned_by", "copy_error", "removed_why"):
        values[name] = values[name] or ""
    return Backup(**values)
