"""Schedule: when a backup or a drill is due. Pure: time, zone and what was tried before are passed in.

A slot is one time of a clock, named by its period, so that it is filled once: over a night in which 02:00 comes
twice, over restarts, by however many processes. It falls on the first of two equal times; where a clock is put
forward over it, at the first moment after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from ops.backups.keeping import PERIODIC
from ops.backups.names import period_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from ops.backups.keeping import Clock, ScheduleSpec

Kind = Literal["daily", "weekly", "monthly", "drill"]
KINDS: tuple[Kind, ...] = (*PERIODIC, "drill")

AGAIN_AFTER = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))
"""How long after a try that failed the next one begins. After the last of these it is left to people."""
_FARTHEST = 62
"""Days within which every clock has a time: months have 28 days at the least."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One time at which something is due. period: ``2025-10-12``, ``2025-W41`` or ``2025-10``; at: in UTC."""

    kind: Kind
    period: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Try:
    """One run for a slot. result: as Run has it, empty while it is open; ended_at: None while it is open."""

    number: int
    result: str = ""
    ended_at: datetime | None = None


def last_slot(kind: Kind, clock: Clock, now: datetime, zone: tzinfo) -> Slot:
    """Return the newest slot whose time has come."""
    return next(slot for slot in _slots(kind, clock, now, zone, -1) if slot.at <= now)


def next_slot(kind: Kind, clock: Clock, now: datetime, zone: tzinfo) -> Slot:
    """Return the first slot whose time has not come."""
    return next(slot for slot in _slots(kind, clock, now, zone, 1) if slot.at > now)


def due_try(slot: Slot, tries: Sequence[Try], now: datetime, since: datetime) -> int:
    """Return the number of the try that is to begin now, from 1; 0 for none.

    tries: that were made for this very slot. since: when the schedule was seen for the first time: what was due
    before was never promised.
    """
    if slot.at > now or slot.at < since:
        return 0
    if not tries:
        return 1
    last = max(tries, key=lambda each: each.number)
    if last.ended_at is None or last.result in _SETTLED or last.number > len(AGAIN_AFTER):
        return 0
    return last.number + 1 if now >= last.ended_at + AGAIN_AFTER[last.number - 1] else 0


def next_slots(schedule: ScheduleSpec, now: datetime, zone: tzinfo) -> list[Slot]:
    """Return the next slot of everything that is scheduled, the soonest first."""
    clocks = ((kind, schedule.clock(kind)) for kind in KINDS)
    return sorted((next_slot(kind, clock, now, zone) for kind, clock in clocks if clock), key=lambda slot: slot.at)


def last_slots(schedule: ScheduleSpec, now: datetime, zone: tzinfo) -> list[Slot]:
    """Return the newest slot of everything that is scheduled, in the order of their times."""
    clocks = ((kind, schedule.clock(kind)) for kind in KINDS)
    return sorted((last_slot(kind, clock, now, zone) for kind, clock in clocks if clock), key=lambda slot: slot.at)


_SETTLED = frozenset({"succeeded", "cancelled"})
"""Results that nobody tries again: a cancel is a person's decision."""


def _slots(kind: Kind, clock: Clock, now: datetime, zone: tzinfo, step: int) -> Iterable[Slot]:
    """Return slots from around now on, forwards or backwards."""
    today = now.astimezone(zone).date() - timedelta(days=step)
    for distance in range(_FARTHEST + 2):
        day = today + timedelta(days=distance * step)
        if clock.falls_on(day):
            local = datetime(day.year, day.month, day.day, clock.hour, clock.minute, tzinfo=zone)
            yield Slot(kind, period_of("weekly" if kind == "drill" else kind, day), local.astimezone(UTC))
