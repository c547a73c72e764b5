"""Reply: what is said to one person because of one update. Queued, so it survives; once, however often retried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.markup import CAPTION_UNITS, MESSAGE_UNITS, cut
from ops.store.outbox import REPLY, Draft

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from handlers.cards.card import Card
    from handlers.telegram import Document
    from ops.store.outbox import Destination, PostgresOutbox


class Reply:
    """Answers where the question was asked. ``message_id``: the message with the pressed button, if one was."""

    def __init__(
        self,
        outbox: PostgresOutbox,
        wake: Callable[[], None],
        now: Callable[[], datetime],
        *,
        to: Destination,
        update_id: int,
        asked: int | None,
        message_id: int | None,
    ) -> None:
        self.to = to
        self.update_id = update_id
        self._outbox = outbox
        self._wake = wake
        self._now = now
        self._asked = asked
        self._message_id = message_id
        self._count = 0

    async def say(self, card: Card, document: Document | None = None) -> None:
        """Send a new message, as an answer to the one that asked."""
        extra: dict[str, Any] = {"reply_to": self._asked}
        if document:
            extra["document"] = {"name": document.name, "content": document.content.decode()}
        await self._queue("say", card, CAPTION_UNITS if document else MESSAGE_UNITS, extra)

    async def edit(self, card: Card) -> None:
        """Put the card in place of the message whose button was pressed."""
        if self._message_id is None:
            await self.say(card)
        else:
            await self._queue("edit", card, MESSAGE_UNITS, {"message": self._message_id})

    async def queue(self, draft: Draft) -> None:
        """Queue a letter of a kind of its own."""
        await self._outbox.add(draft)
        self._wake()

    async def _queue(self, kind: str, card: Card, most: int, extra: dict[str, Any]) -> None:
        self._count += 1
        whole = type(card)(cut(card.text, most), card.rows)
        key = f"reply:{self.update_id}:{self._count}"
        await self._outbox.add(Draft(self.to, key, kind, whole.to_json(**extra), REPLY, self._now()))
        self._wake()
