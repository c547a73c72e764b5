"""What fails on a real server is told in the chat before anybody asks, once, and until it is well again."""

from __future__ import annotations

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
        await harbour.run("/deploy v1.2.3")
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
