"""Keeping: what lotsman.yml says about when backups are made, how many stay, and where copies of them go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from ops.duration import Duration
from ops.spec import Spec, matching

if TYPE_CHECKING:
    from datetime import date

Periodic = Literal["daily", "weekly", "monthly"]
"""The tiers that a clock fills."""
PERIODIC: tuple[Periodic, ...] = get_args(Periodic)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""By datetime's own numbers, from 0. Crontab's differ, so nobody writes numbers."""
_CLOCK = re.compile(rf"(?:({'|'.join(WEEKDAYS)}|[0-9]{{1,2}}) )?([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_LAST_DAY = 28
"""Of a month: every month has it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, on every day, on one day of the week (0 is Monday), or on one day of the month."""

    hour: int
    minute: int
    weekday: int | None = None
    day: int | None = None

    def falls_on(self, day: date) -> bool:
        """Whether that day is one of its days."""
        return (self.weekday is None or day.weekday() == self.weekday) and (self.day is None or day.day == self.day)


def read_clock(text: str) -> Clock:
    """Read ``02:00``, ``sun 03:00`` or ``1 04:00``. Raises ValueError("clock: <text>")."""
    found = _CLOCK.fullmatch(text.strip().lower())
    if found is not None:
        word, time = found[1], (int(found[2]), int(found[3]))
        if word is None:
            return Clock(*time)
        if word in WEEKDAYS:
            return Clock(*time, weekday=WEEKDAYS.index(word))
        if 1 <= int(word) <= _LAST_DAY:
            return Clock(*time, day=int(word))
    message = f"clock: {text[:40]}"
    raise ValueError(message)


def _validate(value: Any) -> Clock | None:
    # YAML reads ``off`` as false, and 22:00 without quotes as minutes.
    if value is False or value is None or value == "off":
        return None
    if isinstance(value, Clock):
        return value
    if isinstance(value, int):
        value = f"{value // 60:02}:{value % 60:02}"
    return read_clock(str(value))


def _of_kind(**wanted: bool) -> BeforeValidator:
    """Accept a clock that names a weekday or a day of the month, or neither, as wanted."""

    def check(value: Any) -> Any:
        clock = _validate(value)
        if clock is not None and any((getattr(clock, name) is not None) != there for name, there in wanted.items()):
            message = f"clock: {str(value)[:40]}"
            raise ValueError(message)
        return clock

    return BeforeValidator(check)


Daily = Annotated[Clock | None, _of_kind(weekday=False, day=False)]
Weekly = Annotated[Clock | None, _of_kind(weekday=True, day=False)]
Monthly = Annotated[Clock | None, _of_kind(weekday=False, day=True)]


class ScheduleSpec(Spec):
    """When backups are made, in the team's zone; None: never. drill: when they are restored on trial."""

    daily: Daily = Clock(2, 0)
    weekly: Weekly = Clock(3, 0, weekday=6)
    monthly: Monthly = Clock(4, 0, day=1)
    drill: Weekly = Clock(5, 0, weekday=6)

    def clock(self, kind: Periodic | Literal["drill"]) -> Clock | None:
        """Return the clock of a tier, or of the drill."""
        clock: Clock | None = getattr(self, kind)
        return clock


NEVER = ScheduleSpec(daily=None, weekly=None, monthly=None, drill=None)


def read_schedule(value: Any) -> Any:
    """Take ``off`` for none at all."""
    return NEVER if value is False or value == "off" else value


class KeepSpec(Spec):
    """How many verified periods of each tier stay; ``manual``: how many files; ``predeploy``: for how long."""

    daily: Annotated[int, Field(ge=0, le=366)] = 7
    weekly: Annotated[int, Field(ge=0, le=260)] = 4
    monthly: Annotated[int, Field(ge=0, le=240)] = 12
    manual: Annotated[int, Field(ge=0, le=1000)] = 5
    predeploy: Duration = timedelta(days=7)


Remote = Annotated[str, matching(r":?[A-Za-z0-9_][A-Za-z0-9_.+@-]{0,60}:[A-Za-z0-9._/@+-]{0,200}", "remote")]
"""Where rclone puts copies: a remote of its configuration on the server (or ``:local:``), and a path there."""
