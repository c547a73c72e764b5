"""The engine alone: events in every order, looked at by a machine."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from tests.faults.row import Ground, Row

_CHECKOUT = Path(__file__).resolve().parent.parent.parent
_MACHINE = "tests/ops/test_engine_machine.py"


async def explored(ground: Ground, long: bool) -> Row:  # noqa: FBT001  every case's own signature
    """F28: the Hypothesis state machine, 50 events a run."""
    row = Row(2000 if long else 60, "sequences")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={ground.fresh()}/t", _MACHINE),
        cwd=_CHECKOUT,
        env={**os.environ, "LOTSMAN_FAULTS": "long" if long else "short"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    row.insist(process.returncode == 0, said.decode()[-2000:])
    return row
