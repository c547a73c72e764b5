"""Backups of a real MariaDB: made, looked at again, restored on trial."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.mariadb import PASSWORD, MariaDb, mariadb_server
from tests.ops.test_backup_scripts import MARK, Server, reseal

if TYPE_CHECKING:
    from collections.abc import Iterator

HOSTS = "127.0.0.1", "localhost"
"""What the server may take a client on the loopback address to come from."""
VALUES = {"BACKUP_ENGINE": "mysql", "DATABASE_LOGIN_FILE": ".env", "DATABASE_URL_FILE": "", "DATABASE": "shop"}
VALUES |= {"BACKUP_SUBJECT": "shop"}
TABLES = """
DROP DATABASE IF EXISTS shop;
CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
USE shop;
CREATE TABLE customers (id int AUTO_INCREMENT PRIMARY KEY, name varchar(90) NOT NULL UNIQUE, born date) ENGINE=InnoDB;
CREATE TABLE `order "lines"` (id int PRIMARY KEY, customer int NOT NULL,
    FOREIGN KEY (customer) REFERENCES customers (id)) ENGINE=InnoDB;
CREATE TABLE api_token (value text) ENGINE=InnoDB;
CREATE DEFINER = shop@`127.0.0.1` VIEW names AS SELECT name FROM customers;
CREATE DEFINER = shop@`127.0.0.1` TRIGGER shout BEFORE INSERT ON customers FOR EACH ROW SET NEW.name = upper(NEW.name);
CREATE DEFINER = shop@`127.0.0.1` FUNCTION twice(i int) RETURNS int DETERMINISTIC RETURN i * 2;
CREATE DEFINER = shop@`127.0.0.1` EVENT cleaning ON SCHEDULE EVERY 1 SECOND DO
    DELETE FROM api_token WHERE value = 'never';
INSERT INTO customers (name) SELECT concat('name ', seq, ' Київ') FROM seq_1_to_400;
INSERT INTO `order "lines"` SELECT seq, 1 + seq % 400 FROM seq_1_to_2000;
INSERT INTO api_token SELECT md5(seq) FROM seq_1_to_1500;
"""


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with mariadb_server(tmp_path_factory.mktemp("mariadb")) as server:
        quoted = PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
        for host in HOSTS:
            server.ask(
                f"CREATE USER shop@'{host}' IDENTIFIED BY '{quoted}'; GRANT ALL ON shop.* TO shop@'{host}';"
                rf"GRANT ALL ON `zz\_verify\_%`.* TO shop@'{host}'; GRANT SET USER ON *.* TO shop@'{host}';"
                f"GRANT SELECT ON mysql.proc TO shop@'{host}';"
            )
        yield server


@pytest.fixture
def shop(mariadb: MariaDb, tmp_path: Path) -> Server:
    mariadb.ask(TABLES)
    server = Server(tmp_path, "shop")
    password = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
    login = f"DB_HOST=127.0.0.1\nDB_PORT={mariadb.port}\nDB_USERNAME=shop\n"
    server.write(".env", f'{login}DB_PASSWORD="{password}"\n')
    server.values |= VALUES
    return server


def back_up(shop: Server) -> Path:
    assert shop.run("backup-mysql.sh") == 0, shop.said
    return Path(shop.facts()["backup_path"])


def left_behind(mariadb: MariaDb) -> list[str]:
    return [name for name in mariadb.ask("SHOW DATABASES") if name.startswith("zz_")]


def test_a_backup_of_mariadb_counts_what_it_holds_and_all_of_it_comes_back(shop: Server, mariadb: MariaDb) -> None:
    time.sleep(1.1)  # whole seconds are all that MariaDB says of the last writing
    file = back_up(shop)
    assert file.name == f"shop_{MARK}.sql.gz"
    manifest = json.loads(Path(f"{file}.json").read_text())
    assert manifest["rows_of"] == "near"
    assert manifest["rows"] == {"api_token": 1500, 'order "lines"': 2000, "customers": 400}
    counted = {name: manifest[name] for name in ("constraints", "functions", "indexes", "triggers", "views")}
    assert counted == {"constraints": 4, "functions": 1, "indexes": 4, "triggers": 1, "views": 1}
    dump = gzip.decompress(file.read_bytes()).decode()
    assert "cleaning" in dump, "events are saved"
    assert shop.verify(file, "verify-mysql.sh", "mysql") == 0, shop.said
    assert shop.facts()["backup_level"] == "2"
    assert left_behind(mariadb) == []
    assert PASSWORD not in shop.said


def test_tables_that_are_written_to_meanwhile_are_told_apart_and_not_compared(shop: Server, mariadb: MariaDb) -> None:
    time.sleep(1.1)
    mariadb.ask("CREATE TABLE log (id int) ENGINE=InnoDB", "shop")
    process = shop.start("backup-mysql.sh")
    written = 0
    while process.poll() is None:
        mariadb.ask("INSERT INTO log VALUES (1)", "shop")
        written += 1
    shop.said = process.communicate()[0]
    assert process.returncode == 0, shop.said
    assert written > 1
    file = Path(shop.facts()["backup_path"])
    manifest = json.loads(Path(f"{file}.json").read_text())
    assert list(manifest["rows_about"]) == ["log"]
    assert set(manifest["rows"]) == {"api_token", 'order "lines"', "customers"}
    assert shop.verify(file, "verify-mysql.sh", "mysql") == 0, shop.said
    assert shop.facts()["backup_level"] == "2"


def test_a_row_that_does_not_come_back_to_mariadb_is_missed(shop: Server, mariadb: MariaDb) -> None:
    time.sleep(1.1)
    file = back_up(shop)
    dump = gzip.decompress(file.read_bytes())
    reseal(file, re.sub(rb"\((2000),\d+\);", b"(1999999,1);", dump).replace(b"(7,8),", b""))
    assert shop.verify(file, "verify-mysql.sh", "mysql") == 65, shop.said
    assert (shop.verdict, shop.facts()["backup_bad"]) == ("backup-rows-differ", "rows-differ")
    assert (shop.facts()["wanted"], shop.facts()["found"]) == ("2000", "1999")
    assert "lines" in shop.facts()["table"]
    cut = dump[: dump.index(b"-- Table structure for table `order")] + b"\n-- Dump completed on 2025-10-10\n"
    reseal(file, cut)
    assert shop.verify(file, "verify-mysql.sh", "mysql") == 65
    assert shop.facts()["backup_bad"] in {"rows-differ", "counts-differ", "unrestorable"}
    assert left_behind(mariadb) == []


def test_a_wrong_mysql_database_says_dump_and_leaves_no_file(shop: Server) -> None:
    assert shop.run("backup-mysql.sh", DATABASE="nosuch") == 65
    assert (shop.verdict, shop.facts()["stage"]) == ("backup-failed", "dump=2")
    assert shop.files() == ["daily/.nosuch.lock"]


def test_a_user_who_may_not_make_databases_is_told_so(shop: Server, mariadb: MariaDb) -> None:
    file = back_up(shop)
    for host in HOSTS:
        mariadb.ask(rf"REVOKE ALL ON `zz\_verify\_%`.* FROM shop@'{host}'")
    try:
        assert shop.verify(file, "verify-mysql.sh", "mysql") == 64, shop.said
        assert shop.verdict == "createdb-denied"
        assert "backup_bad" not in shop.facts()
    finally:
        for host in HOSTS:
            mariadb.ask(rf"GRANT ALL ON `zz\_verify\_%`.* TO shop@'{host}'")


CONTAINER = r"""#!/bin/sh
# An engine with one container: what is run in there has its environment, and none of ours.
case "$1 ${2:-}" in
version*) echo 20.10 ;;
'compose version') echo v2 ;;
'compose config') echo 'name: shop' ;;
ps*) echo one ;;
exec*)
    shift
    [ "$1" != -i ] || shift
    shift
    . "$(dirname "$0")/login"
    exec env -i PATH="$(dirname "$0")/inside:/usr/bin:/bin" MARIADB_USER=shop MARIADB_PASSWORD="$MARIADB_PASSWORD" "$@"
    ;;
