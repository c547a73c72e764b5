"""/reload: have lotsman.yml and the texts read again, in every process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import Router
from aiogram.filters import Command

from handlers.cards.card import Card
from ops.actor import Right

if TYPE_CHECKING:
    from aiogram.types import Message

    from handlers.desk import Talk


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="reload")
    router.message.register(reload, Command("reload"), flags={"right": Right.ADMIN})
    return router


async def reload(_: Message, talk: Talk) -> None:
    """Reload; what came of it is told in the team's chat, and to whoever asks from elsewhere. Raises BadFile."""
    wrong = await talk.desk.reload(talk.actor)
    if talk.reply.to.chat_id != talk.desk.team_chat():
        if wrong is not None:
            raise wrong
        await talk.reply.say(Card(talk.t("reload-done")))
