"""Keeper: begins by the clock what lotsman.yml has scheduled: backups, drills, cleaning up, copies elsewhere.

Any number of processes may do so at once: what it begins are runs, and a run's request is unique.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from ops.actor import CLOCK
from ops.backups import freshness
from ops.backups.digest import Digest, summarize
from ops.backups.entry import list_entries
from ops.backups.freshness import Target
from ops.backups.keeping import PERIODIC, Clock
from ops.backups.retention import Retention, plan_retention
from ops.backups.schedule import AGAIN_AFTER, due_try, last_slot, last_slots
from ops.backups.steps import verification_of
from ops.errors import OpsError, ProjectLocked
from ops.runs.launcher import Ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import datetime, tzinfo

    from ops.actor import Actor
    from ops.backups.backup import Backup
    from ops.backups.folders import Folders
    from ops.backups.schedule import Kind, Slot
    from ops.inventory import Inventory
    from ops.project import Project
    from ops.runs.launcher import Launcher
    from ops.runs.plan import Step
    from ops.runs.run import Run
    from ops.store.backups import PostgresBackups
    from ops.store.keeping import PostgresKeeping
    from ops.store.outbox import Destination
    from ops.watch.observation import Observation

log = structlog.get_logger()

DIGEST = Clock(9, 0, weekday=0)
"""When the digest is told."""
CLEANUP, COPY, VERIFY = "cleanup-backups", "copy-backups", "verify"
COPIED_TIERS = frozenset({"daily", "weekly", "monthly", "manual"})
"""What goes elsewhere: those from before a deploy or a restore are for a way back within days."""
_COPY_AGAIN = (timedelta(), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6))
"""How long after its last end copying begins again: at once, or as often as it has failed, and every six hours then."""
_CLEANED = timedelta(days=40)
_LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What may go on one host: from its own folder, and of the copies elsewhere."""

    host: str
    local: Retention
    copies: Retention

    @property
    def empty(self) -> bool:
        """Whether there is nothing to remove."""
        return not self.local.dropped and not self.copies.dropped

    @property
    def refusal(self) -> str:
        """Why nothing of it may be done unasked; empty when it may."""
        return self.local.refusal or self.copies.refusal

    @property
    def freed(self) -> int:
        """How many bytes it would free, here and elsewhere."""
        return self.local.freed + self.copies.freed


