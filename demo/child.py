"""BotProcess: the bot as people run it, ``python -m bot run``, beside us."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

    from demo.botapi.world import World

START_SECONDS = 60
STOP_SECONDS = 20


class BotProcess:
    """Runs while the block lasts. What it logs goes to a file."""

    def __init__(self, python: str, environment: Mapping[str, str], log: Path) -> None:
        self._python = python
        self._environment = dict(environment)
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                self._python, "-m", "bot", "run", env=self._environment, stdout=log, stderr=log
            )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def until(self, world: World, true: Callable[[], bool]) -> None:
        """Wait until something is true of the world. Raises ChildProcessError with the log when the bot has ended."""
        if self._process is None:
            raise ChildProcessError
        ended = asyncio.ensure_future(self._process.wait())
        waiting = asyncio.ensure_future(world.until(true, timeout=START_SECONDS))
        try:
            done, _ = await asyncio.wait({ended, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if waiting not in done:
                raise ChildProcessError(self._log.read_text()[-2000:])
            waiting.result()
        finally:
            ended.cancel()
            waiting.cancel()
