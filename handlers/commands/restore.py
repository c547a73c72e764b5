"""/restore: put a backup in the place of what is live, and undo that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import ChooseProject, RestoreAction, RestoreButton
from handlers.cards.card import Card
from handlers.cards.restore import offer_card, restore_card, second_card, undo_card
from handlers.commands.which import which_project
from ops.actor import Right
from ops.backups.restoring import UNDO
from ops.errors import CannotRestore
from ops.releases.way_back import look_back
from ops.runs.run import Run

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk
    from ops.backups.aside import Aside
    from ops.project import Project
    from ops.store.restores import Restore

_RIGHT = {"right": Right.OPERATE}


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="restore")
    router.message.register(restore, Command("restore"), flags=_RIGHT)
    router.callback_query.register(project_chosen, ChooseProject.filter(F.command == "restore"), flags=_RIGHT)
    for action, handler in (
        (RestoreAction.PICK, picked),
        (RestoreAction.UNDO, undo_picked),
        (RestoreAction.AGREE, agreed),
        (RestoreAction.WITHDRAW, withdrawn),
    ):
        router.callback_query.register(handler, RestoreButton.filter(F.action == action), flags=_RIGHT)
    return router


async def restore(_: Message, command: CommandObject, talk: Talk) -> None:
    """Offer backups; ask about the one that is named; or hear the name that was typed behind it."""
    projects = talk.desk.inventory.projects
    match (command.args or "").split():
        case [word] if word == UNDO:
            await _which_undo(talk)
        case [word, name] if word == UNDO and name in projects:
            await _undo(talk, talk.desk.inventory.project(name, talk.actor, Right.OPERATE))
        case [name, word] if word == UNDO and name in projects:
            await _undo(talk, talk.desk.inventory.project(name, talk.actor, Right.OPERATE))
        case [] | [_] as words if not words or words[0] in projects:
            await begin(talk, words)
        case [name]:
            await _ask(talk, name)
        case [project, name] if project in projects:
            await _ask(talk, name)
        case [name, *rest]:
            await _typed(talk, name, " ".join(rest))


async def begin(talk: Talk, words: list[str]) -> None:
    """Offer the backups of the project that is named, or the only one, or ask which."""
    library = talk.desk.launcher.library
    project, _ = await which_project(
        talk, "restore", words, Right.OPERATE, able=lambda project: library.has(project, "restore")
    )
    if project is not None:
        await offer(talk, project)


async def project_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """Offer the backups of the project that was chosen."""
    await offer(talk, talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE))


async def picked(_: CallbackQuery, callback_data: RestoreButton, talk: Talk) -> None:
    """Ask about the backup that was chosen. Raises CannotRestore."""
    backup = await talk.desk.restoring.get(callback_data.row, talk.actor)
    prospect = await talk.desk.restoring.ask(backup, talk.actor, _key(talk))
    await talk.reply.say(restore_card(prospect, talk.t, talk.desk.now()))


async def undo_picked(_: CallbackQuery, callback_data: RestoreButton, talk: Talk) -> None:
    """Undo the restore that was chosen. Raises CannotRestore."""
    aside = next((each for each in await _asides(talk) if each.id == callback_data.row), None)
    if aside is None:
        raise CannotRestore(UNDO, "over", "0")
    await _undo(talk, talk.desk.inventory.project(aside.project, talk.actor, Right.OPERATE))


async def agreed(_: CallbackQuery, callback_data: RestoreButton, talk: Talk) -> None:
    """Begin it: another person agrees. Raises CannotRestore, ProjectLocked."""
    run = await talk.desk.restoring.agree(callback_data.row, talk.actor, talk.reply.to.chat_id)
    await talk.reply.edit(Card(talk.desk.languages.team("restore-agreed", who=talk.actor.name, run=str(run.id))))


async def withdrawn(_: CallbackQuery, callback_data: RestoreButton, talk: Talk) -> None:
    """Call it off. Raises CannotRestore."""
    await talk.desk.restoring.withdraw(callback_data.row, talk.actor)
    await talk.reply.edit(Card(talk.desk.languages.team("restore-withdrawn", who=talk.actor.name)))


async def _ask(talk: Talk, name: str) -> None:
    restoring = talk.desk.restoring
    prospect = await restoring.ask(await restoring.find(name, talk.actor), talk.actor, _key(talk))
    await talk.reply.say(restore_card(prospect, talk.t, talk.desk.now()))


async def _typed(talk: Talk, name: str, word: str) -> None:
    """Begin what was asked about, or ask for a second person."""
    await _go_on(talk, await talk.desk.restoring.type(name, word, talk.actor, talk.reply.to.chat_id))


async def _go_on(talk: Talk, found: Restore | Run) -> None:
    if not isinstance(found, Run):
        await talk.desk.tell_team(f"restore-second:{found.id}", second_card(found, talk.desk.languages.team))
    elif talk.reply.to.chat_id != talk.desk.team_chat():
        await talk.reply.say(Card(talk.t("run-accepted", run=str(found.id), project=found.project)))


async def ask_rollback(talk: Talk, project: Project, ref: str) -> None:
    """Ask about a way back that brings the data of then along. Raises CannotRestore, HostError."""
    target = (await look_back(talk.desk.questions, project, (), ref)).target
    data = await talk.desk.restoring.data_before(project, target) if target else []
    if not data:
        raise CannotRestore(project.name, "unknown")
    prospect = await talk.desk.restoring.ask_rollback(data, ref, talk.actor, _key(talk))
    await talk.reply.say(restore_card(prospect, talk.t, talk.desk.now()))


async def offer(talk: Talk, project: Project) -> None:
    """Offer the backups of a project. Raises NoRunbook."""
    talk.desk.launcher.library.find(project, "restore")
    found = await talk.desk.restoring.offered(project)
    await talk.reply.say(offer_card(project, found, talk.t, talk.desk.now()))


async def _asides(talk: Talk) -> list[Aside]:
    """Return one thing that was put aside for each project that the person sees and that has any."""
    asides = [await talk.desk.restoring.aside(project) for project in talk.desk.inventory.visible(talk.actor)]
    return [each[0] for each in asides if each]


async def _which_undo(talk: Talk) -> None:
    asides = await _asides(talk)
    if len(asides) > 1:
        await talk.reply.say(undo_card(asides, talk.t, talk.desk.now()))
        return
    visible = talk.desk.inventory.visible(talk.actor)
    if not asides:
        raise CannotRestore(", ".join(project.name for project in visible), "nothing")
    await _undo(talk, talk.desk.inventory.project(asides[0].project, talk.actor, Right.OPERATE))


async def _undo(talk: Talk, project: Project) -> None:
    """Begin at once: what is replaced now stays for a day as well. On production another person has to agree."""
    found = await talk.desk.restoring.undo(project, talk.actor, _key(talk), talk.reply.to.chat_id)
    await _go_on(talk, found)


def _key(talk: Talk) -> str:
    return f"update:{talk.reply.update_id}"
