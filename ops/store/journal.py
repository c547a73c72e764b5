"""PostgresJournal: runs, their events and logs, as rows."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg

from ops.errors import ProjectLocked, RunNotFound
from ops.runs.events import EVENT, Outcome, Result, RunEnded, StepEnded
from ops.runs.plan_json import read_plan, scripts_named, write_plan
from ops.runs.run import Run
from ops.runs.script import Script
from ops.store.outbox import NOTICE, RESULT, Draft, queue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ops.runs.events import Event
    from ops.runs.journal import LogPiece, Request
    from ops.store.outbox import Destination
    from ops.store.postgres import Connection, Pool


@dataclass(frozen=True, slots=True)
class Installation:
    """This installation: ``id`` is part of every job's name, ``secret`` is what marks are derived from."""

    id: str
    secret: bytes


async def identify(pool: Pool) -> Installation:
    """Return who this installation is; it is decided at the first start and never changes."""
    row = await pool.fetchrow(
        """
        WITH fresh AS (
            INSERT INTO installation (id, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id, secret
        )
        SELECT id, secret FROM fresh UNION ALL SELECT id, secret FROM installation LIMIT 1
        """,
        secrets.token_hex(4),
        secrets.token_bytes(32),
    )
    if row is None:  # the other instance's row was not visible yet to this statement
        return await identify(pool)
    return Installation(row["id"], row["secret"])


class PostgresJournal:
    """See ops.runs.journal.Journal. ``team``: where the beginning and the end of runs are told."""

    def __init__(self, pool: Pool, team: Destination) -> None:
        self._pool = pool
        self._team = team
        self._scripts: dict[str, Script] = {}

    async def accept(self, request: Request) -> tuple[Run, bool]:
        """See Journal.accept."""
        while True:
            known = await self._pool.fetchval("SELECT id FROM runs WHERE request = $1", request.key)
            if known is not None:
                return await self.load(known), False
            if (holder := await self.holder(request.project)) is not None:
                raise holder
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    run_id = await self._insert(connection, request)
                break
            except asyncpg.UniqueViolationError:
                continue  # somebody was quicker by a moment: look again who, and why
        run = Run(
            id=run_id,
            project=request.project,
            runbook=request.runbook,
            ref=request.ref,
            actor_id=request.actor.id,
            actor_name=request.actor.name,
            plan=request.plan,
            accepted_at=request.at,
        )
        return run, True

    async def append(self, run: Run, events: Sequence[Event], log: Sequence[LogPiece] = ()) -> None:
        """See Journal.append."""
        bodies = [EVENT.dump_json(event).decode() for event in events]
        since = run.version - len(events)
        async with self._pool.acquire() as connection:
            if run.end is None and not log:
                await connection.execute(_INSERT_EVENTS, run.id, since, bodies)
                return
            async with connection.transaction():
                await connection.execute(_INSERT_EVENTS, run.id, since, bodies)
                await _insert_log(connection, run.id, log)
                if run.end is not None:
                    await self._finish(connection, run, run.end)

    async def note(self, run_id: int, log: Sequence[LogPiece]) -> None:
        """See Journal.note."""
        async with self._pool.acquire() as connection:
            await _insert_log(connection, run_id, log)

    async def load(self, run_id: int) -> Run:
        """See Journal.load."""
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow("SELECT * FROM runs WHERE id = $1", run_id)
            if row is None:
                raise RunNotFound(run_id)
            bodies = await connection.fetch("SELECT body FROM events WHERE run_id = $1 ORDER BY seq", run_id)
            await self._fetch_scripts(connection, scripts_named(row["plan"]))
        run = Run(
            id=row["id"],
            project=row["project"],
            runbook=row["runbook"],
            ref=row["ref"],
            actor_id=row["actor_id"],
            actor_name=row["actor_name"],
            plan=read_plan(row["plan"], self._scripts),
            accepted_at=row["accepted_at"],
        )
        return run.fold(EVENT.validate_json(body["body"]) for body in bodies)

    async def open_runs(self) -> list[int]:
        """See Journal.open_runs."""
        return [row["id"] for row in await self._pool.fetch("SELECT id FROM runs WHERE result IS NULL ORDER BY id")]

    async def holder(self, project: str) -> ProjectLocked | None:
        """Return who holds a project, as the error a second run would meet."""
        row = await self._pool.fetchrow(
            "SELECT r.id, r.runbook, r.actor_name, l.since FROM locks l JOIN runs r ON r.id = l.run_id"
            " WHERE l.project = $1",
            project,
        )
        return ProjectLocked(project, row["id"], row["runbook"], row["actor_name"], row["since"]) if row else None

    async def latest(self, projects: Sequence[str], most: int) -> list[int]:
        """Return the numbers of the newest runs of these projects, newest first."""
        rows = await self._pool.fetch(
            "SELECT id FROM runs WHERE project = ANY($1::text[]) ORDER BY id DESC LIMIT $2", list(projects), most
        )
        return [row["id"] for row in rows]

    async def log(self, run_id: int) -> list[tuple[str, datetime, list[str]]]:
        """Return the stored log of a run: (job, time, lines) in order."""
        rows = await self._pool.fetch(
            "SELECT job, at, lines FROM log_pieces WHERE run_id = $1 ORDER BY at, job, piece", run_id
        )
        return [(row["job"], row["at"], row["lines"]) for row in rows]

    async def _insert(self, connection: Connection, request: Request) -> int:
        await self._store_scripts(connection, request)
        run_id: int = await connection.fetchval(
            """
            WITH run AS (
                INSERT INTO runs (request, project, runbook, ref, actor_id, actor_name, plan, accepted_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id
            ), locked AS (
                INSERT INTO locks (project, run_id, since) SELECT $2, id, $8 FROM run
            ), audited AS (
                INSERT INTO audit (at, actor_id, chat_id, action, verdict, detail)
                SELECT $8, $5, $9, $3, 'accepted', jsonb_build_object('run', id, 'project', $2, 'ref', $4) FROM run
            )
            SELECT id FROM run
            """,
            request.key,
            request.project,
            request.runbook,
            request.ref,
            request.actor.id,
            request.actor.name,
            write_plan(request.plan),
            request.at,
            request.chat_id,
        )
        await queue(connection, _about("run", run_id, self._team, NOTICE, request.at))
        return run_id

    async def _store_scripts(self, connection: Connection, request: Request) -> None:
        fresh = [script for sha, script in request.plan.scripts.items() if sha not in self._scripts]
        if fresh:
            await connection.execute(
                "INSERT INTO scripts SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING",
                [script.sha256 for script in fresh],
                [script.text for script in fresh],
            )

    async def _fetch_scripts(self, connection: Connection, wanted: set[str]) -> None:
        missing = wanted - self._scripts.keys()
        if missing:
            rows = await connection.fetch("SELECT * FROM scripts WHERE sha256 = ANY($1::text[])", list(missing))
            self._scripts |= {row["sha256"]: Script(row["text"]) for row in rows}

    async def _finish(self, connection: Connection, run: Run, end: RunEnded) -> None:
        await connection.execute(
            "UPDATE runs SET result = $2, ended_at = $3 WHERE id = $1", run.id, end.result.value, end.at
        )
        await connection.execute("DELETE FROM locks WHERE run_id = $1", run.id)
        await _record_backups(connection, run)
        if end.result is Result.SUCCEEDED and run.commit:
            await connection.executemany(
                "INSERT INTO releases (project, host, commit, ref, run_id, live_at) VALUES ($1, $2, $3, $4, $5, $6)",
                [(run.project, host, run.commit, run.ref, run.id, end.at) for host in run.plan.hosts],
            )
        await queue(connection, _about("run-ended", run.id, self._team, RESULT, end.at))


