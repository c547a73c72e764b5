"""Letters about alerts from elsewhere: drawn from their rows when they are delivered: only the newest state is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.cards.alerts import alerts_card, alerts_digest, lost_card, over_card, worse_card
from handlers.telegram import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from handlers.cards.card import Card
    from handlers.i18n import Texts
    from handlers.telegram import Sender
    from ops.store.alerts import Episode, PostgresAlerts
    from ops.store.outbox import Destination, PostgresOutbox

    Body = dict[str, Any]


class AlertLetters:
    """``alerts``: a group of alerts that another program sends. ``alerts-edit``: its message as it has to be now.

    ``alerts-worse``, ``alerts-over``: the same, and an answer to it; the latter silently.
    """

    def __init__(
        self,
        sender: Sender,
        alerts: PostgresAlerts,
        outbox: PostgresOutbox,
        *,
        team: Texts,
        now: Callable[[], datetime],
    ) -> None:
        self._sender = sender
        self._alerts = alerts
        self._outbox = outbox
        self._team = team
        self._now = now
        self.kinds = {
            "alerts": self._tell,
            "alerts-edit": self._change,
            "alerts-worse": self._change,
            "alerts-over": self._change,
        }

    async def digest(self, bodies: Sequence[Body], to: Destination) -> int:
        """Send one message for many groups that were to be told."""
        found = [await self._alerts.load(body["group"], body["episode"]) for body in bodies]
        card = alerts_digest([each for each in found if each is not None], self._team, self._now())
        return await self._sender.send(Delivery(to, card))

    async def _tell(self, body: Body, to: Destination) -> int | None:
        """Tell of a group of alerts, as it is by now."""
        episode = await self._alerts.load(body["group"], body["episode"])
        if episode is None:
            return None
        return await self._sender.send(Delivery(to, alerts_card(episode, self._team, self._now())))

    async def _change(self, body: Body, to: Destination) -> int | None:
        """Show what became of a group in its message; that it is worse, or over, in an answer as well."""
        episode = await self._alerts.load(body["group"], body["episode"])
        if episode is None or episode.told_at is None:
            return None  # its message waits, and will show it; or can never be delivered
        now = self._now()
        message = await self._show(episode, to, now)
        answer = self._answer(episode, body, now)
        if answer is None:
            return None
        return await self._sender.send(Delivery(to, answer[0], reply_to=message, silent=answer[1]))

    async def _show(self, episode: Episode, to: Destination, now: datetime) -> int:
        """Edit the message; where there is none (it was told among others, deleted, or the chat has moved) send it."""
        place, card = await self._outbox.message_of(episode.letter), alerts_card(episode, self._team, now)
        if place is not None and await self._sender.edit(*place, card):
            return place[1]
        fresh = await self._sender.send(Delivery(to, card, silent=True))
        await self._outbox.replace_message(episode.letter, to, fresh)
        return fresh

    def _answer(self, episode: Episode, body: Body, now: datetime) -> tuple[Card, bool] | None:
        """Return what answers the message, and whether silently; nothing where it has said so from the start."""
        told_at, ended = episode.told_at, episode.resolved_at
        if body["kind"] == "alerts-over":
            if body.get("lost"):
                return lost_card(episode, self._team), True
            late = ended is not None and told_at is not None and told_at >= ended
            return None if late else (over_card(episode, self._team, now), True)
        if body["kind"] == "alerts-worse" and ended is None:
            return worse_card(episode, body["severity"], self._team), False
        return None
