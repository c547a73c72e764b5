"""Poller: getUpdates, which waits.

Source: telegram-bot-api, Client.cpp (do_get_updates, abort_long_poll, fail_query_conflict).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from demo.botapi.errors import Refusal, conflict

if TYPE_CHECKING:
    from datetime import datetime

    from demo.botapi.params import Params
    from demo.botapi.state import State

MAX_WAIT = 50
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "terminated by setWebhook request"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Poller:
    """Answers polls; of two that wait, the earlier one is ended."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._latest = object()
        self._next_conflict = 0.0
        self._last_offset: int | None = None
        self._last_start: datetime | None = None

    async def poll(self, params: Params) -> list[dict[str, Any]]:
        """Updates, after waiting up to ``timeout`` seconds for the first. Raises Refusal 409.

        Ends early, without updates, when the service goes down.
        """
        updates = self._state.updates
        if self._state.webhook.url:
            raise await self._paced(conflict(WEBHOOK_ACTIVE))
        offset, limit = params.integer("offset"), params.integer("limit", 100) or 100
        limit, wait = max(1, min(limit, 100)), self._wait(offset, params.integer("timeout"))
        allowed = params.json("allowed_updates")
        updates.allow([str(each) for each in allowed] if isinstance(allowed, list) else None)
        batch = updates.fetch(offset, limit)
        if not batch and wait:
            batch = await self._next_batch(limit, wait)
        return [each.to_json() for each in batch]

    def _wait(self, offset: int, timeout: int) -> int:
        """How long to wait: a client that asks for the same again and again is slowed down."""
        now, pause = self._state.now(), self._state.options.repeated_poll
        hasty = offset == self._last_offset and self._last_start is not None and now - self._last_start < pause
        self._last_offset, self._last_start = offset, now
        return min(max(timeout, int(pause.total_seconds()) if hasty else 0), MAX_WAIT)

    async def _next_batch(self, limit: int, wait: int) -> list[Any]:
        state, mine = self._state, object()
        self._latest = mine
        state.changes.notify()
        try:
            async with asyncio.timeout(wait):
                while not state.updates.pending and not state.faults.down:
                    await state.changes.next()
                    await self._check(mine)
        except TimeoutError:
            return []
        return [] if state.faults.down else state.updates.fetch(0, limit)

    async def _check(self, mine: object) -> None:
        if self._latest is not mine:
            raise await self._paced(conflict(OTHER_POLL))
        if self._state.webhook.url:
            raise await self._paced(conflict(WEBHOOK_SET))

    async def _paced(self, refusal: Refusal) -> Refusal:
        """The refusal at once, or later when the last one was a moment ago."""
        pause, loop = self._state.options.poll_conflict.total_seconds(), asyncio.get_running_loop()
        if loop.time() < self._next_conflict:
            await asyncio.sleep(pause)
        else:
            self._next_conflict = loop.time() + pause
        return refusal
