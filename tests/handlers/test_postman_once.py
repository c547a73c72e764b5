"""A letter that is delivered while the rows are being read stands among them, and is not sent again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

from bot.app import utc_now
from handlers.outbox import Postman
from ops.store.outbox import REPLY, Destination, Letter


class SlowRows:
    """An outbox with one letter, whose second reading is answered only after the letter has gone."""

    def __init__(self) -> None:
        self.letter = Letter(Destination(7), "k", "say", "{}", REPLY, utc_now(), 1)
        self.readings = 0
        self.gone = asyncio.Event()
        self.read_again = asyncio.Event()

    async def moves(self) -> dict[int, int]:
        return {}

    async def waiting(self, _after: int, _most: int) -> list[Letter]:
        self.readings += 1
        if self.readings == 1:
            return [self.letter]
        if self.readings == 2:
            self.read_again.set()
            await self.gone.wait()
            await asyncio.sleep(0)  # the sender has heard of it first
            return [self.letter]
        return []

    async def take(self, _letter_id: int) -> bool:
        return True

    async def delivered(self, _letter_id: int, _message_id: int | None, _at: datetime) -> None:
        self.gone.set()


class Telegram:
    """Takes a letter once its row is being read again."""

    def __init__(self, rows: SlowRows) -> None:
        self.rows = rows
        self.sent = 0
        self.asked = asyncio.Event()

    async def deliver(self, _letter: Letter, _to: Destination) -> int:
        self.sent += 1
        self.asked.set()
        await self.rows.read_again.wait()
        return 1


async def test_a_letter_delivered_while_the_rows_are_read_is_sent_once() -> None:
    rows = SlowRows()
    telegram = Telegram(rows)
    postman = Postman(cast("Any", rows), cast("Any", telegram), utc_now)
    running = asyncio.create_task(postman.run())
    async with asyncio.timeout(10):
        await telegram.asked.wait()
        postman.wake()
        await rows.gone.wait()
        while rows.readings < 3:
            postman.wake()
            await asyncio.sleep(0)
    await asyncio.sleep(1.2)  # the chat's pace: a second one would go by now
    assert telegram.sent == 1
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
