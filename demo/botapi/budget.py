"""Budget: how fast a bot may speak.

One budget per chat for sends and edits together, one for the whole bot. The numbers are field values (Telegram's bot
FAQ, levlam in tdlib/td#2592 and #3034), so all of them can be set.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from demo.botapi.errors import too_many_requests

if TYPE_CHECKING:
    from collections.abc import Callable

EVERYTHING = 0


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """group_calls per group_seconds in a group; chat_burst at once, then one per chat_seconds, in any chat;
    total_calls per second over all chats. early_retry: seconds added to the wait by a call made during it.
    """

    enabled: bool = True
    group_calls: int = 20
    group_seconds: float = 60.0
    chat_burst: int = 5
    chat_seconds: float = 1.0
    total_calls: int = 30
    early_retry: float = 5.0


NO_FLOOD_LIMITS = FloodLimits(enabled=False)


@dataclass(frozen=True, slots=True)
class FloodViolation:
    """A call made although the bot had been told to wait. chat_id: None when the whole bot had to wait."""

    at: datetime
    method: str
    chat_id: int | None
    blocked_until: datetime


@dataclass(slots=True)
class _Window:
    """At most ``calls`` in any ``seconds``."""

    calls: int
    seconds: float
    taken: deque[datetime] = field(default_factory=deque)

    def wait(self, now: datetime) -> float:
        """Seconds until a call fits; 0: now."""
        while self.taken and (now - self.taken[0]).total_seconds() >= self.seconds:
            self.taken.popleft()
        if len(self.taken) < self.calls:
            return 0.0
        return self.seconds - (now - self.taken[0]).total_seconds()


@dataclass(slots=True)
class _Burst:
    """A bucket of ``size`` calls that refills by one every ``seconds``."""

    size: int
    seconds: float
    level: float
    at: datetime

    def wait(self, now: datetime) -> float:
        """Seconds until a call fits; 0: now."""
        self.level = min(self.size, self.level + (now - self.at).total_seconds() / self.seconds)
        self.at = now
        return 0.0 if self.level >= 1 else (1 - self.level) * self.seconds


class Budget:
    """Decides on every send and edit. violations: calls made inside a window the bot was told to wait for."""

    def __init__(self, limits: FloodLimits, now: Callable[[], datetime]) -> None:
        self.limits = limits
        self.violations: list[FloodViolation] = []
        self.refused = 0
        self._now = now
        self._blocked: dict[int | str, datetime] = {}
        self._groups: dict[int, _Window] = {}
        self._chats: dict[int, _Burst] = {}
        self._total = _Window(limits.total_calls, 1.0)

    def charge(self, method: str, chat_id: int, *, is_group: bool) -> None:
        """Take one call from the budget. Raises Refusal 429 when it is empty or a wait is under way."""
        now = self._now()
        for key in (chat_id, EVERYTHING):
            self.heed(method, key)
        if not self.limits.enabled:
            return
        waits = {EVERYTHING: self._total.wait(now), chat_id: self._chat(chat_id, now).wait(now)}
        if is_group:
            waits[chat_id] = max(waits[chat_id], self._group(chat_id).wait(now))
        key, wait = max(waits.items(), key=lambda each: each[1])
        if wait > 0:
            self.refuse(key, math.ceil(wait))
        self._total.taken.append(now)
        self._chats[chat_id].level -= 1
        if is_group:
            self._groups[chat_id].taken.append(now)

    def heed(self, method: str, key: int | str) -> None:
        """Refuse a call made during a wait, and lengthen the wait. key: chat id, method name, or EVERYTHING."""
        now, until = self._now(), self._blocked.get(key)
        if until is None or now >= until:
            return
        chat_id = key if isinstance(key, int) and key != EVERYTHING else None
        self.violations.append(FloodViolation(now, method, chat_id, until))
        self.refuse(key, math.ceil((until - now).total_seconds() + self.limits.early_retry))

    def refuse(self, key: int | str, seconds: int) -> None:
        """Answer 429 and remember the wait. Raises Refusal."""
        self.refused += 1
        self._blocked[key] = self._now() + timedelta(seconds=seconds)
        raise too_many_requests(seconds)

    def _group(self, chat_id: int) -> _Window:
        return self._groups.setdefault(chat_id, _Window(self.limits.group_calls, self.limits.group_seconds))

    def _chat(self, chat_id: int, now: datetime) -> _Burst:
        size = self.limits.chat_burst
        return self._chats.setdefault(chat_id, _Burst(size, self.limits.chat_seconds, size, now))
