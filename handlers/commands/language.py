"""/lang: the language in which a person is spoken to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import Router
from aiogram.filters import Command

from handlers.buttons import ChooseLanguage
from handlers.cards.card import Button, Card, in_rows
from handlers.i18n import LANGUAGES
from ops.actor import Right

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk

_RIGHT = {"right": Right.TALK}


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="language")
    router.message.register(lang, Command("lang"), flags=_RIGHT)
    router.callback_query.register(language_chosen, ChooseLanguage.filter(), flags=_RIGHT)
    return router


async def lang(_: Message, command: CommandObject, talk: Talk) -> None:
    """Choose a language, or offer them."""
    wanted = (command.args or "").strip().lower()
    if wanted in LANGUAGES:
        await choose(talk, wanted)
    else:
        await offer(talk)


async def language_chosen(_: CallbackQuery, callback_data: ChooseLanguage, talk: Talk) -> None:
    """Speak this language to this person from now on."""
    if callback_data.language in LANGUAGES:
        await choose(talk, callback_data.language)


async def offer(talk: Talk) -> None:
    """Ask which language, each named by itself."""
    buttons = [
        Button(talk.desk.languages[code]("language-name"), ChooseLanguage(language=code).pack()) for code in LANGUAGES
    ]
    await talk.reply.say(Card(talk.t("language-which"), in_rows(buttons, 3)))


async def choose(talk: Talk, language: str) -> None:
    """Remember a choice, and say so in it."""
    await talk.desk.people.choose_language(talk.actor.id, language)
    await talk.reply.say(Card(talk.desk.languages[language]("language-chosen")))
