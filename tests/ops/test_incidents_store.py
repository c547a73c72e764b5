"""Incidents as rows: what is observed, by whichever process, is told once, and survives."""

from __future__ import annotations

import asyncio
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
from ops.watch.observation import HOST_CHECK, Observation, Subject
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


MESSAGES = ("incident", "incident-note", "incident-ended")


def loud(told: list[str]) -> list[str]:
    """What makes a message of its own."""
    return [each for each in told if each.split()[0] in MESSAGES]


async def fire(tower: Tower, *subjects: Subject, **more: object) -> None:
    """Have subjects fire, and have that told."""
    for subject in subjects:
        await tower.see(subject, ok=False, times=3, **more)
    await tower.later(seconds=21)


async def test_the_end_is_told_once_and_with_the_duration(tower: Tower) -> None:
    await fire(tower, UNIT)
    await tower.see(UNIT, ok=True, times=2)
    assert loud(await tower.told()) == ["incident", "incident-ended"]
    assert await tower.incidents.open() == []
    (incident,) = await tower.store.recent(5)
    assert incident.resolved_at == tower.clock.now
    await tower.later(hours=5)
    assert loud(await tower.told()) == ["incident", "incident-ended"]


async def test_what_is_over_before_it_was_told_is_never_told(tower: Tower) -> None:
    seen = Observation(BACKUP, False, tower.clock.after(seconds=1), code="backup-failed", event=True)
    await tower.incidents.observe(seen)
    await tower.later(seconds=5)
    await tower.see(BACKUP, ok=True)
    await tower.later(seconds=30)
    assert await tower.told() == []


async def test_a_server_with_twenty_checks_that_drops_is_one_message(tower: Tower) -> None:
    subjects = [Subject("formbot", "web1", "http", f"http://127.0.0.1/{number}") for number in range(20)]
    down = Subject("", "web1", HOST_CHECK, "")
    for subject in subjects[:3]:
        await tower.see(subject, ok=False, times=2)  # some were in doubt already
    for _ in range(4):
        at = tower.clock.after(seconds=15)
        seen = [Observation(each, None, at, code="host-down") for each in subjects]
        await tower.incidents.observe_all([Observation(down, False, at, code="host-unreachable"), *seen])
        await tower.incidents.look()
    await tower.later(seconds=30)
    assert await tower.told() == ["incident"]
    (incident,) = await tower.incidents.open()
    assert incident.group == "host:web1"


async def test_what_fires_on_a_server_that_is_down_is_not_told(tower: Tower) -> None:
    await fire(tower, Subject("", "web1", HOST_CHECK, ""))
    await fire(tower, UNIT)
    assert await tower.told() == ["incident"]
    counts = await tower.incidents.counts()
    assert counts.untold["inhibited"] == 1


async def test_ten_flips_are_three_messages_at_the_most(tower: Tower) -> None:
    for _ in range(10):
        await tower.see(UNIT, ok=False, times=3)
        await tower.later(seconds=21)
        await tower.see(UNIT, ok=True, times=2)
    assert len(loud(await tower.told())) <= 3
    await tower.later(minutes=31)
    assert loud(await tower.told())[-1] == "incident-ended"


async def test_what_comes_back_for_good_is_told_again(tower: Tower) -> None:
    await fire(tower, UNIT)
    await tower.see(UNIT, ok=True, times=2)
    await fire(tower, UNIT)
    assert loud(await tower.told()) == ["incident", "incident-ended", "incident"]
    (incident,) = await tower.incidents.open()
    assert (incident.fired, incident.told) == (2, 2)


async def test_a_restart_while_it_fires_tells_nothing_twice(tower: Tower) -> None:
    await fire(tower, UNIT)
    again = Tower(tower.pool, tower.clock)
    await again.see(UNIT, ok=False, times=4)
    await again.later(minutes=5)
    assert await again.told() == ["incident"]


async def test_two_processes_tell_once(tower: Tower) -> None:
    other = Tower(tower.pool, tower.clock)
    await tower.see(UNIT, ok=False, times=3)
    tower.clock.after(seconds=21)
    await asyncio.gather(*(each.incidents.look() for each in (tower, other) for _ in range(5)))
    assert await tower.told() == ["incident"]


