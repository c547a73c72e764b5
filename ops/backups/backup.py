"""Backup: one file that a run has made, and what is known about it by now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Engine = Literal["postgres", "mysql", "sqlite", "folder", "config"]
"""What a backup is of. ``mysql`` is MariaDB as well."""

Tier = Literal["daily", "weekly", "monthly", "manual", "predeploy", "safety"]
"""Why it was made; the folder it lies in."""

CopyState = Literal["pending", "done", "failed"]

READ_BACK, DECODED, PROVEN = 0, 1, 2
"""Levels of verification: what was written was read back; it was decoded whole, up to its last line; it was
restored on trial, and everything was there."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One row of the catalogue.

    subject: the database, ``config``, or a folder. period: ``2025-10-12``, ``2025-W41`` or ``2025-10`` for the tiers
    that have one. taken_at: what was committed before is in it. manifest, proof: see ops/backups/manifest.py.
    bad: the code of a reason, empty for one that is fine as far as anybody knows.
    copy_state: of the copy elsewhere; None where none is wanted.
    """

    id: int
    project: str
    host: str
    subject: str
    path: str
    bytes: int
    sha256: str
    run_id: int
    taken_at: datetime
    engine: Engine
    tier: Tier
    period: str | None = None
    encrypted: bool = False
    level: int = READ_BACK
    verified_at: datetime | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    proof: Mapping[str, Any] = field(default_factory=dict)
    bad: str = ""
    pinned_by: str = ""
    pinned_at: datetime | None = None
    copy_state: CopyState | None = None
    copied_at: datetime | None = None
    copy_error: str = ""
    copy_removed_at: datetime | None = None
    removed_at: datetime | None = None
    removed_why: str = ""

    @property
    def name(self) -> str:
        """The file's name, on servers of either kind."""
        return self.path.replace("\\", "/").rpartition("/")[2]

    @property
    def good(self) -> bool:
        """Whether it was decoded whole, and nothing has been found against it since."""
        return self.level >= DECODED and not self.bad

    @property
    def proven(self) -> bool:
        """Whether a trial restore brought everything back, and nothing has been found against it since."""
        return self.level >= PROVEN and not self.bad
