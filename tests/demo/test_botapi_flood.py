"""Row 15: how fast a bot may speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.botapi.budget import NO_FLOOD_LIMITS, FloodLimits
from demo.botapi.server import BotApi
from demo.botapi.state import Options
from demo.botapi.world import World
from tests.demo.botapi_client import Caller, button, keyboard

if TYPE_CHECKING:
    import aiohttp

    from demo.botapi.chat import Chat
    from demo.botapi.clock import Clock
    from demo.botapi.person import Person


async def _fill(call: Caller, chat: Chat, clock: Clock, *, calls: int) -> None:
    for _ in range(calls):
        clock.advance(1)
        await call("sendMessage", chat_id=chat.id, text="x")


async def test_the_21st_message_of_a_minute_is_refused_with_a_wait(call: Caller, ops: Chat, clock: Clock) -> None:
    await _fill(call, ops, clock, calls=20)
    clock.advance(1)
    refused = await call("sendMessage", chat_id=ops.id, text="x")
    assert refused.error == (429, "Too Many Requests: retry after 40")
    assert refused.body["parameters"] == {"retry_after": 40}
    assert refused.headers["Retry-After"] == "40"
    assert len(ops.messages) == 20


async def test_edits_and_sends_share_one_budget(call: Caller, ops: Chat, clock: Clock) -> None:
    await _fill(call, ops, clock, calls=10)
    statuses = []
    for number in range(11):
        clock.advance(1)
        edited = await call("editMessageText", chat_id=ops.id, message_id=1, text=f"edit {number}")
        statuses.append(edited.status)
    assert statuses == [200] * 10 + [429]


async def test_waiting_as_told_is_enough(call: Caller, ops: Chat, clock: Clock, world: World) -> None:
    await _fill(call, ops, clock, calls=21)
    clock.advance(40)
    assert (await call("sendMessage", chat_id=ops.id, text="x")).status == 200
    assert world.flood_violations == []


async def test_an_early_retry_lengthens_the_wait_and_is_a_violation(
    call: Caller, ops: Chat, clock: Clock, world: World
) -> None:
    await _fill(call, ops, clock, calls=21)
    clock.advance(10)
    early = await call("editMessageText", chat_id=ops.id, message_id=1, text="early")
    assert early.body["parameters"]["retry_after"] == 35
    violation = world.flood_violations[0]
    assert (violation.method, violation.chat_id, violation.at) == ("editMessageText", ops.id, clock())


async def test_one_chats_wait_does_not_stop_another(call: Caller, world: World, ops: Chat, clock: Clock) -> None:
    await _fill(call, ops, clock, calls=21)
    other = world.group("Other")
    assert (await call("sendMessage", chat_id=other.id, text="x")).status == 200


async def test_a_burst_in_a_private_chat_is_slowed_to_one_a_second(
    call: Caller, world: World, olena: Person, clock: Clock
) -> None:
    world.private(olena)
    statuses = [(await call("sendMessage", chat_id=olena.id, text="x")).status for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    clock.advance(1)
    assert (await call("sendMessage", chat_id=olena.id, text="x")).status == 200


async def test_30_messages_a_second_are_the_bots_limit(call: Caller, world: World, clock: Clock) -> None:
    groups = [world.group(f"G{number}") for number in range(31)]
    statuses = [(await call("sendMessage", chat_id=each.id, text="x")).status for each in groups]
    assert statuses == [200] * 30 + [429]
    clock.advance(0.5)
    assert (await call("sendMessage", chat_id=groups[0].id, text="x")).status == 429
    assert world.flood_violations[0].chat_id is None


async def test_answers_to_presses_and_polls_are_free(
    call: Caller, ops: Chat, world: World, clock: Clock, olena: Person
) -> None:
    await call("sendMessage", chat_id=ops.id, text="x", reply_markup=keyboard([button("Go", "go")]))
    await _fill(call, ops, clock, calls=20)
    press = world.press(ops.messages[0], "Go", by=olena)
    assert (await call("getUpdates")).status == 200
    assert (await call("answerCallbackQuery", callback_query_id=press.id)).status == 200
    assert world.flood_violations == []


async def test_a_refused_text_costs_nothing(call: Caller, ops: Chat, clock: Clock) -> None:
    for _ in range(30):
        await call("sendMessage", chat_id=ops.id, text="<b>", parse_mode="HTML")
    await _fill(call, ops, clock, calls=20)
    assert len(ops.messages) == 20


async def test_an_edit_that_changes_nothing_costs_as_much_as_any(call: Caller, ops: Chat, clock: Clock) -> None:
    await _fill(call, ops, clock, calls=19)
    clock.advance(1)
    await call("editMessageText", chat_id=ops.id, message_id=1, text="x")
    clock.advance(1)
    assert (await call("sendMessage", chat_id=ops.id, text="x")).status == 429


async def test_the_numbers_can_be_set_and_switched_off(session: aiohttp.ClientSession, clock: Clock) -> None:
    for limits, expected in ((FloodLimits(chat_burst=1), [200, 429]), (NO_FLOOD_LIMITS, [200, 200])):
        world = World(now=clock, options=Options(flood=limits))
        group = world.group("Ops")
        async with BotApi(world) as api:
            call = Caller(session, api.url, world.token)
            assert [(await call("sendMessage", chat_id=group.id, text="x")).status for _ in range(2)] == expected
