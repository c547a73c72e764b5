"""What a client may expect of the sandbox's SSH servers: the same of both."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh
import pytest

from demo.sandbox import openssh
from demo.sandbox.children import descendants, running_processes
from demo.sandbox.layout import Layout
from demo.sandbox.machine import Machine, MachineFailed, Server
from demo.sandbox.openssh import SshdMissing, find_sshd
from tests.ordinary_user import needs_root

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CHECKOUT = Path(__file__).resolve().parent.parent.parent

# Starts a machine, prints the pids of all its processes after leaving one behind, and stays until killed.
STAYING = """
import asyncio, asyncssh, sys
from pathlib import Path
from demo.sandbox.children import descendants
from demo.sandbox.layout import Layout
from demo.sandbox.machine import Machine

async def main():
    machine = Machine(Layout(Path(sys.argv[1])), sys.argv[2])
    await machine.start()
    keys, known_hosts = [str(machine.ssh.client_key)], str(machine.ssh.known_hosts)
    login = {"username": machine.ssh.user, "client_keys": keys, "known_hosts": known_hosts, "config": []}
    async with asyncssh.connect(machine.ssh.address, machine.ssh.port, **login) as connection:
        await connection.run("setsid sleep 1000 < /dev/null > /dev/null 2>&1 &")
    print(machine.pid, *descendants(machine.pid), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture(params=["asyncssh", "openssh"])
def server(request: pytest.FixtureRequest) -> Server:
    if request.param == "openssh":
        try:
            find_sshd()
        except SshdMissing as error:
            pytest.skip(str(error))
    kind: Server = request.param
    return kind


@pytest.fixture
async def machine(server: Server, tmp_path: Path) -> AsyncIterator[Machine]:
    async with Machine(Layout(tmp_path), server) as machine:
        yield machine
    said = (tmp_path / "var/log/machine").read_text()
    assert said == "", said


@pytest.fixture
async def connection(machine: Machine) -> AsyncIterator[asyncssh.SSHClientConnection]:
    async with connect(machine) as connection:
        yield connection


def connect(machine: Machine, **changes: object) -> asyncssh.connection._ConnectionManager:  # type: ignore[name-defined]
    """Return a connection that accepts the pinned key only and offers the sandbox's client key only."""
    ssh = machine.ssh
    login = {"username": ssh.user, "client_keys": [str(ssh.client_key)], "known_hosts": str(ssh.known_hosts)}
    return asyncssh.connect(ssh.address, ssh.port, **{**login, "config": [], "agent_path": None, **changes})


def read_line(path: Path) -> str:
    """Wait until a file is there and has a whole line; return it."""
    deadline = time.monotonic() + 20
    while not (path.exists() and path.read_text().endswith("\n")):
        assert time.monotonic() < deadline, f"nothing in {path}"
        time.sleep(0.01)
    return path.read_text()


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 20
    while remaining := pids & running_processes().keys():
        assert time.monotonic() < deadline, f"still there: {remaining}"
        time.sleep(0.01)


@pytest.mark.parametrize("status", [0, 3, 255])
async def test_an_exit_status_comes_back(connection: asyncssh.SSHClientConnection, status: int) -> None:
    assert (await connection.run(f"exit {status}")).exit_status == status


async def test_a_signal_that_killed_the_process_comes_back(connection: asyncssh.SSHClientConnection) -> None:
    result = await connection.run("kill -KILL $$")
    assert result.exit_signal is not None
    assert result.exit_signal[0] == "KILL"


async def test_bytes_go_in_and_come_back_unchanged_to_the_last(connection: asyncssh.SSHClientConnection) -> None:
    sent = bytes(range(256)) * 20_000
    for _ in range(3):
        returned = (await connection.run("cat", input=sent, encoding=None)).stdout
        whole = returned == sent
        assert whole, len(returned or b"")


async def test_a_process_that_reads_no_input_does_not_block(connection: asyncssh.SSHClientConnection) -> None:
    result = await asyncio.wait_for(connection.run("exec <&-; echo done", input=b"x" * 5_000_000, encoding=None), 20)
    assert result.stdout == b"done\n"


async def test_big_output_arrives_whole_on_both_streams(connection: asyncssh.SSHClientConnection) -> None:
    script = "head -c 20000000 /dev/zero | tr '\\0' a; head -c 5000000 /dev/zero | tr '\\0' b >&2"
    result = await connection.run(script, encoding=None)
    whole = [result.stdout == b"a" * 20_000_000, result.stderr == b"b" * 5_000_000]
    assert whole == [True, True]  # compared first: nobody wants to read the difference


async def test_two_sessions_run_at_once(connection: asyncssh.SSHClientConnection) -> None:
    fifo = "mkfifo $HOME/fifo; "
    reading = asyncio.create_task(connection.run(f"{fifo} read line < $HOME/fifo; echo got $line"))
    writing = await connection.run("until [ -p $HOME/fifo ]; do sleep 0.01; done; echo hello > $HOME/fifo")
    assert writing.exit_status == 0
    assert (await reading).stdout == "got hello\n"


async def test_forty_sessions_share_a_connection(connection: asyncssh.SSHClientConnection) -> None:
    results = await asyncio.gather(*(connection.run(f"sleep 0.1; echo {number}") for number in range(40)))
    assert [result.stdout for result in results] == [f"{number}\n" for number in range(40)]


async def test_another_host_key_is_refused(machine: Machine, tmp_path: Path) -> None:
    _, pinned, *_ = machine.ssh.known_hosts.read_text().split(" ", 2)
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()[1]
    wrong = tmp_path / "wrong_known_hosts"
    wrong.write_text(f"[127.0.0.1]:{machine.ssh.port} {pinned} {other}\n")
    with pytest.raises(asyncssh.HostKeyNotVerifiable):
        await connect(machine, known_hosts=str(wrong))


async def test_the_pinned_key_is_written_as_openssh_writes_it(machine: Machine) -> None:
    key = (machine.layout.ssh / "host_key.pub").read_text().split()[1]
    assert machine.ssh.known_hosts.read_text() == f"[127.0.0.1]:{machine.ssh.port} ssh-ed25519 {key}\n"


async def test_another_client_key_another_user_and_a_password_are_refused(machine: Machine) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519")
    for wrong in ({"client_keys": [other]}, {"username": "mallory"}, {"client_keys": None, "password": "guess"}):
        with pytest.raises(asyncssh.PermissionDenied):
            await connect(machine, **wrong)


async def test_the_environment_is_built_from_nothing(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CANARY", "GIT_DIR", "PIP_INDEX_URL", "PYTHONHOME", "BASH_ENV", "TZ"):
        monkeypatch.setenv(name, "from the outer process")
    async with Machine(Layout(tmp_path), server) as machine, connect(machine) as connection:
        printed = (await connection.run("env; pwd", env={"CANARY": "from the client"})).stdout
    *lines, folder = str(printed).splitlines()
    environment = dict(line.split("=", 1) for line in lines)
    assert environment.keys() == machine.layout.environment().keys() | {"SSH_CLIENT", "SSH_CONNECTION", "PWD"}
    assert environment["PATH"].split(":")[0] == str(tmp_path / "bin")
    assert environment["HOME"] == folder == str(tmp_path / "home")
    assert (environment["GIT_CONFIG_GLOBAL"], environment["PIP_NO_INDEX"], environment["TZ"]) == (
        "/dev/null",
        "1",
        "UTC",
    )


async def test_a_closed_channel_leaves_the_process_running(machine: Machine) -> None:
    script = "echo $$; until [ -e $HOME/closed ]; do sleep 0.01; done; echo alive > $HOME/proof"
    async with connect(machine) as connection:
        process = await connection.create_process(script)
        await process.stdout.readline()
    (machine.layout.home / "closed").touch()
    assert await asyncio.to_thread(read_line, machine.layout.home / "proof") == "alive\n"


async def test_a_closed_channel_closes_the_pipes(machine: Machine) -> None:
    script = "trap 'echo caught > $HOME/proof; exit' PIPE; while :; do echo x; sleep 0.01; done"
    async with connect(machine) as connection:
        process = await connection.create_process(script)
        await process.stdout.readline()
    assert await asyncio.to_thread(read_line, machine.layout.home / "proof") == "caught\n"


async def test_a_channel_stays_open_while_a_background_process_holds_its_output(
    connection: asyncssh.SSHClientConnection,
) -> None:
    result = await connection.run("(sleep 0.5; echo later) & echo now")
    assert result.stdout == "now\nlater\n"


async def test_a_signal_reaches_the_whole_process_group(tmp_path: Path) -> None:
    # Only asyncssh's server: OpenSSH passes no signals on to a forced command.
    async with Machine(Layout(tmp_path)) as machine, connect(machine) as connection:
        process = await connection.create_process("sleep 1000 & echo $!; wait")
        sleeping = int(await process.stdout.readline())
        process.send_signal("TERM")
        assert (await process.wait()).exit_signal is not None
        await asyncio.to_thread(wait_until_gone, {sleeping})


async def test_a_command_the_kernel_refuses_is_an_exit_status(connection: asyncssh.SSHClientConnection) -> None:
    result = await connection.run("true " + "x" * 200_000)
    assert result.exit_status not in (0, None)
    assert (await connection.run("echo still here")).stdout == "still here\n"


async def test_no_orphan_stays_a_zombie(connection: asyncssh.SSHClientConnection) -> None:
    await connection.run("(setsid sleep 0.2 < /dev/null > $HOME/orphan 2>&1 & echo $! > $HOME/pid)")
    script = (
        "pid=$(cat $HOME/pid); for i in $(seq 500); do kill -0 $pid 2>/dev/null || exit 0; sleep 0.01; done; exit 1"
    )
    assert (await connection.run(script)).exit_status == 0


async def test_stop_ends_what_sessions_left_running(machine: Machine) -> None:
    async with connect(machine) as connection:
        script = "setsid sh -c 'trap \"\" TERM HUP; sleep 1000' < /dev/null > /dev/null 2>&1 & echo $!"
        stray = int((await connection.run(script)).stdout or 0)
        pids = {machine.pid, *descendants(machine.pid)}
    assert stray in pids
    await machine.stop()
    assert not pids & running_processes().keys()


async def test_a_killed_parent_takes_everything_along(server: Server, tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STAYING, str(tmp_path), server, stdout=subprocess.PIPE, cwd=CHECKOUT
    )
    assert parent.stdout is not None
    pids = {int(word) for word in (await parent.stdout.readline()).split()}
    assert len(pids) >= 2
    parent.kill()
    await parent.wait()
    await asyncio.to_thread(wait_until_gone, pids)


async def test_a_reset_kills_strays_and_keeps_connections(machine: Machine) -> None:
    async with connect(machine) as connection:
        await connection.run("setsid sleep 1000 < /dev/null > /dev/null 2>&1 & echo $! > $HOME/pid")
        stray = int((machine.layout.home / "pid").read_text())
        await machine.reset()
        assert stray not in descendants(machine.pid)
        assert (await connection.run("echo still here")).stdout == "still here\n"


async def test_a_path_longer_than_a_sockets_may_be_and_with_a_space_will_do(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / ("long " * 25)
    async with Machine(Layout(folder), server) as machine, connect(machine) as connection:
        result = await connection.run("systemctl is-system-running; sudo -n systemctl start nothing")
        assert (result.stdout, result.stderr) == ("running\n", "sudo: a password is required\n")
        assert (await machine.systemctl("is-active", "nothing")).stdout == "inactive\n"


async def test_a_missing_sshd_is_an_error_that_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openssh, "SYSTEM_PATH", str(tmp_path))
    with pytest.raises(SshdMissing, match="apt install openssh-server") as missing:
        await Machine(Layout(tmp_path), "openssh").start()
    assert missing.value.install == "apt install openssh-server"


@needs_root
async def test_roots_sshd_leaves_nothing_in_run(server: Server, tmp_path: Path) -> None:
    # Where the machine has neither /run/sshd nor another sshd: in namespaces of its own.
    program = """
import asyncio, os, sys
from pathlib import Path
from demo.sandbox.layout import Layout
from demo.sandbox.machine import Machine

async def main():
    async with Machine(Layout(Path(sys.argv[1])), sys.argv[2]):
        print(os.listdir("/run"), flush=True)
    print(os.listdir("/run"), flush=True)

asyncio.run(main())
"""
    namespaces = [
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--mount-proc",
        "sh",
        "-c",
        'mount -t tmpfs t /run && "$@"',
        "sh",
    ]
    process = await asyncio.create_subprocess_exec(
        *namespaces, sys.executable, "-c", program, str(tmp_path), server, stdout=subprocess.PIPE, cwd=CHECKOUT
    )
    printed, _ = await process.communicate()
    assert printed.decode().splitlines() == [str(["sshd"] if server == "openssh" else []), "[]"]


async def test_a_taken_port_is_an_error_that_says_so(machine: Machine, server: Server, tmp_path: Path) -> None:
    with pytest.raises(MachineFailed, match=r"(?i)in use|cannot bind"):
        await Machine(Layout(tmp_path / "second"), server).start(machine.ssh.port)


async def test_starting_takes_less_than_a_command_would_notice(server: Server, tmp_path: Path) -> None:
    began = time.monotonic()
    async with Machine(Layout(tmp_path), server):
        assert time.monotonic() - began < 5
