"""Telegram: one call to the Bot API, and what its refusals mean to us."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)

from handlers.cards.card import Card
from handlers.markup import CAPTION_UNITS, MESSAGE_UNITS, Html, cut, plain_text

if TYPE_CHECKING:
    from aiogram import Bot

    from handlers.cards.card import Rows
    from ops.store.outbox import Destination

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

LATE: ContextVar[Html | None] = ContextVar("late", default=None)
"""What a message that comes late begins with; of the letter that is being delivered."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file to send. ``picture``: to be shown, not only offered."""

    name: str
    content: bytes
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way. ``reply_to``: a message it answers, if that is still there."""

    to: Destination
    card: Card
    document: Document | None = None
    reply_to: int | None = None
    silent: bool = False


class Sender:
    """Sends and edits. What Telegram refuses for its form is sent again in a simpler one: never lost."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, delivery: Delivery) -> int:
        """Send a message and return its id. Raises aiogram's errors for what a simpler form cannot mend."""
        if late := LATE.get():
            most = CAPTION_UNITS if delivery.document else MESSAGE_UNITS
            text = cut(Html.join("\n", [late, delivery.card.text]), most)
            delivery = replace(delivery, card=Card(text, delivery.card.rows))
        plain, thread, keyboard = False, delivery.to.thread_id, _keyboard(delivery.card.rows)
        while True:
            try:
                return await self._send(delivery, plain=plain, thread=thread, keyboard=keyboard)
            except TelegramBadRequest as error:
                if _about_entities(error) and not plain:
                    plain = True
                elif _about_topic(error) and thread is not None:
                    thread = None  # the topic was closed or deleted: better in the chat than nowhere
                elif _about_buttons(error) and keyboard is not None:
                    keyboard = None
                else:
                    raise

    async def edit(self, to: Destination, message_id: int, card: Card) -> bool:
        """Edit a message; False when it is gone and has to be sent anew. Raises aiogram's errors."""
        options: dict[str, Any] = {"chat_id": to.chat_id, "message_id": message_id, "link_preview_options": _NO_PREVIEW}
        plain, keyboard = False, _keyboard(card.rows)
        while True:
            try:
                await self._bot.edit_message_text(**_text("text", card, plain=plain), **options, reply_markup=keyboard)
            except TelegramBadRequest as error:
                if "message is not modified" in error.message:
                    return True
                if _about_entities(error) and not plain:
                    plain = True
                    continue
                if _about_buttons(error) and keyboard is not None:
                    keyboard = None
                    continue
                if "message to edit not found" in error.message or "can't be edited" in error.message:
                    return False
                raise
            else:
                return True

    async def _send(
        self, delivery: Delivery, *, plain: bool, thread: int | None, keyboard: InlineKeyboardMarkup | None
    ) -> int:
        options: dict[str, Any] = {
            "chat_id": delivery.to.chat_id,
            "message_thread_id": thread,
            "reply_markup": keyboard,
            "disable_notification": delivery.silent or None,
        }
        if delivery.reply_to:
            options["reply_parameters"] = ReplyParameters(
                message_id=delivery.reply_to, allow_sending_without_reply=True
            )
        if delivery.document:
            file = BufferedInputFile(delivery.document.content, delivery.document.name)
            caption = _text("caption", delivery.card, plain=plain)
            if delivery.document.picture:
                sent = await self._bot.send_photo(photo=file, **caption, **options)
            else:
                sent = await self._bot.send_document(document=file, **caption, **options)
        else:
            text = _text("text", delivery.card, plain=plain)
            sent = await self._bot.send_message(**text, link_preview_options=_NO_PREVIEW, **options)
        return sent.message_id


def _text(name: str, card: Card, *, plain: bool) -> dict[str, Any]:
    return {name: plain_text(card.text)} if plain else {name: str(card.text), "parse_mode": "HTML"}


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=b.label, callback_data=b.data or None, url=b.url or None, style=b.style or None
                )
                for b in row
            ]
            for row in rows
        ]
    )


def _about_entities(error: TelegramBadRequest) -> bool:
    return "can't parse entities" in error.message


def _about_topic(error: TelegramBadRequest) -> bool:
    return "message thread not found" in error.message or "TOPIC_CLOSED" in error.message


def _about_buttons(error: TelegramBadRequest) -> bool:
    return "BUTTON_" in error.message or "inline keyboard button" in error.message or "reply markup" in error.message
