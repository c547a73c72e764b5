"""/backups, and what is asked about them: list, show, download, verify, pin, schedule, cleanup."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import (
    BackupAction,
    BackupButton,
    BackupsAbout,
    BackupsPage,
    ChooseProject,
    CleanUp,
)
from handlers.cards.backups import backup_card, backups_card, schedule_card, too_large_card
from handlers.cards.card import Card
from handlers.cards.cleanup import cleanup_card, plan_hash
from handlers.cards.digest import digest_card
from handlers.commands import dbsize
from handlers.commands.which import which_project
from ops.actor import Right
from ops.backups.fetching import LARGEST, by_hand
from ops.backups.schedule import next_slots
from ops.errors import UnknownBackup
from ops.ref import nearest
from ops.store.outbox import REPLY, Draft

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk
    from ops.backups.backup import Backup
    from ops.project import Project

_VIEW, _OPERATE, _ADMIN = ({"right": right} for right in (Right.VIEW, Right.OPERATE, Right.ADMIN))
_SIMILAR = 200
"""Backups of each project among which similar names are looked for."""


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="backups")
    router.message.register(backups, Command("backups"), flags=_VIEW)
    press = router.callback_query.register
    press(project_chosen, ChooseProject.filter(F.command == "backups"), flags=_VIEW)
    press(page_turned, BackupsPage.filter(), flags=_VIEW)
    press(shown, BackupButton.filter(F.action == BackupAction.SHOW), flags=_VIEW)
    press(pressed, BackupButton.filter(F.action != BackupAction.SHOW), flags=_OPERATE)
    press(schedule_pressed, BackupsAbout.filter(F.what == "schedule"), flags=_VIEW)
    press(sizes_pressed, BackupsAbout.filter(F.what == "dbsize"), flags=_VIEW)
    press(cleanup_pressed, BackupsAbout.filter(F.what == "cleanup"), flags=_OPERATE)
    press(cleanup_chosen, ChooseProject.filter(F.command == "cleanup"), flags=_OPERATE)
    press(verify_chosen, ChooseProject.filter(F.command == "verify"), flags=_OPERATE)
    press(clean, CleanUp.filter(), flags=_ADMIN)
    return router


async def backups(_: Message, command: CommandObject, talk: Talk) -> None:
    """List the backups of the project that was named."""
    await begin(talk, (command.args or "").split())


async def begin(talk: Talk, words: list[str]) -> None:
    """List with the words of the command: ``[project] [page]``. Raises UnknownProject, NotAllowed."""
    project, rest = await which_project(talk, "backups", words, Right.VIEW)
    if project is not None:
        page = int(rest[0]) - 1 if rest and rest[0].isascii() and rest[0].isdigit() and len(rest[0]) < 5 else 0  # noqa: PLR2004  nobody has 10,000 pages
        await talk.reply.say(await _page(talk, project, max(0, page)))


async def project_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """List the backups of the project that was chosen."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.VIEW)
    await talk.reply.say(await _page(talk, project, 0))


