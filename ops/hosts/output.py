"""Output: a job's raw log, told apart into clean lines and the messages of its script."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ops.plaintext import LINE_LIMIT, MORE, is_plain, plain_line, shorten
from ops.redaction import LineRedactor

if TYPE_CHECKING:
    from ops.redaction import Redactor

_LONGEST_FORM = 16_000
"""Characters of a secret as it may be printed that is still masked in a line which is cut."""
_PLENTY = LINE_LIMIT + _LONGEST_FORM
_KEPT_BYTES = (LINE_LIMIT + _LONGEST_FORM) * 4 + 1
_MOST_ITEMS = 1000
_TOGETHER = 40
"""Lines that are looked at in one go."""


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
        lines: list[str] = []
        if whole:
            self._hold(whole[0])
            lines += self._complete()
        for i in range(1, len(whole), _TOGETHER):
            lines += self._complete_all(whole[i : i + _TOGETHER])
        self._hold(rest)
        return lines

    def _complete_all(self, parts: list[bytes]) -> list[str]:
        """Return the lines that are these parts; most of a log is plain, and quicker to look at in one go."""
        together = b"\n".join(parts)
        if is_plain(together) and self._mark not in together and max(map(len, parts)) <= LINE_LIMIT:
            text = together.decode("ascii")
            if self._lines.harmless(text):
                return [line.rstrip() for line in text.split("\n")]
        lines = []
        for part in parts:
            self._hold(part)
            lines += self._complete()
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
            return [self._clean(raw)]
        self._note(plain_line(message.removeprefix(b" "), _PLENTY), cut=len(raw) >= _KEPT_BYTES)
        return [self._clean(before)] if before else []

    def _clean(self, raw: bytes) -> str:
        return self._masked(plain_line(raw, _PLENTY), cut=len(raw) >= _KEPT_BYTES)

    def _masked(self, text: str, *, cut: bool) -> str:
        """Return a text with its secrets masked, and only then shortened: half a secret is not known as one."""
        cleaned = self._lines.clean(text)
        if cut or len(text) >= _PLENTY:
            cleaned = cleaned[:-_LONGEST_FORM] + MORE  # what is left out may begin with half a secret
        return shorten(cleaned)

    def _note(self, message: str, *, cut: bool) -> None:
        verb, _, rest = message.partition(" ")
        name, _, value = rest.partition(" ")
        if verb == "fact":
            self.messages.facts[name] = self._masked(value, cut=cut)
        elif verb == "item":
            entries = self.messages.items.setdefault(name, [])
            if len(entries) < _MOST_ITEMS:
                entries.append(self._masked(value, cut=cut))
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
