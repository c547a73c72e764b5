"""Row: what one fault's trials came to; and the ground that they take place on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from bot.postgres import EmbeddedPostgres
from tests.faults.crew import Crew
from tests.faults.evidence import Evidence
from tests.faults.lane import Lane, Stage
from tests.faults.server import Server


@dataclass
class Row:
    """One line of the table. done: how often the fault was made. problems: what it broke; none is the aim."""

    done: int
    of: str
    executions: int = 0
    ends: int = 0
    duplicates: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, found: Evidence) -> None:
        """Count what a lane came to."""
        self.executions += sum(found.executions.values())
        self.ends += sum(1 for result in found.results.values() if result)
        self.duplicates += found.duplicates

    def insist(self, true: object, problem: str) -> None:
        """Note a problem unless something is true."""
        if not true:
            self.problems.append(problem)


@dataclass
class Ground:
    """A stage, and folders to put lanes in. numbers: give each its name."""

    stage: Stage
    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fresh(self) -> Path:
        """Return a folder that nobody has used, under a name that nobody has."""
        folder = self.folder / f"n{next(self.numbers)}"
        folder.mkdir(parents=True)
        return folder

    def lane(self, **options: Any) -> AbstractAsyncContextManager[Lane]:
        """Open a lane of its own."""
        return Lane(options.pop("stage", self.stage), self.fresh(), **options).open()


def within(seconds: float, *, long: bool) -> float:
    """Return the seconds that something may take: in the short form others may keep the machine busy."""
    return seconds if long else 3 * seconds


Case = Callable[[Ground, bool], Awaitable[Row]]
"""Makes one fault, in the long form or the short one."""


@asynccontextmanager
async def prepared(folder: Path) -> AsyncIterator[Ground]:
    """Start what all cases share. Raises SshdMissing."""
    postgres = EmbeddedPostgres(folder / "postgres", max_connections=200)
    async with postgres, Server(folder / "server") as server, Crew() as crew:
        yield Ground(Stage(server, crew, postgres.dsn), folder / "lanes")
