"""What stays and what may go. Whatever is asked for: never the last good one, never a pinned or an unknown file."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ops.backups.backup import Backup
from ops.backups.keeping import KeepSpec
from ops.backups.names import period_of
from ops.backups.retention import Held, Retention, plan_retention

KYIV = ZoneInfo("Europe/Kyiv")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEEP = KeepSpec()


def backup(number: int, days_ago: float, tier: str = "daily", **changes: Any) -> Backup:
    taken = NOW - timedelta(days=days_ago)
    period = period_of(tier, taken.astimezone(KYIV).date()) if tier in {"daily", "weekly", "monthly"} else None
    values: dict[str, Any] = {
        "id": number,
        "project": "shop",
        "host": "web1",
        "subject": "shop",
        "path": f"/b/{tier}/shop_{number}.sql.gz",
        "bytes": 1000,
        "sha256": "0" * 64,
        "run_id": number,
        "taken_at": taken,
        "engine": "postgres",
        "tier": tier,
        "period": period,
        "level": 1,
    }
    return Backup(**values | changes)


def plan(backups: list[Backup], keep: KeepSpec = KEEP, **more: Any) -> Retention:
    return plan_retention(backups, keep, NOW, KYIV, **more)


def kept(retention: Retention) -> list[int]:
    return [decision.backup.id for decision in retention.decisions if decision.keep]


def why(retention: Retention, number: int) -> str:
    return next(decision.why for decision in retention.decisions if decision.backup.id == number)


def a_year() -> list[Backup]:
    """Every night for 400 days, each Sunday and each first of a month."""
    made = []
    for days in range(400):
        day = (NOW - timedelta(days=days)).astimezone(KYIV)
        made.append(backup(days, days))
        if day.weekday() == 6:
            made.append(backup(1000 + days, days, "weekly"))
        if day.day == 1:
            made.append(backup(2000 + days, days, "monthly"))
    return made


def test_seven_days_four_weeks_and_twelve_months_stay() -> None:
    by_tier = Counter(each.backup.tier for each in plan(a_year()).decisions if each.keep)
    assert by_tier == {"daily": 7, "weekly": 4, "monthly": 12}


def test_forty_failed_nights_leave_seven_daily_four_weekly_and_twelve_monthly() -> None:
    # What failed made no file, or one that never was found whole; what was there before is 40 days old by now.
    whole = [each for each in a_year() if NOW - each.taken_at > timedelta(days=40)]
    wrecks = [backup(5000 + days, days, level=0) for days in range(40)]
    retention = plan(whole + wrecks)
    by_tier = Counter(each.backup.tier for each in retention.decisions if each.keep and each.backup.good)
    assert by_tier == {"daily": 7, "weekly": 4, "monthly": 12}
    # Nothing newer was found whole, so not even the wrecks go.
    assert all(each.keep for each in retention.decisions if not each.backup.good)


def test_an_outage_deletes_nothing() -> None:
    week = [backup(days, 60 + days) for days in range(7)]
    assert kept(plan(week)) == list(range(7))


def test_of_one_night_only_the_newest_counts() -> None:
    twice = [backup(1, 1.0), replace(backup(2, 1.0), taken_at=NOW - timedelta(days=1) + timedelta(hours=2))]
    retention = plan([*twice, *(backup(10 + days, 2 + days) for days in range(6))])
    assert why(retention, 1) == "same-period"
    assert why(retention, 2) == "period"
    assert len(kept(retention)) == 7


def test_weeks_are_told_apart_by_time_and_not_by_the_order_of_their_names() -> None:
    weeks = [backup(number, days, "weekly") for number, days in enumerate((8, 15, 330, 340, 350, 360))]
    assert kept(plan(weeks)) == [0, 1, 2, 3]


def test_keeping_none_still_leaves_the_newest_good_one() -> None:
    nothing = KeepSpec(daily=0, weekly=0, monthly=0, manual=0, predeploy=timedelta())
    retention = plan([backup(1, 1), backup(2, 2), backup(3, 3, "manual")], nothing)
    assert kept(retention) == [1]
    assert why(retention, 1) == "last-good"


def test_a_pinned_file_outlives_its_tier() -> None:
    many = [backup(days, days) for days in range(20)]
    many[15] = replace(many[15], pinned_by="Олена")
    retention = plan(many)
    assert 15 in kept(retention)
    assert why(retention, 15) == "pinned"


def test_what_a_restore_reads_or_a_release_needs_stays() -> None:
    retention = plan([backup(days, days) for days in range(12)], held=Held(frozenset({9}), frozenset({10})))
    assert (why(retention, 9), why(retention, 10), why(retention, 11)) == ("in-use", "released", "over")


def test_what_was_never_found_whole_goes_after_two_days_once_a_newer_good_one_is_there() -> None:
    old, young = backup(1, 3, level=0), backup(2, 1, level=0)
    assert kept(plan([old, young])) == [1, 2]
    retention = plan([backup(3, 0), backup(4, 2), backup(5, 4), old, young])
    assert (why(retention, 1), why(retention, 2)) == ("unverified", "fresh")
    assert 1 not in kept(retention)
    assert 2 in kept(retention)


def test_a_bad_one_is_no_last_good_one_and_counts_for_no_period() -> None:
    broken = [backup(days, days, bad="changed") for days in range(3)]
    retention = plan([*broken, *(backup(10 + days, 10 + days) for days in range(8))])
    assert [number for number in kept(retention) if number >= 10] == [10, 11, 12, 13, 14, 15, 16]


def test_backups_by_hand_and_before_deploys_push_no_daily_out() -> None:
    daily = [backup(days, days) for days in range(7)]
    by_hand = [backup(100 + number, number / 10, "manual") for number in range(8)]
    before = [backup(200 + days, days * 2, "predeploy") for days in range(6)]
    retention = plan(daily + by_hand + before)
    assert kept(retention) == [*range(7), *range(100, 105), 200, 201, 202, 203]
    assert (why(retention, 107), why(retention, 205)) == ("manual", "predeploy")


def test_each_database_has_its_own_count() -> None:
    mine = [backup(days, days) for days in range(7)]
    other = [backup(100 + days, 30 + days, subject="crm") for days in range(9)]
    assert kept(plan(mine + other)) == [*range(7), *range(100, 107)]


def test_an_unknown_file_is_named_and_left_alone() -> None:
    there = {"/b/daily/shop_1.sql.gz": 1000, "/b/daily/before_the_migration.sql": 5}
    retention = plan([backup(1, 1)], there=there)
    assert retention.unknown == ("/b/daily/before_the_migration.sql",)
    assert retention.dropped == []


def test_what_is_gone_or_has_another_size_is_not_for_deleting() -> None:
    many = [backup(days, days) for days in range(10)]
    there = {each.path: each.bytes for each in many if each.id != 9} | {many[8].path: 7}
    retention = plan(many, there=there)
    assert (why(retention, 9), why(retention, 8), why(retention, 7)) == ("missing", "changed", "over")
    assert [each.id for each in retention.dropped] == [7]


def test_more_than_half_is_no_cleaning() -> None:
    assert plan([backup(days, days) for days in range(14)]).refusal == ""
    assert plan([backup(days, days) for days in range(15)]).refusal == "most"


def test_config_archives_of_releases_are_small_and_stay_longer() -> None:
    archives = [
        backup(days, days, engine="config", subject="config", path=f"/b/config/shop/{days}.tar.gz")
        for days in range(60)
    ]
    assert len(kept(plan(archives))) == 50


def test_what_would_be_freed_is_the_size_of_what_goes() -> None:
    assert plan([backup(days, days, bytes=10) for days in range(9)]).freed == 20


TIERS = ("daily", "weekly", "monthly", "manual", "predeploy", "safety")
SOME_BACKUP = some.builds(
    lambda hours, tier, subject, level, bad, pinned, engine: backup(
        0,
        hours / 24,
        tier,
        subject=subject,
        level=level,
        bad=bad,
        pinned_by=pinned,
        engine=engine,
        path=f"/b/{tier}/{subject}",
    ),
    some.integers(0, 24 * 500),
    some.sampled_from(TIERS),
    some.sampled_from(("shop", "crm")),
    some.integers(0, 2),
    some.sampled_from(("", "", "", "changed", "missing")),
    some.sampled_from(("", "", "", "Олена")),
    some.sampled_from(("postgres", "config")),
)
SOME_KEEP = some.builds(
    KeepSpec,
    daily=some.integers(0, 9),
    weekly=some.integers(0, 5),
    monthly=some.integers(0, 13),
    manual=some.integers(0, 6),
    predeploy=some.integers(0, 9).map(lambda days: timedelta(days=days)),
)


@settings(max_examples=150, deadline=None)
@given(some.lists(SOME_BACKUP, max_size=40), SOME_KEEP, some.sets(some.integers(0, 40), max_size=5))
def test_whatever_there_is_the_last_good_the_pinned_the_held_and_the_unknown_stay(
    found: list[Backup], keep: KeepSpec, held: set[int]
) -> None:
    backups = [replace(each, id=number, path=f"{each.path}_{number}.gz") for number, each in enumerate(found)]
    there = {each.path: each.bytes for each in backups if each.id % 7} | {"/b/daily/mine.txt": 3}
    retention = plan(backups, keep, held=Held(in_use=frozenset(held)), there=there)
    gone = {each.id for each in retention.dropped}
    assert [each.backup.id for each in retention.decisions] == [each.id for each in backups]
    assert not gone & held
    assert all(not each.pinned_by and each.path in there for each in retention.dropped)
    assert retention.unknown == ("/b/daily/mine.txt",)
    for subject in {each.subject for each in backups}:
        mine = sorted((b for b in backups if b.subject == subject and b.good), key=lambda b: (b.taken_at, b.id))
        assert not mine or mine[-1].id not in gone
        # Whatever is not known to be whole goes only where a newer one is.
        for each in retention.dropped:
            if each.subject == subject and not each.good:
                assert mine
                assert mine[-1].taken_at > each.taken_at
    for tier in ("daily", "weekly", "monthly"):
        for subject in ("shop", "crm"):
            alike = [b for b in backups if (b.tier, b.subject, b.engine) == (tier, subject, "postgres") and b.good]
            periods = {b.period for b in alike}
            left = {b.period for b in alike if b.id not in gone}
            if all(b.engine == "postgres" for b in backups):
                assert len(left) >= min(len(periods), getattr(keep, tier))


@pytest.mark.parametrize("zone", [UTC, KYIV, ZoneInfo("America/Los_Angeles")])
def test_a_period_without_a_name_is_the_day_in_the_teams_zone(zone: Any) -> None:
    late, early = NOW.replace(hour=22, minute=30), NOW.replace(hour=21, minute=30)
    two = [replace(backup(1, 0), taken_at=late, period=None), replace(backup(2, 0), taken_at=early, period=None)]
    retention = plan_retention(two, KEEP, NOW + timedelta(days=1), zone)
    assert (retention.dropped == []) == (zone is KYIV)
