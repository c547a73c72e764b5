"""systemd: is told that we are ready, alive, about to stop. Source: sd_notify(3), sd_watchdog_enabled(3)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

log = structlog.get_logger()


class Systemd:
    """Whoever started us; silent where that was not systemd, or it does not listen."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._every = _interval(environment)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Say while the block runs that we are alive, from the loop itself: one that stands still says nothing."""
        task = asyncio.create_task(self._beat(), name="systemd watchdog") if self._every else None
        try:
            yield
        finally:
            if task is not None:
                task.cancel()
                await asyncio.wait({task})

    def ready(self) -> None:
        """Say that we do our work from now on."""
        self.say("READY=1")

    def stopping(self) -> None:
        """Say that we are about to stop."""
        self.say("STOPPING=1")

    def say(self, words: str) -> None:
        """Send what systemd understands."""
        if not self._address:
            return
        # An address that begins with @ is in the abstract namespace.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto(words.encode(), address)

    async def _beat(self) -> None:
        while True:
            self.say("WATCHDOG=1")
            await asyncio.sleep(self._every)


def _interval(environment: Mapping[str, str]) -> float:
    """Return how often to say that we are alive, in seconds: twice in the time that is allowed; 0: never."""
    usec, pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    ours = not pid or pid == str(os.getpid())
    return int(usec) / 2_000_000 if usec.isdigit() and ours else 0.0
