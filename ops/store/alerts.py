"""Alerts: what other programs tell us, as rows before anybody is answered: a group is one message until it is over."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ops.store.outbox import ALERT, NOTICE, RESULT, Draft, queue
from ops.watch.alertmanager import SEVERITIES, Alert, Group

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import asyncpg

    from ops.store.outbox import Destination
    from ops.store.postgres import Connection, Pool
    from ops.watch.alertmanager import Notification

_RETRIED = timedelta(minutes=10)
"""A sender repeats a request for so long at the most. What begins again later, with the old time, began again:
Alertmanager lets alerts end that it does not hear of, and Prometheus goes on with the time they have always had."""


_URGENT = {"critical": ALERT - 1, "warning": ALERT + 1}
"""As for incidents: trouble goes before all else, warnings behind the ends of runs."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A group of alerts from the first that fires until all are over: one message.

    severity: the highest there was. told_at: when its message went out. resolved_at: None while something fires.
    said: what was said of the group last. alerts: all of the episode, those that fire first. acked_by: who has taken
    it on; that ends when it grows worse.
    """

    group: int
    number: int
    severity: str
    began_at: datetime
    resolved_at: datetime | None
    told_at: datetime | None
    said: Group
    alerts: tuple[Alert, ...]
    acked_by: str = ""
    acked_at: datetime | None = None

    @property
    def firing(self) -> tuple[Alert, ...]:
        """What fires."""
        return tuple(alert for alert in self.alerts if alert.status == "firing")

    @property
    def letter(self) -> str:
        """The key of the letter that is its message."""
        return f"alerts:{self.group}:{self.number}"


class PostgresAlerts:
    """Groups of alerts. ``team``: where they are told. ``clean``: masks secrets in a text before it is stored."""

    def __init__(self, pool: Pool, team: Destination, clean: Callable[[str], str] = str) -> None:
        self._pool = pool
        self._team = team
        self._clean = clean

    async def take(self, notification: Notification, now: datetime) -> bool:
        """Store a notification and queue what people are to be told; False when it says nothing new.

        The same one twice is stored once: an alert is known by its group, its fingerprint and when it began.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            known = await self._known(connection, notification, now)
            if not await self._store(connection, known, notification.alerts, now):
                return False
            if not notification.truncated:
                keys = [alert.key for alert in notification.alerts]
                await connection.execute(_GONE, known.group, [key[0] for key in keys], [key[1] for key in keys], now)
            await self._tell(connection, known, self._cleaned(notification.facts()), now)
        return True

    async def load(self, group: int, number: int) -> Episode | None:
        """Return an episode of a group; None when there is none."""
        row = await self._pool.fetchrow(
            "SELECT e.*, o.sent_at FROM alert_episodes e"
            " LEFT JOIN outbox o ON o.key = 'alerts:' || e.group_id || ':' || e.episode"
            " WHERE e.group_id = $1 AND e.episode = $2",
            group,
            number,
        )
        if row is None:
            return None
        alerts = await self._pool.fetch(
            "SELECT body FROM alerts WHERE group_id = $1 AND episode = $2 AND status <> 'gone'"
            " ORDER BY status = 'resolved', starts_at, fingerprint",
            group,
            number,
        )
        return _episode(row, alerts)

    async def ack(self, group: int, number: int, who: str, now: datetime) -> bool:
        """Have somebody take a group on (empty: nobody any more); False when it is over."""
        changed = await self._pool.fetchval(
            "UPDATE alert_episodes"
            " SET acked_by = nullif($3, ''), acked_at = CASE WHEN $3 <> '' THEN $4::timestamptz END"
            " WHERE group_id = $1 AND episode = $2 AND resolved_at IS NULL RETURNING group_id",
            group,
            number,
            who,
            now,
        )
        return changed is not None

    async def let_go(self, before: datetime, now: datetime) -> int:
        """End the episodes of groups that were not heard of since then: silenced as a whole, or nobody sends any more.

        Returns how many. Whatever of them is heard again begins anew.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(_LET_GO, before, now)
            for row in rows:
                body = json.dumps(
                    {"kind": "alerts-over", "group": row["group_id"], "episode": row["episode"], "lost": 1}
                )
                key = f"alerts-over:{row['group_id']}:{row['episode']}"
                await queue(connection, Draft(self._team, key, "alerts-over", body, NOTICE, now))
        return len(rows)

    async def heard(self, source: str, now: datetime) -> None:
        """Note a sign of life of whoever watches."""
        await self._pool.execute(
            "INSERT INTO monitors AS known (source, heard_at) VALUES ($1, $2) ON CONFLICT (source)"
            " DO UPDATE SET heard_at = greatest(known.heard_at, excluded.heard_at), silent = false",
            source,
            now,
        )

    async def is_silent(self, source: str) -> bool:
        """Whether people were told that it has fallen silent."""
        return bool(await self._pool.fetchval("SELECT silent FROM monitors WHERE source = $1", source))

    async def silent_since(self, before: datetime) -> list[tuple[str, datetime]]:
        """Return who has given no sign of life since then and was not told of yet, and when they last did."""
        rows = await self._pool.fetch("SELECT * FROM monitors WHERE heard_at < $1 AND NOT silent", before)
        return [(row["source"], row["heard_at"]) for row in rows]

    async def note_silence(self, source: str, heard_at: datetime) -> None:
        """Note that people were told, unless it was heard meanwhile."""
        await self._pool.execute(
            "UPDATE monitors SET silent = true WHERE source = $1 AND heard_at = $2", source, heard_at
        )

    @staticmethod
    async def _known(connection: Connection, notification: Notification, now: datetime) -> _Known:
        """Return what is known of a group. Its row is held: two notifications of one group take turns."""
        row = await connection.fetchrow(
            "INSERT INTO alert_groups AS known (digest, heard_at) VALUES ($1, $2) ON CONFLICT (digest)"
            " DO UPDATE SET heard_at = greatest(known.heard_at, excluded.heard_at) RETURNING id, episode",
            notification.digest,
            now,
        )
        if row is None:
            raise AssertionError  # an upsert returns what it has written
        severity = await connection.fetchval(
            "SELECT severity FROM alert_episodes WHERE group_id = $1 AND episode = $2 AND resolved_at IS NULL",
            row["id"],
            row["episode"],
        )
        return _Known(row["id"], row["episode"] if severity else row["episode"] + 1, severity or "")

    async def _store(
        self, connection: Connection, known: _Known, alerts: Sequence[Alert], now: datetime
    ) -> list[asyncpg.Record]:
        """Write the alerts down; return those that are news."""
        fresh = {alert.key: alert for alert in alerts}  # twice in one notification: the later one counts
        return await connection.fetch(
            _STORE,
            known.group,
            [key[0] for key in fresh],
            [key[1] for key in fresh],
            [alert.status for alert in fresh.values()],
            [self._cleaned(alert.model_dump_json()) for alert in fresh.values()],
            known.episode,
            now,
            now - _RETRIED,
        )

    async def _tell(self, connection: Connection, known: _Known, facts: str, now: datetime) -> None:
        """Bring the episode up to date and queue its letter."""
        rows = await connection.fetch(
            "SELECT status, starts_at, body FROM alerts WHERE group_id = $1 AND episode = $2",
            known.group,
            known.episode,
        )
        firing = [Alert.model_validate_json(row["body"]).severity for row in rows if row["status"] == "firing"]
        if not known.severity and not firing:
            return  # what ends without ever having been told is no news
        severity = max(known.severity, *firing, key=_rank) if firing else known.severity
        edits = await connection.fetchval(
            _WRITE_EPISODE,
            known.group,
            known.episode,
            facts,
            severity,
            min(row["starts_at"] for row in rows),
            None if firing else now,
        )
        kind, key, urgency = _kind(known, severity, edits, over=not firing)
        stem = f"{known.group}:{known.episode}"
        if kind == "alerts-edit" and await connection.fetchval(_ON_ITS_WAY, f"alerts:{stem}", f"alerts-edit:{stem}:%"):
            return
        body = json.dumps({"kind": kind, "group": known.group, "episode": known.episode, "severity": severity})
        await queue(connection, Draft(self._team, f"{kind}:{stem}{key}", kind, body, urgency, now))

    def _cleaned(self, written: str) -> str:
        """Return JSON with its texts masked, one by one: a mask must not swallow what holds them together."""

        def clean(value: Any) -> Any:
            match value:
                case str():
                    return self._clean(value)
                case dict():
                    return {name: clean(each) for name, each in value.items()}
                case _:
                    return value

        return json.dumps(clean(json.loads(written)))


@dataclass(frozen=True, slots=True)
class _Known:
    """A group before a notification: its episode that is under way, with its severity, or else the next one."""

    group: int
    episode: int
    severity: str


_STORE = """
    INSERT INTO alerts AS known (group_id, fingerprint, starts_at, status, body, episode, changed_at)
    SELECT $1, fingerprint, starts_at, status, body::jsonb, $6, $7
    FROM unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[]) AS fresh (fingerprint, starts_at, status, body)
    ON CONFLICT (group_id, fingerprint, starts_at) DO UPDATE
        SET status = excluded.status, body = excluded.body, episode = excluded.episode, changed_at = excluded.changed_at
        WHERE (known.status, excluded.status) IN (('firing', 'resolved'), ('gone', 'firing'), ('gone', 'resolved'))
            OR (known.status = 'resolved' AND excluded.status = 'firing' AND known.changed_at < $8)
            OR (known.status = 'firing' AND excluded.status = 'firing'
                AND known.body -> 'annotations' <> excluded.body -> 'annotations')
    RETURNING fingerprint
