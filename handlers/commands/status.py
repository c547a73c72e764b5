"""/status: what is live where, and how it does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiogram import Router
from aiogram.filters import Command

from handlers.cards.status import ProjectState, status_card
from handlers.commands.incidents import sees, visible_mutes
from ops.actor import Right
from ops.releases.live import look

if TYPE_CHECKING:
    from aiogram.types import Message

    from handlers.desk import Talk
    from ops.project import Project


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="status")
    router.message.register(status, Command("status"), flags={"right": Right.VIEW})
    return router


async def status(_: Message, talk: Talk) -> None:
    """Look at every project that the person sees."""
    await show(talk)


async def show(talk: Talk) -> None:
    """Look at all projects at once and say what was found."""
    projects = talk.desk.inventory.visible(talk.actor)
    states = await asyncio.gather(*(_state(talk, project) for project in projects))
    others = [each for each in await talk.desk.incidents.open() if not each.project and sees(talk, each)]
    mutes = await visible_mutes(talk)
    await talk.reply.say(status_card(states, talk.t, talk.desk.now(), others=others, mutes=mutes))


async def _state(talk: Talk, project: Project) -> ProjectState:
    live, holder = await asyncio.gather(look(talk.desk.questions, project), talk.desk.journal.holder(project.name))
    numbers = await talk.desk.journal.latest([project.name], 1)
    last = await talk.desk.journal.load(numbers[0]) if numbers else None
    standings = await talk.desk.incidents.store.standings(projects=[project.name])
    going_on = [each for each in await talk.desk.incidents.open() if each.project == project.name]
    return ProjectState(project, live, holder, last, tuple(each.state.phase for each in standings), tuple(going_on))
