"""start, idle: what the bot costs before anybody asks it for anything, against the smallest bot there is."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figure import Figure, Sample, compare, interleaved
from tests.bench.locked import interpreter, locked_environment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.bench.stage import Stage
    from tests.bench.telegram import Telegram

BOTS = {"lotsman": ("bot", "run"), "echo": ("tests.bench.echo_bot",)}
_ECHO = "aiogram echo bot"
_STARTS, _IDLES = 7, 3
_SETTLED_SECONDS, _IDLE_SECONDS = 5, 10
_GOAL_CPU, _GOAL_MB = 1.5, 90.0


@asynccontextmanager
async def started(stage: Stage, telegram: Telegram, name: str) -> AsyncIterator[int]:
    """Start a bot and wait for its first getUpdates; yields its process id."""
    environment = locked_environment(stage.folder / "packages") | stage.settings | telegram.settings
    log = stage.folder / f"{name}.log"
    telegram.forget_polls()
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *interpreter(), "-m", *BOTS[name], env=environment, stdout=output, stderr=output
        )
    try:
        await telegram.first_poll()
        yield process.pid
    except TimeoutError:
        raise ChildProcessError(log.read_text()) from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def measure_start(stage: Stage) -> list[Figure]:
    """Return the figures from exec to the first getUpdates."""

    async def start(name: str) -> Sample:
        begun = time.perf_counter()
        async with started(stage, stage.telegram, name) as pid:
            return Sample(time.perf_counter() - begun, cpu_seconds(pid))

    samples = await interleaved({name: partial(start, name) for name in BOTS}, _STARTS, warm_up=1)
    both = list(zip(samples["lotsman"], samples["echo"], strict=True))
    what = "exec to first getUpdates"
    cpu, wall = [(a.cpu, b.cpu) for a, b in both], [(a.wall, b.wall) for a, b in both]
    return [
        compare("start", f"{what}: CPU", "s", cpu, _ECHO, judged="value", goal=_GOAL_CPU),
        compare("start", f"{what}: wall", "s", wall, _ECHO),
    ]


async def measure_idle(stage: Stage) -> list[Figure]:
    """Return the figures of a bot that nobody talks to."""
    memory: dict[str, list[float]] = {name: [] for name in BOTS}

    async def idle(name: str) -> Sample:
        async with started(stage, stage.telegram, name) as pid:
            await asyncio.sleep(_SETTLED_SECONDS)
            before = cpu_seconds(pid)
            await asyncio.sleep(_IDLE_SECONDS)
            memory[name].append(resident_mb(pid))
            return Sample(_IDLE_SECONDS, cpu_seconds(pid) - before)

    samples = await interleaved({name: partial(idle, name) for name in BOTS}, _IDLES, warm_up=0)
    cpu = [(a.cpu * 1e3, b.cpu * 1e3) for a, b in zip(samples["lotsman"], samples["echo"], strict=True)]
    resident = list(zip(memory["lotsman"], memory["echo"], strict=True))
    return [
        compare("idle", "resident memory", "MB", resident, _ECHO, judged="value", goal=_GOAL_MB),
        compare("idle", f"CPU in {_IDLE_SECONDS} s", "ms", cpu, _ECHO, judged="difference"),
    ]


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of all living threads of a process, to the nanosecond."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def resident_mb(pid: int) -> float:
    """Return the memory that a process has of its own and shared."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1024
