"""Logs that are followed in a message: what the process that follows them lives through."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import asyncpg

import handlers.follow
from handlers.follow import Follows
from ops.store.follows import Followed, PostgresFollows
from ops.store.outbox import Destination

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from ops.store.postgres import Pool

NOW = datetime(2025, 10, 10, 2, tzinfo=UTC)


async def test_a_database_that_is_away_at_the_start_costs_no_more_than_time(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers.follow, "_AGAIN_SECONDS", 0.01)
    tries = []

    class Stumbling(PostgresFollows):
        async def end_all(self, why: str, now: datetime, spared: Iterable[int] = ()) -> int:
            tries.append(why)
            if len(tries) < 3:
                raise asyncpg.ConnectionDoesNotExistError
            return await super().end_all(why, now, spared)

    rows, woken, nobody = Stumbling(pool), asyncio.Event(), Any
    asked = Followed(0, "formbot", "app", "", "", "uk", NOW + timedelta(minutes=2))
    number = await rows.begin(asked, Destination(-100), NOW)
    follows = Follows(rows, nobody, nobody, redraw=tries.append, wake=woken.set, now=lambda: NOW)  # type: ignore[arg-type]
    task = asyncio.create_task(follows.run())
    async with asyncio.timeout(10):
        await woken.wait()
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    found = await rows.load(number)
    assert found is not None
    assert (found.ended, tries) == ("restart", ["restart"] * 3)
