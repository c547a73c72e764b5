"""Every other runbook as a command: /restart, /preflight, and what a project brings in its own folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiogram import Router

from handlers.buttons import ChooseProject, ChooseRef, unpack_command
from handlers.commands.start import begin, begin_in, start_packed
from ops.actor import Right

if TYPE_CHECKING:
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk

_RIGHT = {"right": Right.OPERATE}


def new_router() -> Router:
    """Return the handlers, each with the right it asks for; a runbook may ask for more."""
    router = Router(name="runbooks")
    router.message.register(command, _typed, flags=_RIGHT)
    router.callback_query.register(project_chosen, ChooseProject.filter(), _pressed, flags=_RIGHT)
    router.callback_query.register(ref_chosen, ChooseRef.filter(), _pressed, flags=_RIGHT)
    return router


async def command(_: Message, talk: Talk, name: str, words: list[str]) -> None:
    """Start the runbook with the words behind its command."""
    await begin(talk, name, words)


async def project_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk, name: str) -> None:
    """Go on with the project that was chosen."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE)
    if callback_data.ref:
        await start_packed(talk, name, project, callback_data.ref)
    else:
        await begin_in(talk, name, project, [])


async def ref_chosen(_: CallbackQuery, callback_data: ChooseRef, talk: Talk, name: str) -> None:
    """Start it for the version that was chosen."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE)
    await start_packed(talk, name, project, callback_data.ref, again=callback_data.again)


async def _typed(message: Message, talk: Talk) -> bool | dict[str, Any]:
    """Whether a message is the command of a runbook that this person may know of."""
    first, *words = (message.text or message.caption or "").split() or [""]
    typed = first.removeprefix("/").partition("@")[0]
    name = talk.desk.launcher.library.named(typed, talk.desk.inventory.visible(talk.actor))
    return {"name": name, "words": words} if name and first.startswith("/") else False


async def _pressed(_: CallbackQuery, callback_data: ChooseProject | ChooseRef, talk: Talk) -> bool | dict[str, Any]:
    """Whether a button names such a runbook."""
    library = talk.desk.launcher.library
    known = {each.name for project in talk.desk.inventory.visible(talk.actor) for each in library.all(project)}
    name = unpack_command(callback_data.command, known)
    return {"name": name} if name else False
