"""When people mean, in their own zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ops.errors import BadMoment
from ops.moment import read_moment

KYIV = ZoneInfo("Europe/Kyiv")
NOW = datetime(2025, 10, 10, 21, 5, tzinfo=KYIV)


@pytest.mark.parametrize(
    ("text", "local", "rest"),
    [
        ("22:30 10 дамп", "2025-10-10 22:30", ["10", "дамп"]),
        ("9:00", "2025-10-11 09:00", []),
        ("21:05", "2025-10-11 21:05", []),
        ("завтра 02:00 5", "2025-10-11 02:00", ["5"]),
        ("Tomorrow 02.00", "2025-10-11 02:00", []),
        ("сегодня 23:59", "2025-10-10 23:59", []),
        ("12.10 02:00", "2025-10-12 02:00", []),
        ("01.02 02:00", "2026-02-01 02:00", []),
        ("+30m", "2025-10-10 21:35", []),
        ("+30 10", "2025-10-10 21:35", ["10"]),
        ("+1h30m", "2025-10-10 22:35", []),
    ],
)
def test_a_time_is_read_as_the_team_means_it(text: str, local: str, rest: list[str]) -> None:
    at, left = read_moment(text.split(), NOW)
    assert at == datetime.fromisoformat(local).replace(tzinfo=KYIV).astimezone(UTC)
    assert at.tzinfo is UTC
    assert left == rest


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "form"),
        ("soon", "form"),
        ("25:00", "form"),
        ("tomorrow", "form"),
        ("31.02 02:00", "form"),
        ("+", "form"),
        ("+99999h", "far"),
        ("today 20:00", "past"),
        ("٢٢:٣٠", "form"),
    ],
)
def test_what_is_no_time_to_come_is_refused_and_named(text: str, why: str) -> None:
    with pytest.raises(BadMoment) as refusal:
        read_moment(text.split(), NOW)
    assert refusal.value.why == why


def test_a_time_that_the_clock_leaves_out_in_spring_is_the_hour_after() -> None:
    at, _ = read_moment(["30.03", "03:30"], datetime(2025, 3, 29, 12, 0, tzinfo=KYIV))
    assert at == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_in_autumn_is_the_first_of_them() -> None:
    at, _ = read_moment(["26.10", "03:30"], datetime(2025, 10, 25, 12, 0, tzinfo=KYIV))
    assert at == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
