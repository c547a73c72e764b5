"""first: from an update being there to the first message that answers it, against the smallest bot there is."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

from tests.bench.figure import Figure, Sample, compare, interleaved
from tests.bench.process import started
from tests.bench.resident import resident
from tests.bench.telegram import Telegram

if TYPE_CHECKING:
    from tests.bench.stage import Stage

_ROUNDS = 40
_QUIET_SECONDS = 0.1
_GOAL_MS = 20.0
_ECHO = "aiogram echo bot"


async def measure(stage: Stage) -> list[Figure]:
    """Return the figures. The echo bot has a stand-in of its own: only one may poll at a time."""
    async with (
        Telegram() as other,
        resident("tests.bench.whole_bot", {"commands": json.dumps(["true"])}, stage.settings),
        started(stage, other, "echo"),
    ):
        await stage.telegram.first_poll()
        contestants = {
            "deploy": lambda: _ask(stage.telegram, "/deploy main", 2),
            "runs": lambda: _ask(stage.telegram, "/runs", 1),
            "echo": lambda: _ask(other, "/runs", 1),
        }
        samples = await interleaved(contestants, _ROUNDS)

    def figure(name: str, what: str) -> Figure:
        pairs = [(a.wall * 1e3, b.wall * 1e3) for a, b in zip(samples[name], samples["echo"], strict=True)]
        return compare("first", what, "ms", pairs, _ECHO, judged="value", goal=_GOAL_MS)

    return [figure("deploy", "/deploy to the run's card"), figure("runs", "/runs to its answer")]


async def _ask(telegram: Telegram, text: str, answers: int) -> Sample:
    """Say something; time the first answer; wait for all of them, and for quiet."""
    before = telegram.messages
    begun = time.perf_counter()
    telegram.say(text)
    await telegram.answered(before + 1)
    seconds = time.perf_counter() - begun
    await telegram.answered(before + answers)
    await asyncio.sleep(_QUIET_SECONDS)
    return Sample(seconds)
