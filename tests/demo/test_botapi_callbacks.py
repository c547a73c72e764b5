"""Row 16: presses and their answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.demo.botapi_client import button, keyboard

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.clock import Clock
    from demo.botapi.message import Message
    from demo.botapi.person import Person
    from demo.botapi.world import World
    from tests.demo.botapi_client import Caller

TOO_OLD = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")


@pytest.fixture
async def question(call: Caller, ops: Chat) -> Message:
    markup = keyboard(
        [button("Так ✅", "yes:7"), button("Docs", url="https://example.org/"), button("Wait", disabled={})]
    )
    await call("sendMessage", chat_id=ops.id, text="Deploy?", reply_markup=markup)
    return ops.messages[0]


async def test_a_press_reaches_the_bot_with_the_message_as_it_is_now(
    call: Caller, world: World, question: Message, ihor: Person
) -> None:
    await call(
        "editMessageText",
        chat_id=question.chat.id,
        message_id=question.id,
        text="Sure?",
        reply_markup=question.keyboard.to_json(),
    )
    press = world.press(question, "Так ✅", by=ihor)
    query = (await call("getUpdates")).result[0]["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (press.id, "yes:7", ihor.id)
    assert query["message"]["text"] == "Sure?"
    assert query["message"]["reply_markup"] == question.keyboard.to_json()


async def test_an_anonymous_admin_is_a_real_person_when_pressing(
    call: Caller, world: World, question: Message, olena: Person
) -> None:
    said = world.say(question.chat, olena, "/deploy", anonymous=True)
    world.press(question, "yes:7", by=olena)
    message, query = (await call("getUpdates")).result
    assert message["message"]["from"]["id"] == 1087968824
    assert message["message"]["sender_chat"]["id"] == said.chat.id
    assert query["callback_query"]["from"]["id"] == olena.id


async def test_the_spinner_turns_until_the_bot_answers(
    call: Caller, world: World, question: Message, olena: Person
) -> None:
    press = world.press(question, "yes:7", by=olena)
    waiting = asyncio.create_task(press.answer(timeout=5))
    assert press.spinning
    await call("answerCallbackQuery", callback_query_id=press.id, text="Їдемо", show_alert=True)
    answer = await waiting
    assert (answer.text, answer.show_alert, press.spinning) == ("Їдемо", True, False)


async def test_waiting_for_an_answer_that_never_comes_fails_readably(
    world: World, question: Message, olena: Person
) -> None:
    press = world.press(question, "yes:7", by=olena)
    with pytest.raises(AssertionError, match=r"no answer within 0.01 s to Olena Koval's press of 'yes:7'"):
        await press.answer(timeout=0.01)


async def test_a_second_answer_is_too_late(call: Caller, world: World, question: Message, olena: Person) -> None:
    press = world.press(question, "yes:7", by=olena)
    assert (await call("answerCallbackQuery", callback_query_id=press.id)).result is True
    assert (await call("answerCallbackQuery", callback_query_id=press.id)).error == TOO_OLD


async def test_a_late_answer_and_an_unknown_query_are_refused(
    call: Caller, world: World, question: Message, olena: Person, clock: Clock
) -> None:
    press = world.press(question, "yes:7", by=olena)
    clock.advance(16)
    assert (await call("answerCallbackQuery", callback_query_id=press.id)).error == TOO_OLD
    assert (await call("answerCallbackQuery", callback_query_id="123")).error == TOO_OLD
    assert press.spinning


async def test_an_answer_longer_than_200_characters_is_refused(
    call: Caller, world: World, question: Message, olena: Person
) -> None:
    press = world.press(question, "yes:7", by=olena)
    refused = await call("answerCallbackQuery", callback_query_id=press.id, text="я" * 201)
    assert refused.error == (400, "Bad Request: MESSAGE_TOO_LONG")


async def test_a_press_nobody_fetches_is_forgotten_after_150_seconds(
    call: Caller, world: World, question: Message, olena: Person, clock: Clock
) -> None:
    world.press(question, "yes:7", by=olena)
    clock.advance(149)
    assert len((await call("getUpdates")).result) == 1
    clock.advance(5)
    assert (await call("getUpdates")).result == []


@pytest.mark.parametrize("label", ["Nope", "Docs", "Wait"])
async def test_what_cannot_be_pressed_is_refused_with_the_buttons_that_can(
    world: World, question: Message, olena: Person, label: str
) -> None:
    with pytest.raises(AssertionError, match=r"the buttons are \[\['Так ✅', 'Docs', 'Wait'\]\]"):
        world.press(question, label, by=olena)


async def test_an_outdated_client_can_press_data_that_is_gone(
    call: Caller, world: World, question: Message, olena: Person
) -> None:
    await call("editMessageText", chat_id=question.chat.id, message_id=question.id, text="Done")
    world.press(question, "yes:7", by=olena, replay=True)
    query = (await call("getUpdates")).result[0]["callback_query"]
    assert (query["data"], "reply_markup" in query["message"]) == ("yes:7", False)
