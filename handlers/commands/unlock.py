"""/unlock: free a project whose run cannot go on, with a reason, and only when nothing of it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import Router
from aiogram.filters import Command

from handlers.cards.card import Card
from handlers.commands.which import which_project
from handlers.markup import cut_text
from ops.actor import Right

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import Message

    from handlers.desk import Talk

_REASON_UNITS = 200


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="unlock")
    router.message.register(unlock, Command("unlock"), flags={"right": Right.ADMIN})
    return router


async def unlock(_message: Message, command: CommandObject, talk: Talk) -> None:
    """End the run that holds a project. Raises UnknownProject, NotAllowed, ReasonMissing, JobAlive, HostError."""
    words = (command.args or "").split()
    named = words[:1] if words and words[0] in talk.desk.inventory.projects else []
    project, _rest = await which_project(talk, "unlock", named, Right.ADMIN)
    if project is None:
        return
    reason = cut_text(" ".join(words[len(named) :]), _REASON_UNITS)
    run = await talk.desk.launcher.unlock(project.name, talk.actor, reason)
    if run is None:
        await talk.reply.say(Card(talk.t("unlock-free", project=project.name)))
