"""``python -m tests.faults [--short] [F1 F3 ...]``: makes every fault, and prints what came of it."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
import traceback
from pathlib import Path

import structlog

import bot  # noqa: F401  first of all: it has aiogram imported the cheap way
from tests.faults.row import Ground, Row, prepared
from tests.faults.table import FAULTS, Fault

_AT_ONCE = 3
"""Faults made at the same time: most of what they do is wait."""
_LAYOUT = "{:<4} {:<34} {:>16} {:>11} {:>6} {:>10} {:>6}  {}"


def main() -> int:
    """Return 1 when a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--short", action="store_true", help="as the tests do it")
    parser.add_argument("keys", nargs="*", metavar="F1", choices=[[], *(fault.key for fault in FAULTS)])
    options = parser.parse_args()
    chosen = [fault for fault in FAULTS if not options.keys or fault.key in options.keys]
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with tempfile.TemporaryDirectory(prefix="lotsman-faults-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        return asyncio.run(_all(chosen, Path(folder), long=not options.short))


async def _all(chosen: list[Fault], folder: Path, *, long: bool) -> int:
    _say(_LAYOUT.format("", "fault", "done", "executions", "ends", "duplicates", "s", "verdict"))
    good = True
    places = asyncio.Semaphore(_AT_ONCE)

    async def make(fault: Fault, ground: Ground) -> tuple[Row, float]:
        async with places:
            began = time.monotonic()
            return await _one(fault, ground, long=long), time.monotonic() - began

    async with prepared(folder) as ground:
        tasks = [asyncio.create_task(make(fault, ground)) for fault in chosen]
        for fault, task in zip(chosen, tasks, strict=True):
            row, took = await task
            good = good and not row.problems
            verdict = "; ".join(["BROKEN" if row.problems else "holds", *row.notes])
            done = f"{row.done} {row.of}"
            seconds = f"{took:.0f}"
            _say(
                _LAYOUT.format(fault.key, fault.name, done, row.executions, row.ends, row.duplicates, seconds, verdict)
            )
            for problem in row.problems[:20]:
                _say(f"     - {problem}")
    return 0 if good else 1


async def _one(fault: Fault, ground: Ground, *, long: bool) -> Row:
    """Make one fault; what it raises is a problem, and the others are made all the same."""
    try:
        return await fault.case(ground, long)
    except Exception as error:  # noqa: BLE001  whatever it is: the table has to be whole
        return Row(0, "", problems=["".join(traceback.format_exception(error))[-3000:]])


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  a table for people


if __name__ == "__main__":
    sys.exit(main())
