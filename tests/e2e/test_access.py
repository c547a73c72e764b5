"""Who is heard, and who is not: by messages, by buttons, and by everything a client can pretend."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handlers import routers
from ops.actor import Right
from tests.e2e.harbour import Harbour


def test_every_handler_declares_a_right() -> None:
    handlers = [
        (router.name, handler.callback.__name__, handler.flags.get("right"))
        for router in routers()
        for observer in (router.message, router.callback_query)
        for handler in observer.handlers
    ]
    assert len(handlers) > 15
    assert [each for each in handlers if not isinstance(each[2], Right)] == []


async def settled(harbour: Harbour) -> None:
    """Wait until the bot has handled everything that was said."""
    await harbour.world.until(lambda: not harbour.world.updates.pending)
    await harbour.until_row("SELECT count(*) = 0 FROM inbox WHERE handled_at IS NULL")


async def test_a_strangers_command_does_nothing_but_tell_the_id(harbour: Harbour) -> None:
    (answer,) = await harbour.say("/deploy main", by=harbour.stranger)
    assert "6606" in answer.text
    assert await harbour.runs() == 0
    assert await harbour.audit() == ["stranger"]


async def test_an_anonymous_admin_is_refused_with_an_explanation(harbour: Harbour) -> None:
    before = len(harbour.messages())
    harbour.world.say(harbour.team, harbour.olena, "/deploy main", anonymous=True)
    await harbour.world.until(lambda: len(harbour.messages()) > before)
    assert "Анонімних команд не виконую" in harbour.messages()[-1].text
    assert await harbour.runs() == 0
    assert await harbour.audit() == ["anonymous"]


@pytest.mark.parametrize("kind", ["forwarded", "via_bot", "channel", "edited"])
async def test_what_nobody_typed_here_and_now_is_not_run(harbour: Harbour, kind: str) -> None:
    world, team, olena = harbour.world, harbour.team, harbour.olena
    if kind == "edited":
        message = world.say(team, olena, "hello")
        world.edit(message, "/deploy main")
    elif kind == "channel":
        channel = world.channel("News")
        world.say(team, olena, "/deploy main", as_channel=channel)
    elif kind == "via_bot":
        world.say(team, olena, "/deploy main", via_bot=True)
    else:
        world.say(team, olena, "/deploy main", forwarded=True)
    await settled(harbour)
    assert await harbour.runs() == 0
    assert len(await harbour.audit()) == (0 if kind == "edited" and not await harbour.audit() else 1)


async def test_in_another_chat_nothing_is_run_and_nothing_is_said(harbour: Harbour) -> None:
    other = harbour.world.group("somewhere else", members=[harbour.olena])
    harbour.world.say(other, harbour.olena, "/deploy main")
    await settled(harbour)
    assert await harbour.runs() == 0
    assert harbour.messages(other) == []
    assert await harbour.audit() == ["other-chat"]


async def test_a_command_for_another_bot_is_not_ours(harbour: Harbour) -> None:
    harbour.world.say(harbour.team, harbour.olena, "/deploy@other_bot main")
    await settled(harbour)
    assert await harbour.runs() == 0
    assert await harbour.audit() == []


async def test_a_button_is_authorised_by_who_presses_it(harbour: Harbour) -> None:
    (offer,) = await harbour.say("/deploy")
    label = offer.labels[-1][-1]
    press = harbour.world.press(offer, label, by=harbour.stranger)
    answer = await press.answer(timeout=10)
    assert answer.show_alert
    assert "6606" in answer.text
    harbour.world.press(offer, label, by=harbour.vira)
    await harbour.world.until(lambda: "You have no right" in harbour.messages()[-1].text)
    assert await harbour.runs() == 0
    assert await harbour.audit() == ["stranger", "not-allowed"]


async def test_a_viewer_sees_but_does_not_change(harbour: Harbour) -> None:
    for command in ("/deploy main", "/rollback v1.2.2", "/backup", "/cancel"):
        (answer,) = await harbour.say(command, by=harbour.vira)
        assert "You have no right to do this" in answer.text
    (status,) = await harbour.say("/status", by=harbour.vira)
    assert "formbot" in status.text
    assert await harbour.runs() == 0


async def test_a_forged_button_gains_nothing(harbour: Harbour) -> None:
    (offer,) = await harbour.say("/lang")
    button = offer.keyboard.buttons[0]
    for data in (
        "run:cancel:999",
        "ref:deploy:nosuch:main:0",
        "proj:deploy:formbot:",
        "x",
        "run:explode:1",
        "late:999999",
    ):
        object.__setattr__(button, "data", data)
        harbour.world.press(offer, data, by=harbour.vira)
    await settled(harbour)
    assert await harbour.runs() == 0


async def test_a_command_that_came_late_is_offered_and_run_by_whoever_presses(harbour: Harbour) -> None:
    before = len(harbour.messages())
    old = datetime.now(UTC) - timedelta(hours=3)
    harbour.world.say(harbour.team, harbour.olena, "/deploy main", at=old)
    await harbour.world.until(lambda: len(harbour.messages()) > before)
    offer = harbour.messages()[-1]
    assert "3 год тому" in offer.text
    assert await harbour.runs() == 0
    harbour.world.press(offer, "Виконати зараз", by=harbour.vira)
    await harbour.world.until(lambda: "You have no right" in harbour.messages()[-1].text)
    card, _ = await harbour.press(offer, "Виконати зараз", 2, by=harbour.ihor)
    assert card.text.startswith("✅ formbot · деплой #1 · Игорь")


async def cut_off(harbour: Harbour) -> None:
    """Let the last update look as if processes had been ended over it again and again, and start another one."""
    await settled(harbour)
    pool = harbour.app.driver.pool
    last = await pool.fetchval(
        "UPDATE inbox SET handled_at = NULL, attempts = 10 WHERE update_id = (SELECT max(update_id) FROM inbox)"
        " RETURNING update_id"
    )
    await pool.execute("DELETE FROM outbox WHERE starts_with(key, $1)", f"reply:{last}:")  # none of them got to that
    await harbour.stop_bot()
    await harbour.start_bot()
    await settled(harbour)


async def test_what_processes_were_ended_over_is_not_tried_again_and_not_forgotten_either(harbour: Harbour) -> None:
    (answer,) = await harbour.say("/logs nosuch")
    await cut_off(harbour)
    await harbour.world.until(lambda: "брався за це кілька разів" in harbour.messages()[-1].text)
    offer = harbour.messages()[-1]
    assert "/logs nosuch" in offer.text
    (again,) = await harbour.press(offer, "Виконати зараз")
    assert again.text == answer.text
    await cut_off(harbour)
    await harbour.world.until(lambda: "натисніть знову" in harbour.messages()[-1].text)
    said = len(harbour.messages())
    await harbour.say("/status", by=harbour.stranger)
    await cut_off(harbour)
    assert len(harbour.messages()) == said + 1, "nobody whom the bot does not hear is told anything more"


async def test_a_run_that_was_accepted_before_the_processes_were_ended_is_not_offered_again(harbour: Harbour) -> None:
    await harbour.run("/deploy main")
    said = len(harbour.messages())
    await cut_off(harbour)
    await harbour.say("/status")
    assert len(harbour.messages()) == said + 1
    assert await harbour.runs() == 1


async def test_in_private_a_listed_person_is_heard_and_the_team_sees_the_run(harbour: Harbour) -> None:
    private = harbour.world.private(harbour.ihor)
    harbour.world.say(private, harbour.ihor, "/backup")
    await harbour.world.until(lambda: len(harbour.messages()) == 2 and len(harbour.messages(private)) == 1, timeout=30)
    assert "Принято: #1, formbot" in harbour.messages(private)[0].text
    assert harbour.messages()[0].text.startswith("✅ formbot · бекап #1 · Игорь")


async def test_the_same_update_delivered_five_times_makes_one_run(harbour: Harbour) -> None:
    message = harbour.world.say(harbour.team, harbour.olena, "/backup")
    harbour.world.redeliver(message.update, 4)
    await harbour.world.until(lambda: len(harbour.messages()) == 2, timeout=30)
    await settled(harbour)
    assert await harbour.runs() == 1
    assert len(harbour.messages()) == 2


async def test_a_double_press_makes_one_run(harbour: Harbour) -> None:
    (offer,) = await harbour.say("/deploy")
    label = offer.labels[-2][0]
    for _ in range(4):
        harbour.world.press(offer, label, by=harbour.olena)
    await harbour.world.until(lambda: any("📎" in m.text or m.document for m in harbour.messages()), timeout=60)
    await settled(harbour)
    assert await harbour.runs() == 1


async def test_menus_are_set_per_scope_and_language(harbour: Harbour) -> None:
    await harbour.world.until(lambda: len(harbour.world.calls_of("setMyCommands")) >= 12)
    team = {command.command: command.description for command in harbour.world.menu(harbour.olena, harbour.team)}
    assert team["deploy"] == "Розгорнути версію"
    russian = {command.command: command.description for command in harbour.world.menu(harbour.ihor, harbour.team)}
    assert russian["deploy"] == "Развернуть версию"
    stranger = harbour.world.menu(harbour.stranger, harbour.world.private(harbour.stranger))
    assert {command.command for command in stranger} == {"help", "lang"}