async def page_turned(_: CallbackQuery, callback_data: BackupsPage, talk: Talk) -> None:
    """Show another page in place of this one."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.VIEW)
    await talk.reply.edit(await _page(talk, project, callback_data.page))


async def _page(talk: Talk, project: Project, page: int) -> Card:
    return backups_card(project, await talk.desk.backups.of(project.name), page, talk.t, talk.desk.now())


async def shown(_: CallbackQuery, callback_data: BackupButton, talk: Talk) -> None:
    """Show everything about one backup in place of the list."""
    backup = await _get(talk, callback_data.backup, Right.VIEW)
    await talk.reply.edit(backup_card(backup, talk.t, talk.desk.now()))


async def pressed(_: CallbackQuery, callback_data: BackupButton, talk: Talk) -> None:
    """Do something about one backup."""
    backup = await _get(talk, callback_data.backup, Right.OPERATE)
    match callback_data.action:
        case BackupAction.DOWNLOAD:
            await _send(talk, backup)
        case BackupAction.VERIFY:
            await _verify(talk, [backup])
        case BackupAction.PIN | BackupAction.UNPIN as action:
            await _pin(talk, backup, pinned=action is BackupAction.PIN)
            await talk.reply.edit(backup_card(await _get(talk, backup.id, Right.VIEW), talk.t, talk.desk.now()))


async def download(talk: Talk, words: list[str]) -> None:
    """Send the backup that is named. Raises UnknownBackup."""
    await _send(talk, await _named(talk, words))


async def pin(talk: Talk, words: list[str]) -> None:
    """Keep the backup that is named, whatever its tier says. Raises UnknownBackup."""
    backup = await _named(talk, words)
    await _pin(talk, backup, pinned=True)
    await talk.reply.say(Card(talk.t("backup-is-pinned", name=backup.name)))


async def unpin(talk: Talk, words: list[str]) -> None:
    """Let its tier decide again. Raises UnknownBackup."""
    backup = await _named(talk, words)
    await _pin(talk, backup, pinned=False)
    await talk.reply.say(Card(talk.t("backup-is-unpinned", name=backup.name)))


async def verify(talk: Talk, words: list[str]) -> None:
    """Restore the backup that is named on trial, or the newest of each database of a project."""
    projects = talk.desk.inventory.projects
    if words and words[0] not in projects:
        await _verify(talk, [await _named(talk, words)])
        return
    project, rest = await which_project(talk, "verify", words, Right.OPERATE)
    if project is not None and rest:
        await _verify(talk, [await _named(talk, [project.name, *rest])])
    elif project is not None:
        await _verify_newest(talk, project)


async def verify_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """Restore the newest backups of the project that was chosen on trial."""
    await _verify_newest(talk, talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE))


async def schedule(talk: Talk, words: list[str]) -> None:
    """Say when the next backups are: of the project that was named, or of all that the person sees."""
    visible = talk.desk.inventory.visible(talk.actor)
    if words:
        visible = [talk.desk.inventory.project(words[0], talk.actor, Right.VIEW)]
    await talk.reply.say(_scheduled(talk, visible))


async def schedule_pressed(_: CallbackQuery, callback_data: BackupsAbout, talk: Talk) -> None:
    """Say when the next backups of a project are."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.VIEW)
    await talk.reply.say(_scheduled(talk, [project]))


def _scheduled(talk: Talk, projects: list[Project]) -> Card:
    now, zone = talk.desk.now(), talk.desk.languages.zone
    having = [project for project in projects if talk.desk.keeper.saved(project)]
    return schedule_card([(each, next_slots(each.backups.schedule, now, zone)) for each in having], talk.t)


async def digest(talk: Talk, _words: list[str]) -> None:
    """Say how the backups stand of all projects that the person sees."""
    visible = talk.desk.inventory.visible(talk.actor)
    keys = await talk.desk.proofs.overdue(visible)
    await talk.reply.say(digest_card(await talk.desk.keeper.digest(visible), talk.t, keys))


async def sizes_pressed(_: CallbackQuery, callback_data: BackupsAbout, talk: Talk) -> None:
    """Say how large the databases of a project are."""
    await dbsize.show(talk, talk.desk.inventory.project(callback_data.project, talk.actor, Right.VIEW))


async def cleanup(talk: Talk, words: list[str]) -> None:
    """Show what may be deleted, and why; nothing is, before the button."""
    project, _ = await which_project(talk, "cleanup", words[:1], Right.OPERATE)
    if project is not None:
        await _show_cleanup(talk, project)


async def cleanup_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """Show it for the project that was chosen."""
    await _show_cleanup(talk, talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE))


async def cleanup_pressed(_: CallbackQuery, callback_data: BackupsAbout, talk: Talk) -> None:
    """Show it for the project whose list this is."""
    await _show_cleanup(talk, talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE))


async def _show_cleanup(talk: Talk, project: Project) -> None:
    cleanings = await talk.desk.keeper.plan_cleaning(project)
    card, document = cleanup_card(project, cleanings, talk.t, talk.desk.now())
    await talk.reply.say(card)
    if document is not None and card.rows:
        await talk.reply.say(Card(talk.t("cleanup-document", project=project.name)), document)


