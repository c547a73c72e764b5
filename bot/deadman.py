"""Dead man's switch: tells a service elsewhere that we are well; when that hears nothing, it raises the alarm."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import structlog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import timedelta

    from bot.health import State

log = structlog.get_logger()

_AGAIN_SECONDS = 5.0
"""How soon it is looked again whether all is well, when it was not."""
_TIMEOUT = aiohttp.ClientTimeout(total=10)


class DeadMan:
    """Calls a URL again and again, as long as all is well. The URL is a secret of its kind: it is never logged."""

    def __init__(self, url: str, every: timedelta, look: Callable[[], Awaitable[State]]) -> None:
        self._url = url
        self._every = every.total_seconds()
        self._look = look

    async def run(self) -> None:
        """Call until cancelled."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            was_well = True
            while True:
                state = await self._look()
                if state.well:
                    await self._call(session)
                elif was_well:
                    log.warning("not well, so nothing is said to the dead man's switch", **state.to_data())
                was_well = state.well
                await asyncio.sleep(self._every if was_well else min(self._every, _AGAIN_SECONDS))

    async def _call(self, session: aiohttp.ClientSession) -> None:
        try:
            async with session.get(self._url) as response:
                if response.status >= 400:  # noqa: PLR2004  HTTP's own line
                    log.warning("the dead man's switch does not take our call", status=response.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("the dead man's switch cannot be reached", why=type(error).__name__)
