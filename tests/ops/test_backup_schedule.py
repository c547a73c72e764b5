"""When a backup is due: over nights with two 02:00 or none, restarts, outages, several processes, a new year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from ops.backups.keeping import NEVER, Clock, ScheduleSpec, read_clock
from ops.backups.names import period_of
from ops.backups.schedule import (
    AGAIN_AFTER,
    Slot,
    Try,
    due_try,
    last_slot,
    last_slots,
    next_slots,
)
from ops.project import BackupsSpec

BERLIN, KYIV = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Kyiv")
USUAL = ScheduleSpec()
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Machine:
    """Plays the clock, five minutes at a time; what it begins ends well at once, unless told otherwise."""

    def __init__(self, zone: tzinfo, schedule: ScheduleSpec = USUAL, since: datetime = LONG_AGO) -> None:
        self.zone, self.schedule, self.since = zone, schedule, since
        self.rows: dict[tuple[str, str], list[Try]] = {}
        self.begun: list[tuple[Slot, int, datetime]] = []

    def look(self, now: datetime, result: str = "succeeded") -> None:
        for slot in last_slots(self.schedule, now, self.zone):
            tries = self.rows.setdefault((slot.kind, slot.period), [])
            if number := due_try(slot, tries, now, self.since):
                tries.append(Try(number, result, now))
                self.begun.append((slot, number, now))

    def play(self, start: datetime, end: datetime, result: str = "succeeded") -> None:
        now = start.astimezone(UTC)  # local times jump, and sums of them do not
        while now <= end:
            self.look(now, result)
            now += timedelta(minutes=5)

    def of(self, kind: str) -> list[str]:
        return [slot.period for slot, _, _ in self.begun if slot.kind == kind]


def local(zone: tzinfo, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=zone, fold=fold)  # type: ignore[misc,arg-type]


def test_a_sunday_is_backed_up_daily_and_weekly_and_the_first_of_a_month_monthly() -> None:
    machine = Machine(BERLIN, since=local(BERLIN, 2025, 10, 11, 12))
    machine.play(local(BERLIN, 2025, 10, 11, 12), local(BERLIN, 2025, 11, 1, 12))
    assert machine.of("daily")[0] == "2025-10-12"
    assert len(machine.of("daily")) == len(set(machine.of("daily"))) == 21
    assert machine.of("weekly") == machine.of("drill") == ["2025-W41", "2025-W42", "2025-W43"]
    assert machine.of("monthly") == ["2025-11"]


@pytest.mark.parametrize("zone", [BERLIN, KYIV])
def test_the_autumn_night_with_two_equal_hours_has_one_of_each(zone: tzinfo) -> None:
    machine = Machine(zone, since=local(zone, 2025, 10, 25, 22))
    machine.play(local(zone, 2025, 10, 25, 22), local(zone, 2025, 10, 26, 12))
    assert machine.of("daily") == ["2025-10-26"]
    assert machine.of("weekly") == ["2025-W43"]


@pytest.mark.parametrize("zone", [BERLIN, KYIV])
def test_the_spring_night_without_that_hour_has_one_of_each_too(zone: tzinfo) -> None:
    machine = Machine(zone, since=local(zone, 2026, 3, 28, 22))
    machine.play(local(zone, 2026, 3, 28, 22), local(zone, 2026, 3, 29, 12))
    assert machine.of("daily") == ["2026-03-29"]
    assert machine.of("weekly") == ["2026-W13"]
    begun = {slot.kind: now.astimezone(zone).hour for slot, _, now in machine.begun}
    assert begun["daily"] == (3 if zone is BERLIN else 2)  # 02:00 is not there in Berlin: the first moment after
    assert begun["weekly"] == (3 if zone is BERLIN else 4)  # 03:00 is not there in Kyiv


def test_a_bot_that_was_off_over_the_hour_makes_one_daily_at_its_start_not_zero_and_not_two() -> None:
    machine = Machine(KYIV, since=LONG_AGO)
    machine.play(local(KYIV, 2025, 10, 14, 1, 0), local(KYIV, 2025, 10, 14, 1, 50))
    before = len(machine.of("daily"))
    machine.play(local(KYIV, 2025, 10, 14, 2, 30), local(KYIV, 2025, 10, 14, 23, 59))
    assert machine.of("daily")[before:] == ["2025-10-14"]
    assert machine.begun[before + 3][2] == local(KYIV, 2025, 10, 14, 2, 30)


def test_after_days_off_only_the_newest_of_each_is_made_up_for() -> None:
    machine = Machine(BERLIN)
    machine.look(local(BERLIN, 2025, 10, 20, 9))
    assert {kind: machine.of(kind) for kind in ("daily", "weekly", "monthly", "drill")} == {
        "daily": ["2025-10-20"],
        "weekly": ["2025-W42"],
        "monthly": ["2025-10"],
        "drill": ["2025-W42"],
    }


def test_a_schedule_that_is_new_promises_nothing_for_the_time_before_it() -> None:
    noon = local(BERLIN, 2025, 10, 14, 12)
    machine = Machine(BERLIN, since=noon)
    machine.play(noon, local(BERLIN, 2025, 10, 15, 1, 59))
    assert machine.begun == []
    machine.look(local(BERLIN, 2025, 10, 15, 2, 0))
    assert machine.of("daily") == ["2025-10-15"]


def test_the_last_sunday_before_a_new_year_is_in_week_53_of_the_old_one() -> None:
    machine = Machine(BERLIN, since=local(BERLIN, 2027, 1, 2, 12))
    machine.play(local(BERLIN, 2027, 1, 2, 12), local(BERLIN, 2027, 1, 3, 12))
    assert machine.of("weekly") == ["2026-W53"]
    assert period_of("weekly", datetime(2023, 1, 1, tzinfo=UTC).date()) == "2022-W52"
    assert period_of("weekly", datetime(2023, 12, 31, tzinfo=UTC).date()) == "2023-W52"


def test_a_failed_night_is_tried_again_a_few_times_and_then_left_to_people() -> None:
    machine = Machine(BERLIN, ScheduleSpec.model_validate({"weekly": "off", "monthly": "off", "drill": "off"}))
    machine.play(local(BERLIN, 2025, 10, 14, 2), local(BERLIN, 2025, 10, 15, 1, 59), result="failed")
    starts = [now.astimezone(BERLIN).strftime("%H:%M") for _, _, now in machine.begun]
    assert starts == ["02:00", "02:15", "03:15", "06:15"]
    assert len(starts) == len(AGAIN_AFTER) + 1


def test_a_second_try_that_goes_well_is_the_last_one() -> None:
    machine = Machine(BERLIN, ScheduleSpec.model_validate({"weekly": "off", "monthly": "off", "drill": "off"}))
    machine.look(local(BERLIN, 2025, 10, 14, 2), result="failed")
    machine.play(local(BERLIN, 2025, 10, 14, 2, 5), local(BERLIN, 2025, 10, 14, 23))
    assert [number for _, number, _ in machine.begun] == [1, 2]


def test_what_somebody_has_cancelled_or_what_still_runs_is_not_tried_again() -> None:
    slot = last_slot("daily", Clock(2, 0), local(BERLIN, 2025, 10, 14, 9), BERLIN)
    later = slot.at + timedelta(hours=9)
    assert due_try(slot, [Try(1, "cancelled", slot.at)], later, LONG_AGO) == 0
    assert due_try(slot, [Try(1)], later, LONG_AGO) == 0
    assert due_try(slot, [Try(1, "failed", slot.at)], later, LONG_AGO) == 2


def test_two_processes_that_look_at_the_same_moment_mean_the_same_run() -> None:
    now = local(BERLIN, 2025, 10, 26, 2, 30)
    asked = [[(slot.kind, slot.period) for slot in last_slots(USUAL, each, BERLIN)] for each in (now, now)]
    assert asked[0] == asked[1]
    second_hour = local(BERLIN, 2025, 10, 26, 2, 30, fold=1)
    daily = next(slot for slot in last_slots(USUAL, second_hour, BERLIN) if slot.kind == "daily")
    assert daily.period == "2025-10-26"


def test_the_next_runs_are_sunday_at_three_and_the_first_at_four() -> None:
    shown = [
        (slot.kind, slot.at.astimezone(BERLIN)) for slot in next_slots(USUAL, local(BERLIN, 2025, 10, 10, 12), BERLIN)
    ]
    assert shown == [
        ("daily", local(BERLIN, 2025, 10, 11, 2)),
        ("weekly", local(BERLIN, 2025, 10, 12, 3)),
        ("drill", local(BERLIN, 2025, 10, 12, 5)),
        ("monthly", local(BERLIN, 2025, 11, 1, 4)),
    ]
    assert next_slots(NEVER, local(BERLIN, 2025, 10, 10, 12), BERLIN) == []


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("02:00", Clock(2, 0)),
        ("3:30", Clock(3, 30)),
        ("sun 03:00", Clock(3, 0, weekday=6)),
        ("Mon 23:59", Clock(23, 59, weekday=0)),
        ("1 04:00", Clock(4, 0, day=1)),
    ],
)
def test_a_clock_is_read_as_people_write_it(text: str, clock: Clock) -> None:
    assert read_clock(text) == clock


@pytest.mark.parametrize("text", ["", "24:00", "2", "0 03:00", "29 03:00", "sunday 3:00", "02:00 sun", "7 3:0"])
def test_a_clock_that_no_month_or_week_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="clock"):
        read_clock(text)


def test_lotsman_yml_says_when_and_off_means_never() -> None:
    spec = TypeAdapter(BackupsSpec)
    assert spec.validate_python({"schedule": False}).schedule == NEVER
    written = spec.validate_python({"schedule": {"daily": 1320, "weekly": "mon 3:00", "monthly": False}}).schedule
    assert (written.daily, written.weekly, written.monthly) == (Clock(22, 0), Clock(3, 0, weekday=0), None)
    for wrong in ({"daily": "sun 3:00"}, {"weekly": "3:00"}, {"monthly": "sun 4:00"}):
        with pytest.raises(ValidationError):
            spec.validate_python({"schedule": wrong})
