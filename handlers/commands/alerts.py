"""The button under alerts from elsewhere: somebody has taken them on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import Router

from handlers.buttons import AlertButton
from handlers.cards.alerts import alerts_card
from handlers.cards.card import Card
from ops.actor import Right

if TYPE_CHECKING:
    from aiogram.types import CallbackQuery

    from handlers.desk import Talk


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="alerts")
    router.callback_query.register(pressed, AlertButton.filter(), flags={"right": Right.OPERATE})
    return router


async def pressed(_: CallbackQuery, callback_data: AlertButton, talk: Talk) -> None:
    """Take a group on, or give it back; its message says so to everybody."""
    alerts, now = talk.desk.alerts, talk.desk.now()
    who = "" if callback_data.back else talk.actor.name
    if not await alerts.ack(callback_data.group, callback_data.episode, who, now):
        await talk.reply.say(Card(talk.t("incident-gone")))
        return
    episode = await alerts.load(callback_data.group, callback_data.episode)
    if episode is not None:
        await talk.reply.edit(alerts_card(episode, talk.desk.languages.team, now))
