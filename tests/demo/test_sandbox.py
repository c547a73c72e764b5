"""The sandbox as a whole: formbot is deployed by hand, broken, and brought back."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh
import pytest

from demo.sandbox.children import descendants, running_processes
from demo.sandbox.openssh import SshdMissing, find_sshd
from demo.sandbox.sandbox import Sandbox, SandboxBusy
from tests.ordinary_user import OrdinaryUser, needs_root, ordinary_user

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from demo.sandbox.machine import Server

SLOW_START = 3

# What somebody with a terminal would type.
DEPLOY = """
set -e
cd "$HOME/../srv/formbot"
git fetch --quiet --tags origin
git checkout --quiet --detach "$1"
venv/bin/python -m pip install --quiet -r requirements.txt
venv/bin/python -m formbot migrate
sudo -n systemctl restart formbot
"""

# Builds a sandbox, deploys over SSH, prints what came of it; with a second word, stays until killed.
ELSEWHERE = """
import asyncio, asyncssh, json, os, sys
from pathlib import Path
from demo.sandbox.children import descendants
from demo.sandbox.sandbox import Sandbox

async def main():
    sandbox = await Sandbox.create(Path(sys.argv[1]), slow_start_seconds=3)
    login = {"username": sandbox.ssh.user, "client_keys": [str(sandbox.ssh.client_key)]}
    login |= {"known_hosts": str(sandbox.ssh.known_hosts), "config": []}
    async with asyncssh.connect(sandbox.ssh.address, sandbox.ssh.port, **login) as connection:
        unprivileged = await connection.run("systemctl restart formbot")
        deploy = await connection.run("set -- v1.2.3;" + sys.argv[2])
        await connection.run("setsid sleep 1000 < /dev/null > /dev/null 2>&1 &")
    for _ in range(500):
        if (await sandbox.health()).status == 200:
            break
        await asyncio.sleep(0.02)
    facts = {"version": (await sandbox.health()).body.get("version"), "rows": await sandbox.rows()}
    facts |= {"status": deploy.exit_status, "stderr": deploy.stderr, "unprivileged": unprivileged.stderr}
    facts |= {"pids": descendants(os.getpid()), "uid": os.geteuid()}
    print(json.dumps(facts), flush=True)
    if len(sys.argv) > 3:
        await asyncio.Event().wait()
    await sandbox.stop()

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all tests: what is slow to build is built once."""
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture
async def sandbox(folder: Path) -> AsyncIterator[Sandbox]:
    async with await Sandbox.create(folder, slow_start_seconds=SLOW_START) as sandbox:
        yield sandbox
    said = (folder / "var/log/machine").read_text()
    assert said == "", said


@pytest.fixture
async def shell(sandbox: Sandbox) -> AsyncIterator[asyncssh.SSHClientConnection]:
    async with connect(sandbox) as connection:
        yield connection


def connect(sandbox: Sandbox) -> asyncssh.connection._ConnectionManager:  # type: ignore[name-defined]
    ssh = sandbox.ssh
    keys, known_hosts = [str(ssh.client_key)], str(ssh.known_hosts)
    return asyncssh.connect(
        ssh.address, ssh.port, username=ssh.user, client_keys=keys, known_hosts=known_hosts, config=[], agent_path=None
    )


async def deploy(shell: asyncssh.SSHClientConnection, ref: str) -> asyncssh.SSHCompletedProcess:
    return await shell.run(f"set -- {ref}; {DEPLOY}")


async def until_status(sandbox: Sandbox, status: int) -> dict[str, object]:
    """Wait until /health answers with an HTTP status; return its body."""
    deadline = time.monotonic() + 20
    while True:
        health = await sandbox.health()
        if health.status == status:
            return health.body
        assert time.monotonic() < deadline, health
        await asyncio.sleep(0.02)


def running(pids: set[int]) -> set[int]:
    """Return which of the processes are still there."""
    return pids & running_processes().keys()


def holders(folder: Path) -> list[str]:
    """Return the processes that name a folder, work in it, or hold a file in it open."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and int(process.name) != os.getpid():
            try:
                links = [process / "cwd", process / "exe", *(process / "fd").iterdir()]
                names = [os.fsdecode((process / "cmdline").read_bytes()), *(str(link.readlink()) for link in links)]
            except OSError:
                continue
            if any(str(folder) in name for name in names):
                found.append(names[0])
    return found


