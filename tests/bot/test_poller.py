"""The poller: an update is confirmed only when it is a row, and is handled once, whatever Telegram does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Update

import bot.poller
from bot.poller import Poller
from demo.botapi.server import BotApi
from demo.botapi.world import World
from ops.store.inbox import PostgresInbox

if TYPE_CHECKING:
    from demo.botapi.calls import Call
    from ops.store.postgres import Pool

SECONDS = 30


class Pier:
    """A poller between a stand-in of Telegram and a real inbox; ``handled``: what it handed on."""

    def __init__(self, pool: Pool, inbox: PostgresInbox | None = None) -> None:
        self.world = World()
        self.world.updates.allow(["message", "callback_query"])
        self.olena = self.world.person(1001, "Olena")
        self.team = self.world.group("team", members=[self.olena])
        self.api = BotApi(self.world)
        self.pool = pool
        self.inbox = inbox or PostgresInbox(pool)
        self.handled: list[Update] = []
        self.aside: list[str | None] = []
        self.trouble: Callable[[Update], Exception | None] = lambda _: None
        self.parting: Callable[[], Exception | None] = lambda: None
        self.patience = asyncio.Event()
        self.patience.set()
        self._tried = asyncio.Event()
        self.returns: list[None] = []
        self.poller: Poller

    @property
    def url(self) -> str:
        return f"{self.api.url}/bot{self.world.token}/getUpdates"

    @asynccontextmanager
    async def polling(self) -> AsyncIterator[asyncio.Task[None]]:
        server = TelegramAPIServer.from_base(self.api.url)
        async with Bot(self.world.token, session=AiohttpSession(api=server)) as client:
            self.poller = Poller(
                client,
                self.url,
                self.inbox,
                self._handle,
                self._set_aside,
                lambda: datetime.now(UTC),
                lambda: self.returns.append(None),
            )
            task = asyncio.create_task(self.poller.run())
            try:
                yield task
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def say(self, text: str) -> Update:
        message = self.world.say(self.team, self.olena, f"/{text}")
        assert message.update is not None
        return Update.model_validate(message.update.to_json())

    async def until_handled(self, *texts: str) -> None:
        """Wait until these were handled, each once, and nothing is left to do."""
        wanted = sorted(f"/{text}" for text in texts)
        await self.until(lambda: self.texts == wanted)
        async with asyncio.timeout(SECONDS):
            while await self.inbox.unhandled(99):  # noqa: ASYNC110  nothing tells of a row
                await asyncio.sleep(0.01)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true; it is looked at after every try to handle an update."""
        async with asyncio.timeout(SECONDS):
            while not true():
                self._tried.clear()
                await self._tried.wait()

    @property
    def texts(self) -> list[str]:
        return sorted(update.message.text or "" for update in self.handled if update.message)

    @property
    def polls(self) -> list[Call]:
        return self.world.calls_of("getUpdates")

    async def _set_aside(self, update: Update) -> None:
        self._tried.set()
        if error := self.parting():
            raise error
        self.aside.append(update.message.text if update.message else None)

    async def _handle(self, update: Update) -> None:
        self._tried.set()
        if error := self.trouble(update):
            raise error
        await self.patience.wait()
        self.handled.append(update)
        self._tried.set()


@pytest.fixture
async def pier(pool: Pool) -> AsyncIterator[Pier]:
    pier = Pier(pool)
    async with pier.api:
        yield pier


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.poller, "_PATIENCE", (0.02,))


async def test_an_update_is_handled_and_its_row_says_so(pier: Pier, pool: Pool) -> None:
    async with pier.polling():
        update = pier.say("status")
        await pier.until_handled("status")
    assert await pool.fetchval("SELECT handled_at FROM inbox WHERE update_id = $1", update.update_id)
    assert pier.poller.last_answer is not None


async def test_telegram_is_told_only_what_is_committed(pool: Pool) -> None:
    told: list[int] = []

    class Stumbling(PostgresInbox):
        async def receive(self, updates: Sequence[tuple[int, str]], at: datetime) -> list[int]:
            told.append(max((int(call.params.get("offset", 0)) for call in dock.polls), default=0))
            if len(told) < 4:
                raise ConnectionResetError
            return await super().receive(updates, at)

    dock = Pier(pool, Stumbling(pool))
    async with dock.api, dock.polling():
        update = dock.say("deploy")
        await dock.until_handled("deploy")
        assert told == [0, 0, 0, 0], "asked for the same again until it could be stored"
        await dock.world.until(lambda: not dock.world.updates.pending, timeout=SECONDS)
        later = dock.say("status")
        await dock.until_handled("deploy", "status")
    assert told[4:] == [update.update_id + 1]
    assert later.update_id == update.update_id + 1


async def test_the_same_update_five_times_is_one(pier: Pier) -> None:
    async with pier.polling():
        message = pier.world.say(pier.team, pier.olena, "/deploy")
        await pier.until_handled("deploy")
        pier.world.redeliver(message.update, times=5)
        pier.say("status")
        await pier.world.until(lambda: not pier.world.updates.pending, timeout=SECONDS)
        await pier.until_handled("deploy", "status")
    assert message.update is not None
    assert len(message.update.deliveries) >= 6


async def test_a_gap_in_the_numbers_is_none_in_the_updates(pier: Pier) -> None:
    async with pier.polling():
        pier.say("one")
        pier.world.updates.skip_ids(1_000_000)
        pier.say("two")
        await pier.until_handled("one", "two")


