"""A world with one group, two people and a bot that is only a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from demo.botapi.clock import Clock
from demo.botapi.server import BotApi
from demo.botapi.world import World
from tests.demo.botapi_client import Caller

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from demo.botapi.chat import Chat
    from demo.botapi.person import Person


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(now=clock)


@pytest.fixture
def olena(world: World) -> Person:
    return world.person(1001, "Olena Koval", language_code="uk", username="olena")


@pytest.fixture
def ihor(world: World) -> Person:
    return world.person(1002, "Ihor", language_code="ru")


@pytest.fixture
def ops(world: World, olena: Person, ihor: Person) -> Chat:
    return world.group("Ops", members=[ihor], admins=[olena])


@pytest.fixture
async def api(world: World) -> AsyncIterator[BotApi]:
    async with BotApi(world) as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


@pytest.fixture
def call(world: World, api: BotApi, session: aiohttp.ClientSession) -> Caller:
    return Caller(session, api.url, world.token)
