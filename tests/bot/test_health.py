"""The bot is well while its loop turns, its clock runs, rows are written and Telegram answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.health import PARTS, Health, State

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
WELL = State(telegram=True, database=True, scheduler=True, loop=True, commit="c" * 40)


class World:
    """What health asks. telegram, scheduler, loop: how long ago it was heard of. database: None, or what is raised."""

    def __init__(self, database: Exception | None = None, **silent: timedelta | None) -> None:
        self.database = database
        self.writes = 0
        ago = {"telegram": timedelta(), "scheduler": timedelta(), "loop": timedelta(), **silent}
        at = {part: None if each is None else NOW - each for part, each in ago.items()}
        self.health = Health(lambda: at["telegram"], self.write, lambda: NOW, "c" * 40)
        self.health.scheduled_at, self.health.looped_at = at["scheduler"], at["loop"]

    async def write(self) -> None:
        self.writes += 1
        if self.database:
            raise self.database


async def test_it_is_well_while_all_of_it_is_and_says_what_runs() -> None:
    state = await World(telegram=timedelta(seconds=100), scheduler=timedelta(seconds=30)).health.look()
    assert state == WELL
    assert state.well


@pytest.mark.parametrize("part", ["telegram", "scheduler", "loop"])
@pytest.mark.parametrize("silent", [None, timedelta(minutes=3)])
async def test_each_part_alone_makes_it_unwell(part: str, silent: timedelta | None) -> None:
    ago: dict[str, Any] = {part: silent}
    state = await World(**ago).health.look()
    unwell: dict[str, Any] = {part: False}
    assert state == replace(WELL, **unwell)
    assert not state.well


@pytest.mark.parametrize("error", [OSError("gone"), TimeoutError(), RuntimeError("pool is closed")])
async def test_a_database_that_takes_no_row_makes_it_unwell(error: Exception) -> None:
    assert await World(error).health.look() == replace(WELL, database=False)


async def test_who_asks_at_once_again_costs_no_second_row() -> None:
    world = World()
    await asyncio.gather(*(world.health.look() for _ in range(20)))
    assert world.writes == 1


async def test_a_loop_that_turns_is_noted() -> None:
    world = World(loop=None)
    task = asyncio.create_task(world.health.run())
    await asyncio.sleep(0)
    assert (await world.health.look()).loop
    task.cancel()


def test_every_part_counts() -> None:
    assert {*PARTS, "commit"} == set(WELL.to_data())
