"""Retention: what stays and what may go, with a reason for each file. Pure; it deletes nothing.

Verified backups are counted by period, never by age alone, so that neither an outage nor forty failed nights take
anything away: the newest of each period stays until as many periods are held as were asked for. What is pinned, in use,
or the last good one of its database stays whatever was asked for. Files that the catalogue does not know are named
and left alone. Source of the rules: restic's and Borg's counting, pgBackRest's "only what is whole counts".
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeVar

from ops.backups.keeping import PERIODIC
from ops.backups.names import period_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from ops.backups.backup import Backup
    from ops.backups.keeping import KeepSpec, Periodic

UNVERIFIED_STAY = timedelta(days=2)
"""How long what was never found whole stays at the least; then it goes, once a newer good one is there."""
SAFETY_STAYS = timedelta(days=7)
"""How long the backup that a restore has made beforehand stays."""
CONFIG_STAYS = 50
"""Archives of config files, saved under their commits, that stay: a way back may ask for any of them."""
MOST_SHARE = 0.5
"""Of the files: what would remove more than that is no cleaning."""

KEPT = (
    *("period", "pinned", "in-use", "released", "last-good", "manual", "predeploy", "safety", "config"),
    *("fresh", "nothing-better", "missing", "changed"),
)
DROPPED = ("over", "same-period", "manual", "predeploy", "safety", "config", "unverified", "bad")
"""Every reason why a file stays or goes."""

Refusal = Literal["", "most", "all"]
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one file. why: a code that locales know as ``keep-CODE`` or ``drop-CODE``."""

    backup: Backup
    keep: bool
    why: str


@dataclass(frozen=True, slots=True)
class Retention:
    """A plan for one place: the folder of one host, or its copies elsewhere.

    unknown: paths that lie there and stand in no catalogue. refusal: why nothing of it may be done unasked.
    """

    decisions: tuple[Decision, ...] = ()
    unknown: tuple[str, ...] = ()
    refusal: Refusal = ""

    @property
    def dropped(self) -> list[Backup]:
        """What would go."""
        return [decision.backup for decision in self.decisions if not decision.keep]

    @property
    def freed(self) -> int:
        """How many bytes that would free."""
        return sum(backup.bytes for backup in self.dropped)


@dataclass(frozen=True, slots=True)
class Held:
    """What must not go for reasons that the catalogue does not tell, by the rows' ids.

    in_use: a restore reads it. released: a release that can still be gone back to refers to it.
    """

    in_use: frozenset[int] = field(default_factory=frozenset)
    released: frozenset[int] = field(default_factory=frozenset)


NOTHING_HELD = Held()


def plan_retention(
    backups: Iterable[Backup],
    keep: KeepSpec,
    now: datetime,
    zone: tzinfo,
    *,
    held: Held = NOTHING_HELD,
    there: Mapping[str, int] | None = None,
) -> Retention:
    """Return what becomes of the backups of one place.

    there: path and size of every file that lies there, just listed; what is not among them cannot be removed, and
    what has another size is left for people to look at. None: not listed, so only what the catalogue says.
    """
    known = list(backups)
    decisions: dict[int, Decision] = {}
    for group in _by(known, lambda backup: (backup.host, backup.subject)).values():
        newest_first = sorted(group, key=lambda backup: (backup.taken_at, backup.id), reverse=True)
        for decision in _judge_subject(newest_first, keep, now, zone):
            decisions[decision.backup.id] = _hold(decision, held, there)
    ordered = tuple(decisions[backup.id] for backup in known)
    paths = {backup.path for backup in known}
    unknown = tuple(sorted(path for path in there or () if path not in paths))
    return Retention(ordered, unknown, _refuse(ordered, there))


