"""Restoring: from a wish to a run. What would be lost is counted first, and the wish is a row before anything else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from ops.actor import CLOCK, Actor, Right
from ops.backups.loss import UNKNOWN, Loss, added, compare, rows_by_table
from ops.backups.target import target_back, target_of, write_targets
from ops.errors import CannotRestore, HostError, OpsError, ProjectLocked
from ops.runs.launcher import Ask
from ops.runs.planner import project_values, restore_places
from ops.runs.restoring import RESTORE, can_restore
from ops.runs.runbook import shared_script
from ops.store.restores import Restore, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ops.backups.aside import Aside
    from ops.backups.backup import Backup
    from ops.hosts.questions import Questions
    from ops.inventory import Inventory
    from ops.project import Project
    from ops.runs.launcher import Launcher
    from ops.runs.run import Run
    from ops.store.backups import PostgresBackups
    from ops.store.restores import PostgresRestores

log = structlog.get_logger()

PATIENCE = timedelta(minutes=10)
"""How long a wish waits for its name to be typed, and then once more for a second person."""
COUNTED = frozenset({"postgres", "mysql", "sqlite"})
"""What has rows."""
UNDO = "undo"
_MOST_TABLES = 200
"""Tables of which a backup's script can tell the rows; with that many, not all may have been told."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a restore would do. restore: the row that waits for its name to be typed."""

    restore: Restore
    backups: tuple[Backup, ...]
    loss: Loss


