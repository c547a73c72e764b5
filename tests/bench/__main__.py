"""``python -m tests.bench [name…]``: measure, print the table, and say by the exit code whether the goals are met."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import bot  # noqa: F401  first of all: it has aiogram imported the cheap way
from demo.sandbox.openssh import SshdMissing
from ops.errors import PostgresUnavailable
from tests.bench import dump, durable, first, logs, process, steps, watching
from tests.bench.figure import Figure, table
from tests.bench.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

BENCHES: dict[str, Callable[[Stage], Awaitable[list[Figure]]]] = {
    "steps": steps.measure,
    "durable": durable.measure,
    "dump": dump.measure,
    "start": process.measure_start,
    "idle": process.measure_idle,
    "first": first.measure,
    "watching": watching.measure,
    "logs": logs.measure,
}


async def _measure(names: list[str]) -> list[Figure]:
    figures: list[Figure] = []
    for name in names:
        sys.stderr.write(f"{name} …\n")
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            async with Stage(Path(folder)) as stage:
                figures += await BENCHES[name](stage)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHES))
    names = parser.parse_args().names or list(BENCHES)
    if unknown := set(names) - BENCHES.keys():
        parser.error(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    try:
        figures = asyncio.run(_measure(names))
    except (SshdMissing, PostgresUnavailable) as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    cores, load = os.cpu_count(), os.getloadavg()[0]
    python = sys.version.split()[0]
    sys.stdout.write(
        f"{table(figures)}\n\nPython {python}, {cores} cores, load {load:.1f}. Medians of interleaved rounds.\n"
    )
    return 0 if all(figure.good for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
