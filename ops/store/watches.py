"""Watches: which versions are on probation, and how they do, as rows: any process can go on where another stopped."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ops.store.outbox import ALERT, NOTICE, Draft, queue
from ops.watch.verdict import Tally, Trouble

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from ops.project import Project
    from ops.store.outbox import Destination
    from ops.store.postgres import Connection, Pool

_LEASE = timedelta(seconds=60)
"""A round that was not written down within so long is made again, perhaps by another process."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The probation of what a run put live.

    state: see the schema. by: the run that takes it back, or that stands in the way of that; zero for none.
    kept_by: who has decided to leave it as it is.
    """

    run_id: int
    project: str
    began_at: datetime
    until: datetime
    on_trouble: str
    state: str
    round: int
    tally: Tally
    trouble: Trouble | None = None
    back_run: int = 0
    busy_run: int = 0
    kept_by: str = ""


class PostgresWatches:
    """See Watch. ``team``: where trouble is told."""

    def __init__(self, pool: Pool, team: Destination) -> None:
        self._pool = pool
        self._team = team

    async def begin(self, project: Project, now: datetime) -> int | None:
        """Put what a project's last deploy has put live on probation, if its time is not over; return its run."""
        async with self._pool.acquire() as connection, connection.transaction():
            run_id: int | None = await connection.fetchval(
                _BEGIN, project.name, project.watch, project.watch_every, project.on_trouble, now
            )
            if run_id is not None:
                await queue(connection, self._edit(run_id, "watching", now))
        return run_id

    async def claim(self, now: datetime) -> Watch | None:
        """Return a watch whose next round is due, for the caller alone; None when none is."""
        row = await self._pool.fetchrow(_CLAIM, now, now + _LEASE)
        return _watch(row) if row else None

    async def let_go(self, watch: Watch, now: datetime) -> None:
        """Leave a round that was claimed to whoever comes next, at once."""
        await self._pool.execute(
            "UPDATE watches SET next_at = $3 WHERE run_id = $1 AND round = $2 AND state IN ('watching', 'back')",
            watch.run_id,
            watch.round,
            now,
        )

    async def next_at(self) -> datetime | None:
        """Return when the next round is due."""
        at: datetime | None = await self._pool.fetchval(
            "SELECT min(next_at) FROM watches WHERE state IN ('watching', 'back')"
        )
        return at

    async def go_on(self, watch: Watch, tally: Tally, now: datetime) -> None:
        """Write down a round that found no trouble; it is over when its time is."""
        async with self._pool.acquire() as connection, connection.transaction():
            state = await connection.fetchval(
                "UPDATE watches SET strikes = $3, restarts = $4, next_at = $5::timestamptz + every,"
                " state = CASE WHEN until <= $5::timestamptz THEN 'good' ELSE 'watching' END"
                " WHERE run_id = $1 AND round = $2 AND state = 'watching' RETURNING state",
                watch.run_id,
                watch.round,
                json.dumps(dict(tally.strikes)),
                json.dumps(dict(tally.restarts)),
                now,
            )
            if state == "good":
                await queue(connection, self._edit(watch.run_id, "good", now))

    async def end(self, watch: Watch, state: str, now: datetime, **found: Any) -> bool:
        """Write down how a probation ended, or that it is about to be taken back; False when somebody else has.

        state: superseded, back or trouble. found: of trouble, back_run and busy_run. Whoever is to hear of it will.
        """
        trouble = found.get("trouble", watch.trouble)
        body = {**found, "trouble": asdict(trouble) if trouble else None}
        async with self._pool.acquire() as connection, connection.transaction():
            ended = await connection.fetchval(
                "UPDATE watches SET state = $3, trouble = $4, next_at = $5"
                " WHERE run_id = $1 AND round = $2 AND state IN ('watching', 'back') RETURNING run_id",
                watch.run_id,
                watch.round,
                state,
                json.dumps(body),
                now,
            )
            if ended is None:
                return False
            if state == "trouble" and watch.on_trouble != "off":
                await self._alert(connection, watch.run_id, now)
            if state != "back":
                await queue(connection, self._edit(watch.run_id, state, now))
        return True

    async def keep(self, run_id: int, who: str, now: datetime) -> bool:
        """Leave a version as it is in spite of its trouble; False when that was decided before."""
        async with self._pool.acquire() as connection, connection.transaction():
            kept = await connection.fetchval(
                "UPDATE watches SET state = 'kept', trouble = trouble || jsonb_build_object('kept_by', $2::text)"
                " WHERE run_id = $1 AND state = 'trouble' RETURNING run_id",
                run_id,
                who,
            )
            if kept is not None:
                await queue(connection, self._edit(run_id, "kept", now))
        return kept is not None

    async def overtaken(self, watch: Watch) -> bool:
        """Whether a later run that can change the project has begun."""
        return bool(await self._pool.fetchval(f"SELECT {_OVERTAKEN}", watch.project, watch.run_id))

    async def load(self, run_id: int) -> Watch | None:
        """Return the watch of a run; None when it is on no probation."""
        row = await self._pool.fetchrow("SELECT * FROM watches WHERE run_id = $1", run_id)
        return _watch(row) if row else None

    async def _alert(self, connection: Connection, run_id: int, at: datetime) -> None:
        body = json.dumps({"run": run_id})
        await queue(connection, Draft(self._team, f"trouble:{run_id}", "trouble", body, ALERT, at))

    def _edit(self, run_id: int, state: str, at: datetime) -> Draft:
        """Return the letter that has a run's card drawn again."""
        return Draft(self._team, f"watch:{run_id}:{state}", "watch", json.dumps({"run": run_id}), NOTICE, at)


_CHANGING = (
    "runbook NOT IN ('backup', 'preflight', 'verify', 'cleanup-backups', 'copy-backups', 'drop-old')"
    " AND begun_at IS NOT NULL"
)
"""Of a run: it can change its project, so that nothing is known any more of what was put live before it."""
_OVERTAKEN = f"EXISTS (SELECT 1 FROM runs WHERE project = $1 AND id > $2 AND {_CHANGING})"  # noqa: S608  put together from our own texts
_BEGIN = f"""
    INSERT INTO watches (run_id, project, began_at, until, every, on_trouble, state, next_at)
    SELECT id, project, ended_at, ended_at + $2::interval, $3::interval, $4, 'watching', ended_at + $3::interval
    FROM (SELECT * FROM runs WHERE project = $1 AND {_CHANGING} ORDER BY id DESC LIMIT 1) AS latest
    WHERE runbook = 'deploy' AND result = 'succeeded' AND ended_at + $2::interval > $5::timestamptz
    ON CONFLICT DO NOTHING
    RETURNING run_id
"""  # noqa: S608  put together from the texts above alone
_CLAIM = """
    UPDATE watches SET round = round + 1, next_at = $2
    WHERE run_id = (
        SELECT run_id FROM watches WHERE state IN ('watching', 'back') AND next_at <= $1
        ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING *
"""


def _watch(row: asyncpg.Record) -> Watch:
    found = json.loads(row["trouble"]) if row["trouble"] else {}
    watch = Watch(
        run_id=row["run_id"],
        project=row["project"],
        began_at=row["began_at"],
        until=row["until"],
        on_trouble=row["on_trouble"],
        state=row["state"],
        round=row["round"],
        tally=Tally(json.loads(row["strikes"]), json.loads(row["restarts"])),
        trouble=Trouble(**found["trouble"]) if found.get("trouble") else None,
    )
    return replace(watch, **{name: found[name] for name in ("back_run", "busy_run", "kept_by") if name in found})
