"""Row 23: what goes wrong on the way."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import aiohttp
import pytest

from demo.botapi.faults import FaultKind

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.clock import Clock
    from demo.botapi.world import World
    from tests.demo.botapi_client import Answer, Caller


async def _send(call: Caller, chat: Chat) -> Answer:
    return await call("sendMessage", chat_id=chat.id, text="x")


async def _unanswered(call: Caller, chat: Chat) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(_send(call, chat), 0.2)


async def test_a_lost_request_changes_nothing(call: Caller, world: World, ops: Chat) -> None:
    world.faults.lose_request()
    await _unanswered(call, ops)
    assert ops.messages == []
    assert [(each.applied, each.ok) for each in world.calls_of("sendMessage")] == [(False, False)]
    assert (await _send(call, ops)).status == 200


async def test_a_lost_answer_leaves_the_message_standing(call: Caller, world: World, ops: Chat) -> None:
    world.faults.lose_answer()
    await _unanswered(call, ops)
    assert [each.text for each in ops.messages] == ["x"]
    assert world.calls_of("sendMessage")[0].ok


@pytest.mark.parametrize(("applied", "messages"), [(False, 0), (True, 1)])
async def test_a_connection_can_be_reset_before_or_after(
    call: Caller, world: World, ops: Chat, *, applied: bool, messages: int
) -> None:
    world.faults.reset(applied=applied)
    with pytest.raises(aiohttp.ClientConnectionError):
        await _send(call, ops)
    assert len(ops.messages) == messages


async def test_a_bad_gateway_answers_in_html(call: Caller, world: World, ops: Chat) -> None:
    world.faults.bad_gateway()
    async with call.session.post(f"{call.url}/bot{call.token}/sendMessage", json={"chat_id": ops.id}) as response:
        assert (response.status, response.content_type) == (502, "text/html")
        assert "502 Bad Gateway" in await response.text()
    assert ops.messages == []


async def test_an_internal_error_changes_nothing(call: Caller, world: World, ops: Chat) -> None:
    world.faults.internal_error()
    assert (await _send(call, ops)).error == (500, "Internal Server Error")
    assert ops.messages == []


async def test_a_planned_flood_opens_a_window_for_the_chat(call: Caller, world: World, ops: Chat, clock: Clock) -> None:
    world.faults.flood(7, method="editMessageText")
    assert (await _send(call, ops)).status == 200
    refused = await call("editMessageText", chat_id=ops.id, message_id=1, text="y")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "7")
    assert (await _send(call, ops)).status == 429
    assert [each.method for each in world.flood_violations] == ["sendMessage"]
    clock.advance(12)
    assert (await _send(call, ops)).status == 200


async def test_a_plan_is_used_up_and_meets_only_its_method_and_chat(call: Caller, world: World, ops: Chat) -> None:
    other = world.group("Other")
    world.faults.internal_error(times=2, method="SENDmessage", chat_id=ops.id)
    assert (await call("getMe")).status == 200
    assert (await _send(call, other)).status == 200
    assert [(await _send(call, ops)).status for _ in range(3)] == [500, 500, 200]
    assert world.faults.happened == [("sendMessage", FaultKind.INTERNAL_ERROR)] * 2


async def test_a_slow_answer_is_applied_at_once(call: Caller, world: World, ops: Chat) -> None:
    world.faults.slow(0.3)
    waiting = asyncio.create_task(_send(call, ops))
    await world.until(lambda: ops.messages)
    assert not waiting.done()
    assert (await waiting).status == 200


async def test_a_storm_is_the_same_for_the_same_seed_and_ends(call: Caller, world: World) -> None:
    seen = []
    for _ in range(2):
        seeded = random.Random(7)  # noqa: S311 - a storm that can be repeated is the point
        world.faults.storm(seeded, {FaultKind.INTERNAL_ERROR: 0.3, FaultKind.BAD_GATEWAY: 0.2})
        seen.append([await _status(call) for _ in range(30)])
    assert seen[0] == seen[1]
    assert {200, 500, 502} == set(seen[0])
    world.faults.calm()
    assert {await _status(call) for _ in range(20)} == {200}


async def _status(call: Caller) -> int:
    async with call.session.get(f"{call.url}/bot{call.token}/getMe") as response:
        return response.status


async def test_while_the_service_is_down_every_connection_is_cut(call: Caller, world: World) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=30))
    async with asyncio.timeout(5):
        await world.changes.next()
    world.faults.down = True
    with pytest.raises(aiohttp.ClientConnectionError):
        await asyncio.wait_for(poll, 5)
    with pytest.raises(aiohttp.ClientConnectionError):
        await call("getMe")
    world.faults.down = False
    assert (await call("getMe")).status == 200


async def test_a_fault_can_meet_a_poll(call: Caller, world: World) -> None:
    world.faults.flood(3, method="getUpdates")
    assert (await call("getUpdates")).headers["Retry-After"] == "3"
    assert (await call("getUpdates")).status == 429
    assert world.flood_violations[0].method == "getUpdates"
