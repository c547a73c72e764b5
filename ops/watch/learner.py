"""Learner: reads what projects' logs get, all the time and little by little, so that it is known what is new."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from ops.errors import HostError
from ops.project import LogCheck
from ops.runs.runbook import shared_script
from ops.watch.log_query import LogQuery
from ops.watch.logs import values_of
from ops.watch.patterns import errors_in
from ops.watch.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from ops.hosts.questions import Questions
    from ops.inventory import Inventory
    from ops.project import Project
    from ops.store.journal import PostgresJournal
    from ops.store.patterns import PostgresPatterns, Reading

log = structlog.get_logger()

_EVERY: Final = timedelta(minutes=5)
_EVERY_NEAR: Final = timedelta(seconds=20)
"""While a release is fresh."""
_SOON: Final = timedelta(seconds=3)
"""After a change of a run: it changes many times a minute."""
_AFTER_TROUBLE: Final = timedelta(minutes=15)
_LOOK_SECONDS: Final = 60.0
_GATHER_SECONDS: Final = 1.0
"""How long changes of runs gather: quick steps follow each other faster."""
_LINES: Final = 400
"""Lines of errors that one reading brings; what is more than that is more of the same."""
_AT_ONCE: Final = 4


class Learner:
    """Any number of processes may read at once. told: called when something was queued for people."""

    def __init__(
        self,
        inventory: Inventory,
        patterns: PostgresPatterns,
        journal: PostgresJournal,
        questions: Questions,
        *,
        learn: Callable[[str, str], Awaitable[None]],
        told: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._inventory = inventory
        self._patterns = patterns
        self._journal = journal
        self._questions = questions
        self._learn = learn
        self._told = told
        self._now = now
        self._nudged = asyncio.Event()
        self._runs: set[int] = set()
        self._learnt: set[tuple[str, str]] = set()

    def look(self, run_id: int) -> None:
        """Read the logs of a run's project soon: it has changed."""
        self._runs.add(run_id)
        self._nudged.set()

    async def run(self) -> None:
        """Serve until cancelled, through every restart of the database."""
        started = False
        while True:
            pause = _LOOK_SECONDS
            try:
                if not started:
                    await self._expect_all()
                    started = True
                pause = await self._round()
            except Exception:  # a task's boundary: what was not written is read again
                log.exception("logs are read later")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._nudged.wait()
                    await asyncio.sleep(_GATHER_SECONDS)
            self._nudged.clear()

    async def _expect_all(self) -> None:
        for project in tuple(self._inventory.projects.values()):
            await self._patterns.expect(project.name, places_of(project), self._now() + _EVERY)

    async def _round(self) -> float:
        """Read what is due; return after how many seconds to look again."""
        await self._hurry()
        while True:
            names = tuple(self._inventory.projects)
            due = [reading for _ in range(_AT_ONCE) if (reading := await self._patterns.claim(names, self._now()))]
            if not due:
                break
            await asyncio.gather(*(self._read(reading) for reading in due))
        at = await self._patterns.next_at()
        return min(_LOOK_SECONDS, max(0.2, (at - self._now()).total_seconds())) if at else _LOOK_SECONDS

    async def _hurry(self) -> None:
        """Have those logs read now whose projects are being changed."""
        runs, self._runs = self._runs, set()
        hurried = set()
        for run_id in runs:
            run = await self._journal.load(run_id)
            project = self._inventory.projects.get(run.project)
            if project is not None and run.runbook in {"deploy", "rollback"} and project.name not in hurried:
                hurried.add(project.name)
                await self._patterns.expect(project.name, places_of(project), self._now())
                await self._patterns.hurry(project.name, self._now() + _SOON)

    async def _read(self, reading: Reading) -> None:
        project = self._inventory.projects.get(reading.project)
        if project is None or (reading.host, reading.source) not in places_of(project):
            await self._patterns.drop(reading)
            return
        try:
            await self._read_errors(project, reading)
        except HostError:
            await self._patterns.put_off(reading, self._now() + (_EVERY if reading.near else _AFTER_TROUBLE))

    async def _read_errors(self, project: Project, reading: Reading) -> None:
        if (project.name, reading.host) not in self._learnt:
            await self._learn(project.name, reading.host)
            self._learnt.add((project.name, reading.host))
        query = LogQuery(reading.source, lines=_LINES, level="error")
        values = {**values_of(project, query), "AT": reading.place}
        found = await self._questions.ask(reading.host, shared_script("follow-log.sh"), values)
        errors = errors_in(found.lines, ignored(project, reading.source))
        again = self._now() + (_EVERY_NEAR if reading.near else _EVERY)
        place = found.said.facts.get("at", "") or reading.place
        if await self._patterns.keep(reading, place, errors, again=again, now=self._now()) and errors:
            self._told()


def places_of(project: Project) -> list[tuple[str, str]]:
    """Return the logs (host, source) that are read for errors: not what says who asked for which page."""
    if project.shell != "sh":
        return []
    return [(host, name) for host in project.hosts for name in sources_of(project) if not name.endswith("-access")]


def ignored(project: Project, source: str) -> tuple[str, ...]:
    """Return the texts that make an error in a log none."""
    checks = [check for check in project.checks if isinstance(check, LogCheck) and check.log == source]
    return tuple(text for check in checks for text in check.ignore)
