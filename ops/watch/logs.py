"""Logs: what a project's servers have written, read as one."""

from __future__ import annotations

import asyncio
import heapq
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timezone
from typing import TYPE_CHECKING, Final

from ops.errors import BadQuery, HostError, ScriptRefused, UnknownSource
from ops.redaction import MASK
from ops.runs.planner import log_values
from ops.runs.runbook import shared_script
from ops.runs.secrets import learn_secrets
from ops.watch.level import LEVELS
from ops.watch.log_query import MOST_LINES
from ops.watch.sources import sources_of
from ops.watch.stamps import stamp_of, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ops.hosts.questions import Findings, Questions
    from ops.project import Project
    from ops.watch.log_query import Filter, LogQuery

_BETWEEN: Final = "\x1f"
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_SERVER_SAYS: Final = {"bad-pattern": "pattern", "log-undated": "undated", "start-file": "start-file"}
"""What a server refuses of a query, as our own reasons."""


@dataclass(frozen=True, slots=True)
class HostLog:
    """What one host's log says, or why it cannot be read.

    bytes, files: what was searched, as it lies on the disk; zero where it is not in files. cut: why there may be more
    lines than were looked at: search (too much to search) or lines (too much to bring). zone: of lines that name none.
    """

    host: str
    lines: tuple[str, ...] = ()
    error: HostError | None = None
    bytes: int = 0
    files: int = 0
    cut: str = ""
    zone: timezone = UTC


async def read_logs(questions: Questions, project: Project, query: LogQuery, now: datetime) -> list[HostLog]:
    """Return the last lines of a log on each host. Raises UnknownSource, BadQuery."""
    sources = sources_of(project)
    if query.source not in sources:
        raise UnknownSource(project.name, query.source, tuple(sources))
    if project.shell == "powershell":
        _refuse_on_windows(query)
    return list(await asyncio.gather(*(_read(questions, project, host, query, now) for host in project.hosts)))


async def _read(questions: Questions, project: Project, host: str, query: LogQuery, now: datetime) -> HostLog:
    try:
        await learn_secrets(questions, project, host)
        here = filters_here(questions, project, query.filters)
        asked = values_of(project, query, here)
        found = await questions.ask(host, shared_script("tail-log.sh", project.shell), asked)
    except ScriptRefused as error:
        if error.why in _SERVER_SAYS:
            raise BadQuery(_word(query, error.why), _SERVER_SAYS[error.why]) from None
        return HostLog(host, error=error)
    except HostError as error:
        return HostLog(host, error=error)
    return _host_log(host, project, query, here, found, now)


def values_of(project: Project, query: LogQuery, here: Sequence[Filter] = ()) -> dict[str, str]:
    """Return what tail-log.sh and follow-log.sh are told. here: the filters that are not the server's to know."""
    there = [each for each in query.filters if each not in here]
    return {
        "PROJECT": project.name,
        **log_values(project, query.source),
        "LINES": str(MOST_LINES if here or (project.shell == "powershell" and query.narrowed) else query.lines),
        "LEVEL": LEVELS.get(query.level, ""),
        "SINCE": _seconds(query.since),
        "UNTIL": _seconds(query.until),
        "START": "" if query.start is None else str(query.start),
        "FILTERS": _BETWEEN.join(_kind(each) + each.text for each in there),
        "FILTER": "",
    }


def filters_here(questions: Questions, project: Project, filters: Sequence[Filter]) -> tuple[Filter, ...]:
    """Return the filters that are applied here: what a server finds of a secret's pieces would give it away."""
    if project.shell == "powershell":
        return tuple(filters)
    return tuple(each for each in filters if not each.regex and questions.touches(each.text))


def keep_lines(lines: Iterable[str], filters: Sequence[Filter], here: Sequence[Filter]) -> Iterator[str]:
    """Return the lines that filters let through, judged by what can be seen of them.

    A server judges whole lines. Of one in which something is masked, that it was found would tell what the mask hides:
    it has to hold what is looked for outside of the mask, and an expression, which could tell it too, does not count.
    """
    for line in lines:
        judged = filters if MASK in line else here
        if all(not each.regex and (each.text.casefold() in line.casefold()) == each.wanted for each in judged):
            yield line


def merged(found: Sequence[HostLog], now: datetime, most: int) -> list[str] | None:
    """Return the lines of several hosts in order of time, each behind its host's name; None where they tell no time.

    A line without a time stays behind the one before it. most: the last ones of so many.
    """
    with_lines = [log for log in found if log.lines]
    streams = [list(_entries(log, now)) for log in with_lines]
    if any(not stream or stream[-1][0] == _LONG_AGO for stream in streams):
        return None
    width = max((len(log.host) for log in with_lines), default=0)
    entries = heapq.merge(*streams, key=lambda entry: entry[0])
    return [f"{host:<{width}} │ {line}" for _, host, line in entries][-most:]


def _entries(log: HostLog, now: datetime) -> Iterator[tuple[datetime, str, str]]:
    at = _LONG_AGO
    for line in log.lines:
        at = max(at, stamp_of(line, now, log.zone) or at)
        yield at, log.host, line


def _host_log(
    host: str, project: Project, query: LogQuery, here: Sequence[Filter], found: Findings, now: datetime
) -> HostLog:
    facts = found.said.facts
    log = HostLog(
        host,
        bytes=_whole(facts.get("searched_bytes", "")),
        files=_whole(facts.get("searched_files", "")),
        cut="search" if "search_cut" in facts else "lines" if "lines_cut" in facts else "",
        zone=zone_of(facts.get("utc_offset", "")),
    )
    lines: Iterable[str] = found.lines
    if project.shell == "powershell":
        lines = _narrowed(lines, query, log.zone, now)
    return replace(log, lines=tuple(keep_lines(lines, query.filters, here))[-query.lines :])


def _narrowed(lines: Iterable[str], query: LogQuery, zone: timezone, now: datetime) -> Iterator[str]:
    """Return the lines of a level and of a time: what the scripts for Windows leave to us."""
    level = re.compile(LEVELS[query.level]) if query.level else None
    at = None
    for line in lines:
        at = stamp_of(line, now, zone) or at
        in_time = not (query.since or query.until) or (
            at is not None and (query.since or at) <= at <= (query.until or at)
        )
        if in_time and (level is None or level.search(line)):
            yield line


def _refuse_on_windows(query: LogQuery) -> None:
    regex = next((each for each in query.filters if each.regex), None)
    if regex is not None:
        raise BadQuery(regex.text, "pattern-windows")
    if query.start is not None:
        raise BadQuery("start", "start-file")
    if query.follow is not None:
        raise BadQuery("follow", "follow-windows")


def _word(query: LogQuery, why: str) -> str:
    """Return what a server has refused of a query."""
    if why == "bad-pattern":
        return " ".join(each.text for each in query.filters if each.regex)
    return "start" if why == "start-file" else "since, until"


def _kind(each: Filter) -> str:
    letter = "g" if each.wanted else "v"
    return letter.upper() if each.regex else letter


def _seconds(at: datetime | None) -> str:
    return str(int(at.timestamp())) if at else ""


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
