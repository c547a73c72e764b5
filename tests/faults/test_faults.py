"""The short form of every fault of the matrix; ``make faults`` makes the long one."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.row import Row
from tests.faults.server import can_pretend_a_boot
from tests.faults.table import FAULTS, Fault

_NEEDS_A_BOOT_ID = {"F7"}
_HAS_TESTS_OF_ITS_OWN = {"F20", "F28", "F29", "F30"}


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.key not in _HAS_TESTS_OF_ITS_OWN], ids=lambda fault: fault.key
)
@pytest.mark.asyncio(loop_scope="session")
async def test_every_promise_holds_under_a_fault(fault: Fault, trials: dict[str, asyncio.Task[Row]]) -> None:
    if fault.key in _NEEDS_A_BOOT_ID and not can_pretend_a_boot():
        pytest.skip("pretending a boot id takes root and a mount namespace")
    row = await trials[fault.key]
    assert row.problems == []
    assert row.done > 0
