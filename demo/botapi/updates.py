"""UpdateQueue: what happened and was not yet confirmed by the bot.

Source: telegram-bot-api, Client.cpp (getUpdates): an update is confirmed only by a later call with a higher offset,
kept 24 hours from the message's date, callback queries 150 seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MESSAGE_LIFETIME = timedelta(hours=24)
CALLBACK_LIFETIME = timedelta(seconds=150)
MAX_BATCH = 100
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(eq=False, slots=True)
class Update:
    """One update. queue: updates of one queue reach a webhook in order. deliveries: when it was handed out."""

    id: int
    kind: str
    payload: dict[str, Any] = field(repr=False)
    expires: datetime
    queue: str
    deliveries: list[datetime] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The Bot API's Update."""
        return {"update_id": self.id, self.kind: self.payload}


class UpdateQueue:
    """Pending updates, oldest first.

    sent: every update ever made, delivered or not. allowed: the last allowed_updates, empty for the default set.
    """

    def __init__(self, now: Callable[[], datetime], first_id: int = 731_204_001) -> None:
        self._now = now
        self._next_id = first_id
        self._pending: list[Update] = []
        self._again: list[Update] = []
        self.sent: list[Update] = []
        self.allowed: tuple[str, ...] = ()

    @property
    def pending(self) -> list[Update]:
        """What the next poll would find, redeliveries first."""
        now = self._now()
        self._pending = [each for each in self._pending if each.expires > now]
        return [*self._again, *self._pending]

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Choose the kinds of future updates; None keeps the previous choice."""
        if kinds is not None:
            self.allowed = tuple(kinds)

    def wants(self, kind: str) -> bool:
        """Whether updates of that kind are made."""
        return kind in self.allowed if self.allowed else kind not in UNASKED

    def add(self, kind: str, payload: dict[str, Any], date: datetime, lifetime: timedelta, queue: str) -> Update | None:
        """Queue an update, unless the bot did not ask for its kind. date: of what happened."""
        if not self.wants(kind):
            return None
        update = Update(self._next_id, kind, payload, date + lifetime, queue)
        self._next_id += 1
        self._pending.append(update)
        self.sent.append(update)
        return update

    def redeliver(self, update: Update, times: int = 1) -> None:
        """Deliver an update again, confirmed or not, once in each of the next ``times`` answers."""
        self._again += [update] * times

    def skip_ids(self, count: int) -> None:
        """Leave a gap, as Telegram does after a week of silence."""
        self._next_id += count

    def fetch(self, offset: int, limit: int) -> list[Update]:
        """Confirm by offset, then hand out up to ``limit`` updates. An offset from the future means the next one."""
        offset = min(offset, self._next_id)
        if offset > 0:
            self._pending = [each for each in self._pending if each.id >= offset]
        elif offset < 0:
            self._pending = self._pending[offset:]
        batch = self._take_again(limit)
        batch += [each for each in self.pending if each not in batch and each not in self._again][: limit - len(batch)]
        for update in batch:
            update.deliveries.append(self._now())
        return batch

    def _take_again(self, limit: int) -> list[Update]:
        batch: list[Update] = []
        for update in list(self._again):
            if update not in batch and len(batch) < limit:
                batch.append(update)
                self._again.remove(update)
        return batch

    def confirm(self, update: Update) -> None:
        """Forget one update: a webhook took it."""
        for pending in (self._again, self._pending):
            if update in pending:
                pending.remove(update)
                return

    def clear(self) -> None:
        """Forget everything: drop_pending_updates."""
        self._pending.clear()
        self._again.clear()
