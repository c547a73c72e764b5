"""/backup: save databases and config files now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import ChooseProject
from handlers.commands.line import launch
from handlers.commands.which import which_project
from ops.actor import Right
from ops.runs.launcher import Ask

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk
    from ops.project import Project

_RIGHT = {"right": Right.OPERATE}


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="backup")
    router.message.register(backup, Command("backup"), flags=_RIGHT)
    router.callback_query.register(project_chosen, ChooseProject.filter(F.command == "backup"), flags=_RIGHT)
    return router


async def backup(_: Message, command: CommandObject, talk: Talk) -> None:
    """Back up the project that was named."""
    await begin(talk, (command.args or "").split())


async def project_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """Back up the project that was chosen."""
    await start(talk, talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE))


async def begin(talk: Talk, words: list[str]) -> None:
    """Start with the words of the command. Raises UnknownProject, NotAllowed, ProjectLocked."""
    project, _ = await which_project(talk, "backup", words, Right.OPERATE)
    if project is not None:
        await start(talk, project)


async def start(talk: Talk, project: Project) -> None:
    """Launch the run; its card appears in the team's chat."""
    key = f"update:{talk.reply.update_id}"
    await launch(talk, Ask(key, talk.actor, "backup", project.name, chat_id=talk.reply.to.chat_id))
