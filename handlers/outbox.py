"""Postman: brings the outbox to Telegram: one budget per chat, the urgent first, nothing lost.

Letters are rows: they stay until Telegram has taken them. Live edits are not: they are drawn from the
journal when their turn comes, so only the newest state is ever drawn, and a lost one costs nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import structlog
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from handlers.budget import GROUP, PRIVATE, Budget, Pace
from ops.store.outbox import REPLY, Draft

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from ops.store.outbox import Destination, Letter, PostgresOutbox

log = structlog.get_logger()

_PATIENCE = (1.0, 2.0, 3.0, 5.0, 8.0, 10.0)
"""Seconds between tries while Telegram cannot be reached; no longer: in a storm chance makes many in a row."""
# A gateway in front of Telegram answers 502 with HTML, which aiogram cannot decode.
_AWAY = (TelegramNetworkError, TelegramServerError, ClientDecodeError)
_BATCH = 200
_MERGED = frozenset({"incident", "alerts"})
_DIGEST_FROM = 4
"""So many incidents, or alerts from elsewhere, that wait for one chat come as one message."""
_ASIDE_SECONDS = 5.0
_STOP_SECONDS = 5.0
_TICK_SECONDS = 10.0
"""How often the card of a run is drawn again while nothing happens but time."""
_GATHER_SECONDS = 0.05
"""How long changes of runs gather before they are looked at again: quick steps follow each other faster."""
_LOOK_SECONDS = 5.0
"""How often the table is looked at unasked: for what another process queued."""


Live = int | str
"""A message that is edited as things change: a run's card by the run's number, any other by the key of its letter."""


class Delivering(Protocol):
    """What turns a letter into calls."""

    async def deliver(self, letter: Letter, to: Destination) -> int | None:
        """Send a letter; return its message's id. Raises aiogram's errors."""

    async def redraw(self, live: Live) -> bool:
        """Edit a living message to its newest state; False when there is nothing more to draw by the clock."""

    async def card_chat(self, live: Live) -> int | None:
        """Return the chat of a living message, or None while it has none."""


@dataclass(slots=True)
class _Box:
    """What waits for one chat."""

    budget: Budget
    letters: dict[int, Letter] = field(default_factory=dict)
    aside: set[int] = field(default_factory=set)
    redraws: dict[Live, None] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    failures: int = 0

    def first_letter(self) -> Letter | None:
        """Return the most urgent letter; but a run's beginning is told before its end."""
        ready = [letter for letter in self.letters.values() if letter.id not in self.aside]
        first = min(ready, key=lambda letter: (letter.urgency, letter.id), default=None)
        if first is not None and first.kind == "run-ended":
            beginning = first.key.replace("run-ended", "run")
            return next((letter for letter in ready if letter.key == beginning), first)
        return first