"""
# Alertmanager lists every alert of a group that is neither silenced nor inhibited: one that is missing is, or is over.
_GONE = """
    UPDATE alerts SET status = 'gone', changed_at = $4
    WHERE group_id = $1 AND status = 'firing'
        AND NOT EXISTS (
            SELECT FROM unnest($2::text[], $3::timestamptz[]) AS listed (fingerprint, starts_at)
            WHERE listed.fingerprint = alerts.fingerprint AND listed.starts_at = alerts.starts_at
        )
"""
_LET_GO = """
    WITH quiet AS (
        SELECT id, episode FROM alert_groups WHERE heard_at < $1
            AND EXISTS (SELECT FROM alert_episodes e WHERE e.group_id = id AND e.resolved_at IS NULL)
        FOR UPDATE
    ), gone AS (
        UPDATE alerts SET status = 'gone', changed_at = $2 FROM quiet
        WHERE alerts.group_id = quiet.id AND status = 'firing'
    )
    UPDATE alert_episodes SET resolved_at = $2 FROM quiet
    WHERE alert_episodes.group_id = quiet.id AND alert_episodes.episode = quiet.episode AND resolved_at IS NULL
    RETURNING alert_episodes.group_id, alert_episodes.episode
"""
_WRITE_EPISODE = """
    WITH newest AS (UPDATE alert_groups SET episode = $2 WHERE id = $1)
    INSERT INTO alert_episodes AS known (group_id, episode, facts, severity, began_at, resolved_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (group_id, episode) DO UPDATE SET
        facts = excluded.facts, severity = excluded.severity, resolved_at = excluded.resolved_at,
        edits = known.edits + 1,
        acked_by = CASE WHEN known.severity = excluded.severity THEN known.acked_by END,
        acked_at = CASE WHEN known.severity = excluded.severity THEN known.acked_at END
    RETURNING edits
"""
# A letter that nobody has taken up yet will show this change too; its row is held, so that nobody does meanwhile.
_ON_ITS_WAY = """
    SELECT 1 FROM outbox
    WHERE sent_at IS NULL AND dropped IS NULL AND taken_at IS NULL AND (key = $1 OR key LIKE $2)
    LIMIT 1 FOR UPDATE
"""


def _kind(known: _Known, severity: str, edits: int, *, over: bool) -> tuple[str, str, int]:
    """Return which letter tells of a change, what its key ends in, and its urgency."""
    if not known.severity:
        return "alerts", "", _URGENT.get(severity, NOTICE)
    if over:
        return "alerts-over", "", RESULT
    if _rank(severity) > _rank(known.severity):
        return "alerts-worse", f":{severity}", _URGENT.get(severity, NOTICE)
    return "alerts-edit", f":{edits}", NOTICE


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1


def _episode(row: asyncpg.Record, alerts: Sequence[asyncpg.Record]) -> Episode:
    return Episode(
        group=row["group_id"],
        number=row["episode"],
        severity=row["severity"],
        began_at=row["began_at"],
        resolved_at=row["resolved_at"],
        told_at=row["sent_at"],
        said=Group.model_validate_json(row["facts"]),
        alerts=tuple(Alert.model_validate_json(each["body"]) for each in alerts),
        acked_by=row["acked_by"] or "",
        acked_at=row["acked_at"],
    )
