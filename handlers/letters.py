"""Letters: each kind of outbox row, and how it becomes messages."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from handlers.cards.announcement import announced_line, announcement_card
from handlers.cards.attention import attention_card
from handlers.cards.card import Card
from handlers.cards.configuration import configuration_card
from handlers.cards.patterns import new_patterns_line
from handlers.cards.probation import probation_line, trouble_card
from handlers.cards.run import result_card, run_card
from handlers.picture import can_draw, draw
from handlers.telegram import LATE, Delivery, Document, Sender
from ops.actor import CLOCK
from ops.backups.keeper import COPY
from ops.runs.events import Result
from ops.watch.performance import AFTER, BEFORE, measured

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
    from datetime import datetime

    from handlers.alert_letters import AlertLetters
    from handlers.cards.run_log import RunLog
    from handlers.follow import Follows
    from handlers.i18n import Texts
    from handlers.incident_letters import IncidentLetters
    from handlers.markup import Html
    from handlers.outbox import Live
    from handlers.vault_letters import VaultLetters
    from ops.runs.run import Run
    from ops.store.announcements import PostgresAnnouncements
    from ops.store.journal import PostgresJournal
    from ops.store.outbox import Destination, Letter, PostgresOutbox
    from ops.store.patterns import PostgresPatterns
    from ops.store.watches import PostgresWatches

    Body = dict[str, Any]

_LATE = timedelta(minutes=2)
"""How old a letter may be before it says so."""


class Letters:
    """Draws letters and live cards, and sends them. See handlers.outbox.Delivering.

    ``say``: a card as it stands in the row. ``edit``: the same, into a message that is there.
    ``run``: the living card of a run. ``run-ended``: its last state, and the result as a new message.
    ``attention``: a run asks what became of a step. ``config``: what a reload has changed.
    ``announce``: downtime that was planned, comes soon, or was called off. ``measured``: a picture of what
    a run has measured. ``watch``: how its probation stands, on its card. ``trouble``: an alert about that.
    Letters about incidents are IncidentLetters' own, those about alerts from elsewhere AlertLetters', about backups
    VaultLetters'. ``follow``: a log as it grows. ``follow-ended``: what of it stays.
    """

    def __init__(
        self,
        sender: Sender,
        journal: PostgresJournal,
        outbox: PostgresOutbox,
        announcements: PostgresAnnouncements,
        watches: PostgresWatches,
        incidents: IncidentLetters,
        alerts: AlertLetters,
        vault: VaultLetters,
        *,
        team: Texts,
        run_log: RunLog,
        now: Callable[[], datetime],
    ) -> None:
        self._sender = sender
        self._journal = journal
        self._outbox = outbox
        self._announcements = announcements
        self._watches = watches
        self._incidents = incidents
        self._alerts = alerts
        self._team = team
        self._run_log = run_log
        self._now = now
        self._shown: dict[int, Card] = {}
        self.follows: Follows | None = None
        self.patterns: PostgresPatterns | None = None
        self._kinds: dict[str, Callable[[Body, Destination], Awaitable[int | None]]] = {
            "say": self._say,
            "edit": self._edit,
            "run": self._send_card,
            "run-ended": self._send_result,
            "attention": self._ask,
            "config": self._configuration,
            "announce": self._announce,
            "measured": self._send_picture,
            "watch": self._show_watch,
            "trouble": self._alert,
            **incidents.kinds,
            **alerts.kinds,
            "follow": self._send_follow,
            "follow-ended": self._end_follow,
            **vault.kinds,
        }

    async def deliver(self, letter: Letter, to: Destination) -> int | None:
        """See Delivering.deliver. Raises KeyError for a kind there is not."""
        with self._marked(letter.at):
            return await self._kinds[letter.kind](json.loads(letter.body), to)

    @contextmanager
    def _marked(self, at: datetime) -> Iterator[None]:
        """Have what comes late say so."""
        now = self._now()
        late = self._team("incident-late", at=self._team.moment(at, now)) if now - at > _LATE else None
        token = LATE.set(late)
        try:
            yield
        finally:
            LATE.reset(token)

    async def digest(self, letters: Sequence[Letter], to: Destination) -> int:
        """Send one message for many letters of one kind. Raises aiogram's errors."""
        with self._marked(min(letter.at for letter in letters)):
            about = self._alerts if letters[0].kind == "alerts" else self._incidents
            return await about.digest([json.loads(letter.body) for letter in letters], to)

    async def _say(self, body: Body, to: Destination) -> int:
        return await self._sender.send(_delivery(body, to))

    async def _edit(self, body: Body, to: Destination) -> int:
        if await self._sender.edit(to, body["message"], Card.from_data(body)):
            return int(body["message"])
        return await self._sender.send(_delivery(body, to))

    async def _configuration(self, body: Body, to: Destination) -> int:
        return await self._sender.send(Delivery(to, configuration_card(body, self._team, self._now())))

    async def _announce(self, body: Body, to: Destination) -> int | None:
        announcement = await self._announcements.load(body["announcement"])
        if announcement is None or (announcement.withdrawn_by and body["what"] == "soon"):
            return None
        made = await self._outbox.message_of(f"announce:{announcement.id}:made")
        card = announcement_card(announcement, body["what"], self._team, self._now())
        return await self._sender.send(Delivery(to, card, reply_to=made[1] if made else None))

    async def _card(self, run: Run) -> Card:
        """Return a run's card as it is now, with what is known about it beside the run itself."""
        now = self._now()
        return run_card(run, self._team, now, await self._notes(run, now))

    async def _notes(self, run: Run, now: datetime) -> tuple[Html, ...]:
        announced = await self._announcements.at(run.project, run.accepted_at) if run.plan.rollout else None
        notes = (announced_line(announced, self._team, now),) if announced else ()
        watch = await self._watches.load(run.id) if run.end is not None else None
        if (
            self.patterns
            and run.end is not None
            and run.plan.rollout
            and (new := await self.patterns.new_since(run.id))
        ):
            notes = (*notes, new_patterns_line(new, self._team))
        return (*notes, probation_line(watch, run, self._team)) if watch else notes

    async def _show_watch(self, body: Body, _to: Destination) -> int | None:
        """Say on a run's card how its probation stands: quietly, by an edit."""
        run = await self._journal.load(body["run"])
        place = await self._outbox.message_of(f"run:{run.id}")
        if place is not None:
            await self._replace(run.id, *place, await self._card(run))
        return None

    async def _alert(self, body: Body, to: Destination) -> int | None:
        """Tell of a version that does not hold."""
        run, watch = await self._journal.load(body["run"]), await self._watches.load(body["run"])
        if watch is None:
            return None
        place = await self._outbox.message_of(f"run-ended:{run.id}")
        card = trouble_card(watch, run, self._team)
        return await self._sender.send(Delivery(to, card, reply_to=place[1] if place else None))

    async def _send_follow(self, body: Body, to: Destination) -> int | None:
        card = await self.follows.card(body["follow"]) if self.follows else None
        return await self._sender.send(Delivery(to, card)) if card else None

    async def _end_follow(self, body: Body, _to: Destination) -> int | None:
        """Leave a followed log as it was last; the message may never have come."""
        card = await self.follows.card(body["follow"]) if self.follows else None
        place = await self._outbox.message_of(f"follow:{body['follow']}")
        if card is not None and place is not None:
            await self._sender.edit(*place, card)
        return None

    async def _redraw_follow(self, key: str) -> None:
        place = await self._outbox.message_of(key)
        number = int(key.rpartition(":")[2])
        card = await self.follows.draw(number) if self.follows and place else None
        if self.follows and card is not None and place is not None and not await self._sender.edit(*place, card):
            await self.follows.press(number, "stop", "")  # somebody has deleted it

    async def redraw(self, live: Live) -> bool:
        """See Delivering.redraw."""
        if isinstance(live, str):
            await self._redraw_follow(live)
            return False
        return await self._redraw_run(live)

    async def _redraw_run(self, run_id: int) -> bool:
        place = await self._outbox.message_of(f"run:{run_id}")
        run = await self._journal.load(run_id)
        if place is None or run.end is not None:
            self._shown.pop(run_id, None)
            return False
        card = await self._card(run)
        if card != self._shown.get(run_id):
            await self._replace(run_id, *place, card)
            self._shown[run_id] = card
        return True

    async def card_chat(self, live: Live) -> int | None:
        """See Delivering.card_chat."""
        place = await self._outbox.message_of(live if isinstance(live, str) else f"run:{live}")
        return place[0].chat_id if place else None

    async def _send_card(self, body: Body, to: Destination) -> int | None:
        run = await self._journal.load(body["run"])
        if is_quiet(run):
            return None
        card = await self._card(run)
        self._shown[run.id] = card
        return await self._sender.send(Delivery(to, card))

    async def _send_result(self, body: Body, to: Destination) -> int | None:
        run = await self._journal.load(body["run"])
        # A copy that failed is tried again and again: that is an incident, and no message each time.
        if is_quiet(run) and (run.result is Result.SUCCEEDED or run.runbook == COPY):
            return None
        place = await self._outbox.message_of(f"run:{run.id}")
        last = await self._card(run)
        # Not again when only the message after it has failed: of two calls in a storm, one more often goes wrong.
        if place is not None and last != self._shown.get(run.id):
            await self._replace(run.id, *place, last)
            self._shown[run.id] = last
            place = await self._outbox.message_of(f"run:{run.id}")
        text = self._run_log.text(run, await self._journal.log(run.id))
        document = Document(self._run_log.name(run), text.encode())
        card = result_card(run, self._team, await self._notes(run, self._now()))
        sent = await self._sender.send(Delivery(to, card, document, reply_to=place[1] if place else None))
        self._shown.pop(run.id, None)
        return sent

    async def _send_picture(self, body: Body, to: Destination) -> int | None:
        """Send what a run has measured as a picture; without matplotlib the result's words are all there is."""
        run = await self._journal.load(body["run"])
        before, after = measured(run, BEFORE), measured(run, AFTER)
        if before is None or after is None or not can_draw():
            return None
        picture = await draw(f"{run.project} #{run.id}", before, after, self._team)
        if picture is None:
            return None
        caption = Card(self._team("picture-caption", project=run.project, run=str(run.id)))
        place = await self._outbox.message_of(f"run-ended:{run.id}")
        document = Document(f"{run.project}_{run.id}.png", picture, picture=True)
        return await self._sender.send(Delivery(to, caption, document, place[1] if place else None, silent=True))

    async def _ask(self, body: Body, to: Destination) -> int | None:
        """Ask what became of a step; nothing when it was answered meanwhile."""
        run = await self._journal.load(body["run"])
        if run.end is not None or not run.asked:
            return None
        place = await self._outbox.message_of(f"run:{run.id}")
        card = attention_card(run, self._team, self._now())
        return await self._sender.send(Delivery(to, card, reply_to=place[1] if place else None))

    async def _replace(self, run_id: int, to: Destination, message_id: int, card: Card) -> None:
        """Edit a run's card; where it is gone (deleted, or the chat has moved) send it anew."""
        if not await self._sender.edit(to, message_id, card):
            fresh = await self._sender.send(Delivery(to, card, silent=True))
            await self._outbox.replace_message(f"run:{run_id}", to, fresh)


def is_quiet(run: Run) -> bool:
    """Whether nobody asked for it: what the clock begins is told when it has not gone well."""
    return run.actor_id == CLOCK.id and run.actor_name == CLOCK.name


def _delivery(body: Body, to: Destination) -> Delivery:
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
