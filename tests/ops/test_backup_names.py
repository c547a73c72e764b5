"""Backups are called as people expect them to be, at New Year too."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from ops.backups.names import PERIODIC, TIERS, is_period, mark, period_of

NIGHT = datetime(2025, 10, 10, 2, 0)  # noqa: DTZ001  the team's wall clock


@pytest.mark.parametrize(
    ("tier", "local_time", "expected"),
    [
        ("daily", NIGHT, "20251010_020000"),
        ("weekly", NIGHT.replace(day=12, hour=3), "week_41_2025"),
        ("monthly", NIGHT.replace(day=1, hour=4), "2025_10"),
        ("manual", NIGHT, "20251010_020000"),
        ("predeploy", NIGHT, "20251010_020000"),
        ("safety", NIGHT, "20251010_020000"),
        ("weekly", datetime(2027, 1, 3, 3), "week_53_2026"),  # noqa: DTZ001
        ("weekly", datetime(2023, 1, 1, 3), "week_52_2022"),  # noqa: DTZ001
        ("weekly", datetime(2024, 12, 30, 3), "week_01_2025"),  # noqa: DTZ001
    ],
)
def test_a_file_is_named_after_its_tier(tier: str, local_time: datetime, expected: str) -> None:
    assert mark(tier, period_of(tier, local_time.date()), local_time) == expected
    assert mark(tier, "", local_time) == expected


def test_one_that_is_made_up_for_later_is_named_after_the_period_it_was_missed_in() -> None:
    monday = datetime(2025, 10, 13, 9, 30)  # noqa: DTZ001
    assert mark("weekly", "2025-W41", monday) == "week_41_2025"
    assert mark("monthly", "2025-09", monday) == "2025_09"
    assert mark("daily", "2025-10-12", monday) == "20251013_093000"


def test_no_two_weeks_of_forty_years_share_a_name() -> None:
    mondays = [date(2000, 1, 3) + timedelta(weeks=number) for number in range(40 * 52)]
    names = {period_of("weekly", day) for day in mondays}
    assert len(names) == len(mondays)
    assert all(period_of("weekly", day + timedelta(days=6)) == period_of("weekly", day) for day in mondays)


@pytest.mark.parametrize("tier", TIERS)
def test_every_period_of_a_tier_is_one_and_nothing_else_is(tier: str) -> None:
    assert is_period(tier, period_of(tier, NIGHT.date()))
    assert is_period(tier, "") is (tier not in PERIODIC)
    for wrong in ("2025-W54", "2025-13", "2025-02-30", "2025-1-1", "../../etc", "2025-W41\n", "x"):
        assert not is_period(tier, wrong)
