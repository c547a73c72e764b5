"""Letters about incidents: drawn from their rows when they are delivered, so only the newest state is ever told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.cards.incident import digest_card, incident_card, note_card, over_card
from handlers.markup import Html, escape
from handlers.telegram import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from handlers.cards.card import Card
    from handlers.i18n import Texts
    from handlers.telegram import Sender
    from ops.inventory import Inventory
    from ops.store.incidents import PostgresIncidents
    from ops.store.outbox import Destination, PostgresOutbox
    from ops.watch.telling import Incident

    Body = dict[str, Any]


class IncidentLetters:
    """``incident``: a message of its own. ``incident-edit``: that message as it has to be now.

    ``incident-ended``: its last state, and a silent answer to it. ``incident-note``: a reminder, or a call for help.
    """

    def __init__(
        self,
        sender: Sender,
        incidents: PostgresIncidents,
        outbox: PostgresOutbox,
        inventory: Inventory,
        *,
        team: Texts,
        now: Callable[[], datetime],
    ) -> None:
        self._sender = sender
        self._incidents = incidents
        self._outbox = outbox
        self._inventory = inventory
        self._team = team
        self._now = now
        self.kinds = {
            "incident": self._tell,
            "incident-edit": self._edit,
            "incident-ended": self._end,
            "incident-note": self._note,
        }

    async def digest(self, bodies: Sequence[Body], to: Destination) -> int:
        """Send one message for many incidents that were to be told."""
        found = [await self._incidents.load(body["incident"]) for body in bodies]
        card = digest_card([each for each in found if each is not None], self._team, self._now())
        return await self._sender.send(Delivery(to, card))

    async def _tell(self, body: Body, to: Destination) -> int | None:
        incident = await self._incidents.load(body["incident"])
        if incident is None:
            return None
        before = await self._place(incident, incident.told - 1)
        return await self._sender.send(Delivery(to, self._card(incident), reply_to=before[1] if before else None))

    async def _edit(self, body: Body, to: Destination) -> int | None:
        incident = await self._incidents.load(body["incident"])
        if incident is not None and await self._has_come(incident):
            await self._redraw(incident, to)
        return None

    async def _end(self, body: Body, to: Destination) -> int | None:
        """Say that it is over: quietly. Who is told of the whole thing only now has been told so already."""
        incident = await self._incidents.load(body["incident"])
        if incident is None or incident.resolved_at is None:
            return None
        place = await self._place(incident, incident.told)
        if place is not None:
            sent_at = await self._outbox.sent_at(_key(incident, incident.told))
            place = await self._redraw(incident, to)
            if sent_at is not None and sent_at >= incident.resolved_at:
                return None
        card = over_card(incident, self._team, self._now())
        return await self._sender.send(Delivery(to, card, reply_to=place[1] if place else None, silent=True))

    async def _note(self, body: Body, to: Destination) -> int | None:
        incident = await self._incidents.load(body["incident"])
        if incident is None or incident.resolved_at is not None or incident.quiet:
            return None
        if body["what"] == "escalate" and not self._names():
            return None
        place = await self._place(incident, incident.told)
        same = place is not None and place[0].chat_id == to.chat_id
        card = note_card(incident, body["what"], self._names(), self._team, self._now())
        return await self._sender.send(Delivery(to, card, reply_to=place[1] if place and same else None))

    def _card(self, incident: Incident) -> Card:
        return incident_card(incident, self._team, self._now())

    def _names(self) -> Html:
        """Return the second list as mentions: they notify."""
        called = [self._inventory.people[i] for i in self._inventory.alerts.escalate_to if i in self._inventory.people]
        return Html(", ".join(f'<a href="tg://user?id={each.id}">{escape(each.name)}</a>' for each in called))

    async def _has_come(self, incident: Incident) -> bool:
        """Whether its newest message is there: one that still waits is drawn when its turn comes."""
        return await self._place(incident, incident.told) is not None

    async def _place(self, incident: Incident, number: int) -> tuple[Destination, int] | None:
        return await self._outbox.message_of(_key(incident, number)) if number > 0 else None

    async def _redraw(self, incident: Incident, to: Destination) -> tuple[Destination, int] | None:
        """Edit the newest message; where it is gone (deleted, or the chat has moved) send it anew."""
        place = await self._place(incident, incident.told)
        if place is None:
            return None
        card = self._card(incident)
        if await self._sender.edit(*place, card):
            return place
        fresh = await self._sender.send(Delivery(to, card, silent=True))
        await self._outbox.replace_message(_key(incident, incident.told), to, fresh)
        return to, fresh


def _key(incident: Incident, number: int) -> str:
    return f"incident:{incident.id}:{number}"
