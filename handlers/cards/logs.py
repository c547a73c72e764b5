"""The card of a log: its lines in the message, or as a file when they are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.buttons import ChooseLog
from handlers.cards.card import Button, Card, in_rows
from handlers.markup import MESSAGE_UNITS, Html, escape, pre, units
from handlers.telegram import Document
from handlers.wording import error_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.errors import HostError
    from ops.project import Project
    from ops.watch.logs import Tail

_ROOM = MESSAGE_UNITS - 600
"""Units of log in a message; the rest is for headings."""


@dataclass(frozen=True, slots=True)
class HostLog:
    """What one host's log says, or why it cannot be read."""

    host: str
    lines: list[str]
    error: HostError | None = None


def log_card(project: Project, tail: Tail, found: Sequence[HostLog], t: Texts, now: datetime) -> Card:
    """Return the message; without the lines when these go into a file."""
    parts = [t("logs-heading", project=project.name, source=tail.source, at=t.clock(now))]
    if tail.words:
        parts.append(t("logs-filter", words=tail.words))
    in_file = not _fits(found)
    for log in found:
        if len(found) > 1:
            parts.append(escape(log.host))
        if log.error is not None:
            parts.append(error_text(t, log.error, now))
        elif not any(log.lines):
            parts.append(t("logs-empty"))
        elif in_file:
            parts.append(t("logs-in-file", count=len(log.lines)))
        else:
            parts.append(pre("\n".join(log.lines).rstrip()))
    buttons = [
        Button(name if name != tail.source else f"🔄 {name}", ChooseLog(project=project.name, source=name).pack())
        for name in project.logs
    ]
    return Card(Html.join("\n", parts), in_rows(buttons, 3))


def log_document(project: Project, tail: Tail, found: Sequence[HostLog], t: Texts, now: datetime) -> Document | None:
    """Return the file, when the lines do not fit into a message."""
    if _fits(found):
        return None
    blocks = ["\n".join([*([f"== {log.host} =="] if len(found) > 1 else []), *log.lines, ""]) for log in found]
    stamp = t.stamp(now).translate({ord("-"): None, ord(":"): None, ord(" "): "_"})
    return Document(f"{project.name}-{tail.source}_{stamp}.log", "\n".join(blocks).encode(errors="replace"))


def _fits(found: Sequence[HostLog]) -> bool:
    return sum(units(line) + 1 for log in found for line in log.lines) <= _ROOM
