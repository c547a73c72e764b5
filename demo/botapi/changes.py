"""Changes: a counter to wait on, so that nobody polls."""

from __future__ import annotations

import asyncio


class Changes:
    """Counts what happened. Belongs to one event loop once somebody waits."""

    def __init__(self) -> None:
        self.count = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> int:
        """Something changed. Returns the new count and wakes everybody."""
        self.count += 1
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)
        return self.count

    async def next(self) -> None:
        """Wait for the next change."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)
