"""Incidents: how every subject stands and what people are told, as rows: any process can go on with them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ops.store.outbox import ALERT, NOTICE, Destination, Draft, queue
from ops.watch.incident import State, state_from_data, state_to_data
from ops.watch.observation import HOST_CHECK, Subject
from ops.watch.telling import Incident, Member, Word, begin, follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import asyncpg

    from ops.store.postgres import Connection, Pool
    from ops.watch.observation import Observation
    from ops.watch.rules import Rules
    from ops.watch.telling import Overlay

    Overlays = Callable[[Subject], tuple[Overlay, str]]
    Judge = Callable[[State, Observation], State]

_URGENT = {"critical": ALERT - 1, "warning": ALERT + 1}
"""Trouble goes before all else, warnings behind the ends of runs."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one subject stands."""

    subject: Subject
    group: str
    state: State


class PostgresIncidents:
    """See ops.watch.incidents. ``team``: where trouble is told."""

    def __init__(self, pool: Pool, team: Destination) -> None:
        self._pool = pool
        self._team = team

    async def note(self, seen: Sequence[Observation], judge: Judge) -> bool:
        """Write down what looks have changed; return whether any has changed how a subject stands.

        What changes nothing is not written: most looks find all as it was.
        """
        known = await self._states(self._pool, [each.subject.key for each in seen])
        fresh = [each for each in seen if _differs(known.get(each.subject.key), each, judge)]
        if not fresh:
            return False
        moved = False
        async with self._pool.acquire() as connection, connection.transaction():
            keys = sorted(each.subject.key for each in fresh)
            # New ones have no row that could be locked: whoever is second waits here for the first.
            for key in keys:
                if key not in known:
                    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", key)
            known = await self._states(connection, keys, lock=True)
            rows = []
            for each in fresh:
                before = known.get(each.subject.key)
                after = judge(before.state if before else State(), each)
                if before is None or after != before.state:
                    moved = (
                        moved or before is None or after.phase != before.state.phase or after.code != before.state.code
                    )
                    rows.append(_row(each, after))
            await connection.executemany(_UPSERT, rows)
        return moved

    async def _states(
        self, connection: Connection | Pool, keys: Sequence[str], *, lock: bool = False
    ) -> dict[str, Standing]:
        query = _LOCKED if lock else _KNOWN
        return {row["key"]: _standing(row) for row in await connection.fetch(query, list(keys))}

    async def standings(self, *, host: str | None = None, projects: Iterable[str] | None = None) -> list[Standing]:
        """Return how all subjects stand, or those of a host or of projects, by name."""
        rows = await self._pool.fetch(
            "SELECT * FROM subjects WHERE ($1::text IS NULL OR host = $1)"
            " AND ($2::text[] IS NULL OR project = ANY($2)) ORDER BY key",
            host,
            None if projects is None else list(projects),
        )
        return [_standing(row) for row in rows]

    async def forget(self, keys: Sequence[str]) -> None:
        """Forget subjects that nobody looks at any more: what fired of them is over."""
        await self._pool.execute("DELETE FROM subjects WHERE key = ANY($1)", list(keys))

    async def forget_hosts(self, kept: Sequence[str]) -> None:
        """Forget all servers but these, with what was looked at there by rounds."""
        await self._pool.execute(
            "DELETE FROM subjects WHERE host <> '' AND host <> ALL($1) AND EXISTS"
            " (SELECT 1 FROM rounds WHERE rounds.host = subjects.host)",
            list(kept),
        )
        await self._pool.execute("DELETE FROM rounds WHERE host <> ALL($1)", list(kept))

    async def hosts_down(self) -> set[str]:
        """Return the servers that give no answer."""
        rows = await self._pool.fetch(
            "SELECT host FROM subjects WHERE \"check\" = $1 AND phase IN ('firing', 'recovering')", HOST_CHECK
        )
        return {row["host"] for row in rows}

    async def troubled(self) -> tuple[dict[str, list[Standing]], dict[str, Incident]]:
        """Return what fires, by group, and the open incidents by theirs."""
        rows = await self._pool.fetch("SELECT * FROM subjects WHERE phase IN ('firing', 'recovering') ORDER BY key")
        firing: dict[str, list[Standing]] = {}
        for row in rows:
            firing.setdefault(row["grouping"], []).append(_standing(row))
        incidents = await self._pool.fetch("SELECT * FROM incidents WHERE closed_at IS NULL ORDER BY id")
        return firing, {row["grouping"]: _incident(row) for row in incidents}

    async def settle(
        self, group: str, overlays: Overlays, rules: Rules, now: datetime, *, owners: Sequence[int] = ()
    ) -> bool:
        """Have one group's incident follow what fires, and queue what people are told; False when nothing changes."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", group)
            rows = await connection.fetch(
                "SELECT * FROM subjects WHERE grouping = $1 AND phase IN ('firing', 'recovering') ORDER BY key", group
            )
            members = members_of([_standing(row) for row in rows], overlays)
            row = await connection.fetchrow("SELECT * FROM incidents WHERE grouping = $1 AND closed_at IS NULL", group)
            if row is None:
                fresh = begin(group, members, rules, now)
                if fresh is not None:
                    await connection.execute(_INSERT, *_columns(fresh))
                return fresh is not None
            before = _incident(row)
            after, words = follow(before, members, rules, now)
            if after == before and not words:
                return False
            await self._write(connection, after)
            for word in words:
                await self._queue(connection, after, word, now, owners)
            return True

    async def change(
        self, number: int, change: Callable[[Incident], Incident | None], now: datetime
    ) -> Incident | None:
        """Change an open incident, and have its message drawn again; None when it is over, or nothing changes."""
        async with self._pool.acquire() as connection, connection.transaction():
            group = await connection.fetchval("SELECT grouping FROM incidents WHERE id = $1", number)
            await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", group or "")
            row = await connection.fetchrow(
                "SELECT * FROM incidents WHERE id = $1 AND closed_at IS NULL AND resolved_at IS NULL", number
            )
            after = change(_incident(row)) if row else None
            if after is not None:
                await self._write(connection, after)
                await self._queue(connection, after, Word.EDIT, now, ())
            return after

    async def load(self, number: int) -> Incident | None:
        """Return an incident, open or not; None when there is none of that number."""
        row = await self._pool.fetchrow("SELECT * FROM incidents WHERE id = $1", number)
        return _incident(row) if row else None

    async def open(self) -> list[Incident]:
        """Return the incidents in which something fires, the oldest first."""
        rows = await self._pool.fetch(
            "SELECT * FROM incidents WHERE resolved_at IS NULL AND closed_at IS NULL ORDER BY id"
        )
        return [_incident(row) for row in rows]

    async def recent(self, most: int) -> list[Incident]:
        """Return the newest incidents that people were told of, the newest first."""
        rows = await self._pool.fetch("SELECT * FROM incidents WHERE told > 0 ORDER BY id DESC LIMIT $1", most)
        return [_incident(row) for row in rows]

    async def _write(self, connection: Connection, incident: Incident) -> None:
        await connection.execute(_UPDATE, incident.id, *_columns(incident), incident.closed_at)

    async def _queue(
        self, connection: Connection, incident: Incident, word: Word, now: datetime, owners: Sequence[int]
    ) -> None:
        number, urgency = incident.id, _URGENT[incident.severity]

        def draft(kind: str, key: str, urgency: int, to: Destination = self._team, **extra: Any) -> Draft:
            body = json.dumps({"incident": number, **extra})
            return Draft(to, f"{kind}:{number}:{key}", kind, body, urgency, now)

        match word:
            case Word.NEW:
                drafts = [draft("incident", str(incident.told), urgency)]
            case Word.EDIT:
                # One that still waits is drawn when its turn comes: from what is written here.
                waits = await connection.fetchval(_EDIT_WAITS, f"incident-edit:{number}:")
                drafts = [] if waits else [draft("incident-edit", str(incident.revision), NOTICE)]
            case Word.ENDED:
                drafts = [draft("incident-ended", str(incident.revision), NOTICE)]
            case Word.DIRECT:
                drafts = [
                    draft(
                        "incident-note", f"{incident.revision}:{word}:{owner}", urgency, Destination(owner), what=word
                    )
                    for owner in owners
                ]
            case _:
                key = f"{incident.revision}:{word}:{int(now.timestamp())}"
                drafts = [draft("incident-note", key, urgency, what=word)]
        for each in drafts:
            await queue(connection, each)


_COLUMNS = "grouping, severity, opened_at, since, tell_at, fired, told, told_at, resolved_at, revision, members, body"
_INSERT = f"INSERT INTO incidents ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"  # noqa: S608  our own words
_UPDATE = f"UPDATE incidents SET ({_COLUMNS}, closed_at) = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) WHERE id = $1"  # noqa: S608, E501  as above
_KNOWN = "SELECT * FROM subjects WHERE key = ANY($1) ORDER BY key"
_LOCKED = "SELECT * FROM subjects WHERE key = ANY($1) ORDER BY key FOR UPDATE"
_UPSERT = """
    INSERT INTO subjects (key, project, host, "check", name, grouping, phase, seen_at, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (key) DO UPDATE SET grouping = excluded.grouping, phase = excluded.phase,
        seen_at = excluded.seen_at, body = excluded.body
"""
# Held, so that whoever delivers it meanwhile draws it after us.
_EDIT_WAITS = """
    SELECT 1 FROM outbox WHERE kind = 'incident-edit' AND starts_with(key, $1)
    AND sent_at IS NULL AND dropped IS NULL AND taken_by IS NULL LIMIT 1 FOR UPDATE
"""


def members_of(standings: Iterable[Standing], overlays: Overlays) -> tuple[Member, ...]:
    """Return subjects that fire as the members of an incident."""
    return tuple(_member(each, *overlays(each.subject)) for each in standings)


def _member(standing: Standing, overlay: Overlay, note: str) -> Member:
    state = standing.state
    return Member(
        subject=standing.subject,
        severity=state.severity or "critical",
        since=state.since or datetime.min.replace(tzinfo=UTC),
        code=state.code,
        facts=state.facts,
        lines=state.lines,
        flapping=state.flapping,
        recovering=state.phase == "recovering",
        overlay=overlay,
        overlay_note=note,
    )


def _differs(known: Standing | None, seen: Observation, judge: Judge) -> bool:
    """Whether a look has to be written down. When it was made alone is not reason enough; an event has to be."""
    if known is None:
        return True
    after = judge(known.state, seen)
    return after != known.state if seen.event else replace(after, seen_at=known.state.seen_at) != known.state


def _row(seen: Observation, state: State) -> tuple[Any, ...]:
    subject = seen.subject
    group = seen.group or subject.group
    place = (subject.key, subject.project, subject.host, subject.check, subject.name)
    return (*place, group, state.phase.value, state.seen_at, json.dumps(state_to_data(state)))


def _standing(row: asyncpg.Record) -> Standing:
    subject = Subject(row["project"], row["host"], row["check"], row["name"])
    return Standing(subject, row["grouping"], state_from_data(row["phase"], row["seen_at"], json.loads(row["body"])))


_BODY = ("acked_by", "acked_at", "snoozed_until", "snoozed_by", "reminded_at", "escalated")


def _columns(incident: Incident) -> tuple[Any, ...]:
    members = json.dumps([asdict(member) for member in incident.members], default=_text)
    body = json.dumps({name: getattr(incident, name) for name in _BODY}, default=_text)
    return (
        *(incident.group, incident.severity, incident.opened_at, incident.since, incident.tell_at, incident.fired),
        *(incident.told, incident.told_at, incident.resolved_at, incident.revision, members, body),
    )


def _incident(row: asyncpg.Record) -> Incident:
    body = json.loads(row["body"])
    taken: dict[str, Any] = {name: _moment(body[name]) if name in _MOMENTS else body[name] for name in _BODY}
    return Incident(
        id=row["id"],
        group=row["grouping"],
        members=tuple(_read_member(each) for each in json.loads(row["members"])),
        **{
            name: row[name]
            for name in (
                *("severity", "opened_at", "since", "tell_at", "fired", "told", "told_at", "resolved_at"),
                *("closed_at", "revision"),
            )
        },
        **taken,
    )


_MOMENTS = {"acked_at", "snoozed_until", "reminded_at"}


def _read_member(data: Mapping[str, Any]) -> Member:
    return Member(
        **{
            **data,
            "subject": Subject(**data["subject"]),
            "since": datetime.fromisoformat(data["since"]),
            "lines": tuple(data["lines"]),
        }
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(value: datetime) -> str:
    return value.isoformat()
