"""Faults that are proved elsewhere: the engine by a machine that tries every order, self-deploys end to end."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.e2e.self_deploy import self_deploys
from tests.faults.row import Ground, Row
from tests.ops.leaks import ENCODINGS, leaks, secret_values

_CHECKOUT = Path(__file__).resolve().parent.parent.parent


async def explored(ground: Ground, long: bool) -> Row:  # noqa: FBT001  every case's own signature
    """F28: the Hypothesis state machine, 50 events a run."""
    row = Row(2000 if long else 60, "sequences")
    await _tests(ground, row, "tests/ops/test_engine_machine.py", long=long)
    return row


async def kept_secret(_ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F29: secrets in every encoding, their lines split at every point."""
    values = secret_values(1000 if long else 20, seed=11)
    row = Row(len(values) * len(ENCODINGS), "printed secrets")
    pieces = [values[i : i + 50] for i in range(0, len(values), 50)]
    for piece in pieces:
        for value, name, split in await asyncio.to_thread(leaks, piece, lambda length: iter(range(length + 1))):
            row.problems.append(f"{name}, split at {split}: {value}")
    return row


async def self_deployed(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F20: the bot deploys itself: good releases, and such that crash, hang, or refuse their settings."""
    row = Row(0, "releases")
    if not long:
        row.done = row.ends = await _tests(ground, row, "tests/e2e/test_self_deploy.py", long=long)
        return row
    homes = [self_deploys(good, broken, ground.fresh() / "home") for good, broken in ((13, 12), (12, 13))]
    done = [each for home in await asyncio.gather(*homes) for each in home]
    row.done = row.ends = len(done)
    row.notes.append(f"{sum(each.kind == 'good' for each in done)} good, slowest {max(e.seconds for e in done):.0f} s")
    for each in done:
        row.insist(each.as_it_should_be, f"{each.tag}, {each.kind}: {each.result}, {each.live} answers")
    return row


async def backups_spoilt(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F30: real databases are dumped while the disk fills up, the dump dies, and bytes of the file are flipped."""
    row = Row(200 if long else 4, "flipped bytes, twice")
    row.ends = await _tests(ground, row, "tests/ops/test_backup_scripts.py", long=long)
    return row


async def _tests(ground: Ground, row: Row, file: str, *, long: bool) -> int:
    """Run a file of tests in a process of its own; return how many passed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={ground.fresh()}/t", file),
        cwd=_CHECKOUT,
        env={**os.environ, "LOTSMAN_FAULTS": "long" if long else "short"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    row.insist(process.returncode == 0, said[-2000:])
    passed = re.search(r"(\d+) passed", said)
    return int(passed[1]) if passed else 0
