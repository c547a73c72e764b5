"""/backup: save databases and config files now; and with another word behind it, what is done about backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import ChooseProject
from handlers.commands import backups
from handlers.commands.proof import prove
from handlers.commands.start import begin, begin_in
from ops.actor import Right

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk

_RIGHT = {"right": Right.OPERATE}

_ABOUT: dict[str, Callable[[Talk, list[str]], Awaitable[None]]] = {
    "verify": backups.verify,
    "download": backups.download,
    "schedule": backups.schedule,
    "cleanup": backups.cleanup,
    "pin": backups.pin,
    "unpin": backups.unpin,
    "list": backups.begin,
    "digest": backups.digest,
    "proof": prove,
}
"""Words behind /backup that are no project's name, unless there is a project of that name."""
_OF_ONE = {"download", "pin", "unpin"}
"""Those of them that want a backup's name; without one they list what there is."""


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="backup")
    router.message.register(backup, Command("backup"), flags=_RIGHT)
    router.callback_query.register(project_chosen, ChooseProject.filter(F.command == "backup"), flags=_RIGHT)
    return router


async def backup(_: Message, command: CommandObject, talk: Talk) -> None:
    """Back up the project that was named, or do what the first word asks for."""
    words = (command.args or "").split()
    about = _ABOUT.get(words[0]) if words and words[0] not in talk.desk.inventory.projects else None
    if about is not None and len(words) == 1 and words[0] in _OF_ONE:
        await backups.begin(talk, [])
    elif about is not None:
        await about(talk, words[1:])
    else:
        await begin(talk, "backup", words)


async def project_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """Back up the project that was chosen."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE)
    await begin_in(talk, "backup", project, [])
