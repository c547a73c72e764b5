"""Backups of real databases by the very scripts that servers get: made, looked at again, restored on trial."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from random import Random
from shutil import which
from typing import TYPE_CHECKING
from urllib.parse import unquote

import asyncpg
import pytest

from bot.postgres import find_package
from ops.hosts.session import remote_script
from ops.runs.runbook import shared_script

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = find_package() / "pginstall" / "bin"
PATH = f"{PROGRAMS}:/usr/local/bin:/usr/bin:/bin"
MARK = "20251010_020000"
FLIPS = 200 if os.environ.get("LOTSMAN_FAULTS") == "long" else 4
TABLES = """
CREATE TABLE customers (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE "Order lines" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer int NOT NULL REFERENCES customers, note text CHECK (note <> ''));
CREATE VIEW names AS SELECT name FROM customers;
CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS 'SELECT i * 2';
CREATE TABLE api_token (value text);
INSERT INTO customers (name) SELECT 'name ' || i FROM generate_series(1, 500) i;
INSERT INTO "Order lines" (customer, note) SELECT 1 + i % 500, md5(i::text) FROM generate_series(1, 3000) i;
INSERT INTO api_token SELECT md5(i::text) FROM generate_series(1, 1234) i;
"""


class Server:
    """A folder that is a server: a project with its .env, backups, and the scripts run by sh."""

    def __init__(self, folder: Path, database: str = "shop") -> None:
        self.project = folder / "project"
        self.backups = folder / "backups"
        self.project.mkdir(parents=True)
        self.values = {
            "PROJECT": "shop",
            "PROJECT_PATH": str(self.project),
            "BACKUPS": str(self.backups),
            "TIER": "daily",
            "PERIOD": "2025-10-10",
            "BACKUP_MARK": MARK,
            "STAMP": MARK,
            "FREE_DISK_MB": "0",
            "ENCRYPT_TO": "",
            "GPG_TO": "",
            "COMPRESS": "gzip",
            "CONFIG_FILES": ".env",
            "DATABASE": database,
            "DATABASE_LOGIN_FILE": "",
            "DATABASE_URL_FILE": ".env",
            "DATABASE_URL_NAME": "DATABASE_URL",
            "DATABASE_SUDO_USER": "",
            "DATABASE_CONTAINER": "",
            "BACKUP_SUBJECT": database,
        }
        self.said = ""
        self.path = PATH
        self.shell = ["sh"]

    def write(self, name: str, text: str) -> None:
        """Put a file into the project."""
        (self.project / name).write_text(text)

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": self.path, "HOME": str(self.project), "LOTSMAN_MARK": "<mark>"}

    def start(self, script: str, *, mounting: str = "", **values: str) -> subprocess.Popen[str]:
        """Start a script as the runner does: its values are in nobody's arguments.

        mounting: what is run first, where nobody else sees what it mounts; at the end the files that are left are told.
        """
        text = remote_script(shared_script(script)).text
        exports = "".join(f"export {name}='{value}'\n" for name, value in {**self.values, **values}.items())
        process = subprocess.Popen(
            ["unshare", "-m", "sh"] if mounting else self.shell,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment,
            start_new_session=True,
        )
        assert process.stdin is not None
        whole = self.project.parent / f"{script}-whole.sh"
        whole.write_text(text)
        look = f"find {self.backups} -type f -printf 'left: %f\\n'"
        body = f"(. {whole}) </dev/null; r=$?; {look}; exit $r" if mounting else f". {whole} </dev/null"
        process.stdin.write(f"LOTSMAN_MARK='<mark>'\n{mounting or ':'}\n{exports}{body}\n")
        process.stdin.close()
        process.stdin = None
        return process

    def run(self, script: str, **values: str) -> int:
        process = self.start(script, **values)
        self.said, _ = process.communicate(timeout=120)
        return process.returncode

    def facts(self) -> dict[str, str]:
        return dict(re.findall(r"(?m)<mark> fact (\S+) (.*)$", self.said))

    def items(self, name: str) -> list[str]:
        return re.findall(rf"(?m)<mark> item {name} (.*)$", self.said)

    @property
    def verdict(self) -> str:
        found = re.findall(r"(?m)<mark> (?:fail|refuse|skip) (\S+)$", self.said)
        return found[-1] if found else ""

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.backups)) for path in self.backups.rglob("*") if path.is_file())

    def back_up(self, **values: str) -> Path:
        assert self.run("backup-postgres.sh", BACKUP_ENGINE="postgres", **values) == 0, self.said
        return Path(self.facts()["backup_path"])

    def verify(self, file: Path, script: str = "verify-postgres.sh", engine: str = "postgres", **values: str) -> int:
        known = {"BACKUP_ID": "7", "BACKUP_FILE": str(file), "BACKUP_SHA256": "", "MANIFEST_SHA256": ""}
        return self.run(
            script, **{**known, "BACKUP_ENGINE": engine, "BACKUP_IDENTITY": "", "BACKUP_GPG_KEY": "", **values}
        )


def reseal(file: Path, text: bytes) -> None:
    """Put another text into a backup, with a checksum that fits: what only a look inside can find."""
    file.write_bytes(gzip.compress(text, 6))
    digest = subprocess.run(
        ["sha256sum", file.name], cwd=file.parent, capture_output=True, text=True, check=True
    ).stdout
    Path(f"{file}.sha256").write_text(digest)


@pytest.fixture
async def shop(dsn: str, tmp_path: Path) -> Server:
    connection = await asyncpg.connect(dsn)
    await connection.execute(TABLES)
    await connection.close()
    name = re.sub(r".*/([a-z0-9]+)\?.*", r"\1", dsn)
    server = Server(tmp_path, name)
    server.write(".env", f"DATABASE_URL={dsn}\n")
    return server


def psql(dsn: str) -> subprocess.Popen[str]:
    """Start a session that is spoken to line by line."""
    arguments = [str(PROGRAMS / "psql"), "-X", "-q", "-A", "-t", "-d", dsn]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(dsn: str, statement: str) -> list[str]:
    return psql(dsn).communicate(statement, timeout=30)[0].splitlines()


@contextmanager
def locked(dsn: str) -> Iterator[None]:
    """Keep a table to ourselves: who wants to dump it waits."""
    session = psql(dsn)
    assert session.stdin is not None
    assert session.stdout is not None
    print("BEGIN; LOCK TABLE customers IN ACCESS EXCLUSIVE MODE; SELECT 'held';", file=session.stdin, flush=True)
    assert session.stdout.readline() == "held\n"
    yield
    session.communicate(timeout=30)


LEFT_BEHIND = r"SELECT datname FROM pg_database WHERE datname LIKE 'zz\_verify\_%'"


def test_a_backup_counts_what_it_holds_and_a_trial_restore_brings_it_all_back(shop: Server, dsn: str) -> None:
    file = shop.back_up()
    name = shop.values["DATABASE"]
    assert shop.files() == [
        f"daily/.{name}.lock",
        *(f"daily/{name}_{MARK}.sql.gz{ending}" for ending in ("", ".json", ".sha256")),
    ]
    manifest = json.loads(Path(f"{file}.json").read_text())
    assert manifest["rows"] == {"public.api_token": 1234, "public.customers": 500, 'public."Order lines"': 3000}
    assert (manifest["constraints"], manifest["functions"], manifest["sequences"], manifest["views"]) == (5, 1, 2, 1)
    assert manifest["rows_of"] == "snapshot"
    assert '3000 "public.\\"Order lines\\""' in shop.items("backup_rows")
    sha256, manifest_sha256 = shop.facts()["backup_sha256"], shop.facts()["backup_manifest_sha256"]
    assert shop.verify(file, BACKUP_SHA256=sha256, MANIFEST_SHA256=manifest_sha256) == 0, shop.said
    assert shop.facts()["backup_level"] == "2"
    assert shop.facts()["verified_backup"] == "7"
    assert len(shop.items("backup_rows")) == 3
    assert ask(dsn, LEFT_BEHIND) == []
    assert not [name for name in shop.files() if "verify-" in name]


@pytest.mark.parametrize("shell", [["bash"], ["busybox", "sh"]], ids=lambda shell: shell[0])
def test_other_shells_do_it_as_well(shop: Server, keys: tuple[str, str], shell: list[str]) -> None:
    if not which(shell[0]):
        pytest.skip(f"{shell[0]} is not installed")
    shop.shell = shell
    file = shop.back_up(ENCRYPT_TO=keys[0])
    assert shop.verify(file, BACKUP_IDENTITY=keys[1]) == 0, shop.said
    assert shop.facts()["backup_level"] == "2"


def test_of_a_huge_database_the_largest_tables_alone_are_counted(shop: Server, dsn: str) -> None:
    text = f"{shared_script('postgres-counts.sh').text}\n{{ echo 'BEGIN;'; postgres_counts 2 1; }} | psql -XqAt '{dsn}'"
    counted = subprocess.run(
        ["sh", "-c", text], env=shop.environment, capture_output=True, text=True, check=True
    ).stdout
    lines = [line for line in counted.splitlines() if line]
    assert "rows_of largest" in lines
    assert [line for line in lines if line.startswith("row ")] == [
        r'row 3000 "public.\"Order lines\""',
        'row 1234 "public.api_token"',
    ]
    assert lines[-1] == "counted"


ENGINE = r"""#!/bin/sh
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
    exec env -i PATH="$INSIDE" PGHOST="$PGHOST" POSTGRES_USER=lotsman POSTGRES_PASSWORD="$POSTGRES_PASSWORD" "$@"
    ;;
