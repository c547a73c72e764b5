"""A real aiogram Bot sends, edits, uploads and polls."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReactionTypeEmoji,
    ReplyParameters,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from demo.botapi.chat import Chat
    from demo.botapi.person import Person
    from demo.botapi.server import BotApi
    from demo.botapi.world import World

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (40).to_bytes(4, "big") + (30).to_bytes(4, "big")
GO = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Так", callback_data="yes:7", style="success")]])


@pytest.fixture
async def bot(world: World, api: BotApi) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.url))
    defaults = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
    async with Bot(world.token, session=session, default=defaults) as client:
        yield client
    assert world.failures == []


async def test_a_message_is_sent_edited_reacted_to_and_deleted(bot: Bot, ops: Chat) -> None:
    sent = await bot.send_message(
        ops.id,
        "<b>Деплой</b> 🚀 &lt;main&gt;",
        reply_markup=GO,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(message_id=99, allow_sending_without_reply=True),
    )
    assert (sent.text, sent.html_text) == ("Деплой 🚀 <main>", "<b>Деплой</b> 🚀 &lt;main&gt;")
    edited = await bot.edit_message_text("done", chat_id=ops.id, message_id=sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("done", None)
    assert await bot.set_message_reaction(ops.id, sent.message_id, [ReactionTypeEmoji(emoji="👍")])
    assert ops.messages[0].reactions == ("👍",)
    assert await bot.delete_message(ops.id, sent.message_id)
    assert ops.shown == []


async def test_a_document_and_a_photo_are_uploaded(bot: Bot, ops: Chat) -> None:
    sent = await bot.send_document(ops.id, BufferedInputFile("рядок\n".encode(), "звіт.log"), caption="<i>log</i>")
    assert sent.document
    assert (sent.document.file_name, sent.caption) == ("звіт.log", "log")
    downloaded = await bot.download(sent.document)
    assert downloaded
    assert downloaded.read().decode() == "рядок\n"
    photo = await bot.send_photo(ops.id, BufferedInputFile(PNG, "plot.png"))
    assert photo.photo
    assert photo.photo[0].width == 40


async def test_a_command_and_a_press_are_polled_and_answered(bot: Bot, world: World, ops: Chat, olena: Person) -> None:
    question = await bot.send_message(ops.id, "Deploy?", reply_markup=GO)
    said = world.say(ops, olena, "/deploy main")
    press = world.press(ops.messages[0], "Так", by=olena)
    command, query = await bot.get_updates(timeout=1, allowed_updates=["message", "callback_query"])
    assert command.message
    assert command.message.from_user
    assert (command.message.message_id, command.message.from_user.language_code) == (said.id, "uk")
    assert query.callback_query
    assert query.callback_query.message
    assert query.callback_query.message.message_id == question.message_id
    waiting = asyncio.create_task(press.answer(timeout=5))
    assert await bot.answer_callback_query(query.callback_query.id, "Їдемо", show_alert=True)
    assert (await waiting).text == "Їдемо"


async def test_chats_and_commands_are_understood(bot: Bot, world: World, ops: Chat, olena: Person) -> None:
    world.promote(ops, world.bot)
    sent = await bot.send_message(ops.id, "x")
    assert await bot.pin_chat_message(ops.id, sent.message_id)
    chat = await bot.get_chat(ops.id)
    assert chat.pinned_message
    assert (chat.title, chat.pinned_message.message_id) == ("Ops", sent.message_id)
    assert await bot.unpin_chat_message(ops.id, message_id=sent.message_id)
    assert (await bot.get_chat_member(ops.id, olena.id)).status == "administrator"
    scope = BotCommandScopeChat(chat_id=ops.id)
    assert await bot.set_my_commands([BotCommand(command="deploy", description="Викотити")], scope, "uk")
    assert [each.command for each in await bot.get_my_commands(scope, "uk")] == ["deploy"]
    assert [each.description for each in world.menu(olena, ops)] == ["Викотити"]
    assert await bot.delete_my_commands(scope, "uk")
    assert await bot.send_chat_action(ops.id, "typing")
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.leave_chat(ops.id)


async def test_refusals_become_aiograms_exceptions(bot: Bot, world: World, ops: Chat, olena: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="can't parse entities: Unsupported start tag"):
        await bot.send_message(ops.id, "<div>")
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation"):
        await bot.send_message(olena.id, "x")
    old = world.group("Old", id=-9)
    new = world.migrate(old)
    with pytest.raises(TelegramMigrateToChat) as migrated:
        await bot.send_message(old.id, "x")
    assert migrated.value.migrate_to_chat_id == new.id
    world.faults.flood(7)
    with pytest.raises(TelegramRetryAfter) as flooded:
        await bot.send_message(ops.id, "x")
    assert flooded.value.retry_after == 7
    await bot.set_webhook("http://127.0.0.1:9/")
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()


async def test_broken_transport_becomes_aiograms_exceptions(bot: Bot, world: World, ops: Chat) -> None:
    world.faults.internal_error()
    with pytest.raises(TelegramServerError):
        await bot.send_message(ops.id, "x")
    world.faults.reset()
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ops.id, "x")
    world.faults.lose_answer()
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ops.id, "x", request_timeout=1)
    assert len(ops.messages) == 1


async def test_a_foreign_token_is_unauthorised(api: BotApi) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.url))
    async with Bot("1:foreign", session=session) as bot:
        with pytest.raises(TelegramUnauthorizedError):
            await bot.get_me()


async def test_a_file_over_fifty_megabytes_is_too_large(bot: Bot, ops: Chat) -> None:
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(ops.id, BufferedInputFile(b"x" * (50 * 2**20 + 1), "big.bin"))