async def clean(_: CallbackQuery, callback_data: CleanUp, talk: Talk) -> None:
    """Delete what was shown, if that still is what the plan says; else show the plan anew."""
    desk = talk.desk
    project = desk.inventory.project(callback_data.project, talk.actor, Right.ADMIN)
    cleanings = await desk.keeper.plan_cleaning(project)
    if plan_hash(cleanings) != callback_data.plan or any(cleaning.refusal == "all" for cleaning in cleanings):
        await talk.reply.say(Card(talk.t("cleanup-changed")))
        await _show_cleanup(talk, project)
        return
    for cleaning in cleanings:
        if not cleaning.empty:
            await desk.keeper.clean(project, cleaning, talk.actor, f"update:{talk.reply.update_id}:{cleaning.host}")
    if talk.reply.to.chat_id != desk.team_chat():
        await talk.reply.say(Card(talk.t("cleanup-begun", project=project.name)))


async def _send(talk: Talk, backup: Backup) -> None:
    """Send an encrypted file, if Telegram takes it; else say how to fetch it."""
    desk = talk.desk
    project = desk.inventory.projects[backup.project]
    if not backup.encrypted or backup.bytes > LARGEST:
        why = "large" if backup.encrypted else "plain"
        await talk.reply.say(too_large_card(backup, by_hand(backup, project, desk.inventory.hosts), why, talk.t))
        return
    body = json.dumps({"backup": backup.id, "language": talk.t.language})
    key = f"reply:{talk.reply.update_id}:file"
    await talk.reply.queue(Draft(talk.reply.to, key, "backup-file", body, REPLY, desk.now()))


async def _verify_newest(talk: Talk, project: Project) -> None:
    """Restore on trial the newest good backup of everything that the project saves."""
    names = [step.subject for step in talk.desk.keeper.saved(project)]
    found = [await talk.desk.backups.latest_good(project.name, project.hosts[0], name) for name in names]
    good = [backup for backup in found if backup is not None]
    if good:
        await _verify(talk, good)
    else:
        await talk.reply.say(Card(talk.t("backups-none", project=project.name)))


async def _verify(talk: Talk, backups: list[Backup]) -> None:
    """Restore backups on trial, one after the other; each is a run of its own."""
    for backup in backups:
        request = f"update:{talk.reply.update_id}:{backup.id}"
        run = await talk.desk.keeper.verify(backup, talk.actor, request, talk.reply.to.chat_id)
        if talk.reply.to.chat_id != talk.desk.team_chat():
            await talk.reply.say(Card(talk.t("run-accepted", run=str(run.id), project=run.project)))


async def _pin(talk: Talk, backup: Backup, *, pinned: bool) -> None:
    if pinned:
        await talk.desk.backups.pinned(backup.id, talk.actor.name, talk.desk.now())
    else:
        await talk.desk.backups.unpinned(backup.id)


async def _get(talk: Talk, number: int, right: Right) -> Backup:
    """Return a backup of a project that the person sees. Raises UnknownBackup, NotAllowed."""
    backup = await talk.desk.backups.get(number)
    if backup is None or backup.removed_at is not None or not talk.actor.sees(backup.project):
        raise UnknownBackup(str(number))
    talk.desk.inventory.project(backup.project, talk.actor, right)
    return backup


async def _named(talk: Talk, words: list[str]) -> Backup:
    """Return the backup whose file is named, behind its project where several have one. Raises UnknownBackup."""
    inventory = talk.desk.inventory
    projects = [project.name for project in inventory.visible(talk.actor)]
    if len(words) > 1 and words[0] in projects:
        projects, words = words[:1], words[1:]
    name = words[0] if words else ""
    for project in projects:
        backup = await talk.desk.backups.named(name, project)
        if backup is not None:
            inventory.project(project, talk.actor, Right.OPERATE)
            return backup
    known = [each.name for project in projects for each in (await talk.desk.backups.of(project))[:_SIMILAR]]
    raise UnknownBackup(name, nearest(name, known) if name else tuple(known[:3]))