esac
"""


def test_a_postgres_in_a_container_is_dumped_counted_and_proven_in_there(shop: Server, dsn: str) -> None:
    engine = shop.project.parent / "engine"
    engine.mkdir()
    (engine / "docker").write_text(ENGINE)
    (engine / "docker").chmod(0o755)
    password, host = re.findall(r":([^:@]+)@.*host=([^&]+)", dsn)[0]
    login = f"POSTGRES_PASSWORD={unquote(password)} PGHOST={unquote(host)} INSIDE={PROGRAMS}:/usr/bin:/bin\n"
    (engine / "login").write_text(login)
    shop.path = f"{engine}:/usr/bin:/bin"
    shop.values |= {"DATABASE_CONTAINER": "db", "DATABASE_URL_FILE": ""}
    file = shop.back_up()
    assert json.loads(Path(f"{file}.json").read_text())["rows"]["public.customers"] == 500
    assert shop.verify(file) == 0, shop.said
    assert shop.facts()["backup_level"] == "2"
    assert ask(dsn, LEFT_BEHIND) == []


def test_rows_written_while_it_is_dumped_neither_fail_nor_count(shop: Server, dsn: str) -> None:
    session = psql(dsn)
    assert session.stdin is not None
    process = shop.start("backup-postgres.sh", BACKUP_ENGINE="postgres")
    written = 0
    while process.poll() is None:
        print("INSERT INTO api_token VALUES ('later'); DELETE FROM customers WHERE id > 490;", file=session.stdin)
        session.stdin.flush()
        written += 1
        time.sleep(0.005)
    session.communicate(timeout=30)
    shop.said = process.communicate()[0]
    assert process.returncode == 0, shop.said
    assert written > 5
    assert shop.verify(Path(shop.facts()["backup_path"])) == 0, shop.said
    assert shop.facts()["backup_level"] == "2"


def test_a_wrong_database_says_dump_and_leaves_no_file(shop: Server) -> None:
    assert shop.run("backup-postgres.sh", BACKUP_ENGINE="postgres", DATABASE="nosuch") == 65
    assert shop.facts()["stage"] == "dump=1"
    assert shop.verdict == "backup-failed"
    assert 'database "nosuch" does not exist' in shop.said
    assert shop.files() == ["daily/.nosuch.lock"]


def test_a_row_that_does_not_come_back_is_missed_and_its_table_named(shop: Server) -> None:
    file = shop.back_up()
    lines = gzip.decompress(file.read_bytes()).split(b"\n")
    lines.remove(next(line for line in lines if line.startswith(b"250\tname ")))
    reseal(file, b"\n".join(line for line in lines if not re.match(rb"\d+\t250\t", line)))
    assert shop.verify(file) == 65
    assert shop.verdict == "backup-rows-differ"
    assert shop.facts()["backup_bad"] == "rows-differ"
    assert (shop.facts()["table"], shop.facts()["wanted"], shop.facts()["found"]) in {
        ("public.customers", "500", "499"),
        ('public.\\"Order lines\\"', "3000", "2994"),
    }
    assert len(shop.items("differing")) == 2


def test_a_dump_that_is_cut_between_two_statements_lacks_its_foreign_keys_and_that_is_seen(shop: Server) -> None:
    file = shop.back_up()
    text = gzip.decompress(file.read_bytes())
    end = text[text.index(b"--\n-- PostgreSQL database dump complete") :]
    cut = text[: text.index(b"--\n-- Name: Order lines Order lines_customer_fkey")]
    reseal(file, cut)
    assert shop.verify(file) == 65
    assert shop.verdict == "backup-incomplete"
    reseal(file, cut + end)
    assert shop.verify(file) == 65
    assert shop.verdict == "backup-counts-differ"
    assert (shop.facts()["kind"], shop.facts()["wanted"], shop.facts()["found"]) == ("constraints", "5", "4")


def test_what_the_database_refuses_proves_nothing_and_leaves_nothing(shop: Server) -> None:
    file = shop.back_up()
    text = gzip.decompress(file.read_bytes())
    reseal(file, text.replace(b"CREATE TABLE public.customers", b"CREATE TABEL public.customers"))
    assert shop.verify(file) == 65
    assert (shop.verdict, shop.facts()["backup_bad"]) == ("backup-unrestorable", "unrestorable")


def test_a_sealed_one_is_opened_by_the_key_that_comes_with_the_step_alone(shop: Server, keys: tuple[str, str]) -> None:
    public, secret = keys
    file = shop.back_up(ENCRYPT_TO=public)
    assert file.name.endswith(".sql.gz.age")
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert shop.verify(file) == 0
    assert shop.facts()["backup_level"] == "0"
    assert "<mark> warn identity-missing" in shop.said
    assert shop.verify(file, BACKUP_IDENTITY=secret) == 0, shop.said
    assert shop.facts()["backup_level"] == "2"
    assert secret not in shop.said
    other = re.findall(
        r"AGE-SECRET-KEY-1\w+", subprocess.check_output(["age-keygen"], text=True, stderr=subprocess.DEVNULL)
    )[0]
    assert shop.verify(file, BACKUP_IDENTITY=other) == 64
    assert shop.verdict == "identity-wrong"
    assert "backup_bad" not in shop.facts(), "a wrong key says nothing about the file"


@pytest.mark.parametrize("script", ["backup-postgres.sh", "verify-postgres.sh"])
def test_no_secret_is_in_any_argument_or_in_the_environment_of_what_it_is_not_for(
    shop: Server, keys: tuple[str, str], script: str
) -> None:
    public, secret = keys
    file = shop.back_up(ENCRYPT_TO=public)
    password = re.findall(r"://[^:]+:([^@]+)@", (shop.project / ".env").read_text())[0]
    values = {"BACKUP_ENGINE": "postgres", "ENCRYPT_TO": public}
    if script.startswith("verify"):
        values |= {"BACKUP_ID": "7", "BACKUP_FILE": str(file), "BACKUP_SHA256": "", "MANIFEST_SHA256": ""}
        values |= {"BACKUP_IDENTITY": secret, "BACKUP_GPG_KEY": ""}
    seen: set[str] = set()
    for number in range(20):  # the shortest-lived are not caught each time
        process = shop.start(script, **values, BACKUP_MARK=f"2025101{number:02}_020000")
        for arguments, environment in watched(process):
            seen.add(Path(arguments.partition("\0")[0]).name)
            assert password not in arguments
            assert secret not in arguments + environment
        said, _ = process.communicate()
        assert process.returncode == 0, said
        assert password not in said
        if seen >= {"age", "gzip"}:
            break
    assert seen >= {"age", "gzip"}


def watched(process: subprocess.Popen[str]) -> Iterator[tuple[str, str]]:
    """Yield the arguments and the environment of what runs in a process's session, again and again until its end."""
    while process.poll() is None:
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if int((place / "stat").read_text().rpartition(")")[2].split()[3]) == process.pid:
                    yield (place / "cmdline").read_text(), (place / "environ").read_text()
            except OSError:
                continue


