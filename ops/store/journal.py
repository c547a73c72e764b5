"""PostgresJournal: runs, their events and logs, as rows."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import asyncpg

from ops.errors import ProjectLocked, RunNotFound
from ops.releases.fate import TELLING, Fate
from ops.runs.events import EVENT, SIGNAL, CancelRequested, Result, RunEnded, StepEnded
from ops.runs.journal import SupersededError, Tenure
from ops.runs.plan_json import read_plan, scripts_named, write_plan
from ops.runs.run import Run
from ops.runs.script import Script
from ops.store.backups import concerns_backups, record_backups
from ops.store.dispatch import enqueue
from ops.store.hints import run_hint, signal_hint
from ops.store.outbox import ALERT, NOTICE, RESULT, Draft, queue
from ops.store.restores import record_restores
from ops.watch.performance import AFTER, BEFORE, measured

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ops.runs.events import Event, Signal
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
            # In this order: the holder may be what this very request has just made.
            holder = await self.holder(request.project)
            known = await self._pool.fetchval("SELECT id FROM runs WHERE request = $1", request.key)
            if known is not None:
                return await self.load(known), False
            if holder is not None and not request.wait:
                raise holder
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    run_id, waits = await self._insert(connection, request)
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
            resumes=request.resumes,
        ).fold(request.inherited)
        return replace(run, position=await self._position(run_id) if waits else 0), True

    async def take_up(self, run_id: int) -> Tenure | None:
        """See Journal.take_up."""
        async with self._pool.acquire() as connection, connection.transaction():
            epoch = await connection.fetchval(
                "UPDATE runs SET epoch = epoch + 1 WHERE id = $1 AND result IS NULL AND begun_at IS NOT NULL"
                " RETURNING epoch",
                run_id,
            )
            if epoch is None:
                return None
            run = await self._load(connection, run_id)
            # Their logs are read again from the start, and may be cut into other pieces.
            running = [attempt.started.job for attempt in run.running]
            await connection.execute("DELETE FROM log_pieces WHERE run_id = $1 AND job = ANY($2)", run_id, running)
            boots = await connection.fetch("SELECT host, boot FROM boots WHERE run_id = $1", run_id)
        return Tenure(run, epoch, {row["host"]: row["boot"] for row in boots})

    async def append(
        self, run: Run, epoch: int, events: Sequence[Event], log: Sequence[LogPiece] = (), heard: Sequence[int] = ()
    ) -> None:
        """See Journal.append."""
        bodies = [EVENT.dump_json(event).decode() for event in events]
        saved = {event.job for event in events if isinstance(event, StepEnded) and concerns_backups(event)}
        values = (run.id, run.version - len(events), bodies, epoch, list(heard), *run_hint(run.id), *_columns(log))
        async with self._pool.acquire() as connection:
            if run.end is None and not run.asked and not heard and not saved:
                # What happens at every step takes one statement, and so one trip and one commit.
                if await connection.fetchval(_INSERT_EVENTS, *values) is None:
                    raise SupersededError
                return
            async with connection.transaction():
                if await connection.fetchval(_INSERT_EVENTS, *values) is None:
                    raise SupersededError
                if saved:
                    await record_backups(connection, run, saved)
                await self._ask(connection, run)
                if run.end is not None:
                    await self._finish(connection, run, run.end)

    async def note(self, run_id: int, epoch: int, log: Sequence[LogPiece]) -> None:
        """See Journal.note."""
        if await self._pool.fetchval(_INSERT_LOG, run_id, epoch, *_columns(log)) is None:
            raise SupersededError

    async def record_boot(self, run_id: int, host: str, boot: str) -> None:
        """See Journal.record_boot."""
        await self._pool.execute(
            "INSERT INTO boots (run_id, host, boot) VALUES ($1, $2, $3)"
            " ON CONFLICT (run_id, host) DO UPDATE SET boot = excluded.boot",
            run_id,
            host,
            boot,
        )

    async def tell(self, run_id: int, signal: Signal) -> None:
        """See Journal.tell. A run that still waits has nobody to hear it: a cancel ends it here."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow("SELECT begun_at, result FROM runs WHERE id = $1 FOR UPDATE", run_id)
            if row is None:
                raise RunNotFound(run_id)
            if row["result"] is not None:
                return
            if row["begun_at"] is None:
                if isinstance(signal, CancelRequested):
                    await self._withdraw(connection, run_id, signal)
                return
            await connection.execute(
                "INSERT INTO signals (run_id, body, told_at) VALUES ($1, $2, $3)",
                run_id,
                EVENT.dump_json(signal).decode(),
                signal.at,
            )
            await connection.execute("SELECT pg_notify($1, $2)", *signal_hint(run_id))

    async def signals(self, run_id: int, after: int) -> list[tuple[int, Signal]]:
        """See Journal.signals."""
        rows = await self._pool.fetch(
            "SELECT id, body FROM signals WHERE run_id = $1 AND id > $2 ORDER BY id", run_id, after
        )
        return [(row["id"], SIGNAL.validate_json(row["body"])) for row in rows]

    async def load(self, run_id: int) -> Run:
        """See Journal.load."""
        async with self._pool.acquire() as connection:
            run = await self._load(connection, run_id)
        return replace(run, position=await self._position(run_id)) if run.version == 0 else run

    async def fate(self, project: str, commit: str, *, before: int) -> Fate | None:
        """See Journal.fate."""
        row = await self._pool.fetchrow(
            "SELECT id, result, ended_at FROM runs WHERE project = $1 AND commit = $2 AND id < $3"
            " AND runbook = ANY($4) AND result = ANY($5) ORDER BY id DESC LIMIT 1",
            project,
            commit,
            before,
            ["deploy", "rollback"],
            [result.value for result in TELLING],
        )
        return Fate(row["id"], Result(row["result"]), row["ended_at"]) if row else None

    async def _load(self, connection: Connection, run_id: int) -> Run:
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
            resumes=row["resumes"] or 0,
        )
        return run.fold(EVENT.validate_json(body["body"]) for body in bodies)

    async def _position(self, run_id: int) -> int:
        """Return a run's place in its project's line, from 1; 0 when it does not wait."""
        place: int = await self._pool.fetchval(
            "SELECT count(*) FROM runs AS before JOIN runs AS mine ON mine.id = $1 AND mine.project = before.project"
            " WHERE mine.begun_at IS NULL AND mine.result IS NULL"
            " AND before.begun_at IS NULL AND before.result IS NULL AND before.id <= mine.id",
            run_id,
        )
        return place

    async def waiting(self, project: str) -> list[int]:
        """Return the runs that wait for a project, the next one first."""
        rows = await self._pool.fetch(
            "SELECT id FROM runs WHERE project = $1 AND begun_at IS NULL AND result IS NULL ORDER BY id", project
        )
        return [row["id"] for row in rows]

    async def asking(self) -> list[tuple[int, datetime]]:
        """Return the runs that wait for a person's answer, and since when."""
        rows = await self._pool.fetch(
            "SELECT id, asked_at FROM runs WHERE asked_at IS NOT NULL AND result IS NULL ORDER BY id"
        )
        return [(row["id"], row["asked_at"]) for row in rows]

    async def remind(self, run_id: int, number: int, since: datetime) -> None:
        """Queue one more reminder that a run has waited for an answer since then; each number is queued once."""
        async with self._pool.acquire() as connection:
            await queue(connection, _reminder(run_id, number, self._team, since))

    async def open_runs(self) -> list[int]:
        """See Journal.open_runs."""
        return [row["id"] for row in await self._pool.fetch("SELECT id FROM runs WHERE result IS NULL ORDER BY id")]

    async def holder(self, project: str) -> ProjectLocked | None:
        """Return who holds a project, as the error a second run would meet."""
        row = await self._pool.fetchrow(
            "SELECT r.id, r.runbook, r.plan -> 'title' AS title, r.actor_name, l.since"
            " FROM locks l JOIN runs r ON r.id = l.run_id WHERE l.project = $1",
            project,
        )
        if row is None:
            return None
        title = json.loads(row["title"] or "{}")  # plans of the first versions have none
        return ProjectLocked(project, row["id"], row["runbook"], row["actor_name"], row["since"], title)

    async def requested(self, key: str) -> bool:
        """Whether there is a run that was asked for under this key, or under one that begins with it and a colon."""
        found: bool = await self._pool.fetchval(
            "SELECT EXISTS (SELECT 1 FROM runs WHERE request = $1 OR starts_with(request, $1 || ':'))", key
        )
        return found

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

    async def _insert(self, connection: Connection, request: Request) -> tuple[int, bool]:
        """Store a run with all that belongs to it; return its number, and whether it has to wait."""
        await self._store_scripts(connection, request)
        # The row of the lock is held, so that whoever releases it sees us standing in line.
        waits = request.wait and bool(
            await connection.fetchval("SELECT 1 FROM locks WHERE project = $1 FOR UPDATE", request.project)
        )
        run_id: int = await connection.fetchval(
            """
            WITH run AS (
                INSERT INTO runs
                    (request, project, runbook, ref, actor_id, actor_name, plan, accepted_at, resumes, begun_at)
                VALUES (
                    $1, $2, $3, $4, $5, $6, $7, $8::timestamptz, nullif($10::bigint, 0),
                    CASE WHEN $11::boolean THEN NULL ELSE $8::timestamptz END
                )
                RETURNING id
            ), locked AS (
                INSERT INTO locks (project, run_id, since)
                SELECT $2, id, $8::timestamptz FROM run WHERE NOT $11::boolean
            ), audited AS (
                INSERT INTO audit (at, actor_id, chat_id, action, verdict, detail)
                SELECT $8::timestamptz, $5, $9, $3, 'accepted', jsonb_build_object('run', id, 'project', $2, 'ref', $4)
                FROM run
            ), inherited AS (
                INSERT INTO events (run_id, seq, body)
                SELECT run.id, ordinality, body::jsonb
                FROM run, unnest($12::text[]) WITH ORDINALITY AS taken (body, ordinality)
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
            request.resumes,
            waits,
            [EVENT.dump_json(event).decode() for event in request.inherited],
        )
        await queue(connection, _about("run", run_id, self._team, NOTICE, request.at))
        if not waits:
            await enqueue(connection, run_id)
        return run_id, waits

    async def _ask(self, connection: Connection, run: Run) -> None:
        """Note since when a person is asked, or that nobody is any more; the first question is a letter."""
        since = min((attempt.asked.at for attempt in run.asked if attempt.asked), default=None)
        changed = await connection.fetchval(
            "UPDATE runs SET asked_at = $2 WHERE id = $1 AND asked_at IS DISTINCT FROM $2 RETURNING id", run.id, since
        )
        if changed and since is not None and run.end is None:
            await queue(connection, _reminder(run.id, 0, self._team, since))

    async def _withdraw(self, connection: Connection, run_id: int, cancel: CancelRequested) -> None:
        """End a run that has not begun."""
        run = await self._load(connection, run_id)
        end = RunEnded(Result.CANCELLED, cancel.at)
        events: tuple[Event, ...] = (cancel, end)
        await connection.executemany(
            "INSERT INTO events (run_id, seq, body) VALUES ($1, $2, $3)",
            [(run_id, run.version + number, EVENT.dump_json(event).decode()) for number, event in enumerate(events, 1)],
        )
        await self._finish(connection, run.fold(events), end)

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
            "UPDATE runs SET result = $2, ended_at = $3, asked_at = NULL, commit = nullif($4, '') WHERE id = $1",
            run.id,
            end.result.value,
            end.at,
            run.commit,
        )
        await connection.execute("DELETE FROM signals WHERE run_id = $1", run.id)
        await record_backups(connection, run)
        await record_restores(connection, run)
        if run.commit and run.runbook in _PUT_LIVE:
            await connection.executemany(
                "INSERT INTO releases (project, host, commit, ref, run_id, live_at) VALUES ($1, $2, $3, $4, $5, $6)",
                [(run.project, h, run.commit, run.ref, run.id, end.at) for h in run.plan.hosts if run.updated(h)],
            )
        await queue(connection, _about("run-ended", run.id, self._team, RESULT, end.at))
        if measured(run, BEFORE) and measured(run, AFTER):
            await queue(connection, _about("measured", run.id, self._team, NOTICE, end.at))
        if await connection.fetchval("DELETE FROM locks WHERE run_id = $1 RETURNING run_id", run.id):
            await self._let_next_begin(connection, run.project, end.at)
        for waiting in await connection.fetch(_WAITING, run.project):
            await connection.execute("SELECT pg_notify($1, $2)", *run_hint(waiting["id"]))

    async def _let_next_begin(self, connection: Connection, project: str, at: datetime) -> None:
        # With its row held: one that is being withdrawn at this moment is waited for, and passed over.
        following = await connection.fetchval(
            f"UPDATE runs SET begun_at = $2 WHERE id = ({_WAITING} LIMIT 1 FOR UPDATE) RETURNING id",  # noqa: S608  our own text
            project,
            at,
        )
        if following is not None:
            await connection.execute(
                "INSERT INTO locks (project, run_id, since) VALUES ($1, $2, $3)", project, following, at
            )
            await enqueue(connection, following)
            await connection.execute("SELECT pg_notify($1, $2)", *run_hint(following))


_PUT_LIVE = {"deploy", "rollback"}
"""Runbooks that put their commit live; others only look at one, or work with it."""
_WAITING = "SELECT id FROM runs WHERE project = $1 AND begun_at IS NULL AND result IS NULL ORDER BY id"
# The run's row is held until the end of the transaction: nobody takes the run up between the look and the writing.
_OURS = "SELECT id FROM runs WHERE id = $1 AND epoch = {epoch} AND result IS NULL FOR SHARE"
_PIECES = """
    INSERT INTO log_pieces (run_id, job, piece, at, lines)
    SELECT ours.id, job, number, at, ARRAY(SELECT jsonb_array_elements_text(lines::jsonb))
    FROM ours, unnest({columns}) AS fresh (job, number, at, lines)
    ON CONFLICT DO NOTHING
"""
_INSERT_EVENTS = f"""
    WITH ours AS (
        {_OURS.format(epoch="$4")}
    ), heard AS (
        DELETE FROM signals WHERE id = ANY($5::bigint[]) AND EXISTS (SELECT 1 FROM ours)
    ), logged AS (
        {_PIECES.format(columns="$8::text[], $9::integer[], $10::timestamptz[], $11::text[]")}
    )
    INSERT INTO events (run_id, seq, body)
    SELECT ours.id, $2 + ordinality, body::jsonb
    FROM ours, unnest($3::text[]) WITH ORDINALITY AS fresh (body, ordinality)
    RETURNING seq, pg_notify($6, $7)
"""  # noqa: S608  put together from the texts above alone
_INSERT_LOG = f"""
    WITH ours AS (
        {_OURS.format(epoch="$2")}
    ), logged AS (
        {_PIECES.format(columns="$3::text[], $4::integer[], $5::timestamptz[], $6::text[]")}
    )
    SELECT id FROM ours
"""  # noqa: S608  as above


def _about(kind: str, run_id: int, to: Destination, urgency: int, at: datetime) -> Draft:
    return Draft(to, f"{kind}:{run_id}", kind, json.dumps({"run": run_id}), urgency, at)


def _reminder(run_id: int, number: int, to: Destination, at: datetime) -> Draft:
    body = json.dumps({"run": run_id})
    return Draft(to, f"attention:{run_id}:{int(at.timestamp())}:{number}", "attention", body, ALERT, at)


def _columns(log: Sequence[LogPiece]) -> tuple[list[str], list[int], list[datetime], list[str]]:
    """Return pieces of log as columns; the lines of each as JSON, for arrays of arrays have to be even."""
    lines = [json.dumps(piece.lines) for piece in log]
    return [piece.job for piece in log], [piece.number for piece in log], [piece.at for piece in log], lines
