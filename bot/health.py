"""Health: whether the bot does its work: the loop turns, the clock's jobs run, rows are written, Telegram answers."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

_TELEGRAM_STALE = timedelta(seconds=120)
"""Two long polls and a little: a silence longer than that means that Telegram is out of reach."""
_SCHEDULER_STALE = timedelta(seconds=60)
_LOOP_STALE = timedelta(seconds=10)
_LOOP_SECONDS = 1.0
_WRITE_SECONDS = 4.0
_WRITE_EVERY = 1.0


PARTS: Final = ("loop", "scheduler", "database", "telegram")


@dataclass(frozen=True, slots=True)
class State:
    """How it does. commit: what runs here, if known."""

    telegram: bool
    database: bool
    scheduler: bool
    loop: bool
    commit: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return all(getattr(self, part) for part in PARTS)

    def to_data(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return asdict(self)


class Health:
    """Looks after all of it. last_answer: Telegram's; write: raises when the database takes nothing."""

    def __init__(
        self,
        last_answer: Callable[[], datetime | None],
        write: Callable[[], Awaitable[object]],
        now: Callable[[], datetime],
        commit: str = "",
    ) -> None:
        self._last_answer = last_answer
        self._write = write
        self._now = now
        self._commit = commit
        self._turn = asyncio.Lock()
        self._again_at = float("-inf")
        self._takes_rows = False
        self.looped_at: datetime | None = None
        """When the loop turned last."""
        self.scheduled_at: datetime | None = None
        """When a job of the clock ran last."""

    async def run(self) -> None:
        """Note that the loop turns, until cancelled."""
        while True:
            self.looped_at = self._now()
            await asyncio.sleep(_LOOP_SECONDS)

    async def scheduler_ran(self) -> None:
        """Note that the clock's jobs run."""
        self.scheduled_at = self._now()

    async def look(self) -> State:
        """Return how it does at this moment."""
        now = self._now()
        return State(
            telegram=_fresh(self._last_answer(), now, _TELEGRAM_STALE),
            database=await self._writes(),
            scheduler=_fresh(self.scheduled_at, now, _SCHEDULER_STALE),
            loop=_fresh(self.looped_at, now, _LOOP_STALE),
            commit=self._commit,
        )

    async def _writes(self) -> bool:
        """Return whether the database takes a row; whoever asks more often than once a second hears the same again."""
        async with self._turn:
            clock = asyncio.get_running_loop().time
            if clock() >= self._again_at:
                self._takes_rows = await self._try_to_write()
                self._again_at = clock() + _WRITE_EVERY
            return self._takes_rows

    async def _try_to_write(self) -> bool:
        try:
            async with asyncio.timeout(_WRITE_SECONDS):
                await self._write()
        except Exception:  # noqa: BLE001  whatever it is, the answer is no
            return False
        return True


def _fresh(at: datetime | None, now: datetime, stale: timedelta) -> bool:
    return at is not None and now - at < stale