def left_outside_by(uid: int) -> set[str]:
    """Return what a user owns in the places where programs leave things."""
    places = [Path(place) for place in ("/tmp", "/var/tmp", "/run", "/run/lock", "/dev/shm", "/mnt", "/")]
    found = (path for place in places if place.exists() for path in place.iterdir())
    return {str(path) for path in found if path.exists() and path.lstat().st_uid == uid}


async def test_it_starts_healthy_at_v1_2_2_with_two_thousand_rows(sandbox: Sandbox) -> None:
    health = await sandbox.health()
    assert health.status == 200
    assert (health.body["status"], health.body["version"]) == ("ok", "1.2.2")
    assert (health.body["database"], health.body["pending_migrations"]) == ("ok", [])
    assert re.fullmatch(r"[0-9a-f]{40}", await sandbox.running_commit())
    assert await sandbox.rows() == 2000
    assert "listening on" in sandbox.log.read_text()


async def test_the_checkout_looks_like_one_on_a_server(sandbox: Sandbox, shell: asyncssh.SSHClientConnection) -> None:
    script = (
        "cd ../srv/formbot; git describe; git status --short; git remote get-url origin; stat -c %a .env; ls -d venv"
    )
    lines = str((await shell.run(script)).stdout).split()
    assert lines == ["v1.2.2", str(sandbox.layout.repository), "600", "venv"]
    env = (sandbox.path / ".env").read_text()
    assert re.search(r"^DATABASE_URL=postgresql://formbot:[\w-]{20,}@127\.0\.0\.1:\d+/formbot$", env, re.MULTILINE)
    assert re.search(r"^SECRET_KEY=[\w-]{40,}$", env, re.MULTILINE)


@pytest.mark.parametrize(
    ("ref", "version", "added"),
    [
        ("v1.2.2", "1.2.2", ""),
        ("v1.2.3", "1.2.3", "applied  0003_submission_source\n"),
        ("origin/main", "1.3.0.dev0", "applied  0003_submission_source\napplied  0004_submission_status\n"),
    ],
)
async def test_every_version_can_be_deployed_by_hand(
    sandbox: Sandbox, shell: asyncssh.SSHClientConnection, ref: str, version: str, added: str
) -> None:
    result = await deploy(shell, ref)
    assert (result.exit_status, result.stdout, result.stderr) == (0, added, "")
    body = await until_status(sandbox, 200)
    assert (body["version"], body["pending_migrations"]) == (version, [])
    commit = await shell.run(f"git -C ../srv/formbot rev-parse {ref}^{{commit}}")
    assert await sandbox.running_commit() == str(commit.stdout).strip()
    assert await sandbox.rows() == 2000


async def test_a_release_needs_its_dependency_and_its_migration(
    sandbox: Sandbox, shell: asyncssh.SSHClientConnection
) -> None:
    checkout = "cd ../srv/formbot && git checkout --quiet v1.2.3"
    failed = await shell.run(f"{checkout} && venv/bin/python -m formbot migrate --status")
    assert failed.exit_status == 1
    assert "No module named 'formbot_durations'" in str(failed.stderr)
    await shell.run(
        "cd ../srv/formbot && venv/bin/pip install -q -r requirements.txt && sudo -n systemctl restart formbot"
    )
    body = await until_status(sandbox, 200)
    assert (body["status"], body["pending_migrations"]) == ("degraded", ["0003_submission_source"])


async def test_slow_start_is_starting_for_a_while_and_then_healthy(
    sandbox: Sandbox, shell: asyncssh.SSHClientConnection
) -> None:
    assert (await deploy(shell, "origin/slow-start")).exit_status == 0
    began = time.monotonic()
    assert (await until_status(sandbox, 503))["status"] == "starting"
    await until_status(sandbox, 200)
    assert SLOW_START - 1 < time.monotonic() - began < SLOW_START + 10


async def test_unhealthy_stays_unhealthy(sandbox: Sandbox, shell: asyncssh.SSHClientConnection) -> None:
    assert (await deploy(shell, "origin/unhealthy")).exit_status == 0
    assert (await until_status(sandbox, 500))["status"] == "error"


async def test_a_bad_migration_fails_whole_and_leaves_the_old_version_running(
    sandbox: Sandbox, shell: asyncssh.SSHClientConnection
) -> None:
    before = await sandbox.running_commit()
    result = await deploy(shell, "origin/bad-migration")
    assert result.exit_status == 1
    assert 'column "archived_on" does not exist' in str(result.stderr)
    assert await sandbox.running_commit() == before
    tables = await shell.run(". ../srv/formbot/.env; psql -Atc '\\dt' $DATABASE_URL")
    assert "archive" not in str(tables.stdout)


