"""/logs: the end of a project's log, here and now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import ChooseLog, ChooseProject
from handlers.cards.card import Card
from handlers.cards.logs import HostLog, log_card, log_document
from handlers.commands.which import which_project
from ops.actor import Right
from ops.errors import HostError
from ops.watch.logs import Tail, read_tail

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk
    from ops.project import Project

_RIGHT = {"right": Right.VIEW}
_LINES = 30


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="logs")
    router.message.register(logs, Command("logs"), flags=_RIGHT)
    router.callback_query.register(project_chosen, ChooseProject.filter(F.command == "logs"), flags=_RIGHT)
    router.callback_query.register(log_chosen, ChooseLog.filter(), flags=_RIGHT)
    return router


async def logs(_: Message, command: CommandObject, talk: Talk) -> None:
    """Show what was asked for: ``/logs [project] [source] [lines] [words]``."""
    await begin(talk, (command.args or "").split())


async def project_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """Show the first log of the project that was chosen."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.VIEW)
    await show(talk, project, None, _LINES, "")


async def log_chosen(_: CallbackQuery, callback_data: ChooseLog, talk: Talk) -> None:
    """Show another log of the project, or the same as it is by now."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.VIEW)
    await show(talk, project, callback_data.source, _LINES, "")


async def begin(talk: Talk, words: list[str]) -> None:
    """Show with the words of the command. Raises UnknownProject, NotAllowed."""
    visible = talk.desk.inventory.visible(talk.actor)
    if words and words[0] not in talk.desk.inventory.projects and len(visible) > 1:
        words = words[:1]  # no filter without a project: the first word can only be a slip in its name
    project, rest = await which_project(talk, "logs", words, Right.VIEW)
    if project is None:
        return
    source = rest.pop(0) if rest and rest[0] in project.logs else None
    lines = int(rest.pop(0)) if rest and rest[0].isascii() and rest[0].isdigit() and len(rest[0]) < 6 else _LINES  # noqa: PLR2004  more lines than that are no number of lines
    await show(talk, project, source, lines, " ".join(rest)[:200])


async def show_latest(talk: Talk, project: Project) -> None:
    """Show the end of the project's first log."""
    await show(talk, project, None, _LINES, "")


async def show(talk: Talk, project: Project, source: str | None, lines: int, words: str) -> None:
    """Read a log on every host at once, and send it: as a message, or as a file when it is long."""
    if not project.logs:
        await talk.reply.say(Card(talk.t("logs-none", project=project.name)))
        return
    tail = Tail(source or next(iter(project.logs)), lines, words)
    found = list(await asyncio.gather(*(_read(talk, project, host, tail) for host in project.hosts)))
    now = talk.desk.now()
    card = log_card(project, tail, found, talk.t, now)
    await talk.reply.say(card, log_document(project, tail, found, talk.t, now))


async def _read(talk: Talk, project: Project, host: str, tail: Tail) -> HostLog:
    try:
        return HostLog(host, await read_tail(talk.desk.questions, project, host, tail))
    except HostError as error:
        return HostLog(host, [], error)
