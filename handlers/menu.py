"""Menu: the commands that Telegram shows when somebody types a slash, per chat and language."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

import structlog
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    BotCommandScopeUnion,
)

from handlers.i18n import LANGUAGES
from handlers.markup import cut_text, plain_text
from handlers.wording import runbook_title
from ops.actor import Right

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aiogram import Bot

    from handlers.i18n import Languages
    from ops.inventory import Inventory
    from ops.project import Project
    from ops.runs.library import Library
    from ops.runs.runbook import Runbook

    _Own = dict[str, tuple[Runbook, list[Project]]]

log = structlog.get_logger()

COMMANDS: Final[dict[str, Right]] = {
    "deploy": Right.OPERATE,
    "rollback": Right.OPERATE,
    "preflight": Right.OPERATE,
    "restart": Right.OPERATE,
    "backup": Right.OPERATE,
    "backups": Right.VIEW,
    "dbsize": Right.VIEW,
    "restore": Right.OPERATE,
    "plan": Right.OPERATE,
    "announce": Right.OPERATE,
    "logs": Right.VIEW,
    "status": Right.VIEW,
    "incidents": Right.VIEW,
    "mute": Right.OPERATE,
    "unmute": Right.OPERATE,
    "runs": Right.VIEW,
    "cancel": Right.OPERATE,
    "unlock": Right.ADMIN,
    "reload": Right.ADMIN,
    "lang": Right.TALK,
    "help": Right.TALK,
}
"""Every command and the right it asks for, in the order people see them. /start is /help."""

RESERVED: Final = frozenset({"start", *COMMANDS}) - {"deploy", "rollback", "preflight", "restart", "backup"}
"""What no project's own runbook may be called by; those left out it may do in its own way."""

_FOR_STRANGERS = ("help", "lang")
_MOST = 100
"""Commands of one menu that Telegram takes."""
_LONGEST = 250
"""Characters of a command's description; Telegram takes 256."""


def own_commands(
    library: Library, projects: Iterable[Project], may: Callable[[Right, str], bool]
) -> dict[str, tuple[Runbook, list[Project]]]:
    """Return the commands that projects bring themselves, each with the projects that have it, where it is allowed.

    may: whether a right is there in a project. What replaces a command of everybody's is not named twice.
    """
    found: dict[str, tuple[Runbook, list[Project]]] = {}
    for project in projects:
        for runbook in library.own(project).values():
            if runbook.command not in COMMANDS and may(runbook.right, project.name):
                found.setdefault(runbook.command, (runbook, []))[1].append(project)
    return found


async def publish_menus(
    bot: Bot,
    languages: Languages,
    inventory: Inventory,
    library: Library,
    team_chat: int,
    shown_to: frozenset[int] = frozenset(),
) -> frozenset[int]:
    """Set the menus. They help and protect nothing: rights are checked when a command is used.

    shown_to: the people who have one of their own; those who are gone lose it. Returns who has one now.
    """
    projects = inventory.projects.values()
    await _publish(bot, languages, BotCommandScopeDefault(), _FOR_STRANGERS, {})
    await _publish(bot, languages, BotCommandScopeAllPrivateChats(), _FOR_STRANGERS, {})
    await _publish_chat(bot, languages, team_chat, tuple(COMMANDS), own_commands(library, projects, lambda *_: True))
    for actor in inventory.people.values():
        if actor.id != team_chat:
            allowed = tuple(name for name, right in COMMANDS.items() if actor.may(right))
            own = own_commands(library, projects, actor.may)
            await _publish_chat(bot, languages, actor.id, allowed, own)
    for person_id in shown_to - inventory.people.keys():
        for language in (None, *LANGUAGES):
            with contextlib.suppress(TelegramBadRequest):  # as below
                await bot.delete_my_commands(BotCommandScopeChat(chat_id=person_id), language)
    return frozenset(inventory.people)


async def _publish_chat(bot: Bot, languages: Languages, chat_id: int, names: tuple[str, ...], own: _Own) -> None:
    try:
        await _publish(bot, languages, BotCommandScopeChat(chat_id=chat_id), names, own)
    except TelegramBadRequest as error:
        # A person who has never written to the bot, or a chat it is not in yet.
        log.info("no menu for a chat", chat=chat_id, why=error.message)


async def _publish(
    bot: Bot, languages: Languages, scope: BotCommandScopeUnion, names: tuple[str, ...], own: _Own
) -> None:
    for language in (None, *LANGUAGES):
        t = languages[language or "en"]
        commands = [BotCommand(command=name, description=t(f"menu-about-{name}")) for name in names]
        for command, (runbook, projects) in own.items():
            title = plain_text(runbook_title(t, runbook.name, runbook.title))
            about = f"{title} ({', '.join(project.name for project in projects)})"
            commands.append(BotCommand(command=command, description=cut_text(about, _LONGEST)))
        await bot.set_my_commands(commands[:_MOST], scope=scope, language_code=language)
