"""Letters: each kind of outbox row, and how it becomes messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from handlers.cards.attention import attention_card
from handlers.cards.card import Card
from handlers.cards.run import result_card, run_card
from handlers.telegram import Delivery, Document, Sender

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from handlers.cards.run_log import RunLog
    from handlers.i18n import Texts
    from ops.store.journal import PostgresJournal
    from ops.store.outbox import Destination, Letter, PostgresOutbox


class Letters:
    """Draws letters and live cards, and sends them. See handlers.outbox.Delivering.

    ``say``: a card as it stands in the row. ``edit``: the same, into a message that is there.
    ``run``: the living card of a run. ``run-ended``: its last state, and the result as a new message.
    ``attention``: a run asks what became of a step.
    """

    def __init__(
        self,
        sender: Sender,
        journal: PostgresJournal,
        outbox: PostgresOutbox,
        *,
        team: Texts,
        run_log: RunLog,
        now: Callable[[], datetime],
    ) -> None:
        self._sender = sender
        self._journal = journal
        self._outbox = outbox
        self._team = team
        self._run_log = run_log
        self._now = now
        self._shown: dict[int, Card] = {}

    async def deliver(self, letter: Letter, to: Destination) -> int | None:
        """See Delivering.deliver."""
        body = json.loads(letter.body)
        match letter.kind:
            case "say":
                return await self._sender.send(_delivery(body, to))
            case "edit":
                if await self._sender.edit(to, body["message"], Card.from_data(body)):
                    return int(body["message"])
                return await self._sender.send(_delivery(body, to))
            case "run":
                return await self._send_card(body["run"], to)
            case "run-ended":
                return await self._send_result(body["run"], to)
            case "attention":
                return await self._ask(body["run"], to)
            case _:
                raise ValueError(letter.kind)

    async def redraw(self, run_id: int) -> bool:
        """See Delivering.redraw."""
        place = await self._outbox.message_of(f"run:{run_id}")
        run = await self._journal.load(run_id)
        if place is None or run.end is not None:
            self._shown.pop(run_id, None)
            return False
        card = run_card(run, self._team, self._now())
        if card != self._shown.get(run_id):
            await self._replace(run_id, *place, card)
            self._shown[run_id] = card
        return True

    async def card_chat(self, run_id: int) -> int | None:
        """See Delivering.card_chat."""
        place = await self._outbox.message_of(f"run:{run_id}")
        return place[0].chat_id if place else None

    async def _send_card(self, run_id: int, to: Destination) -> int:
        card = run_card(await self._journal.load(run_id), self._team, self._now())
        self._shown[run_id] = card
        return await self._sender.send(Delivery(to, card))

    async def _send_result(self, run_id: int, to: Destination) -> int:
        run = await self._journal.load(run_id)
        place = await self._outbox.message_of(f"run:{run_id}")
        if place is not None:
            await self._replace(run_id, *place, run_card(run, self._team, self._now()))
            place = await self._outbox.message_of(f"run:{run_id}")
        text = self._run_log.text(run, await self._journal.log(run_id))
        document = Document(self._run_log.name(run), text.encode())
        card = result_card(run, self._team)
        return await self._sender.send(Delivery(to, card, document, reply_to=place[1] if place else None))

    async def _ask(self, run_id: int, to: Destination) -> int | None:
        """Ask what became of a step; nothing when it was answered meanwhile."""
        run = await self._journal.load(run_id)
        if run.end is not None or not run.asked:
            return None
        place = await self._outbox.message_of(f"run:{run_id}")
        card = attention_card(run, self._team, self._now())
        return await self._sender.send(Delivery(to, card, reply_to=place[1] if place else None))

    async def _replace(self, run_id: int, to: Destination, message_id: int, card: Card) -> None:
        """Edit a run's card; where it is gone (deleted, or the chat has moved) send it anew."""
        if not await self._sender.edit(to, message_id, card):
            fresh = await self._sender.send(Delivery(to, card, silent=True))
            await self._outbox.replace_message(f"run:{run_id}", to, fresh)


def _delivery(body: dict[str, object], to: Destination) -> Delivery:
    file = body.get("document")
    document = Document(file["name"], file["content"].encode()) if isinstance(file, dict) else None
    reply_to = body.get("reply_to")
    return Delivery(
        to=to,
        card=Card.from_data(body),
        document=document,
        reply_to=reply_to if isinstance(reply_to, int) else None,
        silent=bool(body.get("silent")),
    )