class Keeper:
    """Looks what is due: ``await keeper.look()``.

    team: where the weekly digest is told. observe: hears whether cleaning up may be done unasked.
    """

    def __init__(
        self,
        inventory: Inventory,
        launcher: Launcher,
        backups: PostgresBackups,
        keeping: PostgresKeeping,
        folders: Folders,
        zone: tzinfo,
        *,
        team: Destination,
        observe: Callable[[Observation], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._inventory = inventory
        self._launcher = launcher
        self._backups = backups
        self._keeping = keeping
        self._folders = folders
        self._zone = zone
        self._team = team
        self._observe = observe
        self._now = now

    async def look(self) -> None:
        """Begin whatever is due. What cannot begin now is due again next time."""
        for project in tuple(self._inventory.projects.values()):
            for begin in (self._begin_scheduled, self._begin_cleaning, self._begin_copying):
                try:
                    await begin(project)
                except OpsError as error:
                    log.warning("the keeping of backups goes on later", project=project.name, why=str(error))
        await self._tell_digest()

    def saved(self, project: Project) -> list[Step]:
        """Return the steps that save what a project has, one for each database or folder; none where it has none."""
        return [step for step in self._backup_steps(project) if step.subject]

    def _backup_steps(self, project: Project) -> list[Step]:
        try:
            plan = self._launcher.plan(Ask("", CLOCK, "backup", project.name))
        except OpsError:
            return []
        return [step for step in plan.steps if step.name.startswith("backup-")]

    async def _begin_scheduled(self, project: Project) -> None:
        """Begin what is due: a backup of everything, or a drill for each database and folder."""
        now = self._now()
        for slot in last_slots(project.backups.schedule, now, self._zone):
            since = await self._keeping.scheduled_since(project.name, slot.kind, now)
            if slot.at < since:
                continue
            for subject in [step.subject for step in self.saved(project)] if slot.kind == "drill" else [""]:
                requests = requests_of(project.name, slot, subject)
                number = due_try(slot, await self._keeping.tries(requests), now, since)
                # One that still waits for its turn, or runs, is not overtaken by the next period's.
                if number and not await self._is_open(project, slot.kind, subject):
                    await self._begin(project, slot, subject, requests[number - 1])

    async def _is_open(self, project: Project, kind: Kind, subject: str) -> bool:
        runs = await self._keeping.recent(project.name, prefix_of(project.name, kind, subject), 1)
        return bool(runs) and runs[0].ended_at is None

    async def _begin(self, project: Project, slot: Slot, subject: str, request: str) -> None:
        if slot.kind == "drill":
            newest = await self._backups.latest_good(project.name, project.hosts[0], subject)
            if newest is not None:
                await self.verify(newest, CLOCK, request)
        elif self._backup_steps(project):
            values = {"TIER": slot.kind, "PERIOD": slot.period}
            await self._launcher.launch(Ask(request, CLOCK, "backup", project.name, values, wait=True))

    async def verify(self, backup: Backup, actor: Actor, request: str, chat_id: int = 0) -> Run:
        """Begin the run that restores a backup on trial. Raises what the launcher does."""
        values, hosts = verification_of(backup), (backup.host,)
        return await self._launcher.launch(
            Ask(request, actor, VERIFY, backup.project, values, chat_id, wait=True, hosts=hosts)
        )

    async def _begin_cleaning(self, project: Project) -> None:
        """Clean up once after each scheduled backup that went well, and never after one that did not."""
        now = self._now()
        run_id = await self._keeping.last_success(project.name, f"backup:{project.name}:")
        done, busy = f"cleaned:{project.name}:{run_id}", f"cleaning:{project.name}"
        if not run_id or project.shell != "sh" or await self._keeping.claimed(done, now):
            return
        if not await self._keeping.claim(busy, now, now + _LEASE):
            return
        for cleaning in await self.plan_cleaning(project):
            dropped = len(cleaning.local.dropped) + len(cleaning.copies.dropped)
            await self._observe(freshness.cleaning(project.name, cleaning.host, cleaning.refusal, dropped, now))
            forced = sum(each.why == "last-good" and each.backup.tier in PERIODIC for each in cleaning.local.decisions)
            await self._observe(freshness.keeping(project.name, cleaning.host, forced, now))
            if not cleaning.refusal and not cleaning.empty:
                await self.clean(project, cleaning, CLOCK, f"cleanup:{project.name}:{cleaning.host}:{run_id}")
        await self._keeping.claim(done, now, now + _CLEANED)
        await self._keeping.let_go(busy)

    async def plan_cleaning(self, project: Project) -> list[Cleaning]:
        """Return what may go, host by host, after a fresh look at each folder. Raises HostError."""
        known = await self._backups.of(project.name)
        hosts = dict.fromkeys(backup.host for backup in known if backup.host in project.hosts)
        return [await self._plan_host(project, host, known) for host in hosts]

    async def _plan_host(self, project: Project, host: str, known: Sequence[Backup]) -> Cleaning:
        mine = [backup for backup in known if backup.host == host]
        folder = await self._folders.look(project, host)
        # Other projects may keep theirs in the same folder: their files are not unknown ones.
        others = await self._keeping.paths(host)
        archives = f"{project.backups_folder}/config/"  # of releases: the catalogue knows none of these
        known_paths = {backup.path for backup in mine}
        there = {
            path: size
            for path, size in folder.files.items()
            if path in known_paths or not (path in others or path.startswith(archives))
        }
        held = await self._keeping.held(project.name)
        keep, now = project.backups.keep, self._now()
        local = plan_retention(mine, keep, now, self._zone, held=held, there=there)
        everything = await self._backups.of(project.name, host=host, removed=True)
        copied = [each for each in everything if each.copy_state == "done"] if project.backups.copy_to else []
        return Cleaning(host, local, plan_retention(copied, keep, now, self._zone, held=held))

    async def _tell_digest(self) -> None:
        """Queue the digest of each week once; a week that was over before anybody looked has none."""
        now = self._now()
        slot = last_slot("weekly", DIGEST, now, self._zone)
        if slot.at >= await self._keeping.scheduled_since("", "digest", now):
            await self._keeping.tell_digest(self._team, slot.period, slot.at)

    async def digest(self, projects: Iterable[Project] | None = None) -> Digest:
        """Return how the backups of these projects stand, or of all."""
        targets: list[Target] = []
        backups: list[Backup] = []
        freed, now = 0, self._now()
        for project in tuple(self._inventory.projects.values()) if projects is None else projects:
            known = await self._backups.of(project.name)
            held = await self._keeping.held(project.name)
            targets += [Target(project.name, project.hosts[0], step.subject) for step in self.saved(project)]
            backups += known
            freed += plan_retention(known, project.backups.keep, now, self._zone, held=held).freed
        return summarize(targets, backups, freed, now)

    async def clean(self, project: Project, cleaning: Cleaning, actor: Actor, request: str) -> Run:
        """Begin the run that removes exactly what a plan names. Raises what the launcher does."""
        values = {"DROP": list_entries(cleaning.local.dropped), "DROP_COPIES": list_entries(cleaning.copies.dropped)}
        given = {name: value for name, value in values.items() if value}
        ask = Ask(request, actor, CLEANUP, project.name, given, wait=True, hosts=(cleaning.host,))
        return await self._launcher.launch(ask)

    async def _begin_copying(self, project: Project) -> None:
        """Copy what has no copy yet; where that did not work, again after a while, and for as long as it takes."""
        if project.backups.copy_to is None or project.shell != "sh":
            return
        wanted = [each for each in await self._backups.of(project.name) if _wants_copy(each)]
        for host in dict.fromkeys(backup.host for backup in wanted if backup.host in project.hosts):
            await self._copy(project, host, [backup for backup in wanted if backup.host == host])

    async def _copy(self, project: Project, host: str, wanted: Sequence[Backup]) -> None:
        now, prefix = self._now(), copy_prefix(project.name, host)
        runs = await self._keeping.recent(project.name, prefix, len(_COPY_AGAIN))
        if runs:
            failed = next((number for number, run in enumerate(runs) if run.result == "succeeded"), len(runs))
            last = runs[0].ended_at
            if last is None or now < last + _COPY_AGAIN[min(failed, len(_COPY_AGAIN) - 1)]:
                return
        for backup in wanted:
            if backup.copy_state is None:
                await self._backups.copying(backup.id)
        # Two processes that look at once mean the same number, and so the same run.
        request = f"{prefix}{await self._keeping.count(project.name, prefix)}"
        try:
            values = {"COPY": list_entries(wanted)}
            await self._launcher.launch(Ask(request, CLOCK, COPY, project.name, values, hosts=(host,)))
        except ProjectLocked:
            return  # whoever works on the project comes first


def prefix_of(project: str, kind: Kind, subject: str = "") -> str:
    """Return what the requests of a project's scheduled runs of one kind begin with. subject: of a drill."""
    return f"drill:{project}:{subject}:" if kind == "drill" else f"backup:{project}:{kind}:"


def copy_prefix(project: str, host: str) -> str:
    """Return what the requests of the runs begin with that copy a project's backups of one host elsewhere."""
    return f"copy:{project}:{host}:"


def requests_of(project: str, slot: Slot, subject: str = "") -> list[str]:
    """Return what asks for each try at a slot: the same one never makes two runs."""
    first = prefix_of(project, slot.kind, subject) + slot.period
    return [first, *(f"{first}:{number}" for number in range(2, len(AGAIN_AFTER) + 2))]


def _wants_copy(backup: Backup) -> bool:
    lacks = backup.copy_state != "done" and backup.copy_removed_at is None
    return backup.good and lacks and backup.tier in COPIED_TIERS
