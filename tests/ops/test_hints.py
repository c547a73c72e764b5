"""Hints: what is heard from other processes, and how listening ends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ops.store.hints import Hints

if TYPE_CHECKING:
    from ops.store.postgres import Pool


@pytest.mark.parametrize("milliseconds", range(0, 12, 2))
async def test_it_ends_when_it_is_told_to_however_soon_that_is(pool: Pool, milliseconds: int) -> None:
    hints = Hints(
        pool,
        on_run=lambda _: None,
        on_signal=lambda _: None,
        on_reload=lambda *_: None,
        on_return=lambda: None,
    )
    for turns in range(12):
        listening = asyncio.create_task(hints.run())
        await asyncio.sleep(milliseconds / 1000)
        for _ in range(turns):
            await asyncio.sleep(0)
        listening.cancel()
        done, _ = await asyncio.wait({listening}, timeout=5)
        listening.cancel()
        assert done, f"it goes on after {milliseconds} ms and {turns} turns"
        assert listening.cancelled()