async def test_broken_restarts_with_0_and_crashes_into_the_start_limit(
    sandbox: Sandbox, shell: asyncssh.SSHClientConnection
) -> None:
    assert (await deploy(shell, "origin/broken")).exit_status == 0
    async with asyncio.timeout(30):
        failed = await shell.run(
            "until systemctl is-failed formbot; do sleep 0.1; done; journalctl -u formbot -n 30 -o cat"
        )
    assert "KeyError: 'FORMBOT_REGION'\n" in str(failed.stdout)
    assert "formbot.service: Start request repeated too quickly.\n" in str(failed.stdout)
    back = "cd ../srv/formbot && git checkout --quiet v1.2.3 && sudo -n systemctl restart formbot"
    assert (await shell.run(back)).exit_status == 1
    assert (await shell.run(f"sudo -n systemctl reset-failed formbot && {back}")).exit_status == 0
    assert (await until_status(sandbox, 200))["version"] == "1.2.3"


async def test_a_dump_can_be_made_and_restored_with_the_projects_own_rights(
    sandbox: Sandbox, shell: asyncssh.SSHClientConnection
) -> None:
    script = """
set -e; . ../srv/formbot/.env; trial=${DATABASE_URL%/*}/trial
pg_dump --format=custom --file ../opt/backups/dump "$DATABASE_URL"
createdb --maintenance-db "$DATABASE_URL" trial
pg_restore --exit-on-error --dbname "$trial" ../opt/backups/dump
psql -Atc 'SELECT count(*) FROM submissions' "$trial"
"""
    result = await shell.run(script)
    assert (result.stdout, result.stderr) == ("2000\n", "")
    assert (sandbox.backups / "dump").stat().st_size > 10_000


async def test_pip_and_git_reach_nothing_outside(sandbox: Sandbox, shell: asyncssh.SSHClientConnection) -> None:
    result = await shell.run("../srv/formbot/venv/bin/pip config list; git config --list --show-scope")
    assert "index" not in str(result.stdout).replace("no-index", "")
    assert "global" not in str(result.stdout)
    assert "system" not in str(result.stdout)
    missing = await shell.run("../srv/formbot/venv/bin/pip install no-such-package")
    assert missing.exit_status == 1
    assert sandbox.layout.home.exists()


async def test_a_reset_brings_back_the_first_state(sandbox: Sandbox, shell: asyncssh.SSHClientConnection) -> None:
    first = {path: path.read_bytes() for path in (sandbox.path / ".env", sandbox.layout.sudoers)}
    commit = await sandbox.running_commit()
    await deploy(shell, "origin/broken")
    await shell.run("""
cd ../srv/formbot
. ./.env
psql -q -c 'DELETE FROM submissions WHERE id > 10' -c 'CREATE DATABASE trial' $DATABASE_URL
echo SECRET_KEY=gone > .env; chmod 644 .env; echo > ../../etc/sudoers.sandbox
rm -r venv/lib; ln -s /nowhere migrations/0009.sql; git -C ../git/formbot.git branch -D main
touch ../../opt/backups/old $HOME/left $TMPDIR/left; git commit -q --allow-empty -m x
setsid sleep 1000 < /dev/null > /dev/null 2>&1 &
""")
    await sandbox.reset()
    assert (await sandbox.health()).body["version"] == "1.2.2"
    assert (await sandbox.running_commit(), await sandbox.rows()) == (commit, 2000)
    assert {path: path.read_bytes() for path in first} == first
    assert stat.S_IMODE((sandbox.path / ".env").stat().st_mode) == 0o600
    state = await shell.run("""
cd ../srv/formbot; git status --short; git describe; git ls-remote --heads origin main | wc -l
venv/bin/python -m pip list --format freeze; . ./.env; psql -Atc 'SELECT datname FROM pg_database' $DATABASE_URL
ls ../../opt/backups $TMPDIR $HOME/left; pgrep -f 'sleep 100[0]'
""")
    words = str(state.stdout).split()
    assert words[:2] == ["v1.2.2", "1"]
    assert "formbot-durations==1.0.0" not in words
    assert "trial" not in words
    assert not {"old", "left"} & set(words)
    assert (await shell.run("systemctl is-active formbot")).stdout == "active\n"


async def test_a_reset_after_a_deploy_takes_less_than_two_seconds(
    sandbox: Sandbox, shell: asyncssh.SSHClientConnection
) -> None:
    took = []
    for _ in range(3):  # the quickest counts: the machine may be busy with something else
        assert (await deploy(shell, "origin/main")).exit_status == 0
        began = time.monotonic()
        await sandbox.reset()
        took.append(time.monotonic() - began)
    assert min(took) < 2


