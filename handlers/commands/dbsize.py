"""/dbsize: how large databases are, and how they have grown."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import ChooseProject
from handlers.cards.card import Card
from handlers.cards.dbsize import dbsize_card
from handlers.commands.which import which_project
from handlers.picture import can_draw
from handlers.wording import error_text
from ops.actor import Right
from ops.errors import HostError
from ops.store.outbox import REPLY, Draft

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk
    from ops.project import Project

_RIGHT = {"right": Right.VIEW}
SHOWN = timedelta(days=90)
"""How far back growth is shown."""
_FEWEST_DAYS = 3
"""Of a picture: two points are no curve."""


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="dbsize")
    router.message.register(dbsize, Command("dbsize"), flags=_RIGHT)
    router.callback_query.register(project_chosen, ChooseProject.filter(F.command == "dbsize"), flags=_RIGHT)
    return router


async def dbsize(_: Message, command: CommandObject, talk: Talk) -> None:
    """Show the sizes of the project that was named. Raises UnknownProject."""
    await begin(talk, (command.args or "").split())


async def begin(talk: Talk, words: list[str]) -> None:
    """Show with the words of the command. Raises UnknownProject, NotAllowed."""
    project, _ = await which_project(talk, "dbsize", words, Right.VIEW)
    if project is not None:
        await show(talk, project)


async def project_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """Show the sizes of the project that was chosen."""
    await show(talk, talk.desk.inventory.project(callback_data.project, talk.actor, Right.VIEW))


async def show(talk: Talk, project: Project) -> None:
    """Measure now, and show it with what was measured before; where that cannot be asked, say so and show the rest."""
    desk = talk.desk
    try:
        await desk.patrol.measure(project)
    except HostError as error:
        await talk.reply.say(Card(error_text(talk.t, error, desk.now())))
    growth = await desk.keeping.growth(project.name, (desk.now() - SHOWN).date())
    await talk.reply.say(dbsize_card(project.name, growth, talk.t))
    if can_draw() and any(len(each.days) >= _FEWEST_DAYS for each in growth):
        body = json.dumps({"project": project.name, "language": talk.t.language})
        key = f"reply:{talk.reply.update_id}:growth"
        await talk.reply.queue(Draft(talk.reply.to, key, "growth", body, REPLY, desk.now()))
