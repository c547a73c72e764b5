"""A version that was just put live is looked at for a while; one that does not hold is told of, or taken back."""

from __future__ import annotations

import asyncio

from bot.app import utc_now
from bot.driver import Driver
from demo.sandbox.sandbox import Sandbox
from ops.redaction import Redactor
from ops.runs.runbook import shared_script
from ops.runs.script import Script
from tests.e2e.conftest import Opening
from tests.e2e.harbour import CODE_ALONE, Harbour
from tests.length import only_long

LONG = {"watch": "10m", "watch_every": "200ms"}


async def on_server(harbour: Harbour, text: str) -> None:
    """Do something on the server behind everybody's back."""
    script = Script(f"{shared_script('sudo.sh').text}\n{text}\n")
    await harbour.app.driver.questions.ask("web1", script, {})


async def state(harbour: Harbour, wanted: str, run: int = 1) -> None:
    await harbour.until_row(f"SELECT state = '{wanted}' FROM watches WHERE run_id = {run}")  # noqa: S608  our own words


async def test_a_version_that_holds_is_noted_on_its_card_without_a_message(opening: Opening) -> None:
    async with opening(watch="3s", watch_every="300ms") as harbour:
        card, _ = await harbour.run("/deploy v1.2.3")
        await harbour.until_shows(card, "👀 3 с під наглядом: усе гаразд")
        assert any("👀 Під наглядом до " in shown.text for shown in card.history)
        assert len(harbour.messages()) == 2


async def test_without_the_key_nothing_is_watched(harbour: Harbour) -> None:
    card, _ = await harbour.run("/deploy v1.2.3")
    assert "👀" not in card.text
    assert await harbour.app.driver.pool.fetchval("SELECT count(*) FROM watches") == 0


async def test_a_service_that_goes_down_is_told_with_buttons_and_may_be_kept(opening: Opening) -> None:
    async with opening(**LONG) as harbour:
        card, result = await harbour.run("/deploy v1.2.3")
        await state(harbour, "watching")
        await on_server(harbour, "as_root systemctl stop formbot")
        alert = await harbour.letter("trouble:1")
        assert alert.text.startswith(
            "🚨 formbot: нова версія v1.2.3 (#1) не тримається\nweb1, «Служба formbot»: служба"
        )
        assert alert.labels == [["Відкотити", "Журнал", "Залишити"]]
        assert alert.reply_to is result
        assert not alert.silent
        (log,) = await harbour.press(alert, "Журнал", by=harbour.vira)
        assert "formbot · app" in log.text
        harbour.world.press(alert, "Залишити", by=harbour.ihor)
        await harbour.until_shows(alert, "Залишаємо як є. Так вирішує Игорь")
        assert alert.labels == []
        await harbour.until_shows(card, "👀 Залишили як є")


async def test_the_button_brings_the_version_before_back(opening: Opening) -> None:
    async with opening(**LONG) as harbour:
        await harbour.run("/deploy v1.2.3")
        await state(harbour, "watching")
        await on_server(harbour, "as_root systemctl stop formbot")
        alert = await harbour.letter("trouble:1")
        (way,) = await harbour.press(alert, "Відкотити")
        back, _ = await harbour.press(way, CODE_ALONE, 2)
        assert back.text.startswith("✅ formbot · відкат #2 · Олена")
        assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of("v1.2.2")


async def test_a_crash_loop_is_taken_back_by_itself_and_the_message_says_why(opening: Opening) -> None:
    async with opening(**LONG, on_trouble="auto") as harbour:
        await harbour.run("/deploy v1.2.3")
        await state(harbour, "watching")
        await on_server(harbour, 'kill -9 "$(systemctl show -p MainPID --value formbot)"')
        alert = await harbour.letter("trouble:1")
        assert "#2" in alert.text
        assert "Повертаю v1.2.2" in alert.text
        assert "«Служба formbot»: служба" in alert.text
        assert alert.labels == []
        result = await harbour.letter("run-ended:2")
        assert "повернулися на v1.2.2" in result.text
        assert "нагляд" in result.text
        actor = await harbour.app.driver.pool.fetchrow("SELECT actor_id, actor_name FROM runs WHERE id = 2")
        assert tuple(actor or ()) == (0, "probation")
        assert (await harbour.audit()).count("accepted") == 2


@only_long
async def test_a_check_has_to_fail_three_times_in_a_row(opening: Opening) -> None:
    async with opening(**LONG) as harbour:
        await harbour.run("/deploy v1.2.3")
        await state(harbour, "watching")
        with harbour.sandbox.log.open("a") as log:
            log.write("ERROR something is wrong\n")
        alert = await harbour.letter("trouble:1")
        assert "після запуску в журналі з’явилися помилки. (3 рази поспіль)" in alert.text
        assert "ERROR something is wrong" in alert.text


@only_long
async def test_a_new_run_ends_it_and_its_stop_alarms_nobody(opening: Opening) -> None:
    async with opening(**LONG) as harbour:
        card, _ = await harbour.run("/deploy v1.2.3")
        await state(harbour, "watching")
        await harbour.run("/deploy main")
        await harbour.until_shows(card, "👀 Нагляд скінчився: почався новий запуск")
        await state(harbour, "watching", 2)
        assert not any("🚨" in message.text for message in harbour.messages())


async def test_a_restart_of_the_bot_goes_on_with_it(opening: Opening) -> None:
    async with opening(**LONG) as harbour:
        await harbour.run("/deploy v1.2.3")
        await state(harbour, "watching")
        await harbour.stop_bot()
        await harbour.start_bot()
        await on_server(harbour, "as_root systemctl stop formbot")
        alert = await harbour.letter("trouble:1")
        assert "🚨" in alert.text


@only_long
async def test_of_several_processes_one_asks_and_one_acts(opening: Opening, sandbox: Sandbox) -> None:
    async with opening(**LONG, on_trouble="auto") as harbour:
        async with Driver(harbour.settings(), Redactor(), utc_now, where="box2") as worker:
            serving = asyncio.create_task(worker.serve())
            try:
                await harbour.run("/deploy v1.2.3")
                await state(harbour, "watching")
                await on_server(harbour, "as_root systemctl stop formbot")
                await harbour.letter("run-ended:2")
            finally:
                serving.cancel()
                await asyncio.wait({serving})
        assert await harbour.runs() == 2
        assert sum("🚨 formbot: нова" in message.text for message in harbour.messages()) == 1
        assert await sandbox.running_commit() in sandbox.commit_of("v1.2.2")