esac
"""


def test_a_database_in_a_container_is_dumped_and_proven_in_there(shop: Server, mariadb: MariaDb) -> None:
    programs = shop.project.parent / "engine"
    programs.mkdir()
    (programs / "docker").write_text(CONTAINER)
    (programs / "docker").chmod(0o755)
    (programs / "login").write_text(f"MARIADB_PASSWORD={shlex.quote(PASSWORD)}\n")
    inside = programs / "inside"
    inside.mkdir()
    for name in ("mariadb", "mariadb-dump"):
        (inside / name).write_text(f'#!/bin/sh\nexec /usr/bin/{name} --no-defaults --socket={mariadb.socket} "$@"\n')
        (inside / name).chmod(0o755)
    nowhere = shop.project.parent / "nowhere"
    nowhere.mkdir()
    for program in Path("/usr/bin").iterdir():
        if "mysql" not in program.name and "mariadb" not in program.name and program.name != "docker":
            (nowhere / program.name).symlink_to(program)
    shop.path = f"{programs}:{nowhere}"
    shop.write(".env", "")
    shop.values |= {"DATABASE_CONTAINER": "db", "DATABASE_LOGIN_FILE": ""}
    time.sleep(1.1)
    file = back_up(shop)
    assert json.loads(Path(f"{file}.json").read_text())["rows"]["customers"] == 400
    assert shop.verify(file, "verify-mysql.sh", "mysql") == 0, shop.said
    assert shop.facts()["backup_level"] == "2"
    assert left_behind(mariadb) == []


def test_the_password_of_mariadb_is_in_no_argument(shop: Server) -> None:
    process = shop.start("backup-mysql.sh")
    seen = ""
    while process.poll() is None:
        seen += subprocess.run(
            ["ps", "-s", str(process.pid), "-o", "args"], capture_output=True, text=True, check=False
        ).stdout
    said, _ = process.communicate()
    assert process.returncode == 0, said
    assert "mariadb-dump" in seen
    assert "canary" not in seen + said
