r"""Log query: which lines of which log are wanted, as people write it behind ``/logs formbot``. Pure.

``[source] [lines] [error] [since=1h] [until=14:00] [start=last] [grep=text] [-v=text] [follow=5m] [text …]``

A text is meant as it stands, whatever the case of its letters; between slashes (``grep=/time.?out/``) it is a regular
expression of POSIX's extended kind, with ``\d``, ``\w`` and ``\s``. Double quotes hold a text with spaces together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ops.duration import parse_duration
from ops.errors import BadQuery
from ops.watch.level import LEVELS, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

LINES: Final = 30
"""Lines that are shown unasked."""
MOST_LINES: Final = 5000
FOLLOW: Final = timedelta(minutes=2)
LONGEST_FOLLOW: Final = timedelta(minutes=15)
_MOST_FILTERS: Final = 8
_LONGEST_TEXT: Final = 200
_MOST_STARTS: Final = 50
_MOST_REPEATS: Final = 500
"""What the bounds of an expression come to when they are multiplied: a matcher makes states of them."""
_FARTHEST: Final = timedelta(days=3650)

_WORDS = re.compile(r'(?:-v|[a-z]+)="[^"]*"|"[^"]*"|\S+')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?)(?:[T ](\S+))?", re.ASCII)
_CLASSES: Final = {
    "d": "[0-9]", "w": "[[:alnum:]_]", "s": "[[:space:]]",
    "D": "[^0-9]", "W": "[^[:alnum:]_]", "S": "[^[:space:]]",
}  # fmt: skip
_BOUND = re.compile(r"\{(\d{1,4})?(?:(,)(\d{1,4})?)?\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filter:
    """A text that a line has to hold, or must not; ``regex``: as POSIX ``grep -E`` takes it."""

    text: str
    wanted: bool = True
    regex: bool = False


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Which lines of which log are wanted: the last ones of those that everything here lets through.

    level: that one or worse; empty for all. start: of the service or container, zero for the last one, one for the one
    before. follow: how long what comes is shown as well; None for not at all.
    """

    source: str
    lines: int = LINES
    level: str = ""
    since: datetime | None = None
    until: datetime | None = None
    start: int | None = None
    filters: tuple[Filter, ...] = ()
    follow: timedelta | None = None

    @property
    def narrowed(self) -> bool:
        """Whether lines are looked for, rather than the last ones shown as they are."""
        return bool(self.level or self.since or self.until or self.start is not None or self.filters)


def split_words(text: str) -> list[str]:
    """Return the words of a command; what stands between double quotes is one word, whatever quotes a phone makes."""
    return [word.replace('"', "") if word.count('"') > 1 else word for word in _WORDS.findall(text.translate(_QUOTES))]


def read_query(words: Iterable[str], sources: Iterable[str], now: datetime) -> LogQuery:
    """Return what the words behind a project's name ask for.

    sources: the project's logs, the first of which is meant unless another is named. now: in the zone in which people
    tell the time. Raises BadQuery.
    """
    names = tuple(sources)
    rest = list(words)
    found: dict[str, object] = {"source": rest.pop(0) if rest and rest[0] in names else names[0]}
    filters: list[Filter] = []
    loose: list[str] = []
    for word in rest:
        if named := _named(word, now, plain=not loose):
            found.setdefault(*named)
        elif word.startswith(("grep=", "-v=", "v=")):
            filters.append(_filter(word, word.partition("=")[2], wanted=word.startswith("grep")))
        else:
            loose.append(word)
    if loose:
        filters.append(_filter(" ".join(loose), " ".join(loose), wanted=True))
    if len(filters) > _MOST_FILTERS:
        raise BadQuery(filters[-1].text, "too-many")
    query = LogQuery(**found, filters=tuple(filters))  # type: ignore[arg-type]  # each has been read by its own function
    if query.since and query.until and query.since >= query.until:
        raise BadQuery("since, until", "order")
    return query


def read_regex(text: str) -> str:
    """Return an expression as ``grep -E`` takes it. Raises BadQuery for one that is none, or could take for ever.

    There are no references to what was found before, and repetitions are bounded: what is left, every matcher of the
    field runs in time that grows with the line alone.
    """
    said: list[str] = []
    shape = ""  # the same for Python's compiler, which knows brackets, bars and signs in the wrong places
    repeats, at = 1, 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            said.append(_escape(text, at))
            shape += "x"
            at += 2
        elif char == "[":
            end = _bracket_end(text, at)
            said.append(text[at:end])
            shape += "x"
            at = end
        elif char == "{":
            bound = _BOUND.match(text, at)
            if bound is None or not (bound[1] or bound[3]):
                raise BadQuery(text, "pattern")
            repeats *= max(1, int(bound[3] or bound[1] or 1))
            said.append(f"{{{bound[1] or 0}{bound[2] or ''}{bound[3] or ''}}}")
            shape += "{1}"
            at = bound.end()
        elif text.startswith("(?", at):
            raise BadQuery(text, "pattern")
        else:
            said.append(char)
            shape += char
            at += 1
    if repeats > _MOST_REPEATS:
        raise BadQuery(text, "pattern-heavy")
    try:
        re.compile(shape)
    except (re.error, RecursionError, OverflowError):
        raise BadQuery(text, "pattern") from None
    return "".join(said)


