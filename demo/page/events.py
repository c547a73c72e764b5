"""Events: a stream of what changed, for one person looking at one chat."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from demo.page import shown

if TYPE_CHECKING:
    from demo.botapi.person import Person
    from demo.botapi.world import World

_HEARTBEAT = 15.0


async def stream(request: web.Request, world: World, person: Person, chat_id: int, since: int) -> web.StreamResponse:
    """Send server-sent events until the browser goes away: ``about`` when it changed, ``messages`` newer than since."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    previous = ""
    with contextlib.suppress(ConnectionResetError):
        while True:
            seen = world.changes.count
            previous = await _about(response, world, person, chat_id, previous)
            since = await _messages(response, world, person, chat_id, since)
            # Writing takes time: what changed meanwhile is sent before waiting again.
            if seen == world.changes.count and not await _changed(world):
                await response.write(b": still here\n\n")
    return response


async def _changed(world: World) -> bool:
    try:
        async with asyncio.timeout(_pause(world)):
            await world.changes.next()
    except TimeoutError:
        return False
    return True


def _pause(world: World) -> float:
    """Until the next heartbeat, or until somebody stops typing."""
    ends = [each.action_until for each in world.chats.values() if each.action and each.action_until]
    left = [(each - world.now()).total_seconds() for each in ends]
    return min([_HEARTBEAT, *(each + 0.1 for each in left if each > 0)])


async def _about(response: web.StreamResponse, world: World, person: Person, chat_id: int, previous: str) -> str:
    about = json.dumps(shown.about(world, person, world.chats.get(chat_id)))
    if about != previous:
        await response.write(f"event: about\ndata: {about}\n\n".encode())
    return about


async def _messages(response: web.StreamResponse, world: World, person: Person, chat_id: int, since: int) -> int:
    chat = world.chats.get(chat_id)
    changed = [each for each in (chat.messages if chat else ()) if each.revision > since]
    if not changed:
        return since
    latest = max(each.revision for each in changed)
    told: list[dict[str, Any]] = [shown.message(world, person, each) for each in changed]
    if since == 0:
        told = [each for each in told if "deleted" not in each]
    await response.write(f"id: {latest}\nevent: messages\ndata: {json.dumps(told)}\n\n".encode())
    return latest