class Postman:
    """Delivers letters and live edits until it is stopped."""

    def __init__(
        self,
        outbox: PostgresOutbox,
        delivering: Delivering,
        now: Callable[[], datetime],
        *,
        group: Pace = GROUP,
        private: Pace = PRIVATE,
        digest: Callable[[Sequence[Letter], Destination], Awaitable[int]] | None = None,
        instead: Callable[[Letter], Sequence[Destination]] = lambda _: (),
    ) -> None:
        """digest: sends one message for many letters of one kind. instead: where to say what a chat does not take."""
        self._outbox = outbox
        self._delivering = delivering
        self._now = now
        self._paces = group, private
        self._digest = digest
        self._instead = instead
        self._boxes: dict[int, _Box] = {}
        self._moves: dict[int, int] = {}
        self._queued: set[int] = set()
        self._woken = asyncio.Event()
        self._returned = asyncio.Event()
        self._urgent = asyncio.Event()
        self._dirty: set[Live] = set()
        self._ticking: set[Live] = set()
        self._sending: set[asyncio.Task[None]] = set()
        self.refusals = 0
        """How often Telegram wanted us to wait."""

    def wake(self) -> None:
        """Look for new letters now."""
        self._urgent.set()
        self._woken.set()

    def redraw(self, live: Live) -> None:
        """Have a run's card, or another living message, drawn again when its chat's turn comes."""
        self._dirty.add(live)
        self._woken.set()

    def telegram_is_back(self) -> None:
        """Try again now what could not be delivered while Telegram was away."""
        self._returned.set()

    def current(self, chat_id: int) -> int:
        """Return a chat's id as it is by now."""
        return self._moves.get(chat_id, chat_id)

    async def run(self) -> None:
        """Deliver until cancelled."""
        self._moves = await self._outbox.moves()
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    await self._collect_soon(group)
        finally:
            # What is being sent is noted as sent, or the next process would send it again.
            if self._sending:
                await asyncio.wait(self._sending, timeout=_STOP_SECONDS)

    async def _collect_soon(self, group: asyncio.TaskGroup) -> None:
        self._urgent.clear()
        self._woken.clear()
        try:
            await self._collect(group)
        except Exception:  # a task's boundary: the database may be away for a while
            log.exception("the outbox cannot be read")
        # Not wait_for: Python 3.11's forgets a cancel that comes together with what it waits for.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GATHER_SECONDS):
                await self._urgent.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._woken.wait()

    async def _collect(self, group: asyncio.TaskGroup) -> None:
        """Put what is new into the boxes of its chats."""
        # What is delivered while the rows are read still stands among them.
        known = set(self._queued)
        for letter in await self._outbox.waiting(0, _BATCH + len(known)):
            if letter.id not in known:
                self._queued.add(letter.id)
                box = self._box(self.current(letter.to.chat_id), group)
                box.letters[letter.id] = letter
                box.arrived.set()
        while self._dirty:
            live = self._dirty.pop()
            chat_id = await self._delivering.card_chat(live)
            if chat_id is not None:
                box = self._box(self.current(chat_id), group)
                box.redraws[live] = None
                box.arrived.set()

    def _box(self, chat_id: int, group: asyncio.TaskGroup) -> _Box:
        if chat_id not in self._boxes:
            # Groups and channels have negative ids.
            self._boxes[chat_id] = _Box(Budget(self._paces[0] if chat_id < 0 else self._paces[1]))
            group.create_task(self._serve(chat_id, self._boxes[chat_id]), name=f"chat {chat_id}")
        return self._boxes[chat_id]

    async def _serve(self, chat_id: int, box: _Box) -> None:
        """Deliver what waits for one chat, for ever."""
        clock = asyncio.get_running_loop().time
        while True:
            letter = box.first_letter()
            if letter is None and not box.redraws:
                box.arrived.clear()
                await box.arrived.wait()
                continue
            pause = box.budget.wait(clock(), edit=letter is None)
            if pause > 0:
                # What is urgent may arrive meanwhile and may go sooner.
                box.arrived.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await box.arrived.wait()
                continue
            box.budget.spend(clock(), edit=letter is None)
            try:
                sending = asyncio.create_task(self._one(box, letter))
                self._sending.add(sending)
                sending.add_done_callback(self._sending.discard)
                await asyncio.shield(sending)
                box.failures = 0
            except TelegramRetryAfter as error:
                self.refusals += 1
                box.budget.block(clock(), error.retry_after + 0.5)
            except TelegramMigrateToChat as error:
                await self.move(chat_id, error.migrate_to_chat_id)
            except _AWAY as error:
                box.failures += 1
                log.warning("Telegram cannot be reached", chat=chat_id, tries=box.failures, why=type(error).__name__)
                await self._until_back(_PATIENCE[min(box.failures, len(_PATIENCE)) - 1])
            except Exception:  # a task's boundary: the database may be away for a while
                log.exception("delivering later", chat=chat_id, letter=letter.key if letter else "")
                if letter is not None:
                    # Set aside for a while, so that one that cannot be drawn does not hold up the others.
                    box.aside.add(letter.id)
                    asyncio.get_running_loop().call_later(_ASIDE_SECONDS, self._try_again, box, letter.id)

    async def _until_back(self, seconds: float) -> None:
        """Wait so long, or until Telegram is known to be back."""
        self._returned.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._returned.wait()

    async def _one(self, box: _Box, letter: Letter | None) -> None:
        if letter is None:
            await self._redraw_one(box, next(iter(box.redraws)))
            return
        if letter.kind in _MERGED and self._digest is not None:
            together = [each for each in box.letters.values() if each.kind == letter.kind and each.id not in box.aside]
            if len(together) >= _DIGEST_FROM:
                await self._deliver_together(box, together)
                return
        if not await self._outbox.take(letter.id):
            # Another bot delivers it, or has; if that one dies, it will be found waiting again.
            self._forget(box, letter)
            return
        to = letter.to
        target = type(to)(self.current(to.chat_id), to.thread_id)
        try:
            message_id = await self._delivering.deliver(letter, target)
        except (TelegramRetryAfter, TelegramMigrateToChat, *_AWAY):
            raise
        except TelegramAPIError as error:
            # Refused for good, in the simplest form too: kicked out, chat deleted.
            await self._give_up(letter, error.message)
        else:
            await self._outbox.delivered(letter.id, message_id, self._now())
        self._forget(box, letter)

    async def _deliver_together(self, box: _Box, letters: Sequence[Letter]) -> None:
        """Send one message for many letters, rather than a flood of them."""
        taken = []
        for each in letters:
            if await self._outbox.take(each.id):
                taken.append(each)
            else:
                self._forget(box, each)
        if not taken or self._digest is None:
            return
        to = taken[0].to
        try:
            await self._digest(taken, type(to)(self.current(to.chat_id), to.thread_id))
        except (TelegramRetryAfter, TelegramMigrateToChat, *_AWAY):
            raise
        except TelegramAPIError as error:
            for each in taken:
                await self._give_up(each, error.message)
        else:
            for each in taken:
                await self._outbox.delivered(each.id, None, self._now())
        for each in taken:
            self._forget(box, each)

    async def _give_up(self, letter: Letter, why: str) -> None:
        """Note that a chat does not take a letter; what matters is said elsewhere."""
        log.warning("a message cannot be delivered", letter=letter.key, why=why)
        if letter.urgency < REPLY:
            for to in self._instead(letter):
                key = f"{letter.key}:to:{to.chat_id}"
                await self._outbox.add(Draft(to, key, letter.kind, letter.body, letter.urgency, letter.at))
        await self._outbox.drop(letter.id, why)
        self.wake()

    def _forget(self, box: _Box, letter: Letter) -> None:
        del box.letters[letter.id]
        self._queued.discard(letter.id)

    async def _redraw_one(self, box: _Box, live: Live) -> None:
        del box.redraws[live]
        try:
            goes_on = await self._delivering.redraw(live)
        except (TelegramRetryAfter, TelegramMigrateToChat, *_AWAY):
            self._dirty.add(live)
            raise
        except TelegramAPIError as error:
            # Nothing is lost: the end of the run is a letter of its own.
            log.warning("a card cannot be edited", card=live, why=error.message)
            return
        if goes_on and live not in self._ticking:
            self._ticking.add(live)
            asyncio.get_running_loop().call_later(_TICK_SECONDS, self._tick, live)

    @staticmethod
    def _try_again(box: _Box, letter_id: int) -> None:
        box.aside.discard(letter_id)
        box.arrived.set()

    def _tick(self, live: Live) -> None:
        self._ticking.discard(live)
        self.redraw(live)

    async def move(self, old_id: int, new_id: int) -> None:
        """Follow a group that became a supergroup."""
        await self._outbox.move(old_id, new_id)
        self._moves[old_id] = new_id
        box = self._boxes.get(old_id)
        if box is not None:
            self._queued -= box.letters.keys()
            box.letters.clear()
            box.redraws.clear()
        self.wake()
