"""Row 17: getUpdates."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from demo.botapi.server import BotApi
from demo.botapi.state import Options
from demo.botapi.world import World
from tests.demo.botapi_client import Caller

if TYPE_CHECKING:
    import aiohttp

    from demo.botapi.chat import Chat
    from demo.botapi.clock import Clock
    from demo.botapi.person import Person


async def _ids(call: Caller, **params: Any) -> list[int]:
    return [each["update_id"] for each in (await call("getUpdates", **params)).result]


def _write(world: World, chat: Chat, person: Person, count: int) -> list[int]:
    updates = [world.say(chat, person, f"/c{number}").update for number in range(count)]
    return [each.id for each in updates if each]


async def test_updates_come_again_until_a_higher_offset_confirms_them(
    call: Caller, world: World, ops: Chat, olena: Person
) -> None:
    first, second, third = _write(world, ops, olena, 3)
    assert (second - first, third - second) == (1, 1)
    assert await _ids(call) == [first, second, third]
    assert await _ids(call, offset=first) == [first, second, third]
    assert await _ids(call, offset=third) == [third]
    assert await _ids(call) == [third]


async def test_a_negative_offset_keeps_the_last_ones_and_forgets_the_rest(
    call: Caller, world: World, ops: Chat, olena: Person
) -> None:
    ids = _write(world, ops, olena, 5)
    assert await _ids(call, offset=-2) == ids[-2:]
    assert await _ids(call) == ids[-2:]


@pytest.mark.parametrize("case", [(2, 2), (0, 100), (500, 100), (-3, 1)])
async def test_the_limit_is_between_one_and_a_hundred(
    call: Caller, world: World, ops: Chat, olena: Person, case: tuple[int, int]
) -> None:
    limit, count = case
    _write(world, ops, olena, 120)
    assert len(await _ids(call, limit=limit)) == count


async def test_a_waiting_poll_is_woken_by_the_first_update(
    call: Caller, world: World, ops: Chat, olena: Person
) -> None:
    poll = asyncio.create_task(_ids(call, timeout=30))
    await _until_waiting(world)
    ids = _write(world, ops, olena, 1)
    assert await asyncio.wait_for(poll, 5) == ids


async def test_a_poll_without_updates_ends_empty(call: Caller) -> None:
    assert await asyncio.wait_for(_ids(call, timeout=1), 5) == []


async def test_of_two_waiting_polls_the_earlier_one_is_ended(
    call: Caller, world: World, ops: Chat, olena: Person
) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=30))
    await _until_waiting(world)
    second = asyncio.create_task(call("getUpdates", timeout=30))
    text = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    assert (await asyncio.wait_for(first, 5)).error == (409, text)
    _write(world, ops, olena, 1)
    assert len((await asyncio.wait_for(second, 5)).result) == 1


async def test_competing_polls_are_told_only_now_and_then(session: aiohttp.ClientSession) -> None:
    world = World(options=Options(poll_conflict=timedelta(seconds=0.4)))
    async with BotApi(world) as api:
        call = Caller(session, api.url, world.token)
        polls = []
        for _ in range(3):
            polls.append(asyncio.create_task(call("getUpdates", timeout=30)))
            await _until_waiting(world)
        await asyncio.wait_for(polls[0], 5)
        begin = asyncio.get_running_loop().time()
        assert (await asyncio.wait_for(polls[1], 5)).status == 409
        assert asyncio.get_running_loop().time() - begin > 0.3
        polls[2].cancel()
        await asyncio.gather(polls[2], return_exceptions=True)


async def test_polling_while_a_webhook_is_set_is_a_conflict(call: Caller) -> None:
    await call("setWebhook", url="http://127.0.0.1:1/hook")
    text = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    assert (await call("getUpdates")).error == (409, f"Conflict: {text}")


async def test_setting_a_webhook_ends_a_waiting_poll(call: Caller, world: World) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=30))
    await _until_waiting(world)
    await call("setWebhook", url="http://127.0.0.1:1/hook")
    assert (await asyncio.wait_for(poll, 5)).error == (409, "Conflict: terminated by setWebhook request")


async def test_asking_for_the_same_again_at_once_is_slowed_down(session: aiohttp.ClientSession, clock: Clock) -> None:
    world = World(now=clock, options=Options(repeated_poll=timedelta(seconds=1)))
    async with BotApi(world) as api:
        call = Caller(session, api.url, world.token)
        begin = asyncio.get_running_loop().time()
        await _ids(call, offset=7)
        assert asyncio.get_running_loop().time() - begin < 0.5
        await _ids(call, offset=7)
        assert asyncio.get_running_loop().time() - begin > 0.9


async def test_allowed_updates_stay_until_changed(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    await call("getUpdates", allowed_updates=["callback_query"])
    await call("getUpdates", offset=1)
    assert world.say(ops, olena, "/deploy").update is None
    await call("getUpdates", offset=2, allowed_updates=[])
    assert world.say(ops, olena, "/deploy").update is not None


async def test_an_update_waits_a_day_from_the_messages_date(
    call: Caller, world: World, ops: Chat, olena: Person, clock: Clock
) -> None:
    world.say(ops, olena, "/old", at=clock() - timedelta(hours=23))
    assert len(await _ids(call)) == 1
    clock.advance(3601)
    assert await _ids(call) == []


async def test_a_message_can_be_three_hours_old(
    call: Caller, world: World, ops: Chat, olena: Person, clock: Clock
) -> None:
    world.say(ops, olena, "/deploy main", at=clock() - timedelta(hours=3))
    message = (await call("getUpdates")).result[0]["message"]
    assert clock().timestamp() - message["date"] == 3 * 3600


async def test_a_confirmed_update_can_be_delivered_again(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    said = world.say(ops, olena, "/deploy")
    assert said.update
    await _ids(call, offset=said.update.id + 1)
    world.redeliver(said.update, times=2)
    assert [await _ids(call, offset=said.update.id + 1) for _ in range(2)] == [[said.update.id]] * 2
    assert world.updates.pending == []


async def test_ids_can_jump(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    first, *_ = _write(world, ops, olena, 1)
    world.updates.skip_ids(1000)
    _write(world, ops, olena, 1)
    assert await _ids(call) == [first, first + 1001]


async def test_an_offset_from_the_future_still_sees_the_next_update(
    call: Caller, world: World, ops: Chat, olena: Person
) -> None:
    poll = asyncio.create_task(_ids(call, offset=10**9, timeout=30))
    await _until_waiting(world)
    ids = _write(world, ops, olena, 1)
    assert await asyncio.wait_for(poll, 5) == ids


async def _until_waiting(world: World) -> None:
    """A poll announces itself as a change before it waits."""
    async with asyncio.timeout(5):
        await world.changes.next()
