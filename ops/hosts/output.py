"""Output: a job's raw log, told apart into clean lines and the messages of its script."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ops.plaintext import LINE_LIMIT, plain_line
from ops.redaction import LineRedactor

if TYPE_CHECKING:
    from ops.redaction import Redactor

_KEPT_BYTES = LINE_LIMIT * 4
_MOST_ITEMS = 1000


@dataclass
class Messages:
    """What a script said besides its log: see ops/hosts/remote/prelude.sh."""

    facts: dict[str, str] = field(default_factory=dict)
    items: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    skipped: str = ""
    refused: str = ""
    failed: str = ""


class OutputReader:
    """Takes a log in pieces cut anywhere; gives whole lines that are safe to store and show.

    Memory stays flat: of a line without end only what can be shown is held.
    """

    def __init__(self, mark: str, redactor: Redactor) -> None:
        self.messages = Messages()
        self._mark = mark.encode()
        self._lines = LineRedactor(redactor)
        self._rest = bytearray()

    def feed(self, piece: bytes) -> list[str]:
        """Return the lines that this piece completes."""
        *whole, rest = piece.split(b"\n")
        lines = []
        for part in whole:
            self._hold(part)
            lines += self._complete()
        self._hold(rest)
        return lines

    def close(self) -> list[str]:
        """Return the last line when it has no newline."""
        return self._complete() if self._rest else []

    def _hold(self, part: bytes) -> None:
        room = _KEPT_BYTES + 1 - len(self._rest)
        if room > 0:
            self._rest += part[:room]

    def _complete(self) -> list[str]:
        raw = bytes(self._rest)
        self._rest.clear()
        before, mark, message = raw.partition(self._mark)
        if not mark:
            return [self._lines.clean(plain_line(raw))]
        self._note(plain_line(message.removeprefix(b" ")))
        return [self._lines.clean(plain_line(before))] if before else []

    def _note(self, message: str) -> None:
        verb, _, rest = message.partition(" ")
        name, _, value = rest.partition(" ")
        if verb == "fact":
            self.messages.facts[name] = self._lines.clean(value)
        elif verb == "item":
            entries = self.messages.items.setdefault(name, [])
            if len(entries) < _MOST_ITEMS:
                entries.append(self._lines.clean(value))
        elif verb == "warn":
            self.messages.warnings.append(name)
        elif verb == "skip":
            self.messages.skipped = name
        elif verb == "refuse":
            self.messages.refused = name
        elif verb == "fail":
            self.messages.failed = name


def read_answer(output: bytes, mark: str, redactor: Redactor) -> tuple[list[str], Messages]:
    """Return the lines and messages of a whole answer."""
    reader = OutputReader(mark, redactor)
    lines = reader.feed(output)
    return lines + reader.close(), reader.messages
