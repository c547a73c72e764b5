"""The scripts of a restore by themselves, on a real PostgreSQL and on SQLite: killed at any of their steps."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import pytest

from bot.postgres import EmbeddedPostgres
from ops.runs.runbook import SHIPPED, shared_script

PRELUDE = (SHIPPED.parent / "hosts" / "remote" / "prelude.sh").read_text()
LIVE, NEW, OLD = "r_live", "r_live__new_1", "r_live__old_1"
KILLED = -9

# Counts the calls; behind the one that is asked for everything that belongs to the step dies at once.
SHIM = """#!/bin/sh
echo >>"$CALLS"
{program} "$@"
status=$?
[ "$(wc -l <"$CALLS")" != "$DIE_AFTER" ] || kill -KILL 0
exit $status
"""


@dataclass(frozen=True)
class Scripts:
    """Runs a script as a step of a run on PostgreSQL would be."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, verb: str, die_after: int = 0, **values: str) -> tuple[int, str]:
        """Return the status, and what was said."""
        calls = self.folder / "calls"
        calls.write_text("")
        text = f"{PRELUDE}\n{shared_script(f'{verb}.sh').text}"
        given = {"CALLS": str(calls), "DIE_AFTER": str(die_after), "LOTSMAN_MARK": "@", "FREE_DISK_MB": "1"}
        done = subprocess.run(
            ["sh", "-c", text],
            env={**self.environment, **given, **values},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
async def server(postgres: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[tuple[Scripts, asyncpg.Connection]]:
    """A live database of one row, and beside it a restored one of two."""
    url = urlsplit(postgres.dsn)
    place = parse_qs(url.query)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "psql").write_text(SHIM.format(program=postgres.programs / "psql"))
    (programs / "psql").chmod(0o755)
    environment = {
        "PATH": f"{programs}:{postgres.programs}:/usr/bin:/bin",
        "PGHOST": place["host"][0],
        "PGPORT": place["port"][0],
        "PGUSER": url.username or "",
        "PGPASSWORD": unquote(url.password or ""),
        "PROJECT_PATH": str(tmp_path),
        **dict.fromkeys(("DATABASE_LOGIN_FILE", "DATABASE_URL_FILE", "DATABASE_URL_NAME", "DATABASE_SUDO_USER"), ""),
        "DATABASE": LIVE,
        "NEW_NAME": NEW,
        "OLD_NAME": OLD,
    }
    admin = await asyncpg.connect(postgres.dsn)
    for name, rows in ((LIVE, 1), (NEW, 2)):
        await admin.execute(f"CREATE DATABASE {name}")
        connection = await asyncpg.connect(postgres.dsn.replace("@/postgres?", f"@/{name}?"))
        await connection.execute(f"CREATE TABLE t AS SELECT generate_series(1, {rows}) AS n")
        await connection.close()
    yield Scripts(tmp_path, environment), admin
    for name in (LIVE, NEW, OLD):
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await admin.close()


async def rows_live(postgres: EmbeddedPostgres) -> int:
    connection = await asyncpg.connect(postgres.dsn.replace("@/postgres?", f"@/{LIVE}?"))
    try:
        return int(await connection.fetchval("SELECT count(*) FROM t"))
    finally:
        await connection.close()


async def test_a_swap_killed_behind_any_of_its_questions_is_taken_back_or_finished(
    postgres: EmbeddedPostgres, server: tuple[Scripts, asyncpg.Connection]
) -> None:
    scripts, _ = server
    killed, moment = 0, 1
    while True:
        status, _said = scripts.run("restore-swap-postgres", die_after=moment)
        assert scripts.run("restore-unswap-postgres")[0] == 0, moment
        assert await rows_live(postgres) == 1, f"killed behind question {moment}"
        if status == 0:
            break
        assert status == KILLED
        killed += 1
        scripts.run("restore-swap-postgres", die_after=moment)
        assert scripts.run("restore-swap-postgres")[0] == 0
        assert await rows_live(postgres) == 2
        scripts.run("restore-unswap-postgres", die_after=moment)
        assert scripts.run("restore-unswap-postgres")[0] == 0
        assert await rows_live(postgres) == 1
        moment += 1
    assert killed >= 5


async def test_whoever_is_connected_is_cut_off_and_the_old_one_lets_nobody_in(
    postgres: EmbeddedPostgres, server: tuple[Scripts, asyncpg.Connection]
) -> None:
    scripts, admin = server
    guest = await asyncpg.connect(postgres.dsn.replace("@/postgres?", f"@/{LIVE}?"))
    status, said = scripts.run("restore-swap-postgres")
    assert status == 0, said
    assert f"@ fact set_aside {OLD}" in said
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await guest.fetchval("SELECT 1")
    guest.terminate()
    assert await admin.fetchval("SELECT datallowconn FROM pg_database WHERE datname = $1", OLD) is False
    assert scripts.run("restore-swapped-postgres")[0] == 0
    status, said = scripts.run("restore-drop-postgres")
    assert status == 0, said
    assert await admin.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", OLD) == 0
    assert "@ skip aside-gone" in scripts.run("restore-drop-postgres")[1]


async def test_only_what_is_called_old_is_ever_dropped_by_the_clock(
    server: tuple[Scripts, asyncpg.Connection],
) -> None:
    scripts, admin = server
    assert scripts.run("restore-drop-postgres", OLD_NAME=LIVE)[0] != 0
    assert await admin.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", LIVE) == 1


async def test_whether_it_was_swapped_can_be_found_out(server: tuple[Scripts, asyncpg.Connection]) -> None:
    scripts, _ = server
    status, said = scripts.run("restore-swapped-postgres")
    assert status != 0
    assert "@ fail not-done" in said


async def test_a_database_that_does_not_answer_is_never_taken_for_one_that_is_gone(
    server: tuple[Scripts, asyncpg.Connection],
) -> None:
    scripts, _ = server
    for verb in ("restore-swap", "restore-unswap", "restore-drop", "restore-unload"):
        status, said = scripts.run(f"{verb}-postgres", PGPORT="1")
        assert status != 0
        assert "@ fail database-unreachable" in said


@pytest.fixture
def sqlite(tmp_path: Path) -> Scripts:
    """A live file of one row, and beside it a restored one of two."""
    if shutil.which("sqlite3") is None:
        pytest.skip("no sqlite3")
    for name, rows in (("live.db", 1), (NEW, 2)):
        connection = sqlite3.connect(tmp_path / name)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (n)")
        connection.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(rows)])
        connection.commit()
        connection.close()
    environment = {
        "PATH": os.environ["PATH"],
        "PROJECT_PATH": str(tmp_path),
        "DATABASE": "live",
        "DATABASE_PATH": "live.db",
        "NEW_NAME": NEW,
        "OLD_NAME": OLD,
    }
    return Scripts(tmp_path, environment)


