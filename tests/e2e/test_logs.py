"""/logs in the chat: narrowed, followed, over several hosts; and what is new since a release."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import utc_now
from demo.sandbox.server import Sibling
from handlers import follow
from tests.e2e.conftest import Opening
from tests.e2e.harbour import Harbour


def write(log: Path, *lines: str) -> None:
    with log.open("a") as file:
        file.writelines(f"{line}\n" for line in lines)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at followed logs more often than chats allow outside."""
    monkeypatch.setattr(follow, "LOOK_SECONDS", 0.2)


async def test_a_log_is_narrowed_by_level_time_and_texts_and_the_card_says_what_was_searched(harbour: Harbour) -> None:
    old, new = (utc_now() - timedelta(hours=hours) for hours in (3, 0.5))
    write(
        harbour.sandbox.log,
        f"{old:%Y-%m-%d %H:%M:%S} ERROR too old",
        f"{new:%Y-%m-%dT%H:%M:%SZ} ERROR order 17 failed",
        "Traceback (most recent call last):",
        "KeyError: 'amount'",
        f"{new:%Y-%m-%dT%H:%M:%SZ} ERROR healthz",
        f"{new:%Y-%m-%dT%H:%M:%SZ} INFO order 18 saved",
    )
    (found,) = await harbour.say('/logs formbot 200 error since=1h grep="order 17" -v=healthz')
    assert "order 17 failed" in found.text
    assert not re.search("too old|healthz\n|order 18", found.text)
    assert "лише помилки · від " in found.text
    assert re.search(r"з «order 17» · без «healthz»", found.text)
    assert re.search(r"1 рядок, переглянуто .+ у 1 файлі", found.text)
    (bad,) = await harbour.say("/logs formbot grep=/(/")
    assert "не регулярний вираз" in bad.text


async def test_a_secret_cannot_be_guessed_by_searching_for_its_pieces(harbour: Harbour) -> None:
    secret = "zq7Kp2vX9wLm"
    env = harbour.sandbox.path / ".env"
    with env.open("a") as file:
        file.write(f"\nAPI_TOKEN={secret}\n")
    write(harbour.sandbox.log, f"calling with {secret}", "calling without")
    (shown,) = await harbour.say("/logs formbot grep=calling")
    assert "calling with •••" in shown.text
    for guess in ("zq7", "zq8", "zq7Kp2vX9wLm"):
        (answer,) = await harbour.say(f"/logs formbot grep={guess}")
        assert "calling" not in answer.text
    for guess in ("zq7", "zq8"):
        (answer,) = await harbour.say(f"/logs formbot grep=calling -v={guess}")
        assert "calling with •••" in answer.text
    (regex,) = await harbour.say("/logs formbot grep=/calling.*zq7/")
    assert "calling" not in regex.text.partition("«")[2].partition("»")[2]


@pytest.mark.usefixtures("quick")
async def test_a_followed_log_grows_in_one_message_until_somebody_stops_it(harbour: Harbour) -> None:
    write(harbour.sandbox.log, "before")
    (live,) = await harbour.say("/logs formbot follow=1m")
    await harbour.until_shows(live, "before")
    write(harbour.sandbox.log, "first <b>line</b> \x1b[31mred")
    await harbour.until_shows(live, "first <b>line</b> red")
    harbour.world.press(live, "⏸ Пауза", by=harbour.vira)
    await harbour.until_shows(live, "на паузі")
    write(harbour.sandbox.log, "hidden")
    await harbour.until_shows(live, "пропущено 1")
    assert "hidden" not in live.text
    harbour.world.press(live, "▶️ Далі", by=harbour.vira)
    await harbour.until_shows(live, "усього")
    write(harbour.sandbox.log, "shown again")
    await harbour.until_shows(live, "shown again")
    harbour.world.press(live, "⏹ Досить", by=harbour.vira)
    await harbour.until_shows(live, "⏹ Зупинив Vira")
    assert "shown again" in live.text
    assert len(harbour.messages()) == 1


@pytest.mark.usefixtures("quick")
async def test_a_flood_is_counted_and_not_shown(harbour: Harbour) -> None:
    (live,) = await harbour.say("/logs formbot -f")
    await harbour.until_shows(live, "/с")

    async def flood() -> None:
        while True:
            write(harbour.sandbox.log, *(f"flood {i}" for i in range(2000)))
            await asyncio.sleep(0.05)

    flooding = asyncio.create_task(flood())
    try:
        await harbour.until_shows(live, "🌊")
    finally:
        flooding.cancel()
    await harbour.world.until(lambda: "🌊" not in live.text, timeout=60)
    write(harbour.sandbox.log, "calm again")
    await harbour.until_shows(live, "calm again")


@pytest.mark.usefixtures("quick")
async def test_a_restart_ends_what_was_followed_and_says_so_in_the_message(harbour: Harbour) -> None:
    (live,) = await harbour.say("/logs formbot follow=10m")
    write(harbour.sandbox.log, "seen before the restart")
    await harbour.until_shows(live, "seen before the restart")
    await harbour.stop_bot()
    await harbour.start_bot()
    await harbour.until_shows(live, "♻️ Бот перезапустився")
    assert "seen before the restart" in live.text


async def test_several_hosts_come_as_one_in_order_of_time(
    opening: Opening, built_siblings: tuple[Sibling, ...]
) -> None:
    async with opening(siblings=built_siblings[:1]) as harbour:
        logs = [server.log for server in harbour.servers]
        for log in logs:
            log.write_text("")
        now = utc_now()
        for i in range(6):
            write(logs[i % 2], f"{now + timedelta(seconds=i):%Y-%m-%dT%H:%M:%SZ} INFO step {i}")
        (found,) = await harbour.say("/logs formbot 10")
        assert re.findall(r"(web\d) │ \S+ INFO (step \d)", found.text) == [
            (f"web{i % 2 + 1}", f"step {i}") for i in range(6)
        ]


async def test_only_what_a_release_has_brought_is_named_on_its_card(opening: Opening) -> None:
    async with opening(checks=[]) as harbour:
        write(harbour.sandbox.log, "2025-10-10 12:00:00 ERROR old trouble 17")
        card, _ = await harbour.run("/deploy v1.2.3")
        await harbour.until_row("SELECT count(*) = 1 FROM log_patterns WHERE first_run IS NULL")
        assert "🆕" not in card.text
        write(
            harbour.sandbox.log,
            "2025-10-10 12:00:01 ERROR old trouble 18",
            "2025-10-10 12:00:01 ERROR handling 5",
            "Traceback (most recent call last):",
            "KeyError: 'amount'",
        )
        await harbour.app.driver.patterns.hurry("formbot", utc_now())
        harbour.app.driver.learner.look(1)
        await harbour.until_shows(card, "🆕 нове в журналі від цього релізу: KeyError: 'amount' ← handling N ×1")
        assert "old trouble" not in card.text