class Restoring:
    """The door for restores: it asks, hears the answers, and has the run launched."""

    def __init__(
        self,
        inventory: Inventory,
        backups: PostgresBackups,
        restores: PostgresRestores,
        questions: Questions,
        launcher: Launcher,
        now: Callable[[], datetime],
    ) -> None:
        self._inventory = inventory
        self._backups = backups
        self._restores = restores
        self._questions = questions
        self._launcher = launcher
        self._now = now

    async def offered(self, project: Project) -> list[Backup]:
        """Return the backups that can be restored, newest first."""
        places = restore_places(project)
        found = await self._backups.of(project.name)
        here = [each for each in found if each.subject in places and each.host in project.hosts]
        return [each for each in here if each.good and can_restore(each.engine)]

    async def find(self, name: str, actor: Actor) -> Backup:
        """Return a backup by its file's name. Raises CannotRestore, UnknownProject, NotAllowed."""
        for project in self._inventory.visible(actor):
            if backup := await self._backups.named(name, project.name):
                self._inventory.project(project.name, actor, Right.OPERATE)
                return backup
        raise CannotRestore(name, "unknown")

    async def get(self, backup_id: int, actor: Actor) -> Backup:
        """Return a backup by its row. Raises CannotRestore, UnknownProject, NotAllowed."""
        backup = await self._backups.get(backup_id)
        if backup is None or not actor.sees(backup.project):
            raise CannotRestore(str(backup_id), "unknown")
        self._inventory.project(backup.project, actor, Right.OPERATE)
        return backup

    async def ask(self, backup: Backup, actor: Actor, key: str) -> Prospect:
        """Store the wish to restore a backup. Raises CannotRestore, NoRunbook, UnknownProject, NotAllowed."""
        project = self._inventory.project(backup.project, actor, Right.OPERATE)
        self._insist(backup, project)
        wish = Wish(
            project.name, "restore", backup.name, backup.subject, (target_of(backup),), production=project.production
        )
        return await self._store(wish, actor, key, [backup], project)

    async def undo(self, project: Project, actor: Actor, key: str, chat_id: int) -> Restore | Run:
        """Undo a project's last restore; on production another person has to agree first.

        Raises CannotRestore, ProjectLocked.
        """
        asides = await self.aside(project)
        if not asides:
            raise CannotRestore(project.name, "nothing")
        targets = tuple(target_back(aside) for aside in asides)
        wish = Wish(project.name, "undo", UNDO, "", targets, production=project.production)
        restore = await self._ask(wish, actor, key)
        if not wish.production:
            return await self._launch(restore, actor, chat_id)
        now = self._now()
        await self._restores.typed(restore.id, now, now + PATIENCE)  # no name to be typed: nothing is lost by it
        return restore

    async def aside(self, project: Project) -> list[Aside]:
        """Return what the project's last restore has put aside, while it can be undone."""
        return await self._restores.aside(project.name, self._now())

    async def data_before(self, project: Project, commit: str) -> list[Backup]:
        """Return the dumps that were made before the deploy which took a version off; none where there are none."""
        run_id = await self._restores.left_by(project.name, commit)
        found = await self.offered(project) if run_id else []
        return [backup for backup in found if backup.run_id == run_id]

    async def ask_rollback(self, backups: Sequence[Backup], ref: str, actor: Actor, key: str) -> Prospect:
        """Store the wish to go back to a version and to the data of these backups at once. Raises CannotRestore."""
        project = self._inventory.project(backups[0].project, actor, Right.OPERATE)
        for backup in backups:
            self._insist(backup, project)
        targets = tuple(target_of(backup) for backup in backups)
        first = backups[0]
        wish = Wish(
            project.name, "rollback", first.name, first.subject, targets, production=project.production, ref=ref
        )
        return await self._store(wish, actor, key, backups, project)

    async def type(self, name: str, word: str, actor: Actor, chat_id: int) -> Restore | Run:
        """Hear what was typed: the run that it began, or the row where another person has to agree first.

        Raises CannotRestore, ProjectLocked and what launching raises; then nothing was begun.
        """
        restore = await self._restores.newest_of(name, actor.id)
        if restore is None:
            other = await self._restores.newest(name)
            raise CannotRestore(name, "other" if other and not other.over else "unasked")
        self._inventory.project(restore.wish.project, actor, Right.OPERATE)
        if word != restore.wish.word:
            raise CannotRestore(name, "word", restore.wish.word)
        if restore.over:
            raise CannotRestore(name, "over", str(restore.run_id))
        now = self._now()
        await self._restores.typed(restore.id, now, now + PATIENCE)
        restore = await self._restores.load(restore.id) or restore
        if restore.typed_at is None or restore.expires_at <= now:
            raise CannotRestore(name, "expired")
        if restore.wish.production:
            return restore
        return await self._launch(restore, actor, chat_id)

    async def agree(self, restore_id: int, actor: Actor, chat_id: int) -> Run:
        """Hear the second person. Raises as ``type`` does."""
        restore = await self._restores.load(restore_id)
        if restore is None:
            raise CannotRestore("", "unasked")
        name = restore.wish.name
        self._inventory.project(restore.wish.project, actor, Right.OPERATE)
        if actor.id == restore.asked_by:
            raise CannotRestore(name, "same")
        asker = self._inventory.actor(restore.asked_by)
        if asker is None or restore.over:
            raise CannotRestore(name, "over", str(restore.run_id))
        if not await self._restores.agreed(restore.id, actor, self._now()):
            raise CannotRestore(name, "expired")
        return await self._launch(restore, asker, chat_id)

    async def withdraw(self, restore_id: int, actor: Actor) -> Restore:
        """Call a wish off. Raises CannotRestore when that is too late."""
        restore = await self._restores.load(restore_id)
        if restore is None:
            raise CannotRestore("", "unasked")
        self._inventory.project(restore.wish.project, actor, Right.OPERATE)
        if not await self._restores.withdraw(restore.id, actor.name):
            raise CannotRestore(restore.wish.name, "over", str(restore.run_id))
        return restore

    async def sweep(self) -> None:
        """Have dropped what was put aside for long enough; where a run holds the project, later."""
        by_run: dict[int, list[Aside]] = {}
        for aside in await self._restores.due(self._now()):
            by_run.setdefault(aside.run_id, []).append(aside)
        for run_id, asides in by_run.items():
            targets = write_targets(target_back(aside) for aside in asides)
            # Once an hour at the most, by whichever process is first.
            key = f"drop-old:{run_id}:{self._now():%Y%m%d%H}"
            ask = Ask(key, CLOCK, "drop-old", asides[0].project, {RESTORE: targets}, hosts=(asides[0].host,))
            try:
                await self._launcher.launch(ask)
            except ProjectLocked:
                continue
            except OpsError as error:
                log.warning("what was put aside stays", run=run_id, why=str(error))

    async def loss(self, backups: Sequence[Backup], project: Project) -> Loss:
        """Return what restoring these would cost now; unknown where that cannot be counted."""
        losses = await asyncio.gather(*(self._loss_of(backup, project) for backup in backups))
        return added(losses)

    async def _loss_of(self, backup: Backup, project: Project) -> Loss:
        place = restore_places(project).get(backup.subject)
        if place is None or backup.engine not in COUNTED:
            return UNKNOWN
        script = shared_script(f"count-rows-{backup.engine}.sh", project.shell)
        try:
            found = await self._questions.ask(backup.host, script, {**project_values(project), **place})
        except HostError as error:
            log.info("rows cannot be counted", project=project.name, why=str(error))
            return UNKNOWN
        saved = rows_by_table(backup.manifest.get("rows") or {})
        whole = backup.manifest.get("rows_of") != "largest" and len(saved) < _MOST_TABLES
        return compare(_counts(found.lines), saved, whole=whole)

    def _insist(self, backup: Backup, project: Project) -> None:
        self._launcher.library.find(project, "restore")
        why = ""
        if backup.engine == "config":
            why = "config"
        elif not can_restore(backup.engine):
            why = "engine"
        elif backup.subject not in restore_places(project) or backup.host not in project.hosts:
            why = "unlisted"
        elif backup.removed_at is not None:
            why = "unknown"
        elif backup.bad:
            why = "bad"
        elif not backup.good:
            why = "unread"
        if why:
            raise CannotRestore(backup.name, why, backup.bad)

    async def _store(self, wish: Wish, actor: Actor, key: str, backups: Sequence[Backup], project: Project) -> Prospect:
        loss = await self.loss(backups, project)
        return Prospect(await self._ask(wish, actor, key), tuple(backups), loss)

    async def _ask(self, wish: Wish, actor: Actor, key: str) -> Restore:
        now = self._now()
        return await self._restores.ask(key, wish, actor, now, now + PATIENCE)

    async def _launch(self, restore: Restore, actor: Actor, chat_id: int) -> Run:
        wish = restore.wish
        values = {RESTORE: write_targets(wish.targets)}
        ask = Ask(f"restore:{restore.id}", actor, "restore", wish.project, values, chat_id)
        if wish.kind == "rollback":
            ask = Ask(ask.key, actor, "rollback", wish.project, {**values, "REF": wish.ref}, chat_id)
        run = await self._launcher.launch(ask)
        await self._restores.begun(restore.id, run.id)
        return run


def _counts(lines: Sequence[str]) -> dict[str, int]:
    """Read lines of ``COUNT TABLE``."""
    pairs = (line.partition(" ") for line in lines)
    return rows_by_table({name: int(count) for count, _, name in pairs if count.isdecimal() and name})
