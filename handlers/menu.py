"""Menu: the commands that Telegram shows when somebody types a slash, per chat and language."""

from __future__ import annotations

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
from ops.actor import Right

if TYPE_CHECKING:
    from aiogram import Bot

    from handlers.i18n import Languages
    from ops.inventory import Inventory

log = structlog.get_logger()

COMMANDS: Final[dict[str, Right]] = {
    "deploy": Right.OPERATE,
    "rollback": Right.OPERATE,
    "backup": Right.OPERATE,
    "plan": Right.OPERATE,
    "logs": Right.VIEW,
    "status": Right.VIEW,
    "runs": Right.VIEW,
    "cancel": Right.OPERATE,
    "unlock": Right.ADMIN,
    "lang": Right.TALK,
    "help": Right.TALK,
}
"""Every command and the right it asks for, in the order people see them. /start is /help."""

_FOR_STRANGERS = ("help", "lang")


async def publish_menus(bot: Bot, languages: Languages, inventory: Inventory, team_chat: int) -> None:
    """Set the menus. They help and protect nothing: rights are checked when a command is used."""
    await _publish(bot, languages, BotCommandScopeDefault(), _FOR_STRANGERS)
    await _publish(bot, languages, BotCommandScopeAllPrivateChats(), _FOR_STRANGERS)
    await _publish_chat(bot, languages, team_chat, tuple(COMMANDS))
    for actor in inventory.people.values():
        if actor.id != team_chat:
            allowed = tuple(name for name, right in COMMANDS.items() if actor.may(right))
            await _publish_chat(bot, languages, actor.id, allowed)


async def _publish_chat(bot: Bot, languages: Languages, chat_id: int, names: tuple[str, ...]) -> None:
    try:
        await _publish(bot, languages, BotCommandScopeChat(chat_id=chat_id), names)
    except TelegramBadRequest as error:
        # A person who has never written to the bot, or a chat it is not in yet.
        log.info("no menu for a chat", chat=chat_id, why=error.message)


async def _publish(bot: Bot, languages: Languages, scope: BotCommandScopeUnion, names: tuple[str, ...]) -> None:
    for language in (None, *LANGUAGES):
        t = languages[language or "en"]
        commands = [BotCommand(command=name, description=t(f"menu-about-{name}")) for name in names]
        await bot.set_my_commands(commands, scope=scope, language_code=language)