def _named(word: str, now: datetime, *, plain: bool) -> tuple[str, object] | None:
    """Return the field that a word fills; None for a text. plain: no text has come before: numbers are of lines."""
    key, sign, value = word.partition("=")
    lowered = word.lower()
    if sign and key in {"since", "until"}:
        return key, _moment(word, value, now)
    if sign and key == "start":
        return key, _start(word, value)
    if lowered in {"-f", "follow"} or (sign and key == "follow"):
        return "follow", _follow(word, value)
    if word.isascii() and word.isdigit() and plain:
        return "lines", _lines(word)
    level = WORDS.get(lowered, lowered)
    return ("level", level) if level in LEVELS else None


def _escape(text: str, at: int) -> str:
    after = text[at + 1 : at + 2]
    if after in _CLASSES and after:
        return _CLASSES[after]
    if not after or after.isalnum() or ord(after) >= 128:  # noqa: PLR2004  ASCII ends there
        raise BadQuery(text, "pattern")
    return "\\" + after


def _bracket_end(text: str, at: int) -> int:
    """Return where a set of characters ends, that begins there."""
    begin = at + 2 if text[at + 1 : at + 2] == "^" else at + 1
    end = begin + 1  # a bracket that comes first is one of the set
    while end < len(text) and text[end] != "]":
        if text[end] == "[" and text[end + 1 : end + 2] in {":", ".", "="}:
            closed = text.find(text[end + 1] + "]", end + 2)
            if closed < 0:
                break
            end = closed + 1
        end += 1
    if end >= len(text) or "\\" in text[at:end]:
        raise BadQuery(text, "pattern")
    return end + 1


def _filter(word: str, value: str, *, wanted: bool) -> Filter:
    if not value or len(value) > _LONGEST_TEXT or not value.isprintable():
        raise BadQuery(word, "text")
    if len(value) > 2 and value.startswith("/") and value.endswith("/") and word != value:  # noqa: PLR2004  two slashes
        return Filter(read_regex(value[1:-1]), wanted, regex=True)
    return Filter(value, wanted)


def _lines(word: str) -> int:
    if len(word) > 5 or not 0 < int(word) <= MOST_LINES:  # noqa: PLR2004  digits
        raise BadQuery(word, "lines")
    return int(word)


def _start(word: str, value: str) -> int:
    if value in {"last", "0"}:
        return 0
    if re.fullmatch(r"-?\d{1,2}", value, re.ASCII) and abs(int(value)) <= _MOST_STARTS:
        return abs(int(value))
    raise BadQuery(word, "start")


def _follow(word: str, value: str) -> timedelta:
    try:
        wanted = parse_duration(value) if value else FOLLOW
    except ValueError:
        raise BadQuery(word, "follow") from None
    if not timedelta(seconds=5) <= wanted <= LONGEST_FOLLOW:
        raise BadQuery(word, "follow")
    return wanted


def _moment(word: str, value: str, now: datetime) -> datetime:
    """Return a time in the past: ``90m`` ago, ``14:02`` (today, or yesterday), ``10.10``, ``2025-10-10T14:02``."""
    try:
        ago = parse_duration(value.removeprefix("-"))
    except ValueError:
        at = _written(value, now)
    else:
        at = now - ago if ago <= _FARTHEST else None
    if at is None:
        raise BadQuery(word, "time")
    return at.astimezone(UTC)


def _written(value: str, now: datetime) -> datetime | None:
    clock = _CLOCK.fullmatch(value)
    day = _DAY.fullmatch(value)
    if clock is not None and "." not in value:
        at = _at(now, clock)
        return at if at <= now else _at(now - timedelta(days=1), clock)
    if day is None:
        return None
    hour = _CLOCK.fullmatch(day[7] or "00:00")
    try:
        date = now.replace(
            year=int(day[1] or day[6] or now.year), month=int(day[2] or day[5]), day=int(day[3] or day[4])
        )
    except ValueError:
        return None
    if not (day[1] or day[6]) and date.date() > now.date():
        date = date.replace(year=now.year - 1)
    return _at(date, hour) if hour else None


def _at(day: datetime, clock: re.Match[str]) -> datetime:
    return day.replace(hour=int(clock[1]), minute=int(clock[2]), second=int(clock[3] or 0), microsecond=0, fold=0)
