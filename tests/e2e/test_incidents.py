"""What fails on a real server is told in the chat before anybody asks, once, and until it is well again."""

from __future__ import annotations

import contextlib

from ops.runs.runbook import shared_script
from ops.runs.script import Script
from tests.e2e.conftest import Opening
from tests.e2e.harbour import Harbour

QUICK: dict[str, object] = {
    "every": "300ms",
    "retry": "200ms",
    "wait": "300ms",
    # The machine that the tests run on is not what they are about.
    "limits": {"disk": "off", "inodes": "off", "memory": "off", "load": "off"},
}


async def on_server(harbour: Harbour, text: str) -> None:
    """Do something on the server behind everybody's back."""
    script = Script(f"{shared_script('sudo.sh').text}\n{text}\n")
    await harbour.app.driver.questions.ask("web1", script, {})


async def watched(harbour: Harbour) -> None:
    """Wait until everything was looked at and found well."""
    await harbour.until_row(
        "SELECT count(*) >= 4 AND count(*) FILTER (WHERE phase <> 'ok') = 0 FROM subjects", seconds=30
    )


async def test_a_killed_service_is_told_acked_and_told_to_be_over(opening: Opening) -> None:
    async with opening(alerts=QUICK, checks=[]) as harbour:
        await watched(harbour)
        before = len(harbour.messages())
        await on_server(harbour, "as_root systemctl stop formbot")
        alert = await harbour.letter("incident:%")
        assert alert.text.startswith("🔴 formbot · web1 · з ")
        assert "❌ Служба formbot не працює (inactive/dead)" in alert.text
        assert "👉" in alert.text
        assert not alert.silent
        assert alert.labels == [
            ["🙋 Беруся", "😴 1 год"],
            ["😴 4 год", "🔇 Приглушити"],
            ["📜 Журнал", "🔄 Перезапуск", "⏪ Відкотити"],
        ]
        harbour.world.press(alert, "🙋 Беруся", by=harbour.ihor)
        await harbour.until_shows(alert, "🙋 Взявся Игорь")
        await on_server(harbour, "as_root systemctl start formbot")
        await harbour.until_shows(alert, "✅ formbot · web1: знову гаразд")
        over = await harbour.letter("incident-ended:%")
        assert over.silent
        assert over.reply_to is alert
        assert len(harbour.messages()) == before + 2


async def test_a_crash_loop_and_its_log_are_told_in_one_message(opening: Opening) -> None:
    async with opening(alerts=QUICK | {"wait": "1s"}, checks=[{"log": "app", "clean": True}]) as harbour:
        await watched(harbour)
        killing = 'pid=$(systemctl show -p MainPID --value formbot); [ "$pid" = 0 ] || kill -9 "$pid" || :'
        for _ in range(15):  # until two looks in between have found it restarted
            await on_server(harbour, killing)
            with contextlib.suppress(TimeoutError):
                await harbour.until_row("SELECT count(*) > 0 FROM incidents", 2)
                break
        alert = await harbour.letter("incident:%")
        await harbour.until_shows(alert, "Служба formbot")
        with harbour.sandbox.log.open("a") as log:
            log.write("ERROR order 4711 failed: No space left on device\n")
        await harbour.until_shows(alert, "Журнал app: нових помилок 1, найчастіша: order N failed")
        assert sum("formbot · web1" in message.text for message in harbour.messages()) == 1


async def test_a_restart_alarms_nobody_and_one_from_the_message_ends_it(opening: Opening) -> None:
    async with opening(alerts=QUICK, checks=[]) as harbour:
        await watched(harbour)
        await harbour.run("/restart")
        assert not any("🔴" in message.text for message in harbour.messages())
        await on_server(harbour, "as_root systemctl stop formbot")
        alert = await harbour.letter("incident:%")
        (refused,) = await harbour.press(alert, "🔄 Перезапуск", by=harbour.vira)
        assert "operator" in refused.text.lower() or "right" in refused.text.lower()
        await harbour.press(alert, "🔄 Перезапуск", 2, by=harbour.olena)
        await harbour.until_shows(alert, "✅ formbot · web1: знову гаразд")


