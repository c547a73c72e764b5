"""Restores over a real PostgreSQL: asked, agreed, swapped in, taken back; the live database is whole all the while."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sqlite3
import subprocess
from pathlib import Path
from shutil import which

import asyncpg
import pytest
from pydantic import SecretStr

from demo.botapi.message import Message
from demo.sandbox.sandbox import Sandbox
from tests.e2e.conftest import Opening
from tests.e2e.harbour import Harbour
from tests.e2e.recorder import Recorder
from tests.e2e.test_dumps import FORMBOT
from tests.length import only_long

BROKEN = "ALTER TABLE schema_migrations RENAME COLUMN name TO named"
MENDED = "ALTER TABLE schema_migrations RENAME COLUMN named TO name"


async def do(harbour: Harbour, sql: str) -> None:
    """Do something in the database behind everybody's back."""
    connection = await asyncpg.connect(harbour.sandbox.database_url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def databases(harbour: Harbour) -> set[str]:
    """The databases of the sandbox's server, without what is always there."""
    connection = await asyncpg.connect(harbour.sandbox.database_url)
    try:
        rows = await connection.fetch("SELECT datname FROM pg_database WHERE NOT datistemplate")
    finally:
        await connection.close()
    return {row["datname"] for row in rows} - {"postgres", "formbot", "formbot_template"}


async def backed_up(harbour: Harbour) -> str:
    """Make a backup; return its file's name."""
    _, result = await harbour.run("/backup")
    assert result.text.startswith("✅")
    query = "SELECT path FROM backups WHERE subject = 'formbot' ORDER BY id DESC LIMIT 1"
    return Path(await harbour.app.driver.pool.fetchval(query)).name


async def write_rows(harbour: Harbour, count: int = 7) -> None:
    await do(
        harbour,
        "INSERT INTO submissions (form_id, email, body)"  # noqa: S608  our own number
        f" SELECT 1, 'new@example.test', 'n' || n FROM generate_series(1, {count}) n",
    )


async def restored(harbour: Harbour, name: str) -> tuple[Message, Message]:
    """Ask for a restore, and type what has to be typed."""
    (asked,) = await harbour.say(f"/restore {name}")
    assert f"/restore {name} formbot" in asked.text
    return await harbour.run(f"/restore {name} formbot")


def flip_a_bit(path: Path) -> None:
    """Damage a file as a disk would."""
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.unlink()
    path.write_bytes(raw)


async def test_a_restore_brings_the_rows_back_and_its_undo_the_others_within_seconds(harbour: Harbour) -> None:
    name = await backed_up(harbour)
    await do(harbour, "ALTER DATABASE formbot SET work_mem = '7MB'; REVOKE CONNECT ON DATABASE formbot FROM PUBLIC")
    await write_rows(harbour)
    await do(harbour, "DELETE FROM submissions WHERE id <= 3")
    had = await harbour.sandbox.rows()
    (asked,) = await harbour.say(f"/restore {name}")
    assert "⚠️ formbot: на місце бази formbot стане бекап за" in asked.text
    assert "Зникнуть 4 рядки" in asked.text, "seven came, three went: the count of a table is what is compared"
    assert "public.submissions −4" in asked.text
    assert "Пробного відновлення ще не було" in asked.text
    card, result = await harbour.run(f"/restore {name} formbot")
    assert card.text.startswith("✅ formbot · відновлення #2")
    assert "відновлено, усе гаразд" in result.text
    assert await harbour.sandbox.rows() == had - 4
    assert len(await databases(harbour)) == 1
    connection = await asyncpg.connect(harbour.sandbox.database_url)
    try:
        assert await connection.fetchval("SHOW work_mem") == "7MB"
        assert await connection.fetchval("SELECT has_database_privilege('public', 'formbot', 'CONNECT')") is False
        query = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        assert [row[0] for row in await connection.fetch(query)] == ["formbot"]
    finally:
        await connection.close()
    tiers = await harbour.app.driver.pool.fetch("SELECT tier FROM backups WHERE subject = 'formbot' ORDER BY id")
    assert [row["tier"] for row in tiers] == ["manual", "safety"]

    card, _ = await harbour.run("/restore undo")
    assert card.text.startswith("✅ formbot · відновлення #3")
    assert await harbour.sandbox.rows() == had
    assert (await harbour.sandbox.health()).status == 200
    assert await seconds_until_swapped(harbour, 3) < 10


async def seconds_until_swapped(harbour: Harbour, run_id: int) -> float:
    """How long the rows of a run's database took to be those of before; the service is looked at after that."""
    run = await harbour.app.driver.journal.load(run_id)
    (swap,) = run.tries(run.plan.by_key["restore-swap.formbot"], "web1")
    assert swap.ended
    return (swap.ended.at - run.accepted_at).total_seconds()


@only_long
async def test_what_was_replaced_is_dropped_after_a_day_and_not_while_a_run_holds_the_project(harbour: Harbour) -> None:
    name = await backed_up(harbour)
    await restored(harbour, name)
    pool = harbour.app.driver.pool
    await harbour.app.restoring.sweep()
    assert len(await databases(harbour)) == 1, "not before its time"
    await pool.execute("UPDATE asides SET drop_after = now() - interval '1 minute'")
    (refused,) = await harbour.say("/restore undo")
    assert "Скасовувати нічого" in refused.text
    harbour.world.say(harbour.team, harbour.olena, "/deploy slow-start")
    await harbour.until_row("SELECT count(*) > 0 FROM locks")
    await harbour.app.restoring.sweep()
    assert len(await databases(harbour)) == 1
    await harbour.letter("run-ended:3")
    await harbour.app.restoring.sweep()
    await harbour.until_row("SELECT gone_why = 'dropped' FROM asides")
    assert await databases(harbour) == set()


async def test_nothing_is_done_for_a_wrong_name_another_person_or_too_late(harbour: Harbour) -> None:
    name = await backed_up(harbour)
    await harbour.say(f"/restore {name}")
    (wrong,) = await harbour.say(f"/restore {name} formbott")
    assert "Назва не та" in wrong.text
    (other,) = await harbour.say(f"/restore {name} formbot", by=harbour.ihor)
    assert "тот, кто начинал" in other.text
    (viewer,) = await harbour.say(f"/restore {name}", by=harbour.vira)
    assert "right" in viewer.text
    (unknown,) = await harbour.say("/restore nosuch_20250101_000000.sql.gz")
    assert "немає" in unknown.text
    await harbour.app.driver.pool.execute("UPDATE restores SET expires_at = now() - interval '1 second'")
    (late,) = await harbour.say(f"/restore {name} formbot")
    assert "Час вийшов" in late.text
    (asked,) = await harbour.say(f"/restore {name}")
    harbour.world.press(asked, "Не треба", by=harbour.olena)
    await harbour.until_shows(asked, "нічого не змінено")
    (over,) = await harbour.say(f"/restore {name} formbot")
    assert "вже вирішено" in over.text
    await harbour.app.driver.pool.execute("UPDATE backups SET level = 0")
    (unread,) = await harbour.say(f"/restore {name}")
    assert f"/backup verify {name}" in unread.text, "it was never read to its end"
    (listed,) = await harbour.say("/restore")
    assert name not in listed.text
    assert await harbour.runs() == 1


async def test_typing_it_twice_makes_one_run(harbour: Harbour) -> None:
    name = await backed_up(harbour)
    await harbour.say(f"/restore {name}")
    harbour.world.say(harbour.team, harbour.olena, f"/restore {name} formbot")
    harbour.world.say(harbour.team, harbour.olena, f"/restore {name} formbot")
    await harbour.letter("run-ended:2")
    assert await harbour.runs() == 2


async def test_on_production_ones_own_second_tap_is_refused_and_anothers_begins_it(opening: Opening) -> None:
    async with opening(production=True) as harbour:
        name = await backed_up(harbour)
        await write_rows(harbour)
        (asked,) = await harbour.say(f"/restore {name}")
        assert "продакшн" in asked.text
        (second,) = await harbour.say(f"/restore {name} formbot")
        assert "Погодити має інша людина" in second.text
        (own,) = await harbour.press(second, "Погоджую")
        assert "інша людина" in own.text
        (viewer,) = await harbour.press(second, "Погоджую", by=harbour.vira)
        assert "right" in viewer.text
        assert await harbour.runs() == 1
        card, _ = await harbour.press(second, "Погоджую", 2, by=harbour.ihor)
        assert card.text.startswith("✅ formbot · відновлення #2 · Олена")
        await harbour.until_shows(second, "Игорь погоджує: #2")
        assert await harbour.sandbox.rows() == 2000
        (undo,) = await harbour.say("/restore undo")
        assert "скасувати останнє відновлення" in undo.text
        await harbour.press(undo, "Погоджую", 2, by=harbour.ihor)
        assert await harbour.sandbox.rows() == 2007


async def test_a_damaged_backup_is_refused_and_the_live_database_is_untouched(harbour: Harbour) -> None:
    name = await backed_up(harbour)
    flip_a_bit(Path(await harbour.app.driver.pool.fetchval("SELECT path FROM backups WHERE subject = 'formbot'")))
    card, result = await restored(harbour, name)
    assert card.text.startswith("⛔")
    assert "Жива база не зачеплена" in result.text
    assert await harbour.sandbox.rows() == 2000
    assert await databases(harbour) == set()
    (refused,) = await harbour.say(f"/restore {name}")
    assert "пошкоджено, його не відновити" in refused.text, "the catalogue knows by now"


async def test_a_backup_that_lacks_rows_is_found_out_beside_the_live_database(harbour: Harbour) -> None:
    name = await backed_up(harbour)
    pool = harbour.app.driver.pool
    manifest = json.loads(await pool.fetchval("SELECT manifest FROM backups WHERE subject = 'formbot'"))
    changed = {table: 13 if "forms" in table else count for table, count in manifest["rows"].items()}
    told = json.dumps({"rows": changed})  # and nothing of the manifest beside the file
    await pool.execute("UPDATE backups SET manifest = $1 WHERE subject = 'formbot'", told)
    card, result = await restored(harbour, name)
    assert card.text.startswith("↩️")
    assert "public.forms" in result.text
    assert "12" in result.text
    assert await harbour.sandbox.rows() == 2000
    assert await databases(harbour) == set()


async def test_a_service_that_is_not_well_afterwards_has_its_old_database_back(opening: Opening) -> None:
    async with opening(checks=[{"http": "http://127.0.0.1:1/", "within": "1s"}]) as harbour:
        url = f"http://127.0.0.1:{harbour.sandbox.port}/health"
        harbour.write_inventory(checks=[{"http": url, "within": "3s"}])
        await harbour.say("/reload")
        await do(harbour, BROKEN)
        name = await backed_up(harbour)
        await do(harbour, MENDED)
        await write_rows(harbour)
        card, result = await restored(harbour, name)
        assert card.text.startswith("↩️")
        assert "працює з тими даними, що були" in result.text
        assert await harbour.sandbox.rows() == 2007
        assert await databases(harbour) == set()
        assert (await harbour.sandbox.health()).status == 200
        (nothing,) = await harbour.say("/restore undo")
        assert "Скасовувати нічого" in nothing.text


async def test_a_bot_that_stops_in_the_middle_goes_on_and_the_live_database_is_whole(harbour: Harbour) -> None:
    name = await backed_up(harbour)
    await write_rows(harbour)
    await harbour.say(f"/restore {name}")
    harbour.world.say(harbour.team, harbour.olena, f"/restore {name} formbot")
    await harbour.until_row("SELECT count(*) > 0 FROM events WHERE body->>'step' = 'restore-swap.formbot'")
    await harbour.stop_bot()
    await harbour.start_bot()
    await harbour.letter("run-ended:2")
    assert await harbour.sandbox.rows() == 2000
    assert len(await databases(harbour)) == 1


async def test_a_way_back_brings_the_data_of_then_along_in_one_run(harbour: Harbour) -> None:
    await harbour.run("/deploy main")
    await write_rows(harbour, 5)
    (ways,) = await harbour.say("/rollback v1.2.2")
    labels = [label for row in ways.labels for label in row]
    assert labels[0] == "Лише код"
    assert labels[-1].startswith("Код і дані за ")
    assert labels[-1].endswith("(−7)"), "five rows, and the notes of two migrations that were not there then"
    (asked,) = await harbour.press(ways, labels[-1])
    assert "разом із даними бази formbot за" in asked.text
    command = next(line for line in asked.text.splitlines() if "/restore " in line and "formbot_" in line)
    card, _ = await harbour.run(command[command.index("/restore ") :])
    assert card.text.startswith("✅ formbot · відкат #2")
    assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of("v1.2.2")
    assert await harbour.sandbox.rows() == 2000
    starts = await harbour.app.driver.pool.fetchval(
        "SELECT count(*) FROM events WHERE run_id = 2 AND body->>'kind' = 'step-started' AND body->>'step' = 'start'"
    )
    assert starts == 1


@only_long
async def test_a_way_back_that_does_not_serve_brings_code_and_data_back_together(opening: Opening) -> None:
    async with opening() as harbour:
        url = f"http://127.0.0.1:{harbour.sandbox.port}/health"
        harbour.write_inventory(checks=[{"http": url, "within": "5s"}])
        await harbour.say("/reload")
        await harbour.run("/deploy main")
        await do(harbour, BROKEN)
        await backed_up(harbour)
        await do(harbour, MENDED)
        # The dump from before the deploy becomes one that no version can work with.
        await harbour.app.driver.pool.execute(
            "UPDATE backups AS old SET path = new.path, sha256 = new.sha256, manifest = new.manifest"
            " FROM backups AS new WHERE old.subject = 'formbot' AND new.subject = 'formbot'"
            " AND old.tier = 'predeploy' AND new.tier = 'manual'"
        )
        await write_rows(harbour, 5)
        (ways,) = await harbour.say("/rollback v1.2.2")
        (asked,) = await harbour.press(ways, ways.labels[-1][-1])
        command = next(line for line in asked.text.splitlines() if "/restore " in line and "formbot_" in line)
        card, _ = await harbour.run(command[command.index("/restore ") :])
        assert card.text.startswith("↩️ formbot · відкат #3")
        assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of("main")
        assert await harbour.sandbox.rows() == 2005
        assert await databases(harbour) == set()
        assert (await harbour.sandbox.health()).status == 200


def files_with(folder: Path, text: str) -> list[Path]:
    """Return the files below a folder that hold a text."""
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


async def test_a_sealed_backup_is_opened_by_the_key_that_only_the_bot_has(opening: Opening, sandbox: Sandbox) -> None:
    if not which("age-keygen"):
        pytest.skip("no age")
    said = await asyncio.to_thread(subprocess.run, ["age-keygen"], capture_output=True, text=True, check=True)
    (public,) = re.findall(r"public key: (age1\w+)", said.stdout)
    (secret,) = re.findall(r"AGE-SECRET-KEY-1\w+", said.stdout)
    sealed = {"directory": str(sandbox.backups), "encrypt_to": [public]}
    async with opening(backups=sealed) as harbour:
        name = await backed_up(harbour)
        assert name.endswith(".sql.gz.age")
        await write_rows(harbour)
        card, result = await restored(harbour, name)
        assert card.text.startswith("⛔")
        assert "ключа, щоб його відкрити" in result.text
        await harbour.stop_bot()
        harbour.identity = SecretStr(secret)
        await harbour.start_bot()
        card, _ = await restored(harbour, name)
        assert card.text.startswith("✅")
        assert await sandbox.rows() == 2000
        assert await harbour.rows_with(secret) == []
        assert files_with(sandbox.layout.folder / "home", secret) == []
        assert files_with(sandbox.backups, secret) == []


@only_long
async def test_no_password_is_seen_in_arguments_or_in_the_chat(harbour: Harbour) -> None:
    name = await backed_up(harbour)
    password = harbour.sandbox.database_url.split(":")[2].partition("@")[0]
    recorder = Recorder(harbour.sandbox.layout)
    recorder.install()
    try:
        await restored(harbour, name)
    finally:
        argvs = recorder.argvs()
        recorder.remove()
    assert any("psql" in argv[0] for argv in argvs)
    assert not [argv for argv in argvs if any(password in word for word in argv)]
    assert not [message for message in harbour.messages() if password in message.text]
    assert await harbour.rows_with(password) == []


async def newest(harbour: Harbour, subject: str) -> str:
    """Return the name of the newest backup's file of a folder or a database."""
    query = "SELECT path FROM backups WHERE subject = $1 ORDER BY id DESC LIMIT 1"
    return Path(await harbour.app.driver.pool.fetchval(query, subject)).name


async def test_a_folder_is_brought_back_whole_and_its_undo_brings_the_other_one(
    opening: Opening, sandbox: Sandbox
) -> None:
    uploads = sandbox.path.parent / "uploads"
    (uploads / "2025").mkdir(parents=True)
    (uploads / "2025" / "ім'я.txt").write_text("before")
    (uploads / "link").symlink_to("2025/ім'я.txt")
    async with opening(backups={"directory": str(sandbox.backups), "folders": {"uploads": str(uploads)}}) as harbour:
        await harbour.run("/backup formbot uploads")
        name = await newest(harbour, "uploads")
        (uploads / "2025" / "ім'я.txt").write_text("after")
        (uploads / "new.txt").write_text("new")
        (asked,) = await harbour.say(f"/restore {name}")
        assert f"/restore {name} uploads" in asked.text
        card, result = await harbour.run(f"/restore {name} uploads")
        assert card.text.startswith("✅"), result.text
        assert (uploads / "link").read_text() == "before"
        assert not (uploads / "new.txt").exists()
        card, result = await harbour.run("/restore undo")
        assert card.text.startswith("✅"), result.text
        assert (uploads / "link").read_text() == "after"
        assert (uploads / "new.txt").read_text() == "new"


async def test_a_sqlite_database_is_brought_back_and_its_undo_brings_the_other_one(
    opening: Opening, sandbox: Sandbox
) -> None:
    if not which("sqlite3"):
        pytest.skip("no sqlite3: apt install sqlite3")
    file = sandbox.path.parent / "notes.db"

    def do_in_file(statement: str) -> list[tuple[int]]:
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            return connection.execute(statement).fetchall()

    do_in_file("CREATE TABLE notes (text TEXT)")
    do_in_file("INSERT INTO notes VALUES ('before')")
    databases = [FORMBOT, {"name": "notes", "engine": "sqlite", "path": str(file)}]
    async with opening(databases=databases) as harbour:
        await harbour.run("/backup formbot notes")
        name = await newest(harbour, "notes")
        do_in_file("INSERT INTO notes VALUES ('after')")
        (asked,) = await harbour.say(f"/restore {name}")
        assert "Зникне 1 рядок" in asked.text
        card, result = await harbour.run(f"/restore {name} notes")
        assert card.text.startswith("✅"), result.text
        assert do_in_file("SELECT count(*) FROM notes") == [(1,)]
        card, result = await harbour.run("/restore undo")
        assert card.text.startswith("✅"), result.text
        assert do_in_file("SELECT count(*) FROM notes") == [(2,)]
