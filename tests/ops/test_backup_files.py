"""Backups of what is files: SQLite databases, folders, config; packed and sealed in every way there is."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from shutil import which

import pytest

from tests.ops.test_backup_scripts import MARK, Server

SQLITE = {"BACKUP_ENGINE": "sqlite", "DATABASE": "cache", "BACKUP_SUBJECT": "cache", "DATABASE_PATH": "var/cache.db"}
FOLDER = {"BACKUP_ENGINE": "folder", "FOLDER_NAME": "uploads", "BACKUP_SUBJECT": "uploads", "FOLDER_CONTAINER": ""}
CONFIG = {"BACKUP_ENGINE": "config", "BACKUP_SUBJECT": "config"}


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


@pytest.fixture
def cache(server: Server) -> Path:
    """A SQLite database in the project, with a name or two that have to be quoted."""
    if not which("sqlite3"):
        pytest.skip("sqlite3 is not installed")
    (server.project / "var").mkdir()
    path = server.project / "var" / "cache.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("""CREATE TABLE "it's ""odd" (id integer PRIMARY KEY, value text)""")
        connection.execute("CREATE TABLE plain (value text)")
        connection.execute("CREATE INDEX by_value ON plain (value)")
        connection.executemany("INSERT INTO plain VALUES (?)", [(str(i),) for i in range(700)])
        connection.execute("""INSERT INTO "it's ""odd" (value) VALUES ('x'), ('y')""")
    return path


def repository(server: Server) -> None:
    git = ["git", "-C", str(server.project), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)


def test_a_sqlite_database_in_use_is_copied_as_it_is_committed_and_proven(server: Server, cache: Path) -> None:
    writer = sqlite3.connect(cache)
    writer.execute("INSERT INTO plain VALUES ('not yet')")  # and never committed
    assert server.run("backup-sqlite.sh", **SQLITE) == 0, server.said
    writer.close()
    file = Path(server.facts()["backup_path"])
    assert file.name == f"cache_{MARK}.sqlite.gz"
    assert json.loads(Path(f"{file}.json").read_text())["rows"] == {"it's \"odd": 2, "plain": 700}
    values = {**SQLITE, "DATABASE_PATH": "gone.db"}
    assert server.verify(file, "verify-sqlite.sh", "sqlite", **values) == 0, server.said
    assert server.facts()["backup_level"] == "2"
    assert sorted(server.items("backup_rows")) == ['2 "it\'s \\"odd"', '700 "plain"']
    assert server.files() == [
        "daily/.cache.lock",
        *(f"daily/cache_{MARK}.sqlite.gz{ending}" for ending in ("", ".json", ".sha256")),
    ]


def test_a_damaged_sqlite_database_is_no_backup(server: Server, cache: Path) -> None:
    raw = bytearray(cache.read_bytes())
    for place in range(4096, len(raw), 4096):
        raw[place : place + 200] = b"\xff" * 200
    cache.write_bytes(raw)
    assert server.run("backup-sqlite.sh", **SQLITE) == 65
    assert server.verdict in {"database-damaged", "backup-failed"}
    assert server.files() == ["daily/.cache.lock"]


def test_a_sqlite_database_that_is_not_there_is_not_made(server: Server, cache: Path) -> None:
    cache.unlink()
    assert server.run("backup-sqlite.sh", **SQLITE) == 64
    assert server.verdict == "sqlite-file-missing"
    assert not cache.exists()


@pytest.mark.parametrize(("compress", "ending"), [("gzip", "gz"), ("zstd", "zst")])
def test_a_folder_is_packed_with_all_below_it_and_every_file_is_read_again(
    server: Server, compress: str, ending: str
) -> None:
    if not which(compress):
        pytest.skip(f"{compress} is not installed")
    uploads = server.project / "uploads" / "a b"
    uploads.mkdir(parents=True)
    for number in range(40):
        (uploads / f"{number}.jpg").write_bytes(os.urandom(500))
    values = {**FOLDER, "FOLDER": str(server.project / "uploads"), "COMPRESS": compress}
    assert server.run("backup-folder.sh", **values) == 0, server.said
    file = Path(server.facts()["backup_path"])
    assert file.name == f"shop_uploads_{MARK}.tar.{ending}"
    assert json.loads(Path(f"{file}.json").read_text())["files"] == 42
    assert server.verify(file, "verify-archive.sh", "folder") == 0, server.said
    assert server.facts()["backup_level"] == "2"


def test_a_folder_that_is_not_there_is_named(server: Server) -> None:
    assert server.run("backup-folder.sh", **FOLDER, FOLDER="/nonexistent") == 64
    assert (server.verdict, server.facts()["folder"]) == ("folder-missing", "/nonexistent")


def test_a_folder_of_which_something_cannot_be_read_is_no_backup(server: Server) -> None:
    uploads = server.project / "uploads"
    uploads.mkdir()
    (uploads / "a").write_text("a")
    fake = server.project / "bin"
    fake.mkdir()
    (fake / "tar").write_text('#!/bin/sh\ncase $* in *-cf*) /bin/tar "$@"; exit 2 ;; esac\nexec /bin/tar "$@"\n')
    (fake / "tar").chmod(0o755)
    server.path = f"{fake}:{server.path}"
    assert server.run("backup-folder.sh", **FOLDER, FOLDER=str(uploads)) == 65
    assert (server.verdict, server.facts()["stage"]) == ("backup-failed", "dump=2")
    (fake / "tar").write_text((fake / "tar").read_text().replace("exit 2", "exit 1"))
    assert server.run("backup-folder.sh", **FOLDER, FOLDER=str(uploads)) == 0
    assert "<mark> warn files-changed" in server.said


def test_config_files_are_sealed_as_a_backup_and_stay_at_hand_for_the_way_back(
    server: Server, keys: tuple[str, str]
) -> None:
    repository(server)
    server.write(".env", "PASSWORD=canary-of-gold\n")
    assert server.run("backup-config.sh", **CONFIG, ENCRYPT_TO=keys[0]) == 0, server.said
    file = Path(server.facts()["backup_path"])
    assert file.name == f"shop_config_{MARK}.tar.gz.age"
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
    kept = Path(server.facts()["config_saved"])
    assert kept.parent == server.backups / "config" / "shop"
    assert kept.stat().st_mode & 0o077 == 0
    with tarfile.open(kept) as archive:
        assert archive.getnames() == [".env"]
    assert "canary-of-gold" not in server.said
    assert server.verify(file, "verify-archive.sh", "config", BACKUP_IDENTITY=keys[1]) == 0, server.said
    assert server.facts()["backup_level"] == "2"


def test_gpg_seals_where_there_is_no_age_and_its_key_opens_it_in_memory(server: Server) -> None:
    if not which("gpg"):
        pytest.skip("gpg is not installed")
    # The agent's sockets lie in the folder where a key is made, and their paths may have 107 bytes.
    short = tempfile.mkdtemp(prefix="g")
    home = {**os.environ, "GNUPGHOME": short}
    making = ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "ops@example.com", "rsa2048"]
    subprocess.run([*making, "encr", "never"], env=home, check=True, capture_output=True)
    export = ["gpg", "--batch", "--export-secret-keys", "ops@example.com"]
    secret = subprocess.run(export, env=home, check=True, capture_output=True).stdout
    subprocess.run(["gpgconf", "--kill", "all"], env=home, check=True)
    shutil.copytree(short, server.project / ".gnupg", ignore=shutil.ignore_patterns("S.*"))
    shutil.rmtree(short, ignore_errors=True)
    home = {**os.environ, "GNUPGHOME": str(server.project / ".gnupg")}
    repository(server)
    server.write(".env", "A=1\n")
    without_age = server.project / "bin"
    without_age.mkdir()
    for program in Path("/usr/bin").iterdir():
        if program.name != "age":
            (without_age / program.name).symlink_to(program)
    server.path = str(without_age)
    assert server.run("backup-config.sh", **CONFIG, ENCRYPT_TO="age1x") == 64
    assert server.verdict == "age-missing"
    assert server.run("backup-config.sh", **CONFIG, ENCRYPT_TO="age1x", GPG_TO="ops@example.com") == 0, server.said
    file = Path(server.facts()["backup_path"])
    assert file.name.endswith(".tar.gz.gpg")
    subprocess.run(["gpgconf", "--kill", "all"], env=home, check=True)
    (server.project / ".gnupg").rename(server.project / "elsewhere")
    known = b64(secret)
    assert server.verify(file, "verify-archive.sh", "config", BACKUP_GPG_KEY=known) == 0, server.said
    assert server.facts()["backup_level"] == "2"
    assert known not in server.said
    assert not list(Path("/dev/shm").glob("lotsman.*"))


def b64(raw: bytes) -> str:
    return subprocess.run(["base64", "-w0"], input=raw, capture_output=True, check=True).stdout.decode()
