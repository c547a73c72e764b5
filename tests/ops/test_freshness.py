"""What is said about backups that are late, small, missing or changed, about full disks and about drills."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ops.backups.backup import Backup
from ops.backups.freshness import (
    Folder,
    Target,
    cleaning,
    copied,
    damaged,
    disk,
    drill,
    faults,
    late,
    run_ended,
    shrunken,
    time_left,
)
from ops.backups.keeping import NEVER, ScheduleSpec
from ops.backups.schedule import KINDS, Try

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHOP = Target("shop", "web1", "shop")
USUAL = ScheduleSpec()
SINCE = dict.fromkeys(KINDS, NOW - timedelta(days=365))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def backup(number: int, age: timedelta, **changes: Any) -> Backup:
    values: dict[str, Any] = {
        "id": number,
        "project": "shop",
        "host": "web1",
        "subject": "shop",
        "path": f"/b/daily/{number}.gz",
        "bytes": 1000,
        "sha256": "a" * 64,
        "run_id": 1,
        "taken_at": NOW - age,
        "engine": "postgres",
        "tier": "daily",
        "level": 1,
    }
    return Backup(**values | changes)


def late_tiers(*backups: Backup, since: Any = SINCE) -> dict[str, bool]:
    return {seen.subject.check: not seen.ok for seen in late(SHOP, backups, USUAL, since, NOW)}


@pytest.mark.parametrize(("tier", "limit"), [("daily", 26 * HOUR), ("weekly", 8 * DAY), ("monthly", 32 * DAY)])
def test_a_tier_is_late_from_its_limit_on(tier: str, limit: timedelta) -> None:
    assert not late_tiers(backup(1, limit, tier=tier))[f"backup-{tier}"]
    assert late_tiers(backup(1, limit + HOUR, tier=tier))[f"backup-{tier}"]


def test_a_scheduler_that_stood_still_for_27_hours_makes_the_daily_late() -> None:
    seen = late(SHOP, [backup(1, 27 * HOUR)], USUAL, SINCE, NOW)[0]
    assert (seen.ok, seen.code, seen.facts["hours"], seen.event) == (False, "backup-late", "27", True)


def test_only_one_that_was_found_whole_counts() -> None:
    assert late_tiers(backup(1, HOUR, level=0), backup(2, 30 * HOUR))["backup-daily"]
    assert late_tiers(backup(1, HOUR, bad="changed"))["backup-daily"]


def test_nothing_is_late_before_it_could_be_there() -> None:
    new = dict.fromkeys(KINDS, NOW - 20 * HOUR)
    assert not any(late_tiers(since=new).values())
    older = dict.fromkeys(KINDS, NOW - 30 * HOUR)
    assert late_tiers(since=older) == {"backup-daily": True, "backup-weekly": False, "backup-monthly": False}
    assert late(SHOP, [], USUAL, older, NOW)[0].code == "backup-none"
    assert late(SHOP, [], NEVER, SINCE, NOW) == []


def test_a_tiny_dump_is_told_and_one_that_is_a_little_smaller_is_not() -> None:
    before = [backup(number, number * DAY, bytes=1000 + number) for number in range(1, 8)]
    small, fine = (shrunken(SHOP, [backup(0, HOUR, bytes=size), *before], NOW) for size in (400, 900))
    assert small is not None
    assert (small.ok, small.facts["percent"]) == (False, "40")
    assert fine is not None
    assert fine.ok
    assert shrunken(SHOP, [backup(0, HOUR, bytes=4), *before[:2]], NOW) is None


def test_a_file_that_is_gone_or_not_what_it_was_is_found() -> None:
    backups = [backup(number, DAY) for number in range(5)]
    backups.append(replace(backup(5, DAY), removed_at=NOW))
    files = {each.path: each.bytes for each in backups if each.id != 1} | {backups[2].path: 999}
    sums = {backups[3].path: "b" * 64, backups[4].path: "a" * 64}
    found = [(each.id, why) for each, why in faults(backups, Folder(files, sums))]
    assert found == [(1, "missing"), (2, "changed"), (3, "changed")]


def test_damage_is_told_until_the_file_is_gone_from_the_catalogue() -> None:
    bad = backup(1, DAY, bad="changed")
    assert not damaged(SHOP, [bad, backup(2, HOUR)], NOW).ok
    assert damaged(SHOP, [replace(bad, removed_at=NOW), backup(2, HOUR)], NOW).ok


def samples(per_day: int, days: int = 7, start: int = 1_000_000) -> list[tuple[datetime, int]]:
    hours = range(0, days * 24 + 1, 6)
    return [(NOW - timedelta(hours=days * 24 - hour), start - per_day * hour // 24) for hour in hours]


def test_a_disk_that_fills_up_within_a_week_is_told_before_it_does() -> None:
    left = time_left(samples(100_000))
    assert left is not None
    assert left / DAY == pytest.approx(3, abs=0.1)
    assert not disk("shop", "web1", samples(100_000), NOW).ok
    assert disk("shop", "web1", samples(10_000), NOW).ok
    assert disk("shop", "web1", samples(-5_000), NOW).ok


def test_a_disk_that_stays_as_it_is_never_fills_and_one_that_is_full_is() -> None:
    assert time_left(samples(0)) is None
    assert time_left(samples(0, start=0)) == timedelta()


def test_a_few_hours_tell_nothing_about_a_week() -> None:
    assert time_left(samples(100_000)[:4]) is None
    assert disk("shop", "web1", [], NOW).ok


def test_a_drill_is_due_every_eight_days() -> None:
    proven = backup(1, 20 * DAY, level=2, verified_at=NOW - 7 * DAY)
    fresh, old = (
        drill(SHOP, [each], USUAL, SINCE["daily"], NOW) for each in (proven, replace(proven, verified_at=NOW - 9 * DAY))
    )
    assert fresh is not None
    assert fresh.ok
    assert old is not None
    assert (old.ok, old.code, old.severity) == (False, "drill-late", "warning")
    assert drill(SHOP, [], NEVER, SINCE["daily"], NOW) is None
    never = drill(SHOP, [backup(1, DAY)], USUAL, NOW - 9 * DAY, NOW)
    assert never is not None
    assert never.code == "drill-none"


def test_a_failed_run_is_trouble_until_one_goes_well() -> None:
    failed, good = Try(2, "failed", NOW), Try(1, "succeeded", NOW - DAY)
    seen = run_ended("shop", "daily", [failed, good])
    assert seen is not None
    assert (seen.ok, seen.at, seen.facts["count"]) == (False, NOW, "1")
    again = run_ended("shop", "daily", [Try(3, "succeeded", NOW), failed])
    assert again is not None
    assert again.ok
    assert run_ended("shop", "daily", [Try(1)]) is None
    assert run_ended("shop", "daily", [Try(1, "cancelled", NOW)]) is None


def test_copies_that_fail_are_a_warning_until_one_goes_well() -> None:
    bad, good = (
        copied("shop", "web1", [Try(0), Try(1, "failed", NOW)]),
        copied("shop", "web1", [Try(0, "succeeded", NOW)]),
    )
    assert bad is not None
    assert (bad.ok, bad.severity, bad.at) == (False, "warning", NOW)
    assert good is not None
    assert good.ok
    assert copied("shop", "web1", [Try(0)]) is None


def test_cleaning_that_goes_too_far_is_a_warning() -> None:
    assert cleaning("shop", "web1", "", 3, NOW).ok
    assert not cleaning("shop", "web1", "most", 30, NOW).ok
