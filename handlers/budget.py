"""Budget: how soon the next message or edit may go to a chat. Pure: the clock's reading is passed in.

Telegram allows a group about 20 messages a minute, edits included, and any chat about one a second;
whoever asks before ``retry_after`` is over waits longer. Some room is kept for what is urgent.
Source: tdlib/td issues 2592 and 3034, and the Bot API FAQ.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """per_minute: messages and edits together; gap: seconds between any two; edit_gap: between two live edits.

    reserve: of the minute's messages, those that live edits leave to answers and results. messages: new ones alone.
    """

    per_minute: int
    gap: float
    edit_gap: float
    reserve: int
    messages: int = 1_000_000


GROUP = Pace(per_minute=18, gap=1.0, edit_gap=3.0, reserve=5, messages=15)
PRIVATE = Pace(per_minute=50, gap=1.0, edit_gap=1.5, reserve=10)


@dataclass(slots=True)
class Budget:
    """What one chat has had lately. Times are seconds of any steady clock."""

    pace: Pace
    _sent: deque[float] = field(default_factory=deque)
    _messages: deque[float] = field(default_factory=deque)
    _last_edit: float = float("-inf")
    _blocked_until: float = float("-inf")

    def wait(self, now: float, *, edit: bool) -> float:
        """Return the seconds until a message, or a live edit, may go; 0 for now."""
        while self._sent and self._sent[0] <= now - _MINUTE:
            self._sent.popleft()
        earliest = self._blocked_until
        if self._sent:
            earliest = max(earliest, self._sent[-1] + self.pace.gap)
        if edit:
            earliest = max(earliest, self._last_edit + self.pace.edit_gap)
        most = self.pace.per_minute - (self.pace.reserve if edit else 0)
        if len(self._sent) >= most:
            earliest = max(earliest, self._sent[len(self._sent) - most] + _MINUTE)
        while self._messages and self._messages[0] <= now - _MINUTE:
            self._messages.popleft()
        if not edit and len(self._messages) >= self.pace.messages:
            earliest = max(earliest, self._messages[len(self._messages) - self.pace.messages] + _MINUTE)
        return max(0.0, earliest - now)

    def spend(self, now: float, *, edit: bool) -> None:
        """Note that one went."""
        self._sent.append(now)
        if edit:
            self._last_edit = now
        else:
            self._messages.append(now)

    def block(self, now: float, seconds: float) -> None:
        """Note that Telegram wants quiet."""
        self._blocked_until = max(self._blocked_until, now + seconds)
