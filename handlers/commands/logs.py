"""/logs: what a project's logs say, here and now, or as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import ChooseLog, ChooseProject, FollowButton, FollowLog, unpack_ref
from handlers.cards.card import Card
from handlers.cards.logs import log_card, log_document
from handlers.commands.which import which_project
from ops.actor import Right
from ops.watch.level import LEVELS
from ops.watch.log_query import FOLLOW, LogQuery, read_query, split_words
from ops.watch.logs import read_logs
from ops.watch.sources import sources_of

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk
    from ops.project import Project

_RIGHT = {"right": Right.VIEW}


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="logs")
    router.message.register(logs, Command("logs"), flags=_RIGHT)
    router.callback_query.register(project_chosen, ChooseProject.filter(F.command == "logs"), flags=_RIGHT)
    router.callback_query.register(log_chosen, ChooseLog.filter(), flags=_RIGHT)
    router.callback_query.register(follow_chosen, FollowLog.filter(), flags=_RIGHT)
    router.callback_query.register(follow_pressed, FollowButton.filter(), flags=_RIGHT)
    return router


async def logs(_: Message, command: CommandObject, talk: Talk) -> None:
    """Show what was asked for: ``/logs [project] [log] [lines] …``; see ops/watch/log_query.py."""
    await begin(talk, split_words(command.args or ""))


async def project_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """Show the first log of the project that was chosen."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.VIEW)
    await show_latest(talk, project)


async def log_chosen(_: CallbackQuery, callback_data: ChooseLog, talk: Talk) -> None:
    """Show another log of the project, or the same as it is by now."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.VIEW)
    await show(talk, project, LogQuery(_source(project, callback_data.source)))


async def follow_chosen(_: CallbackQuery, callback_data: FollowLog, talk: Talk) -> None:
    """Show a log as it grows."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.VIEW)
    level = callback_data.level if callback_data.level in LEVELS else ""
    await show(talk, project, LogQuery(_source(project, callback_data.source), level=level, follow=FOLLOW))


async def follow_pressed(_: CallbackQuery, callback_data: FollowButton, talk: Talk) -> None:
    """Pause a followed log, go on with it, or stop it."""
    project = talk.desk.follows.project_of(callback_data.follow)
    if project:
        talk.desk.inventory.project(project, talk.actor, Right.VIEW)
        await talk.desk.follows.press(callback_data.follow, callback_data.action, talk.actor.name)


def _source(project: Project, packed: str) -> str:
    """Return the log that a button meant; the first one when there is no such log any more."""
    known = sources_of(project)
    found = unpack_ref(project.name, packed, known)
    return found if found in known else next(iter(known), "")


async def begin(talk: Talk, words: list[str]) -> None:
    """Show with the words of the command. Raises UnknownProject, NotAllowed, BadQuery."""
    visible = talk.desk.inventory.visible(talk.actor)
    if words and words[0] not in talk.desk.inventory.projects and len(visible) > 1:
        words = words[:1]  # no filter without a project: the first word can only be a slip in its name
    project, rest = await which_project(talk, "logs", words, Right.VIEW)
    if project is None:
        return
    sources = sources_of(project)
    now = talk.desk.now().astimezone(talk.desk.languages.zone)
    await show(talk, project, read_query(rest, sources, now) if sources else LogQuery(""))


async def show_latest(talk: Talk, project: Project) -> None:
    """Show the end of the project's first log."""
    await show(talk, project, LogQuery(next(iter(sources_of(project)), "")))


async def show(talk: Talk, project: Project, query: LogQuery) -> None:
    """Read a log on every host at once, and send it: as a message, or as a file when it is long."""
    if not sources_of(project):
        await talk.reply.say(Card(talk.t("logs-none", project=project.name)))
        return
    if query.follow is not None and project.shell == "sh":
        await talk.desk.follows.begin(talk, project, query)
        return
    now = talk.desk.now()
    found = await read_logs(talk.desk.questions, project, query, now)
    card = log_card(project, query, found, talk.t, now)
    await talk.reply.say(card, log_document(project, query, found, talk.t, now))
