"""Digest: how the backups of everything stand, in a few numbers that match the catalogue. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.backups.freshness import OLDEST, OLDEST_DRILL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from ops.backups.backup import Backup
    from ops.backups.freshness import Target


@dataclass(frozen=True, slots=True)
class Digest:
    """Of all databases and folders that are backed up.

    proven: how many were restored on trial in the last eight days. oldest: the oldest point that one could go back
    to. late: those without a good backup of the last 26 hours. bad: files that are not what they were. uncopied:
    those whose copy elsewhere is missing. files, bytes: that are kept on servers. freed: bytes that go next.
    """

    targets: int = 0
    proven: int = 0
    oldest: datetime | None = None
    late: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    bad: int = 0
    uncopied: int = 0
    files: int = 0
    bytes: int = 0
    freed: int = 0


def summarize(targets: Sequence[Target], backups: Iterable[Backup], freed: int, now: datetime) -> Digest:
    """Return the numbers for these targets. backups: all that is on servers, of anything."""
    there = [backup for backup in backups if backup.removed_at is None]
    mine = {target: [backup for backup in there if _is_of(backup, target)] for target in targets}
    proven = {target for target, found in mine.items() if any(_is_fresh_proof(each, now) for each in found)}
    late = [target for target, found in mine.items() if not any(_is_recent(each, now) for each in found)]
    good = [backup.taken_at for found in mine.values() for backup in found if backup.good]
    return Digest(
        targets=len(targets),
        proven=len(proven),
        oldest=min(good, default=None),
        late=tuple(target.subject for target in late),
        unproven=tuple(target.subject for target in targets if target not in proven),
        bad=sum(bool(backup.bad) for backup in there),
        uncopied=sum(backup.copy_state in {"pending", "failed"} for backup in there),
        files=len(there),
        bytes=sum(backup.bytes for backup in there),
        freed=freed,
    )


def _is_of(backup: Backup, target: Target) -> bool:
    return (backup.project, backup.host, backup.subject) == (target.project, target.host, target.subject)


def _is_fresh_proof(backup: Backup, now: datetime) -> bool:
    return backup.proven and backup.verified_at is not None and now - backup.verified_at <= OLDEST_DRILL


def _is_recent(backup: Backup, now: datetime) -> bool:
    return backup.good and now - backup.taken_at <= OLDEST["daily"]
