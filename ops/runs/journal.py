"""Journal: where runs and their events are kept. Rows are written before anything is done about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ops.actor import Actor
    from ops.runs.events import Event
    from ops.runs.plan import Plan
    from ops.runs.run import Run


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for. ``key`` names the asking itself: the same key never makes two runs."""

    key: str
    project: str
    runbook: str
    ref: str
    actor: Actor
    plan: Plan
    at: datetime
    chat_id: int
    """Where the request was made; zero for a timer."""


@dataclass(frozen=True, slots=True)
class LogPiece:
    """Some lines of a job's log, clean and in order. ``number`` counts a job's pieces."""

    job: str
    number: int
    at: datetime
    lines: tuple[str, ...]


class Journal(Protocol):
    """The rows of runs."""

    async def accept(self, request: Request) -> tuple[Run, bool]:
        """Store a run, its lock, its audit row and its first notice in one transaction.

        Returns the run, and False when this very request made it before. Raises ProjectLocked.
        """

    async def append(self, run: Run, events: Sequence[Event], log: Sequence[LogPiece] = ()) -> None:
        """Store the newest events of a run; ``run``: the state after them.

        The transaction that stores RunEnded also releases the lock and queues the notice of the end.
        """

    async def load(self, run_id: int) -> Run:
        """Return a run as it stands. Raises RunNotFound."""

    async def open_runs(self) -> list[int]:
        """Return the runs that have not ended, oldest first."""

    async def note(self, run_id: int, log: Sequence[LogPiece]) -> None:
        """Store pieces of log of a step that goes on."""