async def test_a_second_start_takes_what_was_built(folder: Path, sandbox: Sandbox) -> None:
    await sandbox.stop()
    built = (folder / "cache/checkout.inputs").stat().st_mtime_ns
    port = sandbox.ssh.port
    began = time.monotonic()
    async with await Sandbox.create(folder, slow_start_seconds=SLOW_START) as again:
        assert time.monotonic() - began < 5
        assert again.ssh.port == port
        assert (await again.health()).status == 200
    assert (folder / "cache/checkout.inputs").stat().st_mtime_ns == built


async def test_a_damaged_folder_is_built_again(sandbox: Sandbox, folder: Path) -> None:
    await sandbox.stop()
    (folder / "cache/repository.inputs").unlink()
    shutil.rmtree(sandbox.layout.repository)
    async with await Sandbox.create(folder, slow_start_seconds=SLOW_START) as again, connect(again) as shell:
        assert (await deploy(shell, "v1.2.3")).exit_status == 0


async def test_a_folder_in_use_is_refused(folder: Path, sandbox: Sandbox) -> None:
    with pytest.raises(SandboxBusy, match=str(os.getpid())):
        await Sandbox.create(folder, slow_start_seconds=SLOW_START)
    assert (await sandbox.health()).status == 200


async def test_openssh_serves_the_same_sandbox(folder: Path) -> None:
    try:
        find_sshd()
    except SshdMissing as error:
        pytest.skip(str(error))
    server: Server = "openssh"
    async with await Sandbox.create(folder, server, SLOW_START) as sandbox, connect(sandbox) as shell:
        assert (await deploy(shell, "v1.2.3")).exit_status == 0
        assert (await until_status(sandbox, 200))["version"] == "1.2.3"
        await sandbox.reset()
        assert (await sandbox.health()).body["version"] == "1.2.2"
        assert (await shell.run("echo still here")).stdout == "still here\n"


async def test_no_process_is_left_after_the_end(folder: Path) -> None:
    before = descendants(os.getpid())
    async with await Sandbox.create(folder, slow_start_seconds=SLOW_START) as sandbox:
        async with connect(sandbox) as shell:
            await deploy(shell, "origin/main")
            await shell.run("setsid sh -c 'trap \"\" TERM; sleep 1000' < /dev/null > /dev/null 2>&1 &")
        pids = set(descendants(os.getpid())) - set(before)
        assert len(pids) > 8
    assert not running(pids)
    assert holders(folder) == []


async def test_a_killed_parent_takes_everything_along(folder: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ELSEWHERE, str(folder), DEPLOY, "stay", stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    assert parent.stdout is not None
    pids = set(json.loads(await parent.stdout.readline())["pids"])
    assert len(pids) > 8
    parent.kill()
    await parent.wait()
    await asyncio.to_thread(wait_until_gone, pids)
    async with await Sandbox.create(folder, slow_start_seconds=SLOW_START) as sandbox:
        assert (await sandbox.health()).body["version"] == "1.2.2"


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 20
    while remaining := running(pids):
        assert time.monotonic() < deadline, f"still there: {remaining}"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def nobody() -> Iterator[OrdinaryUser]:
    with ordinary_user() as user:
        yield user


@needs_root
def test_an_ordinary_user_has_the_same_sandbox_and_leaves_as_little(nobody: OrdinaryUser) -> None:
    before = left_outside_by(nobody.uid)
    folder = nobody.home / "var/sandbox"
    facts = json.loads(nobody.run(ELSEWHERE, str(folder), DEPLOY))
    assert (facts["status"], facts["stderr"], facts["version"], facts["rows"]) == (0, "", "1.2.3", 2000)
    assert facts["uid"] == nobody.uid
    assert "Interactive authentication required" in facts["unprivileged"]
    assert not running(set(facts["pids"]))
    assert holders(folder) == []
    assert left_outside_by(nobody.uid) - before == set()
    assert {path.stat().st_uid for path in folder.rglob("*") if not path.is_symlink()} == {nobody.uid}


@needs_root
def test_an_ordinary_users_killed_parent_takes_everything_along(nobody: OrdinaryUser) -> None:
    process = nobody.start(ELSEWHERE, str(nobody.home / "var/sandbox"), DEPLOY, "stay")
    assert process.stdout is not None
    pids = set(json.loads(process.stdout.readline())["pids"])
    process.send_signal(signal.SIGKILL)
    process.communicate()
    wait_until_gone(pids)
