"""The scripts that put one MariaDB database in the place of another: killed at any of their steps."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.length import LONG
from tests.mariadb import PASSWORD, MariaDb, mariadb_server
from tests.ops.test_restore_scripts import KILLED, SHIM, Scripts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIVE, NEW, OLD = "m_live", "m_live__new_1", "m_live__old_1"
STRIDE = 1 if LONG else 7
"""Of how many moments one is tried."""
FILLED = """
CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
USE {name};
CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, name varchar(90) NOT NULL) ENGINE=InnoDB;
CREATE TABLE `child of "t"` (id int PRIMARY KEY, t int NOT NULL, FOREIGN KEY (t) REFERENCES t (id)) ENGINE=InnoDB;
CREATE VIEW v AS SELECT name FROM t;
CREATE TRIGGER shout BEFORE INSERT ON t FOR EACH ROW SET NEW.name = upper(NEW.name);
CREATE FUNCTION said() RETURNS varchar(9) DETERMINISTIC RETURN '{said}';
INSERT INTO t (name) SELECT concat('name ', seq) FROM seq_1_to_{rows};
INSERT INTO `child of "t"` SELECT seq, seq FROM seq_1_to_{rows};
"""


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with mariadb_server(tmp_path_factory.mktemp("mariadb")) as server:
        quoted = PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
        for host in ("127.0.0.1", "localhost"):
            server.ask(f"CREATE USER mover@'{host}' IDENTIFIED BY '{quoted}'; GRANT ALL ON *.* TO mover@'{host}';")
        yield server


@pytest.fixture
def scripts(mariadb: MariaDb, tmp_path: Path) -> Scripts:
    for name in (LIVE, NEW, OLD, f"{LIVE}__old_2"):
        mariadb.ask(f"DROP DATABASE IF EXISTS {name}")
    mariadb.ask(FILLED.format(name=LIVE, said="live", rows=1))
    mariadb.ask(FILLED.format(name=NEW, said="new", rows=2))
    mariadb.ask("CREATE EVENT cleaning ON SCHEDULE EVERY 1 HOUR DO DELETE FROM t WHERE false", LIVE)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("mariadb", "mariadb-dump"):
        (programs / name).write_text(SHIM.format(program=shutil.which(name)))
        (programs / name).chmod(0o755)
    password = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
    login = f'DB_HOST=127.0.0.1\nDB_PORT={mariadb.port}\nDB_USERNAME=mover\nDB_PASSWORD="{password}"\n'
    (tmp_path / ".env").write_text(login)
    environment = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "PROJECT_PATH": str(tmp_path),
        "BACKUPS": str(tmp_path / "backups"),
        "DATABASE_LOGIN_FILE": ".env",
        **dict.fromkeys(("DATABASE_URL_FILE", "DATABASE_URL_NAME", "DATABASE_SUDO_USER", "DATABASE_CONTAINER"), ""),
        "DATABASE": LIVE,
        "NEW_NAME": NEW,
        "OLD_NAME": OLD,
    }
    return Scripts(tmp_path, environment)


def live(mariadb: MariaDb) -> tuple[str, ...]:
    """What the live database holds and can do."""
    return tuple(
        mariadb.ask(question, LIVE)[0]
        for question in (
            "SELECT count(*) FROM t",
            'SELECT count(*) FROM `child of "t"`',
            "SELECT count(*) FROM v",
            "SELECT said()",
            "SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = database()",
            "SELECT count(*) FROM information_schema.events WHERE event_schema = database()",
        )
    )


BEFORE, AFTER = ("1", "1", "1", "live", "1", "1"), ("2", "2", "2", "new", "1", "1")


def asked(scripts: Scripts) -> int:
    """How many questions the last script asked. Of two that are asked at once, nobody dies behind the first."""
    return len((scripts.folder / "calls").read_text().splitlines())


def test_a_swap_killed_behind_any_of_its_questions_is_taken_back_or_finished(
    scripts: Scripts, mariadb: MariaDb
) -> None:
    killed, moment, last = 0, 1, 99
    while moment <= last:
        status, said = scripts.run("restore-swap-mysql", die_after=moment)
        if status == 0:
            last = asked(scripts)
        killed += status == KILLED
        assert status in {0, KILLED}, said
        assert int(mariadb.ask("SELECT count(*) FROM t", LIVE)[0]) in {1, 2}, "the tables are there all the while"
        for _ in range(2):  # a step whose end nobody saw is run once more
            status, said = scripts.run("restore-unswap-mysql")
            assert (status, live(mariadb)) == (0, BEFORE), (moment, said)
        scripts.run("restore-swap-mysql", die_after=moment)
        status, said = scripts.run("restore-swap-mysql")
        assert (status, live(mariadb)) == (0, AFTER), (moment, said)
        scripts.run("restore-unswap-mysql", die_after=moment)
        status, said = scripts.run("restore-unswap-mysql")
        assert (status, live(mariadb)) == (0, BEFORE), (moment, said)
        moment += STRIDE
    assert killed >= 16 // STRIDE


def test_an_undo_killed_behind_any_of_its_questions_leaves_what_was_restored_or_brings_back_what_was_before(
    scripts: Scripts, mariadb: MariaDb
) -> None:
    assert scripts.run("restore-swap-mysql")[0] == 0
    undo = Scripts(scripts.folder, {**scripts.environment, "NEW_NAME": OLD, "OLD_NAME": f"{LIVE}__old_2"})
    killed, moment, last = 0, 2, 99
    while moment <= last:
        status, said = undo.run("restore-swap-mysql", die_after=moment)
        if status == 0:
            last = asked(scripts)
            assert live(mariadb) == BEFORE
        killed += status == KILLED
        assert status in {0, KILLED}, said
        for _ in range(2):
            status, said = undo.run("restore-unswap-mysql")
            assert (status, live(mariadb)) == (0, AFTER), (moment, said)
        moment += STRIDE
    assert killed >= 16 // STRIDE
    assert undo.run("restore-swap-mysql")[0] == 0
    assert live(mariadb) == BEFORE
    assert mariadb.ask("SHOW DATABASES LIKE 'm\\_live%'") == [LIVE, f"{LIVE}__old_2"]


def test_whether_the_tables_were_moved_can_be_found_out(scripts: Scripts) -> None:
    assert scripts.run("restore-swapped-mysql")[1].split()[-1] == "not-done"
    assert scripts.run("restore-swap-mysql")[0] == 0
    assert scripts.run("restore-swapped-mysql")[0] == 0
    assert scripts.run("restore-unswap-mysql")[0] == 0
    assert scripts.run("restore-swapped-mysql")[1].split()[-1] == "not-done"


def test_a_server_that_does_not_answer_is_never_taken_for_one_without_the_database(
    scripts: Scripts, mariadb: MariaDb
) -> None:
    login = scripts.folder / ".env"
    login.write_text(login.read_text().replace(str(mariadb.port), "1"))
    for verb in ("restore-swap-mysql", "restore-swapped-mysql", "restore-unswap-mysql"):
        status, said = scripts.run(verb)
        assert status != 0, verb
        assert "not-done" not in said
    assert live(mariadb) == BEFORE
