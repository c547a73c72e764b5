"""Row 20: the command menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.person import Person
    from demo.botapi.world import World
    from tests.demo.botapi_client import Caller


async def _offer(call: Caller, name: str, scope: dict[str, Any] | None = None, language: str = "") -> None:
    commands = [{"command": name, "description": name}]
    more = {"scope": scope} if scope else {}
    assert (await call("setMyCommands", commands=commands, language_code=language, **more)).result is True


def _seen(world: World, person: Person, chat: Chat) -> list[str]:
    return [each.command for each in world.menu(person, chat)]


@pytest.mark.parametrize(
    ("commands", "description"),
    [
        ([{"command": "Deploy", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "de-ploy", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "", "description": "x"}], "command must be non-empty"),
        ([{"command": "x" * 33, "description": "x"}], "command length must not exceed 32"),
        ([{"command": "x", "description": ""}], "command description must be non-empty"),
        ([{"command": "x", "description": "x" * 257}], "command description length must not exceed 256"),
        ([{"command": f"c{number}", "description": "x"} for number in range(101)], "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_a_bad_command_is_refused(call: Caller, commands: list[dict[str, str]], description: str) -> None:
    assert (await call("setMyCommands", commands=commands)).error == (400, f"Bad Request: {description}")


async def test_a_language_is_two_letters(call: Caller) -> None:
    refused = await call("setMyCommands", commands=[], language_code="uk-UA")
    assert refused.error == (400, "Bad Request: invalid language code specified")


async def test_an_unknown_scope_is_refused(call: Caller) -> None:
    refused = await call("getMyCommands", scope={"type": "everybody"})
    assert refused.error == (400, "Bad Request: can't parse BotCommandScope: Unsupported type specified")


async def test_commands_are_kept_per_scope_and_language(call: Caller) -> None:
    await _offer(call, "a")
    await _offer(call, "b", {"type": "all_group_chats"}, "uk")
    assert [each["command"] for each in (await call("getMyCommands")).result] == ["a"]
    assert (await call("getMyCommands", language_code="uk")).result == []
    found = (await call("getMyCommands", scope={"type": "all_group_chats"}, language_code="uk")).result
    assert found == [{"command": "b", "description": "b"}]


async def test_the_narrowest_scope_wins_and_in_it_the_persons_language(
    call: Caller, world: World, ops: Chat, olena: Person, ihor: Person
) -> None:
    await _offer(call, "default")
    assert _seen(world, ihor, ops) == ["default"]
    await _offer(call, "groups", {"type": "all_group_chats"})
    await _offer(call, "groups_ru", {"type": "all_group_chats"}, "ru")
    assert (_seen(world, ihor, ops), _seen(world, olena, ops)) == (["groups_ru"], ["groups"])
    await _offer(call, "admins", {"type": "all_chat_administrators"})
    assert (_seen(world, ihor, ops), _seen(world, olena, ops)) == (["groups_ru"], ["admins"])
    await _offer(call, "here", {"type": "chat", "chat_id": ops.id})
    assert (_seen(world, ihor, ops), _seen(world, olena, ops)) == (["here"], ["here"])
    await _offer(call, "here_admins", {"type": "chat_administrators", "chat_id": ops.id})
    assert (_seen(world, ihor, ops), _seen(world, olena, ops)) == (["here"], ["here_admins"])
    await _offer(call, "olena", {"type": "chat_member", "chat_id": ops.id, "user_id": olena.id})
    assert (_seen(world, ihor, ops), _seen(world, olena, ops)) == (["here"], ["olena"])


async def test_private_chats_have_their_own_scope(call: Caller, world: World, olena: Person) -> None:
    private = world.private(olena)
    await _offer(call, "groups", {"type": "all_group_chats"})
    assert _seen(world, olena, private) == []
    await _offer(call, "private", {"type": "all_private_chats"}, "uk")
    assert _seen(world, olena, private) == ["private"]


async def test_a_deleted_menu_lets_the_wider_one_through(call: Caller, world: World, ops: Chat, ihor: Person) -> None:
    await _offer(call, "default")
    await _offer(call, "groups", {"type": "all_group_chats"})
    await call("deleteMyCommands", scope={"type": "all_group_chats"})
    assert _seen(world, ihor, ops) == ["default"]
