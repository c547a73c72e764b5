"""Journal: where runs and their events are kept. Rows are written before anything is done about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ops.actor import Actor
    from ops.releases.fate import Fate
    from ops.runs.events import Event, Signal
    from ops.runs.plan import Plan
    from ops.runs.run import Run


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for. ``key`` names the asking itself: the same key never makes two runs.

    chat_id: where the request was made; zero for a timer. wait: stand in line while another run holds the
    project. resumes, inherited: the run that this one goes on from, and the events it takes over.
    """

    key: str
    project: str
    runbook: str
    ref: str
    actor: Actor
    plan: Plan
    at: datetime
    chat_id: int
    wait: bool = False
    resumes: int = 0
    inherited: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class LogPiece:
    """Some lines of a job's log, clean and in order. ``number`` counts a job's pieces."""

    job: str
    number: int
    at: datetime
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tenure:
    """A run as its driver has taken it up: it may write under this epoch until somebody else takes it up.

    boots: by host, the boot id under which a job of the run was last started.
    """

    run: Run
    epoch: int
    boots: Mapping[str, str]


class SupersededError(Exception):
    """Another process drives the run now; nothing was written."""


class Journal(Protocol):
    """The rows of runs."""

    async def accept(self, request: Request) -> tuple[Run, bool]:
        """Store a run, its lock or its place in the line, its audit row and its first notice in one transaction.

        Returns the run, and False when this very request made it before. Raises ProjectLocked unless it waits.
        """

    async def take_up(self, run_id: int) -> Tenure | None:
        """Become the one who drives a run; None when it is over, waits, or is none of ours."""

    async def append(
        self, run: Run, epoch: int, events: Sequence[Event], log: Sequence[LogPiece] = (), heard: Sequence[int] = ()
    ) -> None:
        """Store the newest events of a run; ``run``: the state after them; ``heard``: the signals among them.

        The transaction that stores RunEnded also releases the lock, lets the next run in line begin, and queues
        the notice of the end. Raises SupersededError.
        """

    async def note(self, run_id: int, epoch: int, log: Sequence[LogPiece]) -> None:
        """Store pieces of log of a step that goes on. Raises SupersededError."""

    async def record_boot(self, run_id: int, host: str, boot: str) -> None:
        """Remember under which boot of a host the run's jobs are started."""

    async def tell(self, run_id: int, signal: Signal) -> None:
        """Store what a person tells a run; whoever drives it hears of it."""

    async def signals(self, run_id: int, after: int) -> list[tuple[int, Signal]]:
        """Return what people have told a run, by number, from behind ``after`` on."""

    async def fate(self, project: str, commit: str, *, before: int) -> Fate | None:
        """Return what became of a commit the last time, in runs older than this one; None where nothing tells."""

    async def load(self, run_id: int) -> Run:
        """Return a run as it stands. Raises RunNotFound."""
