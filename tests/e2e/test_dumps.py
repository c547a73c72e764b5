"""Backups from a message in the chat to a file that has proved what it holds."""

from __future__ import annotations

import asyncio
import re
import subprocess
from pathlib import Path
from shutil import which

import asyncpg
import pytest
from pydantic import SecretStr

from demo.sandbox.sandbox import Sandbox
from ops.actor import Actor, Role
from ops.backups.backup import Backup
from ops.backups.steps import verification_of
from ops.runs.events import Result
from ops.runs.launcher import Ask
from ops.store.backups import PostgresBackups
from tests.e2e.conftest import Opening
from tests.e2e.harbour import OLENA, Harbour

FORMBOT = {"engine": "postgres", "name": "formbot", "url_from": ".env:DATABASE_URL"}


def database_url(sandbox: Sandbox) -> str:
    found = re.search(r"(?m)^DATABASE_URL=(\S+)", (sandbox.path / ".env").read_text())
    assert found
    return found[1].strip("\"'")


async def verify(harbour: Harbour, backup: Backup) -> Backup:
    """Have a backup looked at and restored on trial; return what the catalogue says of it then."""
    actor = Actor(OLENA, "Олена", Role.ADMIN)
    ask = Ask(f"test:{backup.id}", actor, "verify", "formbot", verification_of(backup), hosts=(backup.host,))
    run = await harbour.app.driver.launcher.launch(ask)
    await harbour.letter(f"run-ended:{run.id}", 90)
    known = await PostgresBackups(harbour.app.driver.pool).get(backup.id)
    assert known is not None
    return known


async def test_one_database_that_fails_is_named_and_the_others_are_saved(opening: Opening, sandbox: Sandbox) -> None:
    backups = {"directory": str(sandbox.backups), "folders": {"uploads": str(sandbox.path)}}
    databases = [{**FORMBOT, "name": "nosuch"}, FORMBOT]
    async with opening(databases=databases, backups=backups) as harbour:
        card, result = await harbour.run("/backup formbot")
        assert card.text.startswith("❌ formbot")
        assert "nosuch" in result.text
        assert "dump=1" in result.text
        made = await PostgresBackups(harbour.app.driver.pool).of("formbot")
        assert sorted((each.subject, each.engine, each.tier) for each in made) == [
            ("config", "config", "manual"),
            ("formbot", "postgres", "manual"),
            ("uploads", "folder", "manual"),
        ]
        assert all(each.good for each in made)
        assert not list(sandbox.backups.rglob("nosuch*"))
        _, result = await harbour.run("/backup formbot formbot")
        assert result.text.startswith("✅")
        assert len(await PostgresBackups(harbour.app.driver.pool).of("formbot")) == 4


async def test_a_sealed_backup_is_proven_by_the_key_that_only_the_bot_has(opening: Opening, sandbox: Sandbox) -> None:
    if not which("age-keygen"):
        pytest.skip("age is not installed")
    said = await asyncio.to_thread(subprocess.run, ["age-keygen"], capture_output=True, text=True, check=True)
    (public,) = re.findall(r"public key: (age1\w+)", said.stdout)
    (secret,) = re.findall(r"AGE-SECRET-KEY-1\w+", said.stdout)
    backups = {"directory": str(sandbox.backups), "encrypt_to": [public]}
    async with opening(databases=[FORMBOT], backups=backups) as harbour:
        await harbour.stop_bot()
        harbour.identity = SecretStr(secret)
        await harbour.start_bot()
        await harbour.run("/backup formbot")
        catalogue = PostgresBackups(harbour.app.driver.pool)
        (made,) = await catalogue.of("formbot", subject="formbot")
        assert made.encrypted
        assert not made.proven
        assert made.manifest["rows"]["public.submissions"] > 0
        known = await verify(harbour, made)
        assert known.proven
        assert known.proof["rows"] == made.manifest["rows"]
        (config,) = await catalogue.of("formbot", subject="config")
        assert (await verify(harbour, config)).proven
        await asyncio.to_thread(Path(config.path).write_bytes, b"age-encryption.org/v1\n")
        assert (await verify_again(harbour, config)).bad == "changed"
        assert "зіпсован" in harbour.messages()[-1].text or "контрольна сума" in harbour.messages()[-1].text
        assert await harbour.rows_with(secret) == []
        assert all(secret not in message.text for message in harbour.messages())


async def verify_again(harbour: Harbour, backup: Backup) -> Backup:
    """As verify, for one that was looked at before."""
    ask = Ask(
        f"again:{backup.id}",
        Actor(OLENA, "Олена", Role.ADMIN),
        "verify",
        "formbot",
        verification_of(backup),
        hosts=(backup.host,),
    )
    run = await harbour.app.driver.launcher.launch(ask)
    await harbour.letter(f"run-ended:{run.id}", 90)
    assert (await harbour.app.driver.journal.load(run.id)).result is Result.FAILED
    known = await PostgresBackups(harbour.app.driver.pool).get(backup.id)
    assert known is not None
    return known


async def test_a_dump_goes_on_while_the_connection_is_cut(harbour: Harbour, sandbox: Sandbox) -> None:
    holder = await asyncpg.connect(database_url(sandbox))
    held = holder.transaction()
    await held.start()
    await holder.execute("LOCK TABLE submissions IN ACCESS EXCLUSIVE MODE")
    harbour.world.say(harbour.team, harbour.olena, "/backup formbot")
    waiting = "FROM pg_stat_activity WHERE application_name = 'pg_dump' AND wait_event_type = 'Lock'"
    looker = await asyncpg.connect(database_url(sandbox))  # a transaction sees the same activity all along
    async with asyncio.timeout(60):
        while not await looker.fetchval(f"SELECT count(*) > 0 {waiting}"):  # noqa: ASYNC110  nothing tells of it
            await asyncio.sleep(0.05)
    await looker.close()
    for _ in range(3):
        harbour.app.driver.worker.hosts["web1"]._connection.abort()  # type: ignore[attr-defined]
        await asyncio.sleep(0.2)
    await held.rollback()
    await holder.close()
    result = await harbour.letter("run-ended:1", 60)
    assert result.text.startswith("✅")
    (made,) = await PostgresBackups(harbour.app.driver.pool).of("formbot", subject="formbot")
    assert (await verify(harbour, made)).proven
