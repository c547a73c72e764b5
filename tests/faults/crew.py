"""Crew: bot processes, to be started and killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.bot_process import Order, written

_CHECKOUT = Path(__file__).resolve().parent.parent.parent


class Bot:
    """One process of the bot."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._begun = self._stat()[1]

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        state, begun = self._stat()
        return state not in {"", "Z"} and begun == self._begun

    def _stat(self) -> tuple[str, str]:
        """Return its state and start time; both are empty when there is none. A busy machine soon uses a pid again."""
        try:
            words = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return "", ""
        return words[0], words[19]

    @property
    def memory(self) -> int:
        """Bytes of its memory that are resident."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def tell(self, number: int) -> None:
        """Send it a signal."""
        with suppress(ProcessLookupError):
            if self.alive:
                os.kill(self.pid, number)

    async def end(self, number: int = signal.SIGKILL, seconds: float = 30) -> None:
        """Signal it, and wait until it is gone."""
        self.tell(number)
        await self.gone(seconds)

    async def gone(self, seconds: float = 30) -> None:
        """Wait until it is gone."""
        async with asyncio.timeout(seconds):
            while self.alive:  # noqa: ASYNC110  it is no child of ours: nothing tells of its end
                await asyncio.sleep(0.02)


class Crew:
    """Forks bots; ends those that are left."""

    def __init__(self) -> None:
        self._bots: list[Bot] = []
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.bot_process",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_CHECKOUT,
            env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for bot in self._bots:
            await bot.end()
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def start(self, order: Order) -> Bot:
        """Start a bot."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._lock:
            self._process.stdin.write(written(order))
            bot = Bot(int(await self._process.stdout.readline()))
        self._bots.append(bot)
        return bot
