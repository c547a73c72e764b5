"""The dead man's switch is called while all is well, and only then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

import bot.deadman
from bot.deadman import DeadMan
from bot.health import PARTS, State
from bot.http import serving

WELL = State(telegram=True, database=True, scheduler=True, loop=True)


class Switch:
    """A service elsewhere; status: what it answers."""

    def __init__(self) -> None:
        self.calls = asyncio.Queue[str]()
        self.status = 200
        self.state = WELL
        self.looks = 0

    async def look(self) -> State:
        self.looks += 1
        return self.state

    async def _called(self, request: web.Request) -> web.Response:
        self.calls.put_nowait(request.path)
        return web.Response(status=self.status)

    @asynccontextmanager
    async def called(self, **more: str) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_get("/ping/secret", self._called)
        async with serving(app, "127.0.0.1:0") as address:
            url = more.get("url", f"http://{address}/ping/secret")
            task = asyncio.create_task(DeadMan(url, timedelta(milliseconds=20), self.look).run())
            try:
                yield
            finally:
                task.cancel()
                await asyncio.wait({task})

    async def looked(self, times: int) -> None:
        until = self.looks + times
        async with asyncio.timeout(5):
            while self.looks < until:  # noqa: ASYNC110  nothing tells of it
                await asyncio.sleep(0.005)


async def test_it_is_called_again_and_again_whatever_it_answers() -> None:
    switch = Switch()
    switch.status = 500
    async with switch.called(), asyncio.timeout(5):
        for _ in range(3):
            assert await switch.calls.get() == "/ping/secret"


@pytest.mark.parametrize("part", PARTS)
async def test_whatever_is_wrong_it_is_not_called_until_all_is_well_again(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.deadman, "_AGAIN_SECONDS", 0.01)
    switch = Switch()
    unwell: dict[str, Any] = {part: False}
    switch.state = replace(WELL, **unwell)
    async with switch.called():
        await switch.looked(5)
        assert switch.calls.empty()
        switch.state = WELL
        async with asyncio.timeout(5):
            await switch.calls.get()


async def test_one_that_is_out_of_reach_stops_nothing_and_its_address_stays_unsaid(
    capsys: pytest.CaptureFixture[str],
) -> None:
    switch = Switch()
    async with switch.called(url="http://127.0.0.1:1/secret-of-its-kind"):
        await switch.looked(3)
    said = capsys.readouterr()
    assert "secret-of-its-kind" not in said.out + said.err
    assert "cannot be reached" in said.out + said.err
