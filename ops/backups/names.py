"""Names: what the files of backups are called, and which period of its tier each stands for. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final, get_args

from ops.backups.backup import Tier

TIERS: Final = get_args(Tier)
PERIODIC: Final = ("daily", "weekly", "monthly")
"""The tiers that have a period, and so one backup for each."""

_STAMP = "%Y%m%d_%H%M%S"
_PERIOD: Final = {
    "daily": re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII),
    "weekly": re.compile(r"(?P<year>\d{4})-W(?P<week>\d\d)", re.ASCII),
    "monthly": re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)", re.ASCII),
}


def period_of(tier: str, day: date) -> str:
    """Return the period that a local day lies in: ``2025-10-12``, ``2025-W41``, ``2025-10``; empty for other tiers.

    Weeks are ISO's, and so are their years: Sunday 2027-01-03 is in week 53 of 2026.
    """
    match tier:
        case "daily":
            return day.strftime("%Y-%m-%d")
        case "weekly":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case "monthly":
            return day.strftime("%Y-%m")
        case _:
            return ""


def is_period(tier: str, text: str) -> bool:
    """Whether a text is a period that there is; of a tier without one, whether it is empty."""
    if tier not in PERIODIC:
        return text == ""
    found = _PERIOD[tier].fullmatch(text)
    if found is None:
        return False
    parts = {name: int(number) for name, number in found.groupdict().items()}
    try:
        if tier == "weekly":
            date.fromisocalendar(parts["year"], parts["week"], 1)
        else:
            date(parts["year"], parts["month"], parts.get("day", 1))
    except ValueError:
        return False
    return True


def mark(tier: str, period: str, local_time: datetime) -> str:
    """Return what stands in the file's name behind what it is of.

    Its moment, ``20251010_020000``; of a week ``week_41_2025``, of a month ``2025_10``. The period decides, not the
    moment: one that is made up for on Monday still is last week's. A weekly or monthly one without a period is named
    after its moment's.
    """
    if tier == "weekly":
        year, _, week = (period or period_of(tier, local_time.date())).partition("-W")
        return f"week_{week}_{year}"
    if tier == "monthly":
        return (period or period_of(tier, local_time.date())).replace("-", "_")
    return local_time.strftime(_STAMP)
