"""StepLog: what one step printed, on its way into the journal. Bounded, whatever the step prints."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ops.runs.journal import LogPiece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

HEAD_LINES, TAIL_LINES = 4_000, 500
"""Lines of one step that are stored: its first, and its last when it printed more. All are on the server."""


class StepLog:
    """Gathers lines and gives them away in pieces."""

    def __init__(self, job: str, now: Callable[[], datetime]) -> None:
        self._job = job
        self._now = now
        self._head: list[str] = []
        self._last: deque[str] = deque(maxlen=TAIL_LINES)
        self._count = 0
        self._number = 0

    def add(self, lines: Iterable[str]) -> None:
        """Take some more lines."""
        for line in lines:
            self._count += 1
            if self._count <= HEAD_LINES:
                self._head.append(line)
            self._last.append(line)

    def pieces(self, *, final: bool = False) -> list[LogPiece]:
        """Return what is new since the last call. ``final``: with the end of what was left out."""
        lines, self._head = self._head, []
        if final and self._count > HEAD_LINES:
            tail = list(self._last)[-(self._count - HEAD_LINES) :]
            left_out = self._count - HEAD_LINES - len(tail)
            lines += ([f"[… {left_out}]"] if left_out else []) + tail
        if not lines:
            return []
        self._number += 1
        return [LogPiece(self._job, self._number, self._now(), tuple(lines))]

    def tail(self, most: int) -> tuple[str, ...]:
        """Return the last lines that are not empty."""
        return tuple([line for line in self._last if line.strip()][-most:])
