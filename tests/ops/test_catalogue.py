"""The catalogue of backups: what steps tell is in it, once, and what is found out later stays with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ops.actor import Actor, Role
from ops.backups.manifest import rows_in_all
from ops.runs.events import Outcome, Result, RunEnded, StepEnded, StepStarted
from ops.runs.journal import Request
from ops.runs.plan import Plan, Step
from ops.runs.script import Script
from ops.store.backups import PostgresBackups
from ops.store.journal import PostgresJournal
from ops.store.outbox import Destination

if TYPE_CHECKING:
    from ops.backups.backup import Backup
    from ops.store.postgres import Pool

NOW = datetime(2025, 10, 12, 2, 0, tzinfo=UTC)
OLENA = Actor(1001, "Olena", Role.ADMIN)
STEP = Step(
    "backup-database.shop",
    "backup-database",
    Script("true\n"),
    subject="shop",
    values={"DATABASE_ENGINE": "mysql"},
    first_host=True,
)
FACTS = {
    "backup_path": "/opt/backups/daily/shop_20251012_020000.sql.gz.age",
    "backup_bytes": "4096",
    "backup_sha256": "a" * 64,
    "backup_level": "1",
    "backup_counts": "constraints=3 indexes=4 functions=0 sequences=2 nonsense=9",
    "backup_measures": "seconds=12 database_bytes=9999",
}
ROWS = {"backup_rows": ('1200 "public.api_token"', r'3 "public.\"Order lines\""', "nothing of the kind")}


class Nights:
    """Backups of one database, each a run of its own."""

    def __init__(self, pool: Pool) -> None:
        self.journal = PostgresJournal(pool, Destination(-100, None))
        self.catalogue = PostgresBackups(pool)
        self._number = 0

    async def back_up(self, path: str = "", *, tier: str = "daily", period: str = "2025-10-12") -> Backup | None:
        """Record one, and return it while its run goes on still."""
        return await self.record(STEP, {**FACTS, **({"backup_path": path} if path else {})}, tier=tier, period=period)

    async def record(
        self, step: Step, facts: dict[str, str], outcome: Outcome = Outcome.OK, *, tier: str = "daily", period: str = ""
    ) -> Backup | None:
        self._number += 1
        later = Step("later", "later", Script("true\n"))
        plan = Plan(("web1",), (step, later), {"TIER": tier, "PERIOD": period})
        request = Request(f"clock:{self._number}", f"shop{self._number}", "backup", "", OLENA, plan, NOW, 0)
        run, _ = await self.journal.accept(replace(request, project="shop"))
        tenure = await self.journal.take_up(run.id)
        assert tenure is not None
        at = NOW + timedelta(days=self._number)
        started = StepStarted(step.key, "web1", f"{run.id}-0s1", at)
        ended = StepEnded(started.job, outcome, at + timedelta(minutes=2), 120.0, facts=facts, items=ROWS)
        for event in (started, ended):
            run = run.apply(event)
            await self.journal.append(run, tenure.epoch, [event])
        made = await self.catalogue.of("shop")
        end = RunEnded(Result.FAILED, at)
        await self.journal.append(run.apply(end), tenure.epoch, [end])
        assert await self.catalogue.of("shop") == made, "its end adds nothing"
        return made[0] if made else None


@pytest.fixture
def nights(pool: Pool) -> Nights:
    return Nights(pool)


async def test_a_backup_is_catalogued_with_its_step_and_not_only_at_the_end_of_the_run(nights: Nights) -> None:
    made = await nights.back_up()
    assert made is not None
    assert (made.engine, made.tier, made.period, made.subject) == ("mysql", "daily", "2025-10-12", "shop")
    assert (made.bytes, made.encrypted, made.good, made.proven) == (4096, True, True, False)
    assert made.name == "shop_20251012_020000.sql.gz.age"
    assert made.taken_at == NOW + timedelta(days=1), "what was written after the dump began may be missing from it"
    assert made.manifest == {
        "rows": {"public.api_token": 1200, 'public."Order lines"': 3},
        "rows_of": "snapshot",
        "constraints": 3,
        "indexes": 4,
        "functions": 0,
        "sequences": 2,
        "seconds": 12,
        "database_bytes": 9999,
    }
    assert rows_in_all(made.manifest) == 1203


async def test_of_a_period_there_is_one_that_counts(nights: Nights) -> None:
    await nights.back_up("/b/daily/shop_1.sql.gz")
    await nights.back_up("/b/daily/shop_2.sql.gz")
    newest, older = await nights.catalogue.of("shop")
    assert (newest.period, older.period) == ("2025-10-12", None)
    await nights.back_up("/b/daily/shop_2.sql.gz")
    newest, older = await nights.catalogue.of("shop")
    assert (newest.path, older.path) == ("/b/daily/shop_2.sql.gz", "/b/daily/shop_1.sql.gz")
    assert [each.removed_why for each in await nights.catalogue.of("shop", removed=True)] == ["", "replaced", ""]


async def test_one_that_has_gone_bad_makes_room_for_another_and_is_never_the_latest_good_one(nights: Nights) -> None:
    first = await nights.back_up("/b/daily/shop_1.sql.gz")
    assert first is not None
    await nights.catalogue.bad(first.id, "changed", NOW)
    assert await nights.catalogue.latest_good("shop", "web1", "shop") is None
    second = await nights.back_up("/b/daily/shop_2.sql.gz")
    assert second is not None
    assert await nights.catalogue.latest_good("shop", "web1", "shop") == second
    assert await nights.catalogue.latest_good("shop", "web1", "shop", before=NOW) is None
    await nights.catalogue.proven(first.id, {"seconds": 3}, NOW)
    again = await nights.catalogue.get(first.id)
    assert again is not None
    assert (again.proven, again.period) == (True, None), "the other one stands for the period by now"


async def test_what_a_look_at_a_backup_finds_is_recorded_with_its_step(nights: Nights) -> None:
    made = await nights.back_up()
    assert made is not None
    look = Step("verify-backup", "verify-backup", Script("true\n"), subject="shop")
    told = {"verified_backup": str(made.id), "backup_level": "2", "backup_counts": "constraints=3"}
    proven = await nights.record(look, told)
    assert proven is not None
    assert proven.proven
    assert proven.proof["seconds"] == 120
    assert proven.proof["rows"]["public.api_token"] == 1200
    told |= {"backup_bad": "rows-differ"}
    bad = await nights.record(look, told, Outcome.FAILED)
    assert bad is not None
    assert (bad.bad, bad.proven, bad.good) == ("rows-differ", False, False)


async def test_nonsense_that_a_script_tells_does_not_keep_its_run_from_going_on(nights: Nights) -> None:
    told = {"backup_path": "/b/x.sql.gz", "backup_bytes": "many", "backup_level": "", "verified_backup": "it"}
    made = await nights.record(STEP, told)
    assert made is not None
    assert (made.bytes, made.level, made.manifest.get("constraints")) == (0, 1, None)


async def test_a_pin_a_copy_and_a_removal_are_remembered(nights: Nights) -> None:
    made = await nights.back_up()
    assert made is not None
    catalogue = nights.catalogue
    await catalogue.pinned(made.id, "Olena", NOW)
    await catalogue.copying(made.id)
    await catalogue.copy_failed(made.id, "cloud-unreachable")
    (row,) = await catalogue.of("shop", host="web1", subject="shop")
    assert (row.pinned_by, row.copy_state, row.copy_error) == ("Olena", "failed", "cloud-unreachable")
    await catalogue.copied(made.id, NOW)
    await catalogue.copying(made.id)
    await catalogue.unpinned(made.id)
    await catalogue.removed(made.id, "older", NOW)
    assert await catalogue.of("shop") == []
    (row,) = await catalogue.of("shop", removed=True)
    assert (row.pinned_by, row.copy_state, row.copied_at, row.removed_why) == ("", "done", NOW, "older")
    assert await catalogue.named(made.name) is None
    await catalogue.copy_removed(made.id, NOW)
    again = await catalogue.get(made.id)
    assert again is not None
    assert (again.copy_state, again.copy_removed_at) == (None, NOW)
