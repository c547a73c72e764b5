"""The health endpoint says whether Telegram and the database answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.http import health_app, serving

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)


class Well:
    """What the endpoint asks. ``database``: None, or what is raised."""

    def __init__(self, silent: timedelta | None = timedelta(), database: Exception | None = None) -> None:
        self.silent = silent
        self.database = database

    def last_answer(self) -> datetime | None:
        return None if self.silent is None else NOW - self.silent

    async def ping(self) -> None:
        if self.database:
            raise self.database


async def asked(well: Well, listen: str = "127.0.0.1:0", path: str = "/healthz") -> tuple[int, object]:
    app = health_app(well.last_answer, well.ping, lambda: NOW, "c" * 40)
    async with (
        serving(app, listen) as address,
        aiohttp.ClientSession() as session,
        session.get(f"http://{address}{path}") as response,
    ):
        return response.status, await response.json() if response.status != 404 else None


def state(*, telegram: bool = True, database: bool = True) -> dict[str, object]:
    return {"telegram": telegram, "database": database, "commit": "c" * 40}


async def test_it_is_well_while_both_answer_and_says_what_runs() -> None:
    assert await asked(Well(timedelta(seconds=100))) == (200, state())


@pytest.mark.parametrize("silent", [None, timedelta(minutes=3)])
async def test_a_silent_telegram_is_unwell(silent: timedelta | None) -> None:
    assert await asked(Well(silent)) == (503, state(telegram=False))


@pytest.mark.parametrize("error", [OSError("gone"), TimeoutError(), RuntimeError("pool is closed")])
async def test_a_database_that_does_not_answer_is_unwell_and_says_nothing_else(error: Exception) -> None:
    assert await asked(Well(database=error)) == (503, state(database=False))


async def test_there_is_nothing_else_to_be_seen() -> None:
    assert (await asked(Well(), path="/"))[0] == 404


async def test_it_stops_listening_at_the_end() -> None:
    async with serving(health_app(lambda: NOW, asyncio.Event().wait, lambda: NOW), "127.0.0.1:0") as address:
        host, _, port = address.rpartition(":")
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(host, int(port))