def test_a_disk_without_room_is_found_before_anything_is_dumped(shop: Server) -> None:
    assert shop.run("backup-postgres.sh", BACKUP_ENGINE="postgres", FREE_DISK_MB=str(2**40)) == 64
    assert shop.verdict == "disk-full"
    assert int(shop.facts()["need_mb"]) >= 2**40


def test_two_at_once_of_a_database_are_one(shop: Server, dsn: str) -> None:
    with locked(dsn):
        first = shop.start("backup-postgres.sh", BACKUP_ENGINE="postgres")
        while not list(shop.backups.glob("daily/.*.part.told")):
            assert first.poll() is None
            time.sleep(0.01)
        assert shop.run("backup-postgres.sh", BACKUP_ENGINE="postgres") == 64
        assert shop.verdict == "backup-running"
    shop.said = first.communicate(timeout=60)[0]
    assert first.returncode == 0, shop.said


def test_a_dump_that_is_killed_says_so_and_leaves_no_file(shop: Server, dsn: str) -> None:
    with locked(dsn):
        process = shop.start("backup-postgres.sh", BACKUP_ENGINE="postgres")
        wanted = ["pgrep", "-s", str(process.pid), "-x", "pg_dump"]
        while not (found := subprocess.run(wanted, capture_output=True, check=False).stdout):
            assert process.poll() is None
            time.sleep(0.01)
        os.kill(int(found.split()[0]), 9)
    shop.said = process.communicate(timeout=60)[0]
    assert (process.returncode, shop.facts()["stage"]) == (65, "dump=137")
    assert shop.files() == [f"daily/.{shop.values['DATABASE']}.lock"]


