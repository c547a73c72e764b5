"""The outbox: letters are rows until they are delivered, and the postman brings them in the right order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import SendMessage

import handlers.outbox
from handlers.budget import Pace
from handlers.outbox import Live, Postman
from ops.store.outbox import NOTICE, REPLY, RESULT, TAKEN_SECONDS, Destination, Draft, Letter, PostgresOutbox
from ops.store.postgres import open_pool

if TYPE_CHECKING:
    from ops.store.postgres import Pool

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
TEAM = Destination(-100)
BRISK = Pace(per_minute=1000, gap=0.0, edit_gap=0.05, reserve=0)
ASKED = SendMessage(chat_id=-100, text="x")


class Round:
    """Stands where Telegram is: notes what is delivered; answers with the errors it was given first."""

    def __init__(self, *errors: Exception) -> None:
        self.delivered: list[str] = []
        self.tries: list[tuple[str, float]] = []
        self.drawn = 0
        self.stuck = False
        self._errors = list(errors)
        self._changed = asyncio.Event()

    async def deliver(self, letter: Letter, to: Destination) -> int | None:
        del to
        self.tries.append((letter.key, asyncio.get_running_loop().time()))
        if self._errors:
            raise self._errors.pop(0)
        self.delivered.append(letter.key)
        self._changed.set()
        if self.stuck:
            await asyncio.Event().wait()
        return 7

    async def redraw(self, live: Live) -> bool:
        del live
        self.drawn += 1
        self._changed.set()
        return False

    async def card_chat(self, live: Live) -> int | None:
        del live
        return TEAM.chat_id

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not true():
                self._changed.clear()
                await self._changed.wait()


@contextlib.asynccontextmanager
async def on_the_way(outbox: PostgresOutbox, round_: Round) -> AsyncIterator[Postman]:
    postman = Postman(outbox, round_, lambda: NOW, group=BRISK, private=BRISK)
    task = asyncio.create_task(postman.run())
    try:
        yield postman
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def outbox(pool: Pool) -> PostgresOutbox:
    return PostgresOutbox(pool)


def draft(key: str, urgency: int = REPLY, kind: str = "say", chat: int = -100) -> Draft:
    return Draft(Destination(chat), key, kind, '{"html": "x"}', urgency, NOW)


async def keys(outbox: PostgresOutbox) -> list[str]:
    return [letter.key for letter in await outbox.waiting(0, 100)]


async def until_empty(outbox: PostgresOutbox) -> None:
    async with asyncio.timeout(20):
        while await outbox.waiting(0, 1):  # noqa: ASYNC110  nothing tells of a row
            await asyncio.sleep(0.02)


async def test_letters_wait_in_the_order_they_were_written_and_each_key_once(outbox: PostgresOutbox) -> None:
    assert [await outbox.add(draft(key)) for key in ("a", "b", "a", "c")] == [True, True, False, True]
    assert await keys(outbox) == ["a", "b", "c"]
    first, second, _ = await outbox.waiting(0, 100)
    assert [letter.key for letter in await outbox.waiting(first.id, 1)] == ["b"]
    await outbox.delivered(first.id, 7, NOW)
    await outbox.drop(second.id, "chat deleted")
    assert await keys(outbox) == ["c"]
    assert await outbox.message_of("a") == (TEAM, 7)
    assert await outbox.message_of("b") is None
    assert not await outbox.add(draft("a")), "what was delivered is not queued again"


async def test_letters_follow_a_chat_that_has_moved(outbox: PostgresOutbox) -> None:
    await outbox.add(draft("a"))
    await outbox.add(draft("b", chat=9))
    await outbox.move(-100, -200)
    assert [letter.to.chat_id for letter in await outbox.waiting(0, 10)] == [-200, 9]
    assert await outbox.moves() == {-100: -200}


async def test_the_urgent_goes_first_but_a_beginning_before_its_end(outbox: PostgresOutbox) -> None:
    await outbox.add(draft("reply:1:1"))
    await outbox.add(draft("run:5", NOTICE, "run"))
    await outbox.add(draft("run-ended:5", RESULT, "run-ended"))
    round_ = Round()
    async with on_the_way(outbox, round_):
        await until_empty(outbox)
    assert round_.delivered == ["run:5", "run-ended:5", "reply:1:1"]


async def test_nothing_is_sent_before_retry_after_is_over_and_nothing_is_lost(outbox: PostgresOutbox) -> None:
    round_ = Round(TelegramRetryAfter(ASKED, "slow down", 1))
    for key in ("a", "b"):
        await outbox.add(draft(key))
    async with on_the_way(outbox, round_):
        await until_empty(outbox)
    assert [key for key, _ in round_.tries] == ["a", "a", "b"]
    (_, refused), (_, again), _ = round_.tries
    assert again - refused >= 1


async def test_a_refusal_for_good_drops_one_letter_and_an_outage_none(outbox: PostgresOutbox, pool: Pool) -> None:
    round_ = Round(TelegramBadRequest(ASKED, "chat not found"), TelegramNetworkError(ASKED, "away"))
    for key in ("a", "b"):
        await outbox.add(draft(key))
    async with on_the_way(outbox, round_):
        await until_empty(outbox)
    assert round_.delivered == ["b"]
    assert await pool.fetchval("SELECT dropped FROM outbox WHERE key = 'a'")


async def test_many_changes_of_a_card_are_drawn_once_and_after_the_letters(outbox: PostgresOutbox) -> None:
    round_ = Round()
    await outbox.add(draft("a"))
    async with on_the_way(outbox, round_) as postman:
        for _ in range(200):
            postman.redraw(5)
        await round_.until(lambda: round_.drawn > 0)
        for _ in range(200):
            postman.redraw(5)
        await round_.until(lambda: round_.drawn > 1)
    assert round_.delivered == ["a"]
    assert round_.drawn <= 4


async def test_what_was_sent_but_not_noted_before_a_crash_is_sent_again_by_the_next_process(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers.outbox, "_STOP_SECONDS", 0.01)
    async with await open_pool(dsn) as pool:
        outbox = PostgresOutbox(pool)
        await outbox.add(draft("a"))
        crashed = Round()
        crashed.stuck = True
        async with on_the_way(outbox, crashed):
            await crashed.until(lambda: crashed.delivered == ["a"])
    async with await open_pool(dsn) as pool:
        outbox = PostgresOutbox(pool)
        assert await keys(outbox) == ["a"]
        second = Round()
        async with on_the_way(outbox, second):
            await until_empty(outbox)
        assert second.delivered == ["a"]


async def test_a_letter_belongs_to_whom_took_it_until_that_one_must_be_dead(pool: Pool) -> None:
    first, second = PostgresOutbox(pool, "first"), PostgresOutbox(pool, "second")
    await first.add(draft("a"))
    (letter,) = await second.waiting(0, 10)
    assert [await first.take(letter.id), await first.take(letter.id), await second.take(letter.id)] == [
        True,
        True,
        False,
    ]
    await pool.execute("UPDATE outbox SET taken_at = taken_at - make_interval(secs => $1)", TAKEN_SECONDS)
    assert [await second.take(letter.id), await first.take(letter.id)] == [True, False]
    await second.delivered(letter.id, 1, NOW)
    assert [await first.take(letter.id), await second.take(letter.id)] == [False, False]


async def test_two_bots_on_one_database_tell_everything_once(pool: Pool) -> None:
    outboxes = [PostgresOutbox(pool, name) for name in ("first", "second")]
    for number in range(40):
        await outboxes[0].add(draft(f"k{number}", chat=-100 - number % 4))
    rounds = [Round(), Round()]
    async with on_the_way(outboxes[0], rounds[0]), on_the_way(outboxes[1], rounds[1]):
        await until_empty(outboxes[0])
    told = [key for each in rounds for key in each.delivered]
    assert sorted(told) == sorted(f"k{number}" for number in range(40))
