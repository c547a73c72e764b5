"""/backup: save databases and config files now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import ChooseProject
from handlers.commands.start import begin, begin_in
from ops.actor import Right

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk

_RIGHT = {"right": Right.OPERATE}


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="backup")
    router.message.register(backup, Command("backup"), flags=_RIGHT)
    router.callback_query.register(project_chosen, ChooseProject.filter(F.command == "backup"), flags=_RIGHT)
    return router


async def backup(_: Message, command: CommandObject, talk: Talk) -> None:
    """Back up the project that was named."""
    await begin(talk, "backup", (command.args or "").split())


async def project_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """Back up the project that was chosen."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE)
    await begin_in(talk, "backup", project, [])
