"""Rows 9, 10 and 25: what becomes of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.demo.botapi_client import button, keyboard

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.clock import Clock
    from demo.botapi.person import Person
    from demo.botapi.world import World
    from tests.demo.botapi_client import Caller

NOT_MODIFIED = (
    400,
    (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as "
        "a current content and reply markup of the message"
    ),
)
STOP = keyboard([button("Stop", "stop")])


async def _send(call: Caller, chat: Chat, text: str = "one", **more: Any) -> int:
    message_id: int = (await call("sendMessage", chat_id=chat.id, text=text, **more)).result["message_id"]
    return message_id


async def test_an_edit_changes_the_message_in_place(call: Caller, ops: Chat, clock: Clock) -> None:
    message_id = await _send(call, ops)
    clock.advance(3)
    edited = (await call("editMessageText", chat_id=ops.id, message_id=message_id, text="two")).result
    assert (edited["text"], edited["edit_date"] - edited["date"]) == ("two", 3)
    assert [each.text for each in ops.messages] == ["two"]


async def test_a_message_remembers_everything_it_said_and_when(call: Caller, ops: Chat, clock: Clock) -> None:
    message_id = await _send(call, ops, reply_markup=STOP)
    start = clock()
    for text in ("two", "<b>three</b>"):
        clock.advance(4)
        await call("editMessageText", chat_id=ops.id, message_id=message_id, text=text, parse_mode="HTML")
    history = ops.messages[0].history
    seen = [((each.at - start).total_seconds(), each.text, each.keyboard.labels, each.html) for each in history]
    assert seen == [(0, "one", [["Stop"]], "one"), (4, "two", [], "two"), (8, "three", [], "<b>three</b>")]


@pytest.mark.parametrize("text", ["<b>one</b>", " <strong>one</strong> "])
async def test_an_edit_that_changes_nothing_after_parsing_is_refused(call: Caller, ops: Chat, text: str) -> None:
    message_id = await _send(call, ops, "<b>one</b>", parse_mode="HTML")
    edited = await call("editMessageText", chat_id=ops.id, message_id=message_id, text=text, parse_mode="HTML")
    assert edited.error == NOT_MODIFIED
    assert ops.messages[0].edits == []


async def test_the_same_text_with_other_entities_is_a_change(call: Caller, ops: Chat) -> None:
    message_id = await _send(call, ops, "one")
    edited = await call("editMessageText", chat_id=ops.id, message_id=message_id, text="<i>one</i>", parse_mode="HTML")
    assert edited.result["entities"][0]["type"] == "italic"


async def test_an_edit_without_markup_removes_the_buttons(call: Caller, ops: Chat) -> None:
    message_id = await _send(call, ops, reply_markup=STOP)
    edited = await call("editMessageText", chat_id=ops.id, message_id=message_id, text="one")
    assert "reply_markup" not in edited.result
    assert "edit_date" not in edited.result


async def test_the_same_buttons_again_are_no_change(call: Caller, ops: Chat) -> None:
    message_id = await _send(call, ops, reply_markup=STOP)
    edited = await call("editMessageReplyMarkup", chat_id=ops.id, message_id=message_id, reply_markup=STOP)
    assert edited.error == NOT_MODIFIED


async def test_buttons_alone_can_be_taken_away(call: Caller, ops: Chat) -> None:
    message_id = await _send(call, ops, reply_markup=STOP)
    await call("editMessageReplyMarkup", chat_id=ops.id, message_id=message_id)
    assert (ops.messages[0].text, ops.messages[0].labels) == ("one", [])


@pytest.mark.parametrize(
    "case",
    [
        ("editMessageText", {"text": "x", "message_id": 99}, "message to edit not found"),
        ("editMessageText", {"text": "x"}, "message identifier is not specified"),
        ("editMessageCaption", {"caption": "x", "message_id": 2}, "there is no caption in the message to edit"),
        ("editMessageText", {"text": "x", "message_id": 1}, "message can't be edited"),
        ("editMessageText", {"text": "", "message_id": 2}, "message text is empty"),
        ("deleteMessage", {"message_id": 99}, "message to delete not found"),
        ("deleteMessage", {"message_id": 1}, "message can't be deleted"),
        ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ("sendMessage", {"text": "x", "reply_to_message_id": 99}, "message to be replied not found"),
        ("pinChatMessage", {"message_id": 99}, "not enough rights to manage pinned messages in the chat"),
        ("setMessageReaction", {"message_id": 99}, "message to react not found"),
    ],
)
async def test_a_target_that_is_missing_or_not_the_bots_own_is_refused(
    call: Caller, world: World, ops: Chat, olena: Person, case: tuple[str, dict[str, Any], str]
) -> None:
    method, given, description = case
    world.say(ops, olena, "hers")
    await _send(call, ops)
    assert (await call(method, chat_id=ops.id, **given)).error == (400, f"Bad Request: {description}")


@pytest.mark.parametrize(
    "lenient",
    [
        {"reply_parameters": {"message_id": 99, "allow_sending_without_reply": True}},
        {"reply_to_message_id": 99, "allow_sending_without_reply": True},
    ],
)
async def test_a_reply_to_nothing_is_sent_when_the_bot_does_not_mind(
    call: Caller, ops: Chat, lenient: dict[str, Any]
) -> None:
    sent = await call("sendMessage", chat_id=ops.id, text="x", **lenient)
    assert "reply_to_message" not in sent.result


async def test_a_reply_shows_what_it_answers_one_level_deep(call: Caller, ops: Chat) -> None:
    first = await _send(call, ops, "one")
    second = await _send(call, ops, "two", reply_parameters={"message_id": first})
    third = (await call("sendMessage", chat_id=ops.id, text="x", reply_parameters={"message_id": second})).result
    assert third["reply_to_message"]["text"] == "two"
    assert "reply_to_message" not in third["reply_to_message"]


async def test_a_deleted_message_is_gone_for_edits(call: Caller, ops: Chat) -> None:
    message_id = await _send(call, ops)
    assert (await call("deleteMessage", chat_id=ops.id, message_id=message_id)).result is True
    edited = await call("editMessageText", chat_id=ops.id, message_id=message_id, text="x")
    assert edited.error == (400, "Bad Request: message to edit not found")


async def test_a_person_can_delete_the_bots_message(call: Caller, world: World, ops: Chat) -> None:
    message_id = await _send(call, ops)
    world.delete(ops.messages[0])
    edited = await call("editMessageText", chat_id=ops.id, message_id=message_id, text="x")
    assert edited.error == (400, "Bad Request: message to edit not found")


async def test_after_two_days_a_message_can_no_longer_be_deleted(call: Caller, ops: Chat, clock: Clock) -> None:
    message_id = await _send(call, ops)
    clock.advance(48 * 3600 + 1)
    deleted = await call("deleteMessage", chat_id=ops.id, message_id=message_id)
    assert deleted.error == (400, "Bad Request: message can't be deleted for everyone")


async def test_an_administrator_bot_may_delete_other_peoples_messages(
    call: Caller, world: World, ops: Chat, olena: Person
) -> None:
    hers = world.say(ops, olena, "hers")
    world.promote(ops, world.bot)
    assert (await call("deleteMessage", chat_id=ops.id, message_id=hers.id)).result is True


async def test_a_reaction_costs_no_message(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    hers = world.say(ops, olena, "/deploy")
    good = await call(
        "setMessageReaction", chat_id=ops.id, message_id=hers.id, reaction=[{"type": "emoji", "emoji": "👀"}]
    )
    bad = await call(
        "setMessageReaction", chat_id=ops.id, message_id=hers.id, reaction=[{"type": "emoji", "emoji": "🧨"}]
    )
    assert (good.result, hers.reactions) == (True, ("👀",))
    assert bad.error == (400, "Bad Request: REACTION_INVALID")


async def test_a_pin_is_announced_in_the_chat(call: Caller, world: World, ops: Chat) -> None:
    world.promote(ops, world.bot)
    message_id = await _send(call, ops)
    await call("pinChatMessage", chat_id=ops.id, message_id=message_id)
    assert ops.shown[-1].service["pinned_message"]["text"] == "one"
    assert (await call("getChat", chat_id=ops.id)).result["pinned_message"]["message_id"] == message_id
    await call("unpinChatMessage", chat_id=ops.id)
    assert "pinned_message" not in (await call("getChat", chat_id=ops.id)).result
