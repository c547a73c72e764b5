"""Entry: backups as scripts get them listed: the row's id, size, checksum and path of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.runs.script import VALUE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.backups.backup import Backup

_BETWEEN = "\x1f"


def list_entries(backups: Iterable[Backup]) -> str:
    """Return as many of them as a value may hold, in their order; the rest has its turn another time."""
    entries: list[str] = []
    room = VALUE_LIMIT
    for backup in backups:
        entry = f"{backup.id} {backup.bytes} {backup.sha256} {backup.path}"
        room -= len(entry.encode()) + 1
        if room < 0:
            break
        entries.append(entry)
    return _BETWEEN.join(entries)