async def test_who_takes_it_on_is_not_reminded_until_it_grows_worse(tower: Tower) -> None:
    await fire(tower, UNIT, severity="warning")
    (incident,) = await tower.incidents.open()
    assert await tower.incidents.ack(incident.id, "Олена")
    await tower.later(days=3)
    assert await tower.told() == ["incident", "incident-edit"]
    await tower.see(UNIT, ok=False, severity="critical")
    assert loud(await tower.told()) == ["incident", "incident"]
    (incident,) = await tower.incidents.open()
    assert incident.acked_by == ""


async def test_taking_it_on_can_be_undone(tower: Tower) -> None:
    await fire(tower, UNIT)
    (incident,) = await tower.incidents.open()
    await tower.incidents.ack(incident.id, "Олена")
    await tower.incidents.give_back(incident.id)
    await tower.later(minutes=11)
    assert loud(await tower.told()) == ["incident", "incident-note escalate"]


async def test_nobody_on_it_calls_the_second_list_then_the_owners_then_reminds(tower: Tower) -> None:
    await fire(tower, UNIT)
    await tower.later(minutes=9)
    assert loud(await tower.told()) == ["incident"]
    await tower.later(minutes=2)
    await tower.later(minutes=20)
    await tower.later(hours=4)
    await tower.later(hours=4)
    assert loud(await tower.told()) == [
        "incident",
        "incident-note escalate",
        "incident-note direct",
        *["incident-note remind"] * 2,
    ]
    owner = await tower.pool.fetchval("SELECT chat_id FROM outbox WHERE body ->> 'what' = 'direct'")
    assert owner == 1001


async def test_a_warning_is_reminded_of_once_a_day_and_calls_nobody(tower: Tower) -> None:
    await fire(tower, UNIT, severity="warning")
    await tower.later(hours=23)
    assert loud(await tower.told()) == ["incident"]
    await tower.later(hours=2)
    assert loud(await tower.told()) == ["incident", "incident-note remind"]


async def test_what_was_put_off_asks_again_when_it_is_still_there(tower: Tower) -> None:
    await fire(tower, UNIT)
    (incident,) = await tower.incidents.open()
    await tower.incidents.snooze(incident.id, "Олена", timedelta(hours=1))
    await tower.later(minutes=59)
    assert loud(await tower.told()) == ["incident"]
    await tower.later(minutes=2)
    assert loud(await tower.told()) == ["incident", "incident-note again"]


@pytest.mark.parametrize(
    "target", ["formbot", "web1", "formbot/web1", "formbot/web1/unit/formbot", "formbot/*/unit/*", "*/unit/*"]
)
async def test_a_mute_is_quiet_until_its_end_and_then_it_is_told(tower: Tower, target: str) -> None:
    until = tower.clock.now + timedelta(hours=2)
    await tower.mutes.add("update:1", target, "works", OLENA, until, tower.clock.now)
    await tower.mutes.add("update:1", target, "works", OLENA, until, tower.clock.now)
    assert len(await tower.mutes.in_force(tower.clock.now)) == 1
    await fire(tower, UNIT)
    await tower.later(minutes=60)
    assert await tower.told() == []
    assert (await tower.incidents.counts()).untold["muted"] == 1
    await tower.later(minutes=60)
    await tower.later(seconds=21)
    assert await tower.told() == ["incident"]


@pytest.mark.parametrize("target", ["shop", "web2", "form", "formbot/web1/un", "formbot/web1/http"])
async def test_a_mute_of_something_else_mutes_nothing(tower: Tower, target: str) -> None:
    await tower.mutes.add("update:1", target, "works", OLENA, tower.clock.now + timedelta(hours=2), tower.clock.now)
    await fire(tower, UNIT)
    assert await tower.told() == ["incident"]


async def test_a_mute_can_be_lifted_before_its_end(tower: Tower) -> None:
    await tower.mutes.add("update:1", "formbot", "works", OLENA, tower.clock.now + timedelta(hours=2), tower.clock.now)
    await fire(tower, UNIT)
    assert [each.target for each in await tower.mutes.lift("formbot", OLENA, tower.clock.now)] == ["formbot"]
    await tower.later(seconds=1)
    await tower.later(seconds=21)
    assert await tower.told() == ["incident"]


