"""Launching what somebody asked for, or offering a place in line where another run is first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import Router

from handlers.buttons import StandInLine
from handlers.cards.card import Button, Card
from handlers.wording import error_text
from ops.actor import Right
from ops.errors import ProjectLocked
from ops.runs.launcher import Ask

if TYPE_CHECKING:
    from aiogram.types import CallbackQuery

    from handlers.desk import Talk


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="line")
    router.callback_query.register(stand_in_line, StandInLine.filter(), flags={"right": Right.OPERATE})
    return router


async def launch(talk: Talk, ask: Ask) -> None:
    """Launch a run; its card appears in the team's chat. Where another run is first, offer to wait for it.

    Raises UnknownProject, NotAllowed, BadRef.
    """
    try:
        run = await talk.desk.launcher.launch(ask)
    except ProjectLocked as error:
        wish = await talk.desk.wishes.keep(ask, talk.desk.now())
        button = Button(talk.t("button-wait"), StandInLine(wish=wish).pack(), "primary")
        await talk.reply.say(Card(error_text(talk.t, error, talk.desk.now()), ((button,),)))
        return
    if talk.reply.to.chat_id != talk.desk.team_chat():
        await talk.reply.say(Card(talk.t("run-accepted", run=str(run.id), project=run.project)))


async def stand_in_line(_: CallbackQuery, callback_data: StandInLine, talk: Talk) -> None:
    """Have the run begin when its turn comes, in the name of whoever presses."""
    wish = await talk.desk.wishes.find(callback_data.wish)
    if wish is None:
        await talk.reply.say(Card(talk.t("wish-gone")))
        return
    key, chat_id = f"update:{talk.reply.update_id}", talk.reply.to.chat_id
    await launch(
        talk, Ask(key, talk.actor, wish.runbook, wish.project, wish.values, chat_id, wait=True, hosts=wish.hosts)
    )
