"""Rows 11 to 14 and 22: where a bot may speak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.person import Person
    from demo.botapi.world import World
    from tests.demo.botapi_client import Answer, Caller


async def _say(call: Caller, chat_id: Any, **more: Any) -> Answer:
    return await call("sendMessage", chat_id=chat_id, text="x", **more)


@pytest.mark.parametrize(
    ("chat_id", "description"),
    [
        ("", "chat_id is empty"),
        (-1009999999999, "chat not found"),
        ("@nobody", "chat not found"),
        (7, "chat not found"),
    ],
)
async def test_an_unknown_chat_is_refused(call: Caller, chat_id: Any, description: str) -> None:
    assert (await _say(call, chat_id)).error == (400, f"Bad Request: {description}")


async def test_a_bot_cannot_write_first(call: Caller, world: World, olena: Person) -> None:
    refused = (403, "Forbidden: bot can't initiate conversation with a user")
    assert (await _say(call, olena.id)).error == refused
    world.private(olena, started=False)
    assert (await _say(call, olena.id)).error == refused
    world.say(world.private(olena), olena, "/start")
    assert (await _say(call, olena.id)).result["chat"]["type"] == "private"


async def test_a_blocked_bot_is_told_so_twice(call: Caller, world: World, olena: Person) -> None:
    world.private(olena)
    world.block(olena)
    update = (await call("getUpdates")).result[-1]["my_chat_member"]
    assert (update["chat"]["id"], update["new_chat_member"]["status"]) == (olena.id, "kicked")
    assert (await _say(call, olena.id)).error == (403, "Forbidden: bot was blocked by the user")
    world.block(olena, blocked=False)
    assert (await _say(call, olena.id)).result["text"] == "x"


async def test_a_deleted_account_is_named(call: Caller, world: World, olena: Person) -> None:
    world.private(olena)
    world.deactivate(olena)
    assert (await _say(call, olena.id)).error == (403, "Forbidden: user is deactivated")


@pytest.mark.parametrize(("chat_id", "kind"), [(-5, "group"), (-1_001_111_111_111, "supergroup")])
async def test_a_kicked_bot_is_told_so_twice(
    call: Caller, world: World, olena: Person, chat_id: int, kind: str
) -> None:
    group = world.group("Ops", id=chat_id)
    world.kick_bot(group, by=olena)
    update = (await call("getUpdates")).result[-1]["my_chat_member"]
    assert (update["from"]["id"], update["old_chat_member"]["status"]) == (olena.id, "member")
    assert (await _say(call, group.id)).error == (403, f"Forbidden: bot was kicked from the {kind} chat")
    world.add_bot(group, olena)
    assert (await _say(call, group.id)).result["chat"]["type"] == kind


async def test_a_kicked_bot_hears_nothing(world: World, ops: Chat, olena: Person) -> None:
    world.kick_bot(ops)
    assert world.say(ops, olena, "/deploy").update is None


async def test_a_bot_that_left_is_no_member(call: Caller, ops: Chat) -> None:
    assert (await call("leaveChat", chat_id=ops.id)).result is True
    assert (await _say(call, ops.id)).error == (403, "Forbidden: bot is not a member of the supergroup chat")
    kinds = [next(iter(set(each) - {"update_id"})) for each in (await call("getUpdates")).result]
    assert kinds == ["message", "my_chat_member"]


async def test_a_migrated_group_names_its_successor(call: Caller, world: World, olena: Person) -> None:
    group = world.group("Ops", id=-77)
    world.say(group, olena, "/start")
    new = world.migrate(group)
    assert new.membership(olena) == "member"
    refused = await _say(call, group.id)
    assert refused.error == (400, "Bad Request: group chat was upgraded to a supergroup chat")
    assert refused.body["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await _say(call, new.id)).result["message_id"] == 2
    service = [each["message"] for each in (await call("getUpdates")).result[1:]]
    assert [each.get("migrate_to_chat_id") for each in service] == [new.id, None]
    assert [each.get("migrate_from_chat_id") for each in service] == [None, group.id]


async def test_a_message_to_a_topic_lands_there(call: Caller, world: World, olena: Person) -> None:
    forum = world.group("Ops", topics=["Deploys"])
    topic = next(iter(forum.topics))
    sent = (await _say(call, forum.id, message_thread_id=topic)).result
    assert (sent["message_thread_id"], sent["is_topic_message"], sent["chat"]["is_forum"]) == (topic, True, True)
    assert sent["reply_to_message"]["forum_topic_created"]["name"] == "Deploys"
    said = world.say(forum, olena, "/logs", thread=topic)
    answered = (await _say(call, forum.id, reply_parameters={"message_id": said.id})).result
    assert answered["message_thread_id"] == topic


@pytest.mark.parametrize("thread", [1, 999])
async def test_general_by_id_and_unknown_topics_are_not_found(call: Caller, world: World, thread: int) -> None:
    forum = world.group("Ops", topics=["Deploys", "Alerts"])
    refused = await _say(call, forum.id, message_thread_id=thread)
    assert refused.error == (400, "Bad Request: message thread not found")


async def test_a_group_without_topics_has_no_thread(call: Caller, ops: Chat) -> None:
    assert (await _say(call, ops.id, message_thread_id=5)).error == (400, "Bad Request: message thread not found")


async def test_a_closed_and_a_deleted_topic_refuse(call: Caller, world: World, olena: Person) -> None:
    forum = world.group("Ops")
    forum.is_forum = True
    topic = world.topic(forum, "Deploys")
    world.close_topic(forum, topic, by=olena)
    assert (await _say(call, forum.id, message_thread_id=topic.thread_id)).error == (400, "Bad Request: TOPIC_CLOSED")
    world.close_topic(forum, topic, by=olena, closed=False)
    assert (await _say(call, forum.id, message_thread_id=topic.thread_id)).status == 200
    world.delete_topic(forum, topic)
    refused = await _say(call, forum.id, message_thread_id=topic.thread_id)
    assert refused.error == (400, "Bad Request: message thread not found")


@pytest.mark.parametrize(
    ("method", "what"), [("sendMessage", "text messages"), ("sendDocument", "documents"), ("sendPhoto", "photos")]
)
async def test_a_muted_bot_lacks_the_right_it_needs(
    call: Caller, world: World, ops: Chat, method: str, what: str
) -> None:
    world.mute_bot(ops)
    pixel = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01"
    sent = {
        "sendMessage": {"text": "x"},
        "sendDocument": {"document": world.files.store("document", "a", b"x").file_id},
        "sendPhoto": {"photo": world.files.store("photo", "a", pixel).file_id},
    }[method]
    refused = await call(method, chat_id=ops.id, **sent)
    assert refused.error == (400, f"Bad Request: not enough rights to send {what} to the chat")


async def test_people_have_a_standing_in_the_chat(
    call: Caller, world: World, ops: Chat, olena: Person, ihor: Person
) -> None:
    stranger = world.person(1099)
    seen = [
        (await call("getChatMember", chat_id=ops.id, user_id=each.id)).result["status"]
        for each in (olena, ihor, stranger, world.bot)
    ]
    assert seen == ["administrator", "member", "left", "member"]
    unknown = await call("getChatMember", chat_id=ops.id, user_id=31337)
    assert unknown.error == (400, "Bad Request: PARTICIPANT_ID_INVALID")


async def test_typing_fades_after_five_seconds_or_with_the_next_message(call: Caller, ops: Chat, world: World) -> None:
    assert (await call("sendChatAction", chat_id=ops.id, action="typing")).result is True
    assert (ops.action, (ops.action_until or world.now()) - world.now()) == ("typing", world.callbacks.window / 3)
    await _say(call, ops.id)
    assert ops.action == ""
    refused = await call("sendChatAction", chat_id=ops.id, action="sleeping")
    assert refused.error == (400, "Bad Request: wrong parameter action in request")
