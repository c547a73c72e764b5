"""Row 19: everything people can do, and which of it a bot hears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from demo.botapi.server import BotApi
from demo.botapi.state import Options
from demo.botapi.world import World
from tests.demo.botapi_client import Caller

if TYPE_CHECKING:
    import aiohttp

    from demo.botapi.chat import Chat
    from demo.botapi.person import Person


async def _last(call: Caller, kind: str = "message") -> dict[str, Any]:
    update: dict[str, Any] = (await call("getUpdates")).result[-1][kind]
    return update


async def test_an_anonymous_admin_speaks_as_the_group(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    world.say(ops, olena, "/deploy", anonymous=True)
    message = await _last(call)
    assert (message["from"]["id"], message["from"]["username"]) == (1087968824, "GroupAnonymousBot")
    assert message["sender_chat"]["id"] == ops.id


async def test_a_channel_can_be_the_sender(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    news = world.channel("News")
    world.say(ops, olena, "/deploy", as_channel=news)
    message = await _last(call)
    assert (message["from"]["id"], message["sender_chat"]["type"]) == (136817688, "channel")


async def test_a_linked_channels_post_is_an_automatic_forward(call: Caller, world: World, ops: Chat) -> None:
    world.promote(ops, world.bot)
    world.auto_forward(ops, world.channel("News"), "/deploy")
    message = await _last(call)
    assert (message["from"]["id"], message["is_automatic_forward"]) == (777000, True)
    assert message["forward_origin"]["type"] == "channel"


async def test_a_forwarded_command_says_so(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    world.say(ops, olena, "/deploy", forwarded=True)
    assert (await _last(call))["forward_origin"]["type"] == "hidden_user"


async def test_a_message_via_this_bot_says_so(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    world.say(ops, olena, "chosen", via_bot=True)
    assert (await _last(call))["via_bot"]["username"] == "lotsman_bot"


async def test_an_edit_is_another_kind_of_update(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    said = world.say(ops, olena, "/status")
    world.edit(said, "/deploy main")
    message = await _last(call, "edited_message")
    assert (message["message_id"], message["text"]) == (said.id, "/deploy main")
    assert [each.text for each in said.history] == ["/status", "/deploy main"]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/deploy main", True),
        ("/deploy@lotsman_bot main", True),
        ("/deploy@Lotsman_Bot main", True),
        ("/deploy@other_bot main", False),
        ("hello", False),
        ("please /deploy", False),
    ],
)
def test_privacy_mode_lets_only_commands_for_this_bot_through(
    world: World, ops: Chat, olena: Person, text: str, *, heard: bool
) -> None:
    assert (world.say(ops, olena, text).update is not None) is heard


async def test_a_reply_to_the_bot_is_heard(call: Caller, world: World, ops: Chat, olena: Person, ihor: Person) -> None:
    await call("sendMessage", chat_id=ops.id, text="Which project?")
    assert world.say(ops, olena, "formbot", reply_to=ops.messages[0]).update
    hers = world.say(ops, olena, "hm")
    assert world.say(ops, ihor, "hm?", reply_to=hers).update is None


def test_a_bare_command_may_belong_to_another_bot(world: World, ops: Chat, olena: Person) -> None:
    ops.commands_go_elsewhere = True
    assert world.say(ops, olena, "/deploy").update is None
    assert world.say(ops, olena, "/deploy@lotsman_bot").update


@pytest.mark.parametrize("text", ["hello", "/deploy@other_bot"])
def test_an_administrator_bot_hears_everything(world: World, ops: Chat, olena: Person, text: str) -> None:
    world.promote(ops, world.bot)
    assert world.say(ops, olena, text).update


def test_without_privacy_mode_everything_is_heard(olena: Person) -> None:
    world = World(options=Options(privacy_mode=False))
    assert world.say(world.group("Ops"), olena, "hello").update


def test_everything_in_a_private_chat_is_heard(world: World, olena: Person) -> None:
    assert world.say(world.private(olena), olena, "hello").update


async def test_somebody_without_a_name_still_looks_like_a_person(call: Caller, world: World, ops: Chat) -> None:
    world.say(ops, world.person(555), "/deploy")
    sender = (await _last(call))["from"]
    assert sender == {
        "id": 555,
        "is_bot": False,
        "first_name": "User 555",
        "username": "user555",
        "language_code": "en",
    }


def test_a_person_mentioned_again_keeps_what_is_not_given(world: World, olena: Person) -> None:
    assert world.person(1001, language_code="en") is olena
    assert (olena.name, olena.username, olena.language_code) == ("Olena Koval", "olena", "en")


def test_only_basic_groups_migrate(world: World, ops: Chat) -> None:
    with pytest.raises(ValueError, match="only a basic group"):
        world.migrate(ops)


def test_what_the_bot_never_heard_cannot_be_redelivered(world: World, ops: Chat, olena: Person) -> None:
    with pytest.raises(AssertionError, match="never was an update"):
        world.redeliver(world.say(ops, olena, "hello").update)


async def test_a_wrong_clock_shows_in_every_date(session: aiohttp.ClientSession) -> None:
    skewed = World(options=Options(clock_skew=-Options().callback_window * 20))
    group = skewed.group("Ops")
    async with BotApi(skewed) as api:
        sent = await Caller(session, api.url, skewed.token)("sendMessage", chat_id=group.id, text="x")
    assert abs(skewed.now().timestamp() - 300 - sent.result["date"]) < 5
