"""Incidents as rows: what is observed, by whichever process, is told once, and survives."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ops.actor import Actor, Role
from ops.store.incidents import PostgresIncidents
from ops.store.mutes import PostgresMutes
from ops.store.outbox import Destination
from ops.watch.incidents import Incidents
from ops.watch.maintenance import Maintenance
from ops.watch.observation import Observation, Subject
from ops.watch.rules import Rules

if TYPE_CHECKING:
    from ops.store.postgres import Pool

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
TEAM = Destination(-100)
OLENA = Actor(1001, "Олена", Role.ADMIN)
UNIT = Subject("formbot", "web1", "unit", "formbot")
HTTP = Subject("formbot", "web1", "http", "http://127.0.0.1:8080/health")
BACKUP = Subject("formbot", "web1", "backup", "formbot")


class Clock:
    """The time, for the test to move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def after(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


class Tower:
    """Who watches, and what was told by it."""

    def __init__(self, pool: Pool, clock: Clock, owners: tuple[int, ...] = (1001,)) -> None:
        self.pool = pool
        self.clock = clock
        self.store = PostgresIncidents(pool, TEAM)
        self.mutes = PostgresMutes(pool)
        self.incidents = Incidents(
            self.store,
            self.mutes,
            Maintenance(pool),
            rules=lambda _check: Rules(),
            owners=lambda: owners,
            told=lambda: None,
            now=clock,
        )

    async def see(self, subject: Subject, *, ok: bool | None, times: int = 1, **more: object) -> None:
        """Look so often, 15 s apart, and have told what is due."""
        for _ in range(times):
            at = self.clock.after(seconds=15)
            code = "" if ok else "unit-down"
            await self.incidents.observe(Observation(subject, ok, at, **{"code": code, **more}))  # type: ignore[arg-type]
            await self.incidents.look()

    async def later(self, **span: float) -> None:
        self.clock.after(**span)
        await self.incidents.look()

    async def told(self) -> list[str]:
        """What was queued: the kind, and of a note what it is."""
        rows = await self.pool.fetch("SELECT kind, body, chat_id FROM outbox ORDER BY id")
        return [" ".join(filter(None, [row["kind"], json.loads(row["body"]).get("what", "")])) for row in rows]


@pytest.fixture
def tower(pool: Pool) -> Tower:
    return Tower(pool, Clock())


async def test_three_failures_make_one_message_after_the_wait(tower: Tower) -> None:
    await tower.see(UNIT, ok=False, times=2)
    assert await tower.incidents.open() == []
    await tower.see(UNIT, ok=False)
    (incident,) = await tower.incidents.open()
    assert incident.members[0].code == "unit-down"
    assert await tower.told() == []
    await tower.see(HTTP, ok=False, times=3)
    assert await tower.told() == ["incident", "incident-edit"]
    (incident,) = await tower.incidents.open()
    assert [member.subject for member in incident.members] == sorted([UNIT, HTTP])


async def test_the_same_look_twice_counts_once(tower: Tower) -> None:
    seen = Observation(BACKUP, False, NOW, code="backup-failed", event=True)
    await tower.incidents.observe(seen)
    await tower.incidents.observe(seen)
    await tower.later(seconds=1)
    await tower.later(seconds=20)
    assert await tower.told() == ["incident"]
