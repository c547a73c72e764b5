"""Patrol: looks by itself whether backups are as they have to be: at the catalogue, and at the real files.

It hangs on no backup being made: when nothing is scheduled any more, or nothing works, it is the one that says so.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from ops.backups import freshness
from ops.backups.freshness import Target
from ops.backups.keeper import copy_prefix, prefix_of
from ops.backups.schedule import AGAIN_AFTER, KINDS
from ops.errors import HostError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import tzinfo

    from ops.backups.backup import Backup
    from ops.backups.folders import Folders
    from ops.backups.freshness import Folder
    from ops.inventory import Inventory
    from ops.project import Project
    from ops.runs.plan import Step
    from ops.store.backups import PostgresBackups
    from ops.store.keeping import PostgresKeeping
    from ops.watch.observation import Observation

log = structlog.get_logger()

EVERY = timedelta(hours=1)
_AGAIN = timedelta(minutes=10)
_ROOM_SEEN = timedelta(days=7)
_TOLD = timedelta(days=60)
_MISSING_STAY = timedelta(days=2)
"""For how long the catalogue names a file that is gone, once a newer good one is there."""


class Patrol:
    """Any number of processes may have one: each round of a project on a host is taken by one of them.

    saved: returns the steps that save what a project has, one for each database or folder.
    observe: takes what was seen.
    """

    def __init__(
        self,
        inventory: Inventory,
        backups: PostgresBackups,
        keeping: PostgresKeeping,
        folders: Folders,
        zone: tzinfo,
        *,
        saved: Callable[[Project], Sequence[Step]],
        observe: Callable[[Observation], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._inventory = inventory
        self._backups = backups
        self._keeping = keeping
        self._folders = folders
        self._zone = zone
        self._saved = saved
        self._observe = observe
        self._now = now

    async def look(self) -> None:
        """Make the rounds that are due."""
        for project in tuple(self._inventory.projects.values()):
            await self._runs(project)
            # What has only just been entered has nothing to be looked after yet.
            known_since = await self._keeping.scheduled_since(project.name, "patrol", self._now())
            if self._now() - known_since < EVERY:
                continue
            for host in project.hosts:
                name, now = f"patrol:{project.name}:{host}", self._now()
                if project.shell != "sh" or not await self._keeping.claim(name, now, now + _AGAIN):
                    continue
                try:
                    await self._round(project, host)
                except HostError as error:
                    log.info("a patrol goes on later", project=project.name, host=host, why=str(error))
                else:
                    await self._keeping.extend(name, now + EVERY)

    async def _runs(self, project: Project) -> None:
        """Say how the last runs of each kind ended; told again only when that is another one."""
        for kind in KINDS:
            if project.backups.schedule.clock(kind) is None:
                continue
            for name in [step.subject for step in self._saved(project)] if kind == "drill" else [""]:
                prefix = prefix_of(project.name, kind, name)
                tries = await self._keeping.recent(project.name, prefix, len(AGAIN_AFTER) + 1)
                await self._tell_once(prefix, freshness.run_ended(project.name, kind, tries, name))
        for host in project.hosts if project.backups.copy_to else ():
            prefix = copy_prefix(project.name, host)
            tries = await self._keeping.recent(project.name, prefix, 1)
            await self._tell_once(prefix, freshness.copied(project.name, host, tries))

    async def _tell_once(self, prefix: str, seen: Observation | None) -> None:
        now = self._now()
        told = f"told:{prefix}{seen.at.timestamp():.6f}" if seen else ""
        if seen and not await self._keeping.claimed(told, now):
            await self._observe(seen)
            await self._keeping.claim(told, now, now + _TOLD)

    async def _round(self, project: Project, host: str) -> None:
        now = self._now()
        known = await self._backups.of(project.name, host=host)
        targets = self._targets(project, host, known)
        if not targets:
            return
        folder = await self._folders.look(project, host, await self._to_read(known))
        await self._note(known, folder, now)
        await self._keeping.note_room(host, project.backups_folder, folder.free, now)
        await self._sample(project, host)
        room = await self._keeping.room(host, project.backups_folder, now - _ROOM_SEEN)
        await self._observe(freshness.disk(project.name, host, room, now))
        for observation in await self._judge(project, targets, await self._backups.of(project.name, host=host)):
            await self._observe(observation)

    def _targets(self, project: Project, host: str, known: Iterable[Backup]) -> list[Target]:
        """Return what has to be there: what is scheduled, and whatever else there is a backup of."""
        names = [backup.subject for backup in known if backup.engine != "config"]
        scheduled = any(project.backups.schedule.clock(kind) for kind in KINDS)
        if scheduled and host == project.hosts[0]:
            names += [step.subject for step in self._saved(project)]
        return [Target(project.name, host, name) for name in dict.fromkeys(names)]

    async def _to_read(self, known: Sequence[Backup]) -> list[str]:
        """Return which files to read again: those that have waited longest for it."""
        read = await self._keeping.last_reads([backup.id for backup in known])
        oldest = sorted(known, key=lambda backup: read.get(backup.id, datetime.min.replace(tzinfo=UTC)))
        return [backup.path for backup in oldest]

    async def _note(self, known: Sequence[Backup], folder: Folder, now: datetime) -> None:
        """Enter what was found out about each file."""
        faults = {backup.id: why for backup, why in freshness.faults(known, folder)}
        intact = [backup for backup in known if backup.id not in faults and backup.path in folder.sums]
        await self._keeping.read([backup.id for backup in intact], now)
        for backup in known:
            why = faults.get(backup.id, "")
            if why and not backup.bad:
                log.warning("a backup is not as it was", name=backup.name, project=backup.project, why=why)
                await self._backups.bad(backup.id, why, now)
            elif backup.bad == "missing" and backup in intact:
                await self._keeping.found_again(backup.id, now)
            elif backup.bad == "missing" and why and _is_replaced(backup, known, now):
                await self._backups.removed(backup.id, "missing", now)

    async def _sample(self, project: Project, host: str) -> None:
        """Note once a day how large everything is."""
        now = self._now()
        day = now.astimezone(self._zone).date()
        done = f"sizes:{project.name}:{day}"
        if host == project.hosts[0] and not await self._keeping.claimed(done, now):
            await self.measure(project)
            await self._keeping.claim(done, now, now + timedelta(days=2))

    async def measure(self, project: Project) -> None:
        """Note how large everything of a project is now. Raises HostError."""
        day = self._now().astimezone(self._zone).date()
        for name, size in (await self._folders.sizes(project, project.hosts[0], self._saved(project))).items():
            await self._keeping.note_size(project.name, project.hosts[0], name, day, size)

    async def _judge(self, project: Project, targets: Iterable[Target], known: Sequence[Backup]) -> list[Observation]:
        now, schedule = self._now(), project.backups.schedule
        since = {kind: await self._keeping.scheduled_since(project.name, kind, now) for kind in KINDS}
        found: list[Observation | None] = []
        for target in targets:
            mine = [backup for backup in known if backup.subject == target.subject]
            found += freshness.late(target, mine, schedule, since, now)
            found += [freshness.damaged(target, mine, now), freshness.shrunken(target, mine, now)]
            found.append(freshness.drill(target, mine, schedule, since["drill"], now))
        return [observation for observation in found if observation is not None]


def _is_replaced(gone: Backup, known: Sequence[Backup], now: datetime) -> bool:
    newer = any(each.good and each.subject == gone.subject and each.taken_at > gone.taken_at for each in known)
    return newer and gone.verified_at is not None and now - gone.verified_at > _MISSING_STAY
