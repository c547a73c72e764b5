"""Backups by the clock, and what becomes of them: made once, listed, fetched, kept, cleaned up, looked after."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import utc_now
from ops.backups.folders import Folders
from ops.backups.keeper import Keeper
from ops.errors import BadFile
from tests.e2e.conftest import Opening
from tests.e2e.harbour import Harbour

KYIV = ZoneInfo("Europe/Kyiv")
DAILY = {"daily": "02:00", "weekly": "off", "monthly": "off", "drill": "off"}


@asynccontextmanager
async def kept(opening: Opening, sandbox: Any, schedule: object = DAILY, **project: Any) -> AsyncIterator[Harbour]:
    """A harbour with a schedule."""
    backups = {"directory": str(sandbox.backups), "schedule": schedule, **project.pop("backups", {})}
    async with opening(backups=backups, **project) as harbour:
        yield harbour


def tomorrow(hour: int, minute: int = 0) -> datetime:
    day = utc_now().astimezone(KYIV) + timedelta(days=1)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def at(harbour: Harbour, moment: datetime) -> Keeper:
    """Have the keeper and the patrol believe that it is so late."""
    harbour.app.driver.keeper._now = harbour.app.driver.patrol._now = lambda: moment
    return harbour.app.driver.keeper


async def ended(harbour: Harbour, count: int) -> list[str]:
    """Wait until so many runs have ended; return how."""
    await harbour.until_row(f"SELECT count(*) >= {count} FROM runs WHERE result IS NOT NULL")  # noqa: S608  our own number
    return [row["result"] for row in await harbour.app.driver.pool.fetch("SELECT result FROM runs ORDER BY id")]


async def saved(harbour: Harbour, count: int, tier: str = "daily", **changes: Any) -> list[Path]:
    """Put backups into folder and catalogue, one for each of the last days, the newest first."""
    pool, now, files = harbour.app.driver.pool, utc_now(), []
    folder = harbour.sandbox.backups / tier
    folder.mkdir(parents=True, exist_ok=True)
    run = await pool.fetchval("SELECT max(id) FROM runs")
    for days in range(count):
        taken = now - timedelta(days=days)
        path = folder / f"formbot_{taken:%Y%m%d_%H%M%S}.sql.gz"
        path.write_bytes(b"dump %d" % days)
        values = {
            "project": "formbot",
            "host": "web1",
            "subject": "formbot",
            "path": str(path),
            "bytes": path.stat().st_size,
            "run_id": run,
            "taken_at": taken,
            "tier": tier,
            "period": f"{taken.astimezone(KYIV):%Y-%m-%d}",
            **changes,
        }
        values["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        names, marks = ", ".join(values), ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await pool.execute(f"INSERT INTO backups ({names}) VALUES ({marks})", *values.values())  # noqa: S608  our own names
        files.append(path)
    return files


async def row(harbour: Harbour, column: str, where: str = "true") -> Any:
    return await harbour.app.driver.pool.fetchval(f"SELECT {column} FROM backups WHERE {where} ORDER BY id DESC")  # noqa: S608  our own words


async def test_a_night_makes_one_backup_whoever_looks_however_often_and_is_quiet(
    opening: Opening, sandbox: Any
) -> None:
    async with kept(opening, sandbox) as harbour:
        keeper = at(harbour, tomorrow(1, 59))
        await keeper.look()
        assert await harbour.runs() == 0
        driver = harbour.app.driver
        second = Keeper(
            driver.inventory,
            driver.launcher,
            driver.backups,
            driver.keeping,
            Folders(driver.questions),
            KYIV,
            team=driver.team,
            observe=driver.incidents.observe,
            now=lambda: tomorrow(2),
        )
        at(harbour, tomorrow(2))
        await asyncio.gather(keeper.look(), second.look(), keeper.look())
        assert await ended(harbour, 1) == ["succeeded"]
        await keeper.look()
        at(harbour, tomorrow(23))
        await keeper.look()
        assert await harbour.runs() == 1
        assert await row(harbour, "tier", "subject = 'formbot'") == "daily"
        assert await row(harbour, "period", "subject = 'formbot'") == f"{tomorrow(2):%Y-%m-%d}"
        assert len(list((harbour.sandbox.backups / "daily").glob("formbot_*.sql.gz"))) == 1
        assert harbour.messages() == []  # what goes well by itself disturbs nobody
        (listed,) = await harbour.say("/backups")
        assert "1 бекап" in listed.text or "2 бекапи" in listed.text
        assert "щоденний" in listed.text
        (runs,) = await harbour.say("/runs")
        assert "розклад" in runs.text or "бекап" in runs.text


async def test_a_failed_night_is_told_and_tried_again(opening: Opening, sandbox: Any) -> None:
    wrong = [{"engine": "postgres", "name": "nosuchdb", "url_from": ".env:DATABASE_URL"}]
    async with kept(opening, sandbox, databases=wrong) as harbour:
        keeper = at(harbour, tomorrow(2))
        await keeper.look()
        assert await ended(harbour, 1) == ["failed"]
        told = await harbour.letter("run-ended:1")
        assert "бекап" in told.text
        await harbour.app.driver.patrol.look()
        await harbour.until_row("SELECT count(*) = 1 FROM runs")
        at(harbour, tomorrow(2, 30))
        await keeper.look()
        assert await ended(harbour, 2) == ["failed", "failed"]
        request = await harbour.app.driver.pool.fetchval("SELECT request FROM runs ORDER BY id DESC LIMIT 1")
        assert request == f"backup:formbot:daily:{tomorrow(2):%Y-%m-%d}:2"
        assert not list(harbour.sandbox.backups.rglob("nosuchdb*.gz"))


async def test_cleanup_shows_a_reason_for_each_file_and_deletes_only_after_the_button(
    opening: Opening, sandbox: Any
) -> None:
    async with kept(opening, sandbox, "off") as harbour:
        await harbour.run("/backup")
        files = await saved(harbour, 10)
        stranger = files[0].with_name("before_the_migration.sql")
        stranger.write_text("mine")
        pinned = files[9].name
        (answer,) = await harbour.say(f"/backup pin {pinned}")
        assert "📌" in answer.text
        card, document = await harbour.say("/backup cleanup", 2)
        assert "можна прибрати 2 файли" in card.text
        assert "Поки що нічого не видалено" in card.text
        assert files[8].name in card.text
        assert "є досить новіших" in card.text
        assert "Не мої файли, не чіпаю (1)" in card.text
        whole = (document.document or b"").decode()
        assert all(path.name in whole for path in files)
        assert f"✔️ {pinned}" in whole
        assert all(path.exists() for path in files)
        (refused,) = await harbour.press(card, "🗑 Видалити: 2", by=harbour.ihor)
        assert "админ" in refused.text.lower() or "прав" in refused.text.lower()
        _, result = await harbour.press(card, "🗑 Видалити: 2", 2)
        await harbour.until_shows(result, "старі бекапи прибрано")
        assert [path.exists() for path in files] == [True] * 7 + [False, False, True]
        assert stranger.exists()
        assert await harbour.app.driver.pool.fetchval("SELECT count(*) FROM backups WHERE removed_why = 'dropped'") == 2
        again = await harbour.press(card, "🗑 Видалити: 2", 2)
        assert "щось змінилося" in again[0].text


async def test_cleaning_follows_a_good_night_and_never_a_failed_one(opening: Opening, sandbox: Any) -> None:
    async with kept(opening, sandbox) as harbour:
        await harbour.run("/backup")
        files = await saved(harbour, 10)
        keeper = at(harbour, tomorrow(1))
        await keeper.look()
        assert all(path.exists() for path in files)  # a backup by hand is no night
        at(harbour, tomorrow(2))
        await keeper.look()
        await ended(harbour, 2)
        await keeper.look()
        assert await ended(harbour, 3) == ["succeeded"] * 3
        assert [path.exists() for path in files] == [True] * 6 + [False] * 4
        await keeper.look()
        assert await harbour.runs() == 3


async def test_a_sealed_backup_is_sent_and_another_is_only_told_how_to_fetch(opening: Opening, sandbox: Any) -> None:
    async with kept(opening, sandbox, "off") as harbour:
        await harbour.run("/backup")
        (file,) = await saved(harbour, 1)
        pool = harbour.app.driver.pool
        (plain,) = await harbour.say(f"/backup download {file.name}")
        assert "не зашифровано" in plain.text
        assert "scp -P" in plain.text
        assert plain.document is None
        await pool.execute("UPDATE backups SET encrypted = true WHERE tier = 'daily'")
        (sent,) = await harbour.say(f"/backup download {file.name}")
        assert (sent.document, sent.document_name) == (file.read_bytes(), file.name)
        file.write_bytes(b"tampered")
        (refused,) = await harbour.say(f"/backup download formbot {file.name}")
        assert refused.document is None
        assert "scp -P" in refused.text
        await pool.execute("UPDATE backups SET bytes = 60000000 WHERE tier = 'daily'")
        (large,) = await harbour.say(f"/backup download {file.name}")
        assert "50 МБ" in large.text
        assert "scp -P" in large.text
        (unknown,) = await harbour.say("/backup download formbot_nowhere.sql.gz")
        assert "немає" in unknown.text
        (listed,) = await harbour.say("/backup download")
        assert "сторінка 1 з 1" in listed.text


async def test_everything_about_backups_is_reached_by_buttons(opening: Opening, sandbox: Any) -> None:
    schedule = {"daily": "02:00", "weekly": "sun 03:00", "monthly": "1 04:00", "drill": "off"}
    async with kept(opening, sandbox, schedule) as harbour:
        await harbour.run("/backup")
        await saved(harbour, 9)
        (menu,) = await harbour.say("/help", by=harbour.vira)
        (listed,) = await harbour.press(menu, "🗄 Backups", by=harbour.vira)
        assert "page 1 of 2" in listed.text
        harbour.world.press(listed, "▶️", by=harbour.vira)
        await harbour.until_shows(listed, "page 2 of 2")
        harbour.world.press(listed, "1 ▫️", by=harbour.vira)
        await harbour.until_shows(listed, "never restored on trial")
        assert listed.button("♻️ Restore")
        harbour.world.press(listed, "📌 Закріпити" if listed.button("📌 Закріпити") else "📌 Pin", by=harbour.ihor)
        await harbour.until_shows(listed, "📌 ")
        harbour.world.press(
            listed, next(label for line in listed.labels for label in line if "💾" in label), by=harbour.olena
        )
        await harbour.until_shows(listed, "сторінка 1 з 2")
        (times,) = await harbour.press(listed, "🗓 Розклад")
        assert "нд " in times.text
        assert " 03:00 · тижневий" in times.text
        assert " 04:00 · місячний" in times.text
        assert "днів 7, тижнів 4, місяців 12" in times.text
        sizes = await harbour.press(listed, "📈 Розмір")
        assert "formbot: " in sizes[0].text
        assert "МБ" in sizes[0].text


async def test_a_missing_and_a_changed_file_are_found_told_and_forgiven_when_it_is_back(
    opening: Opening, sandbox: Any
) -> None:
    async with kept(opening, sandbox) as harbour:
        await harbour.run("/backup")
        files = await saved(harbour, 4)
        driver, content = harbour.app.driver, files[1].read_bytes()
        at(harbour, utc_now() + timedelta(hours=2))
        files[1].unlink()
        files[2].write_bytes(b"dumb 2")
        await driver.patrol.look()
        bad = {each.name: each.bad for each in await driver.backups.of("formbot") if each.bad}
        assert bad == {files[1].name: "missing", files[2].name: "changed"}
        phase = "SELECT phase FROM subjects WHERE key = 'formbot/web1/backup-files/formbot'"
        assert await driver.pool.fetchval(phase) == "firing"
        files[1].write_bytes(content)
        at(harbour, utc_now() + timedelta(hours=4))
        await driver.patrol.look()
        bad = {each.name: each.bad for each in await driver.backups.of("formbot") if each.bad}
        assert bad == {files[2].name: "changed"}
        await driver.backups.removed((await row(harbour, "id", "bad IS NOT NULL")), "dropped", utc_now())
        at(harbour, utc_now() + timedelta(hours=6))
        await driver.patrol.look()
        assert await driver.pool.fetchval(phase) != "firing"


async def test_a_drill_restores_the_newest_on_trial_and_only_then_there_is_a_green_tick(
    opening: Opening, sandbox: Any
) -> None:
    day = tomorrow(5)
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()]
    schedule = {"daily": "off", "weekly": "off", "monthly": "off", "drill": f"{weekday} 05:00"}
    async with kept(opening, sandbox, schedule) as harbour:
        await harbour.run("/backup")
        (listed,) = await harbour.say("/backups")
        assert "▫️" in listed.text.splitlines()[1]
        keeper = at(harbour, day)
        await keeper.look()
        assert await ended(harbour, 2) == ["succeeded", "succeeded"]
        request = await harbour.app.driver.pool.fetchval("SELECT request FROM runs ORDER BY id DESC LIMIT 1")
        assert request == f"drill:formbot:formbot:{day.isocalendar().year}-W{day.isocalendar().week:02}"
        await keeper.look()
        assert await harbour.runs() == 2
        (listed,) = await harbour.say("/backups")
        name = await row(harbour, "regexp_replace(path, '.*/', '')", "level = 2")
        assert f"✅ {name}" in listed.text
        await harbour.run(f"/backup verify {name}")
        assert await ended(harbour, 3) == ["succeeded"] * 3


@pytest.mark.skipif(shutil.which("rclone") is None, reason="rclone is not installed here")
async def test_with_the_place_of_copies_away_the_backup_is_a_success_and_the_copy_waits(
    opening: Opening, sandbox: Any, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    away.write_text("unplugged: a file where the folder was")
    copies = {"copy_to": f":local:{away}"}
    with pytest.raises(BadFile):
        async with kept(opening, sandbox, backups={"copy_to": "no remote"}):
            pass
    async with kept(opening, sandbox, "off", backups=copies) as harbour:
        _, result = await harbour.run("/backup formbot formbot")
        assert "перевірений" in result.text
        keeper = at(harbour, utc_now() + timedelta(minutes=1))
        await keeper.look()
        assert await ended(harbour, 2) == ["succeeded", "failed"]
        states = await row(harbour, "copy_state || ' ' || copy_error")
        assert states == "failed copy-failed"
        patrol, phase = harbour.app.driver.patrol, "SELECT phase FROM subjects WHERE key = 'formbot/web1/backup-copy/'"
        await patrol.look()
        assert await harbour.app.driver.pool.fetchval(phase) == "firing"
        (listed,) = await harbour.say("/backups")
        assert "☁️⚠️" in listed.text
        await keeper.look()
        assert await harbour.runs() == 2  # again after 15 minutes, not at once
        away.unlink()
        away.mkdir()
        at(harbour, utc_now() + timedelta(minutes=20))
        await keeper.look()
        assert await ended(harbour, 3) == ["succeeded", "failed", "succeeded"]
        assert await row(harbour, "copy_state") == "done"
        (copy,), (file,) = away.rglob("*.sql.gz"), harbour.sandbox.backups.rglob("formbot_*.sql.gz")
        assert copy.read_bytes() == file.read_bytes()
        (listed,) = await harbour.say("/backups")
        assert "☁️" in listed.text
        assert "☁️⚠️" not in listed.text
        await patrol.look()
        assert await harbour.app.driver.pool.fetchval(phase) != "firing"
        await keeper.look()
        assert await harbour.runs() == 3


async def test_keeping_none_still_keeps_the_last_good_one_and_warns(opening: Opening, sandbox: Any) -> None:
    nothing = {"keep": {"daily": 0, "weekly": 0, "monthly": 0, "manual": 0, "predeploy": "0s"}}
    async with kept(opening, sandbox, backups=nothing) as harbour:
        keeper = at(harbour, tomorrow(2))
        await keeper.look()
        await ended(harbour, 1)
        await keeper.look()
        phase = "SELECT phase FROM subjects WHERE key = 'formbot/web1/backup-keep/'"
        assert await harbour.app.driver.pool.fetchval(phase) == "firing"
        assert len(list((sandbox.backups / "daily").glob("formbot_2*.sql.gz"))) == 1


async def test_the_digest_says_what_the_catalogue_says(opening: Opening, sandbox: Any) -> None:
    async with kept(opening, sandbox, "off") as harbour:
        await harbour.run("/backup")
        await saved(harbour, 9)
        pool = harbour.app.driver.pool
        oldest = await pool.fetchval(
            "SELECT to_char(min(taken_at) AT TIME ZONE 'Europe/Kyiv', 'YYYY-MM-DD') FROM backups"
        )
        (told,) = await harbour.say("/backup digest")
        assert "1 база, перевірено відновленням: 0" in told.text
        assert f"можна повернутися: {oldest}" in told.text
        assert "Наступне прибирання звільнить 12 Б" in told.text
        await pool.execute("UPDATE backups SET level = 2, verified_at = now() WHERE tier = 'daily'")
        (told,) = await harbour.say("/backup digest")
        assert "1 база, перевірено відновленням: 1" in told.text
        monday = tomorrow(9) + timedelta(days=(7 - tomorrow(9).weekday()) % 7)
        keeper = at(harbour, monday - timedelta(minutes=1))
        await keeper.look()
        assert await pool.fetchval("SELECT count(*) FROM outbox WHERE kind = 'digest'") == 0
        at(harbour, monday)
        await asyncio.gather(keeper.look(), keeper.look())
        letter = await harbour.letter("digest:%")
        assert "Бекапи за тиждень" in letter.text
        assert await pool.fetchval("SELECT count(*) FROM outbox WHERE kind = 'digest'") == 1


async def test_no_backup_is_shown_to_whom_its_project_is_none_of(opening: Opening, sandbox: Any) -> None:
    async with kept(opening, sandbox, "off") as harbour:
        await harbour.run("/backup")
        (file,) = await saved(harbour, 1)
        (refused,) = await harbour.say(f"/backup download {file.name}", by=harbour.vira)
        assert "right" in refused.text.lower() or "may" in refused.text.lower()
        (seen,) = await harbour.say("/backups", by=harbour.vira)
        assert file.name in seen.text


async def test_only_who_holds_the_key_can_say_the_word_and_silence_is_trouble(opening: Opening, sandbox: Any) -> None:
    if not shutil.which("age-keygen"):
        pytest.skip("age is not installed")
    made = await asyncio.to_thread(subprocess.run, ["age-keygen"], capture_output=True, text=True, check=True)
    (public,) = re.findall(r"public key: (age1\w+)", made.stdout)
    async with kept(opening, sandbox, "off", backups={"encrypt_to": [public]}) as harbour:
        key = harbour.folder / "key.txt"
        key.write_text(made.stdout)
        pool, phase = harbour.app.driver.pool, "SELECT phase FROM subjects WHERE \"check\" = 'key-proof'"

        async def look(after: timedelta) -> None:
            harbour.app.driver.proofs._now = lambda: utc_now() + after
            await harbour.app.driver.proofs.look()

        async def word_of(number: int) -> str:
            file = (await harbour.letter(f"key-proof:{number}")).document
            opened = await asyncio.to_thread(
                subprocess.run, ["age", "-d", "-i", str(key)], input=file, capture_output=True, check=True
            )
            return opened.stdout.decode().strip()

        await look(timedelta())
        assert await pool.fetchval("SELECT count(*) FROM key_proofs") == 0  # only just entered
        for hours in (2, 2, 4):
            await look(timedelta(hours=hours))
        assert await pool.fetchval("SELECT count(*) FROM key_proofs") == 1
        first = await word_of(1)
        assert await harbour.rows_with(first) == []
        await look(timedelta(days=8))
        assert await pool.fetchval(phase) == "firing"
        (digest,) = await harbour.say("/backup digest")
        assert public[-6:] in digest.text
        (refused,) = await harbour.say("/backup proof 0123456789abcdef")
        assert refused.text.startswith("❌")
        (again,) = await harbour.say("/backup proof")
        assert again.document == (await harbour.letter("key-proof:1")).document
        await look(timedelta(days=91))
        assert await pool.fetchval(phase) == "firing"  # to be asked again is no proof
        second = await word_of(2)
        assert first != second
        (old,) = await harbour.say(f"/backup proof {first}")
        assert "старого" in old.text
        assert await pool.fetchval("SELECT count(proven_at) FROM key_proofs") == 0
        (right,) = await harbour.say(f"/backup proof {second}")
        assert "на місці" in right.text
        assert await pool.fetchval("SELECT proven_by FROM key_proofs WHERE number = 2") == "Олена"
        assert await pool.fetchval(phase) in {"ok", "recovering"}
        (nothing,) = await harbour.say("/backup proof")
        assert nothing.document is None
