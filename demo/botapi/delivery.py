"""Delivery: which messages of people reach the bot.

Source: core.telegram.org/bots/features#privacy-mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.botapi.entities import cut_utf16

if TYPE_CHECKING:
    from demo.botapi.message import Message
    from demo.botapi.person import Person


def reaches_bot(message: Message, bot: Person, *, privacy_mode: bool) -> bool:
    """Whether the bot is told about a person's message."""
    chat = message.chat
    if message.author.is_bot and message.sender_chat is None:
        return False
    if not chat.is_group or chat.bot == "administrator" or not privacy_mode:
        return True
    if message.reply_to and message.reply_to.author is bot:
        return True
    return message.via_bot is bot or _is_command_for(message, bot)


def _is_command_for(message: Message, bot: Person) -> bool:
    """The message starts with a command that names this bot, or none while this bot was the last to speak."""
    first = next((each for each in message.entities if each.type == "bot_command" and each.offset == 0), None)
    if first is None:
        return False
    addressee = cut_utf16(message.text, 0, first.length).partition("@")[2]
    return addressee.lower() == bot.username.lower() if addressee else not message.chat.commands_go_elsewhere
