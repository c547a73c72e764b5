"""Moment: when something is to happen, as people write it in a chat: ``22:30``, ``tomorrow 02:00``, ``+30m``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ops.duration import parse_duration
from ops.errors import BadMoment

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAYS = {
    "today": 0, "сьогодні": 0, "сегодня": 0,
    "tomorrow": 1, "завтра": 1,
}  # fmt: skip
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?", re.ASCII)
_FARTHEST = timedelta(days=366)


def read_moment(words: Sequence[str], now: datetime) -> tuple[datetime, list[str]]:
    """Return the moment that the first words name, in UTC, and the words behind it.

    now: in the zone in which people tell the time. A clock time that has passed today is tomorrow's. Raises BadMoment.
    """
    first, rest = (words[0].lower() if words else ""), list(words[1:])
    if first.startswith("+"):
        return (now + _wait(first)).astimezone(UTC), rest
    day = None
    if first in _DAYS:
        day = now + timedelta(days=_DAYS[first])
    elif date := _DATE.fullmatch(first) if rest and _CLOCK.fullmatch(rest[0]) else None:
        day = _day(date, now, first)
    if day is None:
        at = _at(first, now, first)
        return (at if at > now.astimezone(UTC) else _at(first, now + timedelta(days=1), first)), rest
    said = " ".join(words[:2])
    at = _at(rest[0] if rest else "", day, said)
    if at <= now.astimezone(UTC):
        raise BadMoment(said, "past")
    return at, rest[1:]


def _wait(word: str) -> timedelta:
    text = word[1:]
    try:
        wait = parse_duration(text + "m" if text.isascii() and text.isdigit() else text)
    except ValueError:
        raise BadMoment(word, "form") from None
    if wait > _FARTHEST:
        raise BadMoment(word, "far")
    return wait


def _day(date: re.Match[str], now: datetime, said: str) -> datetime:
    try:
        day = now.replace(day=int(date[1]), month=int(date[2]), year=int(date[3] or now.year))
    except ValueError:
        raise BadMoment(said, "form") from None
    if date[3] is None and day.date() < now.date():
        day = day.replace(year=now.year + 1)
    return day


def _at(clock: str, day: datetime, said: str) -> datetime:
    """Return a time of a day, in UTC: an hour that a clock change leaves out is the one after it."""
    match = _CLOCK.fullmatch(clock)
    if match is None:
        raise BadMoment(said, "form")
    return day.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0, fold=0).astimezone(UTC)
