"""Resident: a contestant in a process of its own: it is started once and works when it is told to."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.bench.figure import Sample

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping


class Resident:
    """The other end of ``serve``."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def go(self) -> dict[str, float]:
        """Have it work once; return what it says about it. Raises ChildProcessError."""
        assert self._process.stdin
        self._process.stdin.write(b"go\n")
        return await self._answer()

    async def sample(self) -> Sample:
        """Have it work once; return wall and CPU time as it measured them itself."""
        said = await self.go()
        return Sample(said["wall"], said["cpu"])

    async def _answer(self) -> dict[str, float]:
        assert self._process.stdout
        line = await self._process.stdout.readline()
        if not line:
            raise ChildProcessError
        answer: dict[str, float] = json.loads(line)
        return answer


@asynccontextmanager
async def resident(
    module: str, options: Mapping[str, str], settings: Mapping[str, str] | None = None
) -> AsyncIterator[Resident]:
    """Start ``python -m module`` with its options as JSON, until the block ends. settings: added to the environment."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        json.dumps(dict(options)),
        stdin=pipe,
        stdout=pipe,
        env=os.environ | dict(settings or {}),
    )
    try:
        contestant = Resident(process)
        await contestant._answer()
        yield contestant
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


def given() -> Mapping[str, str]:
    """Return the options this process was started with."""
    options: dict[str, str] = json.loads(sys.argv[1])
    return options


async def serve(work: Callable[[], Awaitable[object]], after: Callable[[], Awaitable[object]] | None = None) -> None:
    """Work whenever we are told to, until nobody is there. after: what belongs to it but nobody waits for."""
    loop = asyncio.get_running_loop()
    say({})
    while await loop.run_in_executor(None, sys.stdin.readline):
        wall, cpu = time.perf_counter(), time.process_time()
        await work()
        said = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        if after:
            await after()
        say(said | {"cpu_in_all": time.process_time() - cpu})


def say(answer: Mapping[str, float]) -> None:
    """Answer with one line."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