def test_what_was_changed_cut_or_taken_away_since_is_found(shop: Server) -> None:
    file = shop.back_up()
    whole, dice = file.read_bytes(), Random(7)  # noqa: S311  the same bytes every time
    for place in dice.sample(range(len(whole)), FLIPS):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1 :])
        assert shop.verify(file, "verify-file.sh") == 65
        assert shop.facts()["backup_bad"] == "changed"
    file.write_bytes(whole[: len(whole) // 2])
    digest = subprocess.run(
        ["sha256sum", file.name], cwd=file.parent, capture_output=True, text=True, check=True
    ).stdout
    assert shop.verify(file, "verify-file.sh", BACKUP_SHA256=digest[:64]) == 65
    assert shop.facts()["backup_bad"] == "undecodable"
    file.unlink()
    assert shop.verify(file, "verify-file.sh") == 65
    assert shop.facts()["backup_bad"] == "missing"


def test_a_flipped_byte_of_a_sealed_backup_is_found_by_opening_it_too(shop: Server, keys: tuple[str, str]) -> None:
    public, secret = keys
    file = shop.back_up(ENCRYPT_TO=public)
    whole, dice = file.read_bytes(), Random(8)  # noqa: S311  as above
    for place in dice.sample(range(len(whole)), FLIPS):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1 :])
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        status = shop.verify(file, "verify-file.sh", BACKUP_SHA256=digest, BACKUP_IDENTITY=secret)
        # In the letter's head it may be the name of whom it is for: then the key does not fit any more.
        assert (status, shop.verdict) in {(65, "backup-undecodable"), (64, "identity-wrong")}, place


