"""/announce: tell the team beforehand when something will not work; alone, list what is planned."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from aiogram import Router
from aiogram.filters import Command

from handlers.buttons import Withdraw
from handlers.cards.announcement import planned_card
from handlers.cards.card import Card
from handlers.commands.which import which_project
from handlers.markup import cut_text
from ops.actor import Right
from ops.errors import UnknownProject
from ops.moment import read_moment

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk

_RIGHT = {"right": Right.OPERATE}
_MINUTES = 10
_MOST_MINUTES = 24 * 60
_WORDS_UNITS = 500
_LENGTH = re.compile(r"(\d{1,4})(?:m|min|хв|мин)?", re.ASCII)


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="announce")
    router.message.register(announce, Command("announce"), flags=_RIGHT)
    router.callback_query.register(withdraw_pressed, Withdraw.filter(), flags=_RIGHT)
    return router


async def announce(_message: Message, command: CommandObject, talk: Talk) -> None:
    """Plan, with ``[project] when [minutes] [words]``; without words, list. Raises UnknownProject, BadMoment."""
    words = (command.args or "").split()
    if not words:
        await show(talk)
        return
    desk, now = talk.desk, talk.desk.now()
    named = words[:1] if words[0] in desk.inventory.projects else []
    if not named and len(desk.inventory.visible(talk.actor)) > 1:
        raise UnknownProject(words[0])
    project, _rest = await which_project(talk, "announce", named, Right.OPERATE)
    if project is None:
        return
    starts_at, rest = read_moment(words[len(named) :], now.astimezone(desk.languages.zone))
    minutes = _MINUTES
    if rest and (length := _LENGTH.fullmatch(rest[0])):
        minutes, rest = min(max(int(length[1]), 1), _MOST_MINUTES), rest[1:]
    window = (starts_at, starts_at + timedelta(minutes=minutes))
    text = cut_text(" ".join(rest), _WORDS_UNITS)
    await desk.announcements.plan(f"update:{talk.reply.update_id}", project.name, window, text, talk.actor, now)
    desk.wake()
    if talk.reply.to.chat_id != desk.team_chat():
        await talk.reply.say(Card(talk.t("announce-accepted", project=project.name)))


async def show(talk: Talk) -> None:
    """List what is planned for the projects that the person sees."""
    await talk.reply.say(await _planned(talk))


async def withdraw_pressed(_: CallbackQuery, callback_data: Withdraw, talk: Talk) -> None:
    """Call an announcement off; the list shows what is left. Raises UnknownProject, NotAllowed."""
    announcement = await talk.desk.announcements.load(callback_data.announcement)
    if announcement is not None:
        talk.desk.inventory.project(announcement.project, talk.actor, Right.OPERATE)
        await talk.desk.announcements.withdraw(announcement.id, talk.actor, talk.desk.now())
        talk.desk.wake()
    await talk.reply.edit(await _planned(talk))


async def _planned(talk: Talk) -> Card:
    names = [project.name for project in talk.desk.inventory.visible(talk.actor)]
    now = talk.desk.now()
    return planned_card(await talk.desk.announcements.coming(names, now), talk.t, now)
