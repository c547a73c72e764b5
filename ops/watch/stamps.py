"""Stamps: when a line of a log was written, as the line itself says. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_HEAD: Final = 80
"""Characters of a line among which its time is looked for."""
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS: Final = {name: number + 1 for number, name in enumerate(_NAMES)}
_TIME = r"(?P<h>\d\d):(?P<mi>\d\d):(?P<s>\d\d)(?:[.,](?P<f>\d{1,9}))?"
_ZONE = r"\s?(?P<zone>Z|UTC|[+-]\d\d:?\d\d)?"
_FORMS: Final = (
    # 2025-10-10T15:30:00.123Z, 2025-10-10 15:30:00,123, 2025/10/10 15:30:00
    re.compile(rf"(?P<y>\d{{4}})[-/](?P<mo>\d\d)[-/](?P<d>\d\d)[T ]{_TIME}{_ZONE}", re.ASCII),
    # 10/Oct/2025:15:30:00 +0000, 10-Oct-2025 15:30:00
    re.compile(rf"(?P<d>\d\d)[-/](?P<name>[A-Z][a-z]{{2}})[-/](?P<y>\d{{4}})[: ]{_TIME}{_ZONE}", re.ASCII),
    # Oct 10 15:30:00
    re.compile(rf"^(?P<name>[A-Z][a-z]{{2}}) (?P<d>[ \d]\d) {_TIME}", re.ASCII),
)


def stamp_of(line: str, now: datetime, zone: timezone = UTC) -> datetime | None:
    """Return when a line was written; None where it does not say.

    now: tells the year where a line leaves it out. zone: the server's, for lines that name none.
    """
    head = line[:_HEAD]
    for form in _FORMS:
        match = form.search(head)
        if match is not None and (found := _read(match.groupdict(), now, zone)) is not None:
            return found
    return None


def zone_of(offset: str) -> timezone:
    """Return the zone of an offset as ``date +%z`` prints it; UTC for anything else."""
    if not re.fullmatch(r"[+-]\d{4}", offset, re.ASCII):
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes)) if minutes < 24 * 60 else UTC


def _read(parts: dict[str, str | None], now: datetime, zone: timezone) -> datetime | None:
    said = parts.get("zone") or ""
    own = zone_of(said.replace(":", "")) if said[:1] in {"+", "-"} else UTC if said else zone
    month = _MONTHS.get(parts.get("name") or "", 0) or int(parts.get("mo") or 0)
    micro = int(((parts.get("f") or "") + "000000")[:6])
    day, hour, minute, second = (int(parts[name] or 0) for name in ("d", "h", "mi", "s"))
    try:
        year = int(parts.get("y") or now.astimezone(own).year)
        at = datetime(year, month, day, hour, minute, min(second, 59), micro, own)
        if not parts.get("y") and at > now + timedelta(days=1):
            at = at.replace(year=year - 1)
    except ValueError:
        return None
    return at.astimezone(UTC)