@pytest.mark.parametrize("fault", ["bad gateway", "internal error", "flood", "reset", "answer lost"])
async def test_what_goes_wrong_on_telegrams_side_only_delays(pier: Pier, fault: str) -> None:
    faults = pier.world.faults
    match fault:
        case "bad gateway":
            faults.bad_gateway(times=3, method="getUpdates")
        case "internal error":
            # Telegram names no time to wait here.
            faults.internal_error(method="getUpdates")
        case "flood":
            faults.flood(1, method="getUpdates")
        case "reset":
            faults.reset(times=3, method="getUpdates")
        case _:
            faults.reset(times=2, method="getUpdates", applied=True)
    pier.say("status")
    async with pier.polling():
        await pier.until_handled("status")
    assert faults.happened
    if fault == "flood":
        first, second = (call.at for call in pier.polls[:2])
        assert (second - first).total_seconds() >= 1


async def test_another_bot_with_our_token_is_survived(pier: Pier) -> None:
    async with pier.polling(), aiohttp.ClientSession() as session:
        await pier.world.until(lambda: pier.world.updates.allowed, timeout=SECONDS)
        async with session.post(pier.url, data={"timeout": 1}):
            pass
        await pier.world.until(lambda: any(call.error_code == 409 for call in pier.polls), timeout=SECONDS)
        pier.say("status")
        await pier.until_handled("status")


async def test_an_update_that_cannot_be_handled_gets_three_tries_and_holds_up_nobody(pier: Pier) -> None:
    tries: list[int] = []

    def trouble(update: Update) -> Exception | None:
        if update.message and update.message.text == "/bad":
            tries.append(update.update_id)
            return RuntimeError("a bug")
        return None

    pier.trouble = trouble
    async with pier.polling():
        bad = pier.say("bad")
        pier.say("good")
        await pier.until(lambda: len(tries) == 3)
        pier.say("later")
        await pier.until(lambda: pier.texts == ["/good", "/later"])
        async with asyncio.timeout(30):  # a handler is done a moment before that is written down
            while await pier.inbox.unhandled(99):  # noqa: ASYNC110  nothing tells of a row
                await asyncio.sleep(0.02)
    assert tries == [bad.update_id] * 3
    assert pier.aside == ["/bad"], "and whoever sent it is told"
    assert await pier.inbox.unhandled(99) == [], "and the next process does not begin with it again"


async def test_an_update_under_which_processes_die_again_and_again_is_set_aside_and_that_is_told(
    pier: Pier, pool: Pool
) -> None:
    async with pier.polling():
        pier.say("status")
        await pier.until_handled("status")
    await pool.execute("UPDATE inbox SET handled_at = NULL, attempts = 9")
    async with pier.polling():
        await pier.until_handled("status", "status")
    await pool.execute("UPDATE inbox SET handled_at = NULL")
    assert await pool.fetchval("SELECT attempts FROM inbox") == 10
    pier.parting = lambda: RuntimeError("a bug")
    async with pier.polling():
        await pool_says(pool, "SELECT attempts = 11 FROM inbox")
    pier.parting = lambda: None
    async with pier.polling():
        await pool_says(pool, "SELECT handled_at IS NOT NULL FROM inbox")
    assert (pier.aside, pier.texts) == (["/status"], ["/status"] * 2)


async def test_a_database_that_is_away_at_the_start_is_asked_again_for_what_was_left_over(pool: Pool) -> None:
    class Stumbling(PostgresInbox):
        tries = 0

        async def unhandled(self, most_attempts: int) -> list[tuple[int, str, int]]:
            self.tries += 1
            if self.tries < 3:
                raise ConnectionResetError
            return await super().unhandled(most_attempts)

    dock = Pier(pool)
    async with dock.api:
        async with dock.polling():
            dock.say("status")
            await dock.until_handled("status")
        await pool.execute("UPDATE inbox SET handled_at = NULL")
        dock.inbox = Stumbling(pool)
        async with dock.polling():
            await dock.until_handled("status", "status")


async def pool_says(pool: Pool, query: str) -> None:
    async with asyncio.timeout(SECONDS):
        while not await pool.fetchval(query):  # noqa: ASYNC110  nothing tells of a row
            await asyncio.sleep(0.01)


async def test_a_database_that_is_away_costs_no_try(pier: Pier) -> None:
    errors = [ConnectionResetError() for _ in range(8)]
    pier.trouble = lambda _: errors.pop() if errors else None
    async with pier.polling():
        pier.say("deploy")
        await pier.until_handled("deploy")


async def test_stopping_is_quick_and_what_was_not_handled_is_taken_up_by_the_next_process(pier: Pier) -> None:
    seen = asyncio.Event()
    pier.trouble = lambda _: seen.set()
    pier.patience.clear()
    async with pier.polling() as task:
        pier.say("deploy")
        await seen.wait()
        task.cancel()
        async with asyncio.timeout(5):
            with pytest.raises(asyncio.CancelledError):
                await task
    assert pier.handled == []
    pier.patience.set()
    async with pier.polling():
        await pier.until_handled("deploy")


async def test_a_forged_press_with_what_no_row_can_hold_is_an_update_like_others(pier: Pier) -> None:
    async with pier.polling():
        await pier.world.until(lambda: pier.world.updates.allowed, timeout=SECONDS)
        message = pier.world.say(pier.team, pier.olena, "/lang")
        pier.world.press(message, "lang:\0\ud800uk", by=pier.olena, replay=True)
        pier.say("status")
        await pier.until_handled("lang", "status")
        (press,) = [update.callback_query for update in pier.handled if update.callback_query]
        assert press.data == "lang:\ufffd\ufffduk"


async def test_offsets_only_ever_grow(pier: Pier) -> None:
    async with pier.polling():
        for i in range(20):
            pier.say(f"c{i}")
            await asyncio.sleep(0)
        await pier.until_handled(*(f"c{i}" for i in range(20)))
    offsets = [int(call.params.get("offset", 0)) for call in pier.polls]
    assert all(before <= after for before, after in pairwise(offsets))