def rows_of(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("SELECT count(*) FROM t").fetchone()[0])
    finally:
        connection.close()


def test_a_sqlite_file_is_swapped_and_put_back_from_any_moment(sqlite: Scripts) -> None:
    live, folder = sqlite.folder / "live.db", sqlite.folder
    assert sqlite.run("restore-unswap-sqlite")[0] == 0, "nothing was done, nothing is to be undone"
    os.link(live, folder / OLD)  # cut off behind the first of its two steps
    assert sqlite.run("restore-swapped-sqlite")[0] != 0
    assert sqlite.run("restore-unswap-sqlite")[0] == 0
    assert not (folder / OLD).exists()
    for _ in range(2):
        status, said = sqlite.run("restore-swap-sqlite")
        assert status == 0, said
        assert rows_of(live) == 2
        assert rows_of(folder / OLD) == 1
    assert sqlite.run("restore-swapped-sqlite")[0] == 0
    os.link(live, folder / NEW)  # cut off while it was put back
    for _ in range(2):
        assert sqlite.run("restore-unswap-sqlite")[0] == 0
        assert rows_of(live) == 1
        assert rows_of(folder / NEW) == 2
    sqlite.run("restore-swap-sqlite")
    assert sqlite.run("restore-drop-sqlite")[0] == 0
    assert not (folder / OLD).exists()
    assert rows_of(live) == 2
