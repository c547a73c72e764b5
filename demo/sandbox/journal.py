"""Journal: what services and their supervisor said, one JSON object a line, read by the journalctl stand-in."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

INFO = 6
NOTICE = 5
WARNING = 4
_PRIORITY = re.compile(r"<([0-7])>")


class Journal:
    """Appends entries to a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, unit: str, identifier: str, pid: int, message: str, priority: int = INFO) -> None:
        """Add one line. A leading ``<N>`` is its priority, as in sd-daemon(3)."""
        marked = _PRIORITY.match(message)
        if marked:
            priority, message = int(marked[1]), message[marked.end() :]
        entry = {"at": time.time(), "unit": unit, "by": identifier, "pid": pid, "priority": priority, "text": message}
        with self.path.open("a") as file:
            file.write(json.dumps(entry) + "\n")

    def clear(self) -> None:
        """Forget everything."""
        self.path.write_text("")


class Capture(asyncio.Protocol):
    """Writes a service's output to the journal, line by line."""

    def __init__(self, journal: Journal, unit: str, identifier: str) -> None:
        self._journal = journal
        self._unit = unit
        self._identifier = identifier
        self._rest = b""
        self.pid = 0

    def data_received(self, data: bytes) -> None:
        """Take what has been printed."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._write(line)

    def connection_lost(self, _error: Exception | None) -> None:
        """Take an unfinished last line."""
        if self._rest:
            self._write(self._rest)

    def _write(self, line: bytes) -> None:
        self._journal.write(self._unit, self._identifier, self.pid, line.decode(errors="replace"))
