"""Letters about incidents: what people read, in which order, and where, whatever Telegram does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import SendMessage

from handlers.alert_letters import AlertLetters
from handlers.budget import GROUP, Budget, Pace
from handlers.cards.incident import digest_card, incident_card, note_card, over_card
from handlers.cards.incidents import incidents_card
from handlers.i18n import LANGUAGES, Texts
from handlers.incident_letters import IncidentLetters
from handlers.letters import Letters
from handlers.markup import Html, plain_text, units
from handlers.outbox import Postman
from handlers.telegram import Delivery, Sender
from handlers.vault_letters import VaultLetters
from ops.inventory import Inventory
from ops.store.incidents import PostgresIncidents
from ops.store.mutes import Mute
from ops.store.outbox import ALERT, NOTICE, Destination, Draft, PostgresOutbox
from ops.watch.incident import advance
from ops.watch.observation import Observation, Subject
from ops.watch.rules import Rules
from ops.watch.telling import Incident, Member, acked, snoozed

if TYPE_CHECKING:
    from handlers.cards.card import Card
    from ops.store.postgres import Pool

KYIV = ZoneInfo("Europe/Kyiv")
NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
TEAM = Destination(-100)
ADMIN = Destination(1001)
BRISK = Pace(per_minute=1000, gap=0.0, edit_gap=0.05, reserve=0)
ASKED = SendMessage(chat_id=-100, text="x")
UNIT = Subject("formbot", "web1", "unit", "formbot")
DOWN = Member(
    UNIT, "critical", NOW, "unit-down", {"name": "formbot", "unit_state": "failed/failed"},
    ("INFO started", "OSError: [Errno 98] Address already in use"),
)  # fmt: skip
INCIDENT = Incident(7, "project:formbot", "critical", NOW, NOW, NOW, (DOWN,), told=1, told_at=NOW)


def texts(language: str = "uk") -> Texts:
    return Texts(language, KYIV)


def shown(card: Card) -> str:
    return plain_text(card.text)


def test_an_alert_says_which_service_why_since_when_and_what_to_do() -> None:
    card = incident_card(INCIDENT, texts(), NOW + timedelta(minutes=1))
    assert shown(card).split("\n") == [
        "🔴 formbot · web1 · з 15:30 · #7",
        "❌ Служба formbot не працює (failed/failed)",
        "INFO started",
        "OSError: [Errno 98] Address already in use",
        "💡 Схоже, порт уже зайнятий.",
        "👉 Знайдіть, хто тримає порт (ss -ltnp), і зупиніть.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_can_be_told_in_every_language(language: str) -> None:
    t = texts(language)
    over = replace(INCIDENT, resolved_at=NOW + timedelta(minutes=12))
    overlays = [replace(DOWN, overlay=overlay, overlay_note="9") for overlay in ("muted", "maintenance", "probation")]
    cards = [
        incident_card(INCIDENT, t, NOW),
        incident_card(acked(INCIDENT, "Олена", NOW), t, NOW),
        incident_card(snoozed(INCIDENT, "Олена", NOW), t, NOW),
        incident_card(over, t, NOW),
        incident_card(replace(INCIDENT, fired=2, members=(replace(DOWN, flapping=True, recovering=True),)), t, NOW),
        incident_card(replace(INCIDENT, members=(DOWN, *overlays)), t, NOW),
        over_card(over, t, NOW),
        *(note_card(INCIDENT, kind, Html("x"), t, NOW) for kind in ("remind", "again", "escalate", "direct")),
        digest_card([INCIDENT, over], t, NOW),
        incidents_card([INCIDENT], [over], [Mute(1, "web1", "works", "Олена", NOW, NOW)], t, NOW),
        incidents_card([], [], [], t, NOW),
    ]
    for card in cards:
        assert "{" not in card.text
        assert units(shown(card)) < 4096
        assert all(len(button.data.encode()) <= 64 for row in card.rows for button in row)


@pytest.mark.parametrize(
    ("code", "facts", "said"),
    [
        ("http-status", {"http_status": "502", "http_wanted": "200"}, "x відповідає 502, а має 200"),
        ("http-status", {"http_status": "000", "http_wanted": "200"}, "x не відповідає"),
        ("http-status", {}, "x: http-status"),
        ("something-of-others", {}, "x: something-of-others"),
        ("log-unreadable", {}, "журнал не читається."),
    ],
)
def test_what_cannot_be_worded_is_named_all_the_same(code: str, facts: dict[str, str], said: str) -> None:
    member = Member(Subject("formbot", "web1", "http", "x"), "critical", NOW, code, facts)
    card = incident_card(replace(INCIDENT, members=(member,)), texts(), NOW)
    assert f"❌ {said}" in shown(card)


def test_a_huge_incident_still_fits_and_markup_from_servers_is_text() -> None:
    evil = replace(DOWN, facts={"name": "<b>x", "unit_state": "</b>" * 500}, lines=("<script>" * 100,) * 50)
    card = incident_card(replace(INCIDENT, members=(evil,) * 60), texts(), NOW)
    assert units(shown(card)) < 4096
    assert "<script>" not in card.text
    assert "… і ще 48" in shown(card)


class Wire(Sender):
    """Stands where Telegram is: notes what is sent, edited and to whom; answers with the errors it was given first."""

    def __init__(self, *errors: Exception) -> None:
        self.sent: list[Delivery] = []
        self.edited: list[str] = []
        self.errors = list(errors)
        self.refuses: dict[int, Exception] = {}

    async def _send(self, delivery: Delivery, **_: Any) -> int:
        if error := self.refuses.get(delivery.to.chat_id):
            raise error
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(delivery)
        return len(self.sent)

    async def edit(self, to: Destination, message_id: int, card: Card) -> bool:
        del to, message_id
        self.edited.append(shown(card))
        return True

    @property
    def read(self) -> list[str]:
        return [shown(each.card) for each in self.sent]


class Post:
    """An outbox, what draws its letters, and a postman."""

    def __init__(self, pool: Pool, wire: Wire, now: datetime = NOW) -> None:
        self.pool = pool
        self.wire = wire
        self.outbox = PostgresOutbox(pool)
        self.store = PostgresIncidents(pool, TEAM)
        inventory = Inventory({}, (), ())
        about = IncidentLetters(wire, self.store, self.outbox, inventory, team=texts(), now=lambda: now)
        none: Any = None
        others = AlertLetters(wire, none, self.outbox, team=texts(), now=lambda: now)
        vault = VaultLetters(wire, inventory, none, none, none, none, none, none, lambda: now)
        self.letters = Letters(
            wire, none, self.outbox, none, none, about, others, vault, team=texts(), run_log=none, now=lambda: now
        )
        self.postman = Postman(
            self.outbox,
            self.letters,
            lambda: now,
            group=BRISK,
            private=BRISK,
            digest=self.letters.digest,
            instead=self.instead,
        )

    @staticmethod
    def instead(letter: Draft) -> Sequence[Destination]:
        return [ADMIN] if letter.to == TEAM else []

    async def tell(self, *groups: str, at: datetime = NOW) -> None:
        """Have an incident of each project told."""
        for group in groups:
            subject = replace(UNIT, project=group)
            seen = Observation(subject, False, at, code="unit-down", facts=DOWN.facts, event=True)
            await self.store.note([seen], lambda state, each: advance(state, each, Rules(), at)[0])
            for _ in range(2):
                await self.store.settle(f"project:{group}", lambda _: ("", ""), Rules(wait=timedelta()), at)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.postman.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until_empty(self) -> None:
        async with asyncio.timeout(20):
            while await self.outbox.waiting(0, 1):  # noqa: ASYNC110  nothing tells of a row
                await asyncio.sleep(0.02)


async def test_many_incidents_that_wait_come_as_one_message_the_worst_first(pool: Pool) -> None:
    post = Post(pool, Wire())
    await post.tell("a", "b", "c", "d", "e")
    async with post.open():
        await post.until_empty()
    (read,) = post.wire.read
    assert read.startswith("📋 Одразу 5 бід\n🔴 a · web1 · з 15:30 · Служба formbot не працює")


async def test_a_few_come_each_by_itself(pool: Pool) -> None:
    post = Post(pool, Wire())
    await post.tell("a", "b", "c")
    async with post.open():
        await post.until_empty()
    assert [read.split(" ")[1] for read in post.wire.read] == ["a", "b", "c"]


async def test_after_an_outage_nothing_is_lost_and_what_is_late_says_so(pool: Pool) -> None:
    away = [TelegramNetworkError(ASKED, "away")] * 2
    post = Post(pool, Wire(*away), NOW + timedelta(minutes=30))
    await post.outbox.add(Draft(TEAM, "x", "say", '{"text": "a reply", "rows": []}', NOTICE, NOW))
    await post.tell("formbot")
    async with post.open():
        async with asyncio.timeout(20):
            while post.wire.errors:
                await asyncio.sleep(0.02)
                post.postman.telegram_is_back()
        await post.until_empty()
    first, second = post.wire.read
    assert first.startswith("⏱ Із запізненням: це було о 15:30.\n🔴 formbot")
    assert second == "⏱ Із запізненням: це було о 15:30.\na reply"


async def test_what_was_told_only_after_its_end_is_told_once(pool: Pool) -> None:
    post = Post(pool, Wire(), NOW + timedelta(minutes=30))
    await post.tell("formbot")
    end = NOW + timedelta(minutes=5)
    await post.store.forget([UNIT.key])
    await post.store.settle("project:formbot", lambda _: ("", ""), Rules(), end)
    async with post.open():
        await post.until_empty()
    (read,) = post.wire.read
    assert "✅ formbot" in read
    assert "Тривало 5 хв, з 15:30 до 15:35." in read


async def test_who_is_thrown_out_of_the_chat_writes_to_the_admins(pool: Pool) -> None:
    kicked = TelegramForbiddenError(ASKED, "Forbidden: bot was kicked from the supergroup chat")
    post = Post(pool, Wire())
    post.wire.refuses[TEAM.chat_id] = kicked
    await post.outbox.add(Draft(TEAM, "x", "say", '{"text": "a reply", "rows": []}', NOTICE, NOW))
    await post.tell("formbot")
    async with post.open():
        await post.until_empty()
    (told,) = post.wire.sent
    assert told.to == ADMIN
    assert shown(told.card).startswith("🔴 formbot")
    assert await pool.fetchval("SELECT count(*) FROM outbox WHERE dropped IS NOT NULL") == 2


async def test_an_admin_who_cannot_be_written_to_is_given_up(pool: Pool) -> None:
    kicked = [TelegramForbiddenError(ASKED, "Forbidden: bot can't initiate conversation with a user")] * 2
    post = Post(pool, Wire(*kicked))
    await post.tell("formbot")
    async with post.open():
        await post.until_empty()
    assert post.wire.sent == []


async def test_the_message_that_is_gone_is_sent_anew_and_found_from_then_on(pool: Pool) -> None:
    post = Post(pool, Wire())
    await post.tell("formbot")
    async with post.open():
        await post.until_empty()

    class Gone(Wire):
        async def edit(self, to: Destination, message_id: int, card: Card) -> bool:
            self.edited.append(str(message_id))
            del to, card
            return False

    after = Post(pool, Gone())
    (incident,) = await after.store.open()
    await after.store.change(incident.id, lambda each: acked(each, "Олена", NOW), NOW)
    async with after.open():
        await after.until_empty()
    (anew,) = after.wire.sent
    assert "🙋 Взявся Олена" in shown(anew.card)
    assert anew.silent
    assert await after.outbox.message_of(f"incident:{incident.id}:1") == (TEAM, 1)


async def test_trouble_goes_before_the_ends_of_runs_and_warnings_behind_them(pool: Pool) -> None:
    post = Post(pool, Wire())
    await post.outbox.add(Draft(TEAM, "run-ended", "say", '{"text": "an end", "rows": []}', ALERT, NOW))
    await post.tell("formbot")
    async with post.open():
        await post.until_empty()
    assert [read[:2] for read in post.wire.read] == ["🔴 ", "an"]


def test_a_chat_gets_fifteen_messages_a_minute_and_edits_beside_them() -> None:
    budget, now, sent = Budget(GROUP), 0.0, []
    while now < 60:
        wait = budget.wait(now, edit=False)
        if wait >= 60 - now:
            break
        now += wait
        budget.spend(now, edit=False)
        sent.append(now)
    assert len(sent) == 15
    assert budget.wait(now, edit=False) > 40
