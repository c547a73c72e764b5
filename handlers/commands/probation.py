"""The buttons of an alert about a version on probation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router

from handlers.buttons import WatchAction, WatchButton
from handlers.cards.card import Card
from handlers.cards.probation import trouble_card
from handlers.commands import logs, start
from ops.actor import Right
from ops.errors import RunNotFound

if TYPE_CHECKING:
    from aiogram.types import CallbackQuery

    from handlers.desk import Talk
    from ops.project import Project
    from ops.runs.run import Run


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="probation")
    operate, view = {"right": Right.OPERATE}, {"right": Right.VIEW}
    router.callback_query.register(back_pressed, WatchButton.filter(F.action == WatchAction.BACK), flags=operate)
    router.callback_query.register(logs_pressed, WatchButton.filter(F.action == WatchAction.LOGS), flags=view)
    router.callback_query.register(keep_pressed, WatchButton.filter(F.action == WatchAction.KEEP), flags=operate)
    return router


async def back_pressed(_: CallbackQuery, callback_data: WatchButton, talk: Talk) -> None:
    """Put the version before live again. Raises UnknownProject, NotAllowed."""
    run, project = await _find(talk, callback_data.run, Right.OPERATE)
    if old := run.previous_commit():
        await start.start(talk, "rollback", project, {"REF": old})
    else:
        await start.offer(talk, "rollback", project)


async def logs_pressed(_: CallbackQuery, callback_data: WatchButton, talk: Talk) -> None:
    """Show the project's log. Raises UnknownProject, NotAllowed."""
    _run, project = await _find(talk, callback_data.run, Right.VIEW)
    await logs.show_latest(talk, project)


async def keep_pressed(_: CallbackQuery, callback_data: WatchButton, talk: Talk) -> None:
    """Leave the version as it is; the alert says who has decided so. Raises UnknownProject, NotAllowed."""
    run, _project = await _find(talk, callback_data.run, Right.OPERATE)
    await talk.desk.watches.keep(run.id, talk.actor.name, talk.desk.now())
    watch = await talk.desk.watches.load(run.id)
    if watch is not None:
        card = trouble_card(watch, run, talk.desk.languages.team)
        await talk.reply.edit(Card(card.text))


async def _find(talk: Talk, run_id: int, right: Right) -> tuple[Run, Project]:
    watch = await talk.desk.watches.load(run_id)
    if watch is None or not talk.actor.sees(watch.project):
        raise RunNotFound(run_id)
    return await talk.desk.journal.load(run_id), talk.desk.inventory.project(watch.project, talk.actor, right)
