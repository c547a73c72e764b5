"""Follow: what a log gets, asked for again and again; what nobody could read stays on the server.

Each look is a short question that names the place where the last one has stopped. Nothing is left behind on a server
when nobody asks any more, and a connection that breaks costs a look.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ops.errors import HostError
from ops.runs.runbook import shared_script
from ops.watch.logs import HostLog, keep_lines, merged, values_of
from ops.watch.stamps import zone_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ops.hosts.questions import Questions
    from ops.project import Project
    from ops.watch.log_query import Filter, LogQuery

KEPT: Final = 60
"""Lines that are held: more than a message can show."""
_TOO_FAST, _SLOW_AGAIN = 60.0, 30.0
"""Lines a second over which nothing can be read any more, and under which it can be again."""
_LOOKS: Final = 2
"""How many looks in a row have to be too fast: a burst is shown."""


@dataclass
class Place:
    """How far a log has been read on one host. at: as follow-log.sh names it; empty for nowhere yet."""

    host: str
    at: str = ""
    failed: HostError | None = None


@dataclass
class Window:
    """What is seen of a followed log.

    lines: the last ones. total: how many there were since it began. rate: a second, lately. hidden: how many have come
    while showing was paused. paused: by a person. flooded: there are too many to read.
    """

    lines: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT))
    total: int = 0
    rate: float = 0.0
    hidden: int = 0
    paused: bool = False
    flooded: bool = False
    _fast: int = 0

    def take(self, lines: Sequence[str], count: int, seconds: float) -> None:
        """Take what has come within so many seconds. count: how many that were, of which lines are the last."""
        self.total += count
        self.rate = count / max(seconds, 0.1)
        self._fast = self._fast + 1 if self.rate > _TOO_FAST else 0
        if self._fast >= _LOOKS:
            self.flooded = True
        elif self.rate < _SLOW_AGAIN:
            self.flooded = False
        if self.paused or self.flooded:
            self.hidden += count
        else:
            self.hidden = 0
            self.lines.extend(lines)

    def begin_with(self, lines: Sequence[str]) -> None:
        """Show these, that were there before."""
        self.lines.extend(lines)


class LogFollower:
    """Follows one log on all hosts of a project. here: the filters that no server may be asked about."""

    def __init__(self, questions: Questions, project: Project, query: LogQuery, here: Sequence[Filter]) -> None:
        self._questions = questions
        self._project = project
        self._query = query
        self._here = here
        self.places = [Place(host) for host in project.hosts]

    async def look(self, now: datetime) -> tuple[list[str], int]:
        """Return what is new, the hosts' lines in order of time, and how many lines that was in all."""
        found = await asyncio.gather(*(self._look_at(place) for place in self.places))
        logs, counts = [log for log, _ in found], [count for _, count in found]
        if len(self.places) == 1:
            return list(logs[0].lines), counts[0]
        together = merged(logs, now, KEPT)
        if together is None:
            together = [f"{log.host} │ {line}" for log in logs for line in log.lines]
        return together, sum(counts)

    @property
    def failures(self) -> list[HostError]:
        """Why hosts could not be asked last time."""
        return [place.failed for place in self.places if place.failed is not None]

    async def _look_at(self, place: Place) -> tuple[HostLog, int]:
        values = {**values_of(self._project, self._query, self._here), "AT": place.at, "LINES": str(KEPT)}
        try:
            found = await self._questions.ask(place.host, shared_script("follow-log.sh"), values)
        except HostError as error:
            place.failed = error
            return HostLog(place.host), 0
        first, place.failed = not place.at, None
        facts = found.said.facts
        place.at = facts.get("at", place.at)
        lines = tuple(keep_lines(found.lines, self._query.filters, self._here))
        log = HostLog(place.host, lines, zone=zone_of(facts.get("utc_offset", "")))
        counts = (facts.get(name, "") for name in ("new_lines", "skipped_lines"))
        return log, 0 if first else sum(int(count) for count in counts if count.isdigit())
