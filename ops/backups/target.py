"""Target: one database, file or folder that a restore puts something in place of, and how a run is told about it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from ops.backups.loss import rows_by_table
from ops.runs.script import VALUE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ops.backups.aside import Aside
    from ops.backups.backup import Backup

_LONGEST_NAME = 63
"""Bytes of a database's name that PostgreSQL keeps; MySQL takes one more."""
_ROOM = VALUE_LIMIT - 2048
"""Bytes that what is to be compared may take of the one value that tells of all targets."""


@dataclass(frozen=True, slots=True)
class Target:
    """What takes the place of ``subject``: what a backup holds, or (``aside``) what was put aside before.

    backup: its row; path, sha256, bytes: its file; manifest: the SHA-256 of what lies beside it. rows: by table, as
    they were counted when it was made; the largest where there are too many tables to tell. size: bytes that it takes
    when restored, zero where nobody knows.
    """

    subject: str
    engine: str
    backup: int = 0
    path: str = ""
    sha256: str = ""
    manifest: str = ""
    bytes: int = 0
    size: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    aside: str = ""
    aside_id: int = 0


def target_of(backup: Backup) -> Target:
    """Return the target for what a backup holds."""
    manifest = backup.manifest
    return Target(
        subject=backup.subject,
        engine=backup.engine,
        backup=backup.id,
        path=backup.path,
        sha256=backup.sha256,
        manifest=str(manifest.get("sha256") or ""),
        bytes=backup.bytes,
        size=int(manifest.get("database_bytes") or 0),
        rows=rows_by_table(manifest.get("rows") or {}),
    )


def target_back(aside: Aside) -> Target:
    """Return the target for what was put aside."""
    return Target(subject=aside.subject, engine=aside.engine, aside=aside.name, aside_id=aside.id)


def write_targets(targets: Iterable[Target]) -> str:
    """Return targets as the value RESTORE of a run: JSON in one line."""
    kept = tuple(targets)
    return json.dumps([asdict(replace(each, rows=_most(each.rows, _ROOM // len(kept)))) for each in kept])


def read_targets(text: str) -> tuple[Target, ...]:
    """Return the targets that a run was told; none for an empty text."""
    return tuple(Target(**each) for each in json.loads(text)) if text else ()


def fresh_name(subject: str, stamp: str) -> str:
    """Return what something is called until it takes the place of ``subject``. stamp: of the run."""
    return _named(subject, f"__new_{stamp}")


def old_name(subject: str, stamp: str) -> str:
    """Return what is called so for a day after it was replaced."""
    return _named(subject, f"__old_{stamp}")


def _named(subject: str, end: str) -> str:
    return subject[: _LONGEST_NAME - len(end)] + end


def _most(rows: Mapping[str, int], room: int) -> dict[str, int]:
    """Keep the largest tables that fit."""
    kept: dict[str, int] = {}
    for name, count in sorted(rows.items(), key=lambda each: (-each[1], each[0])):
        room -= len(json.dumps(name)) + len(str(count)) + 4
        if room < 0:
            break
        kept[name] = count
    return kept