async def begin_run(pool: Pool, at: datetime, *, changes: bool = True, host: str = "web1") -> int:
    plan = json.dumps({"hosts": [host], "steps": [{"key": "a", "changes": False}, {"key": "b", "changes": changes}]})
    number: int = await pool.fetchval(
        "INSERT INTO runs (request, project, runbook, ref, actor_id, actor_name, plan, accepted_at, begun_at)"
        " VALUES ($1, 'formbot', 'deploy', '', 1, 'x', $2, $3, $3) RETURNING id",
        f"update:{at}",
        plan,
        at,
    )
    return number


async def end_run(pool: Pool, number: int, at: datetime) -> None:
    await pool.execute("UPDATE runs SET result = 'succeeded', ended_at = $2 WHERE id = $1", number, at)


async def test_works_of_our_own_alarm_nobody_and_what_still_fails_afterwards_does(tower: Tower) -> None:
    run = await begin_run(tower.pool, tower.clock.now)
    await tower.see(UNIT, ok=False, times=10)
    await tower.later(minutes=1)
    assert await tower.told() == []
    await end_run(tower.pool, run, tower.clock.now)
    await tower.see(UNIT, ok=False, times=2)
    await tower.later(seconds=21)
    assert await tower.told() == []
    await tower.see(UNIT, ok=False)
    await tower.later(seconds=21)
    assert await tower.told() == ["incident"]


@pytest.mark.parametrize(("changes", "host"), [(False, "web1"), (True, "web2")])
async def test_a_run_that_changes_nothing_there_opens_no_window(tower: Tower, changes: bool, host: str) -> None:  # noqa: FBT001
    await begin_run(tower.pool, tower.clock.now, changes=changes, host=host)
    await fire(tower, UNIT)
    assert await tower.told() == ["incident"]


async def test_nobody_is_pressed_while_a_restart_from_the_message_is_under_way(tower: Tower) -> None:
    await fire(tower, UNIT)
    run = await begin_run(tower.pool, tower.clock.now)
    await tower.later(minutes=12)
    assert loud(await tower.told()) == ["incident"]
    (incident,) = await tower.incidents.open()
    assert (incident.members[0].overlay, incident.members[0].overlay_note) == ("maintenance", str(run))


async def test_trouble_that_a_probation_tells_of_is_not_told_twice(tower: Tower) -> None:
    run = await begin_run(tower.pool, tower.clock.now)
    await end_run(tower.pool, run, tower.clock.now)
    await tower.pool.execute(
        "INSERT INTO watches (run_id, project, began_at, until, every, on_trouble, state, next_at)"
        " VALUES ($1, 'formbot', $2, $2, '1 s', 'tell', 'trouble', $2)",
        run,
        tower.clock.now,
    )
    await tower.see(UNIT, ok=False, times=10)
    await tower.later(seconds=60)
    assert await tower.told() == []
    tower.clock.after(minutes=30)
    await fire(tower, UNIT)
    assert await tower.told() == ["incident"]


async def test_edits_that_wait_are_one(tower: Tower) -> None:
    await fire(tower, UNIT)
    for number in range(5):
        await tower.see(Subject("formbot", "web1", "tcp", f"127.0.0.1:{number}"), ok=False, times=3)
    assert await tower.told() == ["incident", "incident-edit"]
    await tower.pool.execute("UPDATE outbox SET sent_at = now(), message_id = 7")
    await tower.see(HTTP, ok=False, times=3)
    assert await tower.told() == ["incident", "incident-edit", "incident-edit"]


async def test_looks_that_find_all_as_it_was_write_nothing(tower: Tower) -> None:
    await tower.see(UNIT, ok=True, times=2)
    before = await tower.pool.fetchval("SELECT xmin::text FROM subjects")
    await tower.see(UNIT, ok=True, times=5)
    assert await tower.pool.fetchval("SELECT xmin::text FROM subjects") == before


async def test_what_nobody_looks_at_any_more_is_over(tower: Tower) -> None:
    await fire(tower, UNIT)
    await tower.store.forget([UNIT.key])
    await tower.later(seconds=1)
    assert loud(await tower.told()) == ["incident", "incident-ended"]