def _judge_subject(newest_first: Sequence[Backup], keep: KeepSpec, now: datetime, zone: tzinfo) -> list[Decision]:
    """Judge all backups of one database (or folder, or of the config files) on one host."""
    last_good = next((backup for backup in newest_first if backup.good), None)
    judged: list[Decision] = []
    for tier, group in _by(newest_first, lambda backup: backup.tier).items():
        good = [backup for backup in group if backup.good and not _is_archive(backup)]
        judged += _judge_good(tier, good, keep, now, zone)
        judged += _count([backup for backup in group if backup.good and _is_archive(backup)], CONFIG_STAYS, "config")
        judged += [_judge_unverified(backup, last_good, now) for backup in group if not backup.good]
    return [_protect(decision, last_good) for decision in judged]


def _judge_good(
    tier: str, newest_first: Sequence[Backup], keep: KeepSpec, now: datetime, zone: tzinfo
) -> list[Decision]:
    for periodic in PERIODIC:
        if tier == periodic:
            return _count_periods(periodic, newest_first, getattr(keep, tier), zone)
    if tier == "manual":
        return _count(newest_first, keep.manual, "manual")
    stays = keep.predeploy if tier == "predeploy" else SAFETY_STAYS
    return [Decision(each, *_young(each, stays, now, tier)) for each in newest_first]


def _is_archive(backup: Backup) -> bool:
    return backup.engine == "config" and "/config/" in backup.path


def _count_periods(tier: Periodic, newest_first: Sequence[Backup], most: int, zone: tzinfo) -> list[Decision]:
    """Keep the newest of each period, until there are as many periods as asked for."""
    held: set[str] = set()
    judged = []
    for backup in newest_first:
        period = backup.period or period_of(tier, backup.taken_at.astimezone(zone).date())
        if period in held:
            judged.append(Decision(backup, keep=False, why="same-period"))
        elif len(held) < most:
            held.add(period)
            judged.append(Decision(backup, keep=True, why="period"))
        else:
            judged.append(Decision(backup, keep=False, why="over"))
    return judged


def _count(newest_first: Sequence[Backup], most: int, why: str) -> list[Decision]:
    return [Decision(backup, number < most, why) for number, backup in enumerate(newest_first)]


def _young(backup: Backup, stays: timedelta, now: datetime, why: str) -> tuple[bool, str]:
    return now - backup.taken_at < stays, why


def _judge_unverified(backup: Backup, last_good: Backup | None, now: datetime) -> Decision:
    """What is not known to be whole goes after two days, once a newer one is known to be."""
    if now - backup.taken_at < UNVERIFIED_STAY:
        return Decision(backup, keep=True, why="fresh")
    if last_good is None or last_good.taken_at <= backup.taken_at:
        return Decision(backup, keep=True, why="nothing-better")
    return Decision(backup, keep=False, why="bad" if backup.bad else "unverified")


def _protect(decision: Decision, last_good: Backup | None) -> Decision:
    if decision.backup is last_good and not decision.keep:
        return Decision(decision.backup, keep=True, why="last-good")
    return Decision(decision.backup, keep=True, why="pinned") if decision.backup.pinned_by else decision


def _hold(decision: Decision, held: Held, there: Mapping[str, int] | None) -> Decision:
    """Keep what somebody needs, and what is not there as the catalogue has it."""
    backup = decision.backup
    if decision.keep:
        return decision
    why = "in-use" if backup.id in held.in_use else "released" if backup.id in held.released else ""
    if not why and there is not None:
        why = "missing" if backup.path not in there else "changed" if there[backup.path] != backup.bytes else ""
    return Decision(backup, keep=True, why=why) if why else decision


def _refuse(decisions: Sequence[Decision], there: Mapping[str, int] | None) -> Refusal:
    """Return why a plan goes too far to be carried out unasked. What is not there any more does not count."""
    present = [each for each in decisions if there is None or each.backup.path in there]
    dropped = sum(not each.keep for each in present)
    if dropped and dropped == len(present):
        return "all"
    return "most" if dropped > len(present) * MOST_SHARE else ""


def _by(backups: Iterable[Backup], key: Callable[[Backup], _Key]) -> dict[_Key, list[Backup]]:
    groups: dict[_Key, list[Backup]] = defaultdict(list)
    for backup in backups:
        groups[key(backup)].append(backup)
    return groups
