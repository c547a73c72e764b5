"""The postman stops when it is told to, whatever happens at that moment."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, cast

import pytest

from bot.app import utc_now
from handlers.outbox import Postman


class NothingWaits:
    """An outbox without letters."""

    async def moves(self) -> dict[int, int]:
        return {}

    async def waiting(self, _urgency: int, _most: int) -> list[object]:
        return []


@pytest.mark.parametrize("turns", range(6))
async def test_it_stops_though_it_is_woken_a_moment_before(turns: int) -> None:
    postman = Postman(cast("Any", NothingWaits()), cast("Any", None), utc_now)
    running = asyncio.create_task(postman.run())
    for _ in range(10):
        await asyncio.sleep(0)
    postman.wake()
    for _ in range(turns):
        await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait({running}, timeout=1)
    try:
        assert done
    finally:
        while not running.done():
            running.cancel()
            with suppress(TimeoutError, asyncio.CancelledError):
                async with asyncio.timeout(0.1):
                    await asyncio.shield(running)
