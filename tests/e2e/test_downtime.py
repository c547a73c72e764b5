"""The team is told before, while and after something does not work; and beforehand, when somebody plans it."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.app import utc_now
from tests.e2e.conftest import Opening
from tests.e2e.harbour import Harbour
from tests.length import only_long


async def test_a_deploy_tells_of_the_stop_before_it_while_it_lasts_and_how_long_it_was(harbour: Harbour) -> None:
    card, result = await harbour.run("/deploy slow-start")
    shown = [state.text for state in card.history]
    assert "⏸ formbot буде ненадовго зупинено" in shown[0]
    assert any(re.search(r"⏸ formbot зупинено · \d+", text) for text in shown)
    assert "⏸" not in card.text
    seconds = re.search(r"⏸ Перерва в роботі: (\d+) с", result.text)
    assert seconds
    assert 3 <= int(seconds[1]) < 60


@only_long
async def test_the_way_back_is_part_of_the_downtime(harbour: Harbour) -> None:
    card, result = await harbour.run("/deploy broken")
    assert card.text.startswith("↩️")
    assert "⏸ Перерва в роботі: " in result.text


async def test_a_backup_stops_nothing_and_says_nothing_of_it(harbour: Harbour) -> None:
    card, result = await harbour.run("/backup")
    assert not any("⏸" in state.text for state in card.history)
    assert "⏸" not in result.text


async def test_works_are_announced_listed_and_called_off(harbour: Harbour) -> None:
    (told,) = await harbour.say("/announce завтра 02:00 15 міняємо диск")
    assert re.fullmatch(
        r"🛠 formbot: роботи о \d\d\.\d\d 02:00, приблизно 15 хв\. Попереджає Олена\nміняємо диск", told.text
    )
    (listed,) = await harbour.say("/announce", by=harbour.ihor)
    assert "Запланированные работы" in listed.text
    ((label,),) = listed.labels
    (off,) = await harbour.press(listed, label, by=harbour.ihor)
    assert "робіт о" in off.text
    assert "Скасовує Игорь" in off.text
    assert off.reply_to is told
    await harbour.until_shows(listed, "Работ не запланировано")


async def test_a_time_that_is_none_is_refused_with_the_ways_to_write_one(harbour: Harbour) -> None:
    (answer,) = await harbour.say("/announce колись")
    assert "22:30, завтра 02:00" in answer.text


async def test_the_team_is_reminded_once_over_a_restart_too(harbour: Harbour) -> None:
    await harbour.say("/announce +12m 5")
    await harbour.app._remind()
    later = utc_now() + timedelta(minutes=3)
    await harbour.app.announcements.remind(later)
    reminder = await harbour.letter("announce:1:soon")
    assert "скоро роботи" in reminder.text
    await harbour.stop_bot()
    await harbour.start_bot()
    before = len(harbour.messages())
    await harbour.app.announcements.remind(later + timedelta(minutes=1))
    await harbour.say("/runs")
    assert len(harbour.messages()) == before + 1


async def test_works_at_the_last_moment_are_not_reminded_of(harbour: Harbour) -> None:
    await harbour.say("/announce +5m")
    await harbour.app.announcements.remind(utc_now())
    await harbour.until_row("SELECT count(*) = 1 FROM outbox WHERE kind = 'announce'")


@only_long
async def test_a_deploy_in_the_announced_time_refers_to_it(opening: Opening) -> None:
    async with opening() as harbour:
        await harbour.say("/announce +30m 20")
        pool = harbour.app.driver.pool
        await pool.execute("UPDATE announcements SET starts_at = now() - interval '1 minute'")
        card, result = await harbour.run("/deploy main")
        assert "🛠 Оголошені роботи, " in card.text
        assert "Попереджає Олена" in result.text
        await pool.execute("UPDATE announcements SET ends_at = now() - interval '1 second'")
        card, _ = await harbour.run("/rollback v1.2.2")
        assert "🛠" not in card.text
