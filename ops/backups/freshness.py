"""Freshness: whether backups are as they have to be. Pure rules: what was seen comes in, observations come out.

Every rule says each time how things are, good or bad, so that an incident ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from statistics import fmean, median
from typing import TYPE_CHECKING, Literal

from ops.backups.keeping import PERIODIC
from ops.watch.observation import Observation, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from ops.backups.backup import Backup
    from ops.backups.keeping import Periodic, ScheduleSpec
    from ops.backups.schedule import Kind, Try
    from ops.watch.observation import Severity

OLDEST: Mapping[Periodic, timedelta] = {
    "daily": timedelta(hours=26),
    "weekly": timedelta(days=8),
    "monthly": timedelta(days=32),
}
"""How old the last good backup of a tier may be."""
OLDEST_DRILL = timedelta(days=8)
SHRUNK_TO = 0.5
"""Of the median of the backups before: what is smaller is suspicious."""
_BEFORE = 7
_FEWEST_BEFORE = 3
DISK_AHEAD = timedelta(days=7)
"""How far ahead it is looked whether the disk fills up."""
_DISK_SPAN = timedelta(days=1)
_FEWEST_SAMPLES = 4

CODES = (
    *("backup-late", "backup-none", "backup-shrunken", "backup-damaged", "backup-failed"),
    *("drill-late", "drill-none", "disk-filling", "cleanup-refused", "keep-none", "copies-waiting"),
    "key-unproven",
)
"""Everything that may be found."""

Fault = Literal["missing", "changed"]


@dataclass(frozen=True, slots=True)
class Folder:
    """What really lies on one host: path and bytes of each file; sums: SHA-256 of those just read; room left there."""

    files: Mapping[str, int]
    sums: Mapping[str, str] = field(default_factory=dict)
    free: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """What has to be backed up: a database or folder of a project, on the host that it is on."""

    project: str
    host: str
    subject: str

    def of(self, check: str) -> Subject:
        """Return the subject of one of its checks."""
        return Subject(self.project, self.host, check, self.subject)


def late(
    target: Target,
    backups: Iterable[Backup],
    schedule: ScheduleSpec,
    since: Mapping[Kind, datetime],
    now: datetime,
) -> list[Observation]:
    """Say for each tier that is scheduled whether its last good backup is recent.

    backups: of this target. since: when each was scheduled first: none is late before it could be there.
    """
    good = [backup for backup in backups if backup.good]
    found = []
    for tier in PERIODIC:
        if schedule.clock(tier) is None:
            continue
        last = max((backup.taken_at for backup in good if backup.tier == tier), default=None)
        age = now - max(last or since[tier], since[tier])
        facts = {"subject": target.subject, "tier": tier, "hours": _hours(age)}
        code = "backup-late" if last else "backup-none"
        found.append(_seen(target.of(f"backup-{tier}"), age <= OLDEST[tier], now, code, facts))
    return found


def shrunken(target: Target, newest_first: Iterable[Backup], now: datetime) -> Observation | None:
    """Say whether the newest backup is less than half as large as those before it; None while there are too few."""
    good = [backup for backup in newest_first if backup.good]
    before = [backup.bytes for backup in good[1:] if backup.encrypted == good[0].encrypted][:_BEFORE]
    if len(before) < _FEWEST_BEFORE:
        return None
    usual = median(before)
    share = round(100 * good[0].bytes / usual) if usual else 100
    facts = {"subject": target.subject, "file": good[0].name, "percent": str(share)}
    ok = good[0].bytes >= usual * SHRUNK_TO
    return _seen(target.of("backup-size"), ok, now, "backup-shrunken", facts)


def faults(backups: Iterable[Backup], folder: Folder) -> list[tuple[Backup, Fault]]:
    """Return the backups of one host that are not there any more, or are not what they were."""
    found: list[tuple[Backup, Fault]] = []
    for backup in backups:
        if backup.removed_at is not None:
            continue
        if backup.path not in folder.files:
            found.append((backup, "missing"))
        elif folder.files[backup.path] != backup.bytes or folder.sums.get(backup.path, backup.sha256) != backup.sha256:
            found.append((backup, "changed"))
    return found


def damaged(target: Target, backups: Iterable[Backup], now: datetime) -> Observation:
    """Say whether any backup that is kept is known to be bad."""
    bad = [backup for backup in backups if backup.bad and backup.removed_at is None]
    facts = {"subject": target.subject, "count": str(len(bad))}
    if bad:
        facts |= {"file": bad[0].name, "why": bad[0].bad}
    return _seen(target.of("backup-files"), not bad, now, "backup-damaged", facts)


def drill(
    target: Target, backups: Iterable[Backup], schedule: ScheduleSpec, since: datetime, now: datetime
) -> Observation | None:
    """Say whether a backup was restored on trial in the last eight days; None where no drill is scheduled."""
    if schedule.drill is None:
        return None
    proofs = [backup.verified_at for backup in backups if backup.proven and backup.verified_at]
    last = max(proofs, default=None)
    age = now - (last or since)
    facts = {"subject": target.subject, "hours": _hours(age)}
    code = "drill-late" if last else "drill-none"
    return _seen(target.of("drill"), age <= OLDEST_DRILL, now, code, facts, "warning")


def disk(project: str, host: str, samples: Sequence[tuple[datetime, int]], now: datetime) -> Observation:
    """Say whether the disk with the backups will be full within a week, if it goes on like that.

    samples: times and free bytes, the oldest first. The trend is a straight line through them; with less than a
    day of them there is none, and so nothing is said against it.
    """
    left = time_left(samples)
    free_mb = samples[-1][1] // 2**20 if samples else 0
    facts = {"free_mb": str(free_mb), "days": str((left or timedelta()).days)}
    ok = left is None or left > DISK_AHEAD
    return _seen(Subject(project, host, "backup-disk", ""), ok, now, "disk-filling", facts, "warning")


def time_left(samples: Sequence[tuple[datetime, int]]) -> timedelta | None:
    """Return how long it takes until nothing is free any more; None when it does not get less."""
    if len(samples) < _FEWEST_SAMPLES or samples[-1][0] - samples[0][0] < _DISK_SPAN:
        return None
    if samples[-1][1] <= 0:
        return timedelta()
    hours = [(at - samples[0][0]) / timedelta(hours=1) for at, _ in samples]
    free = [float(bytes_free) for _, bytes_free in samples]
    middle, level = fmean(hours), fmean(free)
    spread = sum((hour - middle) ** 2 for hour in hours)
    slope = sum((hour - middle) * (each - level) for hour, each in zip(hours, free, strict=True)) / spread
    # What moves by less than a thousandth a day is noise.
    if slope * 24 > -free[-1] / 1000:
        return None
    return timedelta(hours=min(free[-1] / -slope, 24.0 * 3650))


def run_ended(project: str, kind: Kind, tries: Sequence[Try], subject: str = "") -> Observation | None:
    """Say, as of its end, whether the last try at what was scheduled went well; None while none has ended.

    tries: the newest first. A cancel is a person's decision. subject: of a drill, what was restored on trial.
    """
    ended = [each for each in tries if each.ended_at is not None and each.result != "cancelled"]
    if not ended or ended[0].ended_at is None:
        return None
    failed = next((number for number, each in enumerate(ended) if each.result == "succeeded"), len(ended))
    facts = {"kind": kind, "count": str(failed), "subject": subject}
    name = f"{kind} {subject}".strip()
    return _seen(Subject(project, "", "backup-run", name), not failed, ended[0].ended_at, "backup-failed", facts)


def cleaning(project: str, host: str, refusal: str, dropped: int, now: datetime) -> Observation:
    """Say whether cleaning up may be done unasked."""
    facts = {"why": refusal, "count": str(dropped)}
    return _seen(Subject(project, host, "backup-cleanup", ""), not refusal, now, "cleanup-refused", facts, "warning")


def copied(project: str, host: str, tries: Sequence[Try]) -> Observation | None:
    """Say, as of its end, whether the last copying went well; None while none has ended. tries: the newest first."""
    ended = [each for each in tries if each.ended_at is not None]
    if not ended or ended[0].ended_at is None:
        return None
    ok = ended[0].result == "succeeded"
    return _seen(Subject(project, host, "backup-copy", ""), ok, ended[0].ended_at, "copies-waiting", {}, "warning")


def keeping(project: str, host: str, forced: int, now: datetime) -> Observation:
    """Say whether what lotsman.yml keeps leaves a good backup of everything. forced: how many stay all the same."""
    facts = {"count": str(forced)}
    return _seen(Subject(project, host, "backup-keep", ""), not forced, now, "keep-none", facts, "warning")


def _seen(
    subject: Subject,
    ok: bool,  # noqa: FBT001  it is what was seen
    now: datetime,
    code: str,
    facts: Mapping[str, str],
    severity: Severity = "critical",
) -> Observation:
    """Return an observation that counts at once: what is looked at every hour needs no second look."""
    return Observation(subject, ok, now, severity, code, facts, event=True)


def _hours(span: timedelta) -> str:
    return str(int(span / timedelta(hours=1)))
