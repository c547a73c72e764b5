"""What must reach the chat reaches it, whatever Telegram, the bot's own process or the network do meanwhile."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from itertools import pairwise

from bot.app import utc_now
from demo.botapi.faults import FaultKind
from demo.sandbox.sandbox import Sandbox
from handlers.cards.card import Card
from handlers.markup import Html
from ops.store.outbox import REPLY, Destination, Draft
from tests.e2e.conftest import Opening
from tests.e2e.harbour import Harbour


async def test_within_telegrams_limits_no_call_is_ever_refused(opening: Opening) -> None:
    async with opening(paced=True) as harbour:
        card, result = await harbour.run("/deploy main", seconds=120)
        assert card.text.startswith("✅")
        assert result.document
        refused = [call for call in harbour.world.calls if call.error_code == 429]
        assert refused == []
        edits = [state.at for state in card.history[1:-1]]
        gaps = [(after - before).total_seconds() for before, after in pairwise(edits)]
        assert all(gap >= 2.9 for gap in gaps), gaps


async def test_in_a_storm_of_429_and_502_the_end_is_delivered_and_no_call_breaks_the_quiet(opening: Opening) -> None:
    async with opening(paced=True) as harbour:
        sending = frozenset({"sendMessage", "editMessageText", "sendDocument"})
        dice = random.Random(7)  # noqa: S311  a repeatable storm
        harbour.world.faults.storm(
            dice, {FaultKind.FLOOD: 0.3, FaultKind.BAD_GATEWAY: 0.2}, retry_after=2, methods=sending
        )
        card, result = await harbour.run("/deploy main", seconds=240)
        harbour.world.faults.calm()
        assert len(harbour.world.faults.happened) >= 2
        assert result.text.startswith("✅ formbot: v1.2.2 → ")
        assert card.text.startswith("✅")
        assert harbour.world.flood_violations == []


async def test_while_telegram_is_away_the_deploy_goes_on_and_its_end_comes_later(harbour: Harbour) -> None:
    harbour.world.say(harbour.team, harbour.olena, "/deploy main")
    await harbour.world.until(lambda: len(harbour.messages()) == 1)
    harbour.world.faults.down = True
    await harbour.until_row("SELECT result IS NOT NULL FROM runs WHERE id = 1")
    assert len(harbour.messages()) == 1
    harbour.world.faults.calm()
    await harbour.world.until(lambda: len(harbour.messages()) == 2, timeout=40)
    assert harbour.messages()[0].text.startswith("✅")


async def test_an_answer_that_was_lost_after_it_took_effect_costs_one_duplicate_at_most(harbour: Harbour) -> None:
    harbour.world.faults.reset(method="sendDocument", applied=True)
    await harbour.run("/backup")
    await asyncio.sleep(2)
    results = [message for message in harbour.messages() if message.document]
    assert 1 <= len(results) <= 2
    assert len([m for m in harbour.messages() if not m.document]) == 1


async def test_a_group_that_becomes_a_supergroup_is_followed(harbour: Harbour) -> None:
    old = harbour.world.group("basic", id=-5005, members=[harbour.olena])
    await harbour.stop_bot()
    harbour.team = old
    await harbour.start_bot()
    harbour.world.say(old, harbour.olena, "/deploy slow-start")
    await harbour.world.until(lambda: len(harbour.messages(old)) == 1)
    fresh = harbour.world.migrate(old)
    await harbour.world.until(lambda: any(message.document for message in harbour.messages(fresh)), timeout=60)
    assert any(message.text.startswith("✅ formbot · деплой #1") for message in harbour.messages(fresh))
    harbour.team = fresh
    (status,) = await harbour.say("/status")
    assert "🟢 formbot" in status.text


async def test_a_card_that_somebody_deleted_is_shown_again(harbour: Harbour) -> None:
    harbour.world.say(harbour.team, harbour.olena, "/deploy slow-start")
    await harbour.world.until(lambda: len(harbour.messages()) == 1)
    harbour.world.delete(harbour.messages()[0])
    await harbour.world.until(lambda: len(harbour.messages()) == 2, timeout=60)
    assert harbour.messages()[0].text.startswith("✅")
    assert harbour.messages()[1].document


async def test_a_text_whose_entities_are_refused_arrives_plain(harbour: Harbour) -> None:
    card = Card(Html("<b>not closed &lt;kept&gt;"))
    to = Destination(harbour.team.id)
    await harbour.app.outbox.add(Draft(to, "t:1", "say", card.to_json(), REPLY, utc_now()))
    harbour.app.postman.wake()
    await harbour.world.until(lambda: len(harbour.messages()) == 1)
    assert harbour.messages()[0].text == "not closed <kept>"


async def test_a_bot_restarted_mid_deploy_goes_on_in_the_same_message(harbour: Harbour, sandbox: Sandbox) -> None:
    harbour.world.say(harbour.team, harbour.olena, "/deploy slow-start")
    await harbour.world.until(partial(_shows, harbour, "⏳ http"), timeout=60)
    card = harbour.messages()[0]
    await harbour.stop_bot()
    started = sandbox.log.read_text().count("listening on")
    await harbour.start_bot()
    await harbour.world.until(lambda: len(harbour.messages()) == 2, timeout=60)
    assert harbour.messages()[0] is card
    assert card.text.startswith("✅")
    assert sandbox.log.read_text().count("listening on") == started, "no step was run twice"
    assert await harbour.app.driver.pool.fetchval("SELECT count(*) FROM locks") == 0


async def test_a_connection_cut_mid_step_changes_nothing(harbour: Harbour) -> None:
    harbour.world.say(harbour.team, harbour.olena, "/deploy slow-start")
    host = harbour.app.driver.worker.hosts["web1"]
    for wanted in ("⏳ Залежності", "⏳ http"):
        await harbour.world.until(partial(_shows, harbour, wanted), timeout=60)
        host._connection.abort()  # type: ignore[attr-defined]
    await harbour.world.until(lambda: len(harbour.messages()) == 2, timeout=60)
    assert harbour.messages()[0].text.startswith("✅")


def _shows(harbour: Harbour, text: str) -> bool:
    return bool(harbour.messages()) and text in harbour.messages()[0].text