def test_a_disk_that_fills_up_meanwhile_fails_the_backup_and_keeps_the_ones_before(shop: Server, dsn: str) -> None:
    ask(dsn, "CREATE TABLE noise AS SELECT md5(random()::text) FROM generate_series(1, 90000)")
    before = shop.backups / "manual" / f"{shop.values['DATABASE']}_20250101_000000.sql.gz"
    mounting = f"mount -t tmpfs -o size=1m tmpfs {shop.backups} && mkdir {before.parent} && echo x >{before}"
    shop.backups.mkdir()
    if subprocess.run(["unshare", "-m", "sh", "-c", mounting], capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here")
    process = shop.start("backup-postgres.sh", mounting=mounting, BACKUP_ENGINE="postgres")
    shop.said = process.communicate(timeout=120)[0]
    assert process.returncode == 65, shop.said
    assert shop.verdict == "backup-failed"
    assert "write=1" in shop.facts()["stage"].split()
    assert "left: " in shop.said
    assert f"left: {before.name}" in shop.said
    assert shop.said.count("left: ") == 2, "the one before, and a lock"


def test_two_projects_whose_databases_are_called_the_same_do_not_overwrite_each_other(shop: Server) -> None:
    shop.back_up(BACKUP_MARK="week_41_2025")
    shop.back_up(BACKUP_MARK="week_41_2025")
    values = {"BACKUP_ENGINE": "postgres", "BACKUP_MARK": "week_41_2025", "PROJECT": "forum"}
    assert shop.run("backup-postgres.sh", **values) == 64
    assert shop.verdict == "backup-name-taken"