async def test_what_has_no_words_of_its_own_is_told_with_the_last_ones_of_the_log(opening: Opening) -> None:
    checks = [{"tcp": "127.0.0.1:1"}]
    async with opening(alerts=QUICK | {"escalate_after": "1s", "escalate_to": [1002]}, checks=checks) as harbour:
        with harbour.sandbox.log.open("a") as log:  # before the third look
            log.write("OSError: [Errno 13] Permission denied: '/srv/x'\n")
        alert = await harbour.letter("incident:%")
        assert "❌ 127.0.0.1:1 не приймає з’єднань" in alert.text
        assert "OSError: [Errno 13] Permission denied: '/srv/x'" in alert.text
        assert "💡 Схоже, бракує прав." in alert.text
        called = await harbour.letter("incident-note:%")
        assert called.text.startswith("📣 Игорь formbot: не гаразд уже ")
        assert called.reply_to is alert


async def test_a_server_that_drops_is_one_message_and_the_rest_is_quiet(opening: Opening) -> None:
    beats = [{"heartbeat": f"/tmp/none-{number}"} for number in range(20)]
    async with opening(alerts=QUICK | {"fire_after": 5}, checks=beats) as harbour:
        await harbour.until_row("SELECT count(*) > 20 FROM subjects")
        server = harbour.app.driver.hosts["web1"]
        server.spec = server.spec.model_copy(update={"port": 1})
        await server.close()
        alert = await harbour.letter("incident:%")
        assert alert.text.startswith("🔴 web1 · з ")
        assert "👉" in alert.text
        assert await harbour.app.driver.pool.fetchval("SELECT count(*) FROM incidents WHERE told > 0") == 1


async def test_what_is_muted_is_listed_and_told_when_it_is_heard_again(opening: Opening) -> None:
    async with opening(alerts=QUICK, checks=[]) as harbour:
        await watched(harbour)
        (asked,) = await harbour.say("/mute formbot 2h")
        assert "Приглушити без причини не можна" in asked.text
        (unknown,) = await harbour.say("/mute shop 2h works")
        assert "такого проєкту, сервера чи перевірки немає" in unknown.text
        (muted,) = await harbour.say("/mute formbot 2h планові роботи", by=harbour.ihor)
        assert "formbot" in muted.text
        await on_server(harbour, "as_root systemctl stop formbot")
        await harbour.until_row("SELECT count(*) > 0 FROM subjects WHERE phase = 'firing'")
        (status,) = await harbour.say("/status")
        assert "❌ перевірки: 1 з " in status.text
        assert "🔇 formbot до " in status.text
        (listed,) = await harbour.say("/incidents")
        assert listed.text.startswith("Усе гаразд, бід немає. 🌤\n\n🔇 formbot до ")
        (heard,) = await harbour.say("/unmute formbot")
        assert heard.text == "🔔 formbot знову чути."
        alert = await harbour.letter("incident:%")
        (listed,) = await harbour.say("/incidents")
        assert "🔴 formbot · web1" in listed.text
        assert listed.labels == [["#1"]]
        (again,) = await harbour.press(listed, "#1", by=harbour.vira)
        assert again.text.startswith("🔴 formbot · web1 · since")
        assert alert.text.startswith("🔴 formbot · web1")


async def test_a_restart_of_the_bot_while_it_fires_tells_nothing_twice(opening: Opening) -> None:
    async with opening(alerts=QUICK, checks=[]) as harbour:
        await watched(harbour)
        await on_server(harbour, "as_root systemctl stop formbot")
        alert = await harbour.letter("incident:%")
        await harbour.stop_bot()
        await harbour.start_bot()
        seen = await harbour.app.driver.pool.fetchval("SELECT max(seen_at) FROM rounds")
        await harbour.until_row(f"SELECT max(seen_at) > '{seen}'::timestamptz + interval '1 s' FROM rounds")  # noqa: S608  our own row
        assert sum("🔴" in message.text for message in harbour.messages()) == 1
        await on_server(harbour, "as_root systemctl start formbot")
        await harbour.until_shows(alert, "✅ formbot")


async def test_a_database_that_is_stopped_is_told_with_what_it_says(opening: Opening) -> None:
    async with opening(alerts=QUICK, checks=[]) as harbour:
        await watched(harbour)
        server = harbour.sandbox._postgres
        await server.stop()
        try:
            alert = await harbour.letter("incident:%")
            await harbour.until_shows(alert, "❌ База formbot не відповідає на select 1")
            assert "💡" not in alert.text
            assert "Підніміть базу" in alert.text
        finally:
            await server.start()
        await harbour.until_shows(alert, "✅ formbot")