_INSERT_EVENTS = """
    INSERT INTO events (run_id, seq, body)
    SELECT $1, $2 + ordinality, body::jsonb FROM unnest($3::text[]) WITH ORDINALITY AS fresh (body, ordinality)
"""


def _about(kind: str, run_id: int, to: Destination, urgency: int, at: datetime) -> Draft:
    return Draft(to, f"{kind}:{run_id}", kind, json.dumps({"run": run_id}), urgency, at)


async def _insert_log(connection: Connection, run_id: int, log: Sequence[LogPiece]) -> None:
    if log:
        await connection.executemany(
            "INSERT INTO log_pieces (run_id, job, piece, at, lines) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            [(run_id, piece.job, piece.number, piece.at, list(piece.lines)) for piece in log],
        )


async def _record_backups(connection: Connection, run: Run) -> None:
    """Enter what the run's steps have backed up into the catalogue."""
    for attempt in run.attempts:
        ended = attempt.ended
        if isinstance(ended, StepEnded) and ended.outcome is Outcome.OK and "backup_path" in ended.facts:
            await connection.execute(
                "INSERT INTO backups (project, host, subject, path, bytes, sha256, run_id, taken_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                run.project,
                attempt.started.host,
                run.plan.by_key[attempt.started.step].subject,
                ended.facts["backup_path"],
                int(ended.facts.get("backup_bytes") or 0),
                ended.facts.get("backup_sha256", ""),
                run.id,
                ended.at,
            )
