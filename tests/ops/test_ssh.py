"""Servers over real SSH: who is trusted, how a jump host is gone through, and how a dead line is noticed."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncssh
import pytest
import pytest_asyncio

from demo.sandbox.layout import Layout
from demo.sandbox.login import SshLogin
from demo.sandbox.machine import Machine
from demo.sandbox.ports import ADDRESS, free_port
from ops.errors import HostKeyChanged, HostKeyMissing, HostUnreachable, LoginRefused
from ops.hosts import ssh
from ops.hosts.host import Answer, Job, JobEnd
from ops.hosts.known_hosts import KnownHosts
from ops.hosts.ssh import Hosts, SshHost
from ops.project import HostSpec
from ops.runs.script import Script

WHERE = Script('echo "$SSH_CONNECTION" said "$WORD"\n')
SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin:/bin")


class Relay:
    """A piece of the network: counts the connections through it, and can go quiet without closing them."""

    def __init__(self, port: int) -> None:
        self.accepted = 0
        self.quiet = False
        self._to = port
        self._open: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._connect, ADDRESS, 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for writer in self._open:
                writer.transport.abort()
            await server.wait_closed()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        there_reader, there_writer = await asyncio.open_connection(ADDRESS, self._to)
        self._open += [writer, there_writer]
        await asyncio.gather(self._pass(reader, there_writer), self._pass(there_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                if not self.quiet:
                    writer.write(data)
        except OSError:
            pass
        writer.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def login(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SshLogin]:
    """How to log in to one machine for all of these tests."""
    async with Machine(Layout(tmp_path_factory.mktemp("machine"))) as machine:
        yield machine.ssh


@pytest.fixture
def known_hosts(login: SshLogin, tmp_path: Path) -> KnownHosts:
    path = tmp_path / "known_hosts"
    path.write_text(login.known_hosts.read_text())
    return KnownHosts(path)


def server_key(login: SshLogin) -> asyncssh.SSHKey:
    (key,) = KnownHosts(login.known_hosts).pinned(login.address, login.port)
    return key


def spec(login: SshLogin, port: int = 0, *, via: str | None = None, key: Path | None = None) -> HostSpec:
    return HostSpec(
        address=login.address, port=port or login.port, user=login.user, key=key or login.client_key, via=via
    )


@asynccontextmanager
async def host(of: HostSpec, known_hosts: KnownHosts, **others: HostSpec) -> AsyncIterator[SshHost]:
    hosts = Hosts({"web1": of, **others}, known_hosts, random.Random(1))  # noqa: S311  spreads retries
    try:
        yield hosts["web1"]
    finally:
        await hosts.close()


async def ask(server: SshHost, word: str = "hello") -> Answer:
    return await server.ask(WHERE, {"WORD": word}, mark="0" * 32, seconds=10, limit=1000)


async def test_it_asks_a_server_whose_key_is_pinned(login: SshLogin, known_hosts: KnownHosts) -> None:
    async with host(spec(login), known_hosts) as server:
        answer = await ask(server, "$(id) ' \" \\ ;")
    assert answer.status == 0
    assert answer.output.endswith(b"said $(id) ' \" \\ ;\n")


async def test_nothing_is_sent_to_a_server_without_a_pinned_key(login: SshLogin, tmp_path: Path) -> None:
    relay = Relay(login.port)
    async with relay.listening() as port, host(spec(login, port), KnownHosts(tmp_path / "none")) as server:
        with pytest.raises(HostKeyMissing):
            await ask(server)
    assert relay.accepted == 0


async def test_a_server_with_another_key_is_refused_and_both_are_named(
    login: SshLogin, known_hosts: KnownHosts
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").convert_to_public()
    known_hosts.pin(login.address, login.port, other)
    async with host(spec(login), known_hosts) as server:
        with pytest.raises(HostKeyChanged) as error:
            await ask(server)
    assert error.value.pinned == other.get_fingerprint()
    assert error.value.offered == server_key(login).get_fingerprint()


async def test_a_pin_for_another_port_is_none(login: SshLogin, known_hosts: KnownHosts) -> None:
    relay = Relay(login.port)
    async with relay.listening() as port, host(spec(login, port), known_hosts) as server:
        with pytest.raises(HostKeyMissing):
            await ask(server)


async def test_a_key_that_the_server_does_not_know_is_told_as_such(
    login: SshLogin, known_hosts: KnownHosts, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    async with host(spec(login, key=key), known_hosts) as server:
        with pytest.raises(LoginRefused) as error:
            await ask(server)
    assert error.value.user == login.user


async def test_a_server_that_is_down_is_told_with_its_address(login: SshLogin, known_hosts: KnownHosts) -> None:
    port = free_port()
    known_hosts.pin(ADDRESS, port, server_key(login))
    async with host(spec(login, port), known_hosts) as server:
        with pytest.raises(HostUnreachable) as error:
            await ask(server)
    assert (error.value.why, error.value.address) == ("refused", f"{ADDRESS}:{port}")


async def test_a_server_that_accepts_and_says_nothing_times_out(
    login: SshLogin, known_hosts: KnownHosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh, "CONNECT_SECONDS", 0.3)
    relay = Relay(login.port)
    relay.quiet = True
    async with relay.listening() as port:
        known_hosts.pin(ADDRESS, port, server_key(login))
        async with host(spec(login, port), known_hosts) as server:
            with pytest.raises(HostUnreachable) as error:
                await ask(server)
    assert error.value.why == "timeout"


async def test_any_number_of_questions_at_once_go_over_one_connection(login: SshLogin, known_hosts: KnownHosts) -> None:
    relay = Relay(login.port)
    async with relay.listening() as port:
        known_hosts.pin(ADDRESS, port, server_key(login))
        async with host(spec(login, port), known_hosts) as server:
            answers = await asyncio.gather(*(ask(server, str(i)) for i in range(30)))
    assert [answer.output.split()[-1] for answer in answers] == [str(i).encode() for i in range(30)]
    assert relay.accepted == 1


async def test_a_line_that_went_dead_unnoticed_is_noticed_and_taken_up_again(
    login: SshLogin, known_hosts: KnownHosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh, "KEEPALIVE_SECONDS", 0.3)
    relay = Relay(login.port)
    async with relay.listening() as port:
        known_hosts.pin(ADDRESS, port, server_key(login))
        async with host(spec(login, port), known_hosts) as server:
            assert (await ask(server)).status == 0
            relay.quiet = True
            connection = await server.connect()
            async with asyncio.timeout(15):
                await connection.wait_closed()
            relay.quiet = False
            assert (await ask(server)).status == 0
    assert relay.accepted == 2


async def test_a_job_outlives_the_line_and_its_output_comes_whole_and_once(
    login: SshLogin, known_hosts: KnownHosts, tmp_path: Path
) -> None:
    script = Script('echo one\nuntil [ -e "$GATE" ]; do sleep 0.1; done\necho two\n')
    job = Job("t-1", script, {"GATE": str(tmp_path / "gate")}, "1" * 32, timeout=60, silence=60)
    seen = bytearray()
    came = asyncio.Event()

    def take(piece: bytes) -> None:
        seen.extend(piece)
        came.set()

    async with host(spec(login), known_hosts) as server, asyncio.timeout(40):
        running = asyncio.create_task(server.run(job, take))
        await came.wait()
        (await server.connect()).abort()
        (tmp_path / "gate").touch()
        assert await running == JobEnd("exit", 0)
        assert bytes(seen) == b"one\ntwo\n"
        assert await server.run(job, lambda _: None) == JobEnd("exit", 0), "it is found again, not run again"


@contextmanager
def jump_server(login: SshLogin, folder: Path) -> Iterator[int]:
    """OpenSSH's sshd that forwards and nothing else, with the machine's keys."""
    if SSHD is None:
        pytest.skip("no sshd: apt install openssh-server")
    keys, port = login.client_key.parent, free_port()
    config = folder / "sshd_config"
    config.write_text(
        f"ListenAddress {ADDRESS}\nPort {port}\nHostKey {keys / 'host_key'}\n"
        f"AuthorizedKeysFile {keys / 'authorized_keys'}\nPidFile none\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nPermitRootLogin prohibit-password\nPermitTTY no\nForceCommand false\n"
    )
    separation = Path("/run/sshd")  # root's sshd insists on it
    made = os.geteuid() == 0 and not separation.exists()
    if made:
        separation.mkdir(mode=0o755)
    try:
        with subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=subprocess.PIPE) as process:
            assert process.stderr is not None
            assert any(b"Server listening" in line for line in process.stderr)
            try:
                yield port
            finally:
                process.terminate()
    finally:
        if made:
            separation.rmdir()


async def test_a_server_behind_a_jump_host_is_reached_through_it_alone(
    login: SshLogin, known_hosts: KnownHosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with jump_server(login, tmp_path) as port:
        relay = Relay(port)
        async with relay.listening() as outer:
            known_hosts.pin(ADDRESS, outer, server_key(login))
            async with host(spec(login, via="jump"), known_hosts, jump=spec(login, outer)) as server:
                assert (await ask(server)).output.endswith(b"said hello\n")
                assert (await ask(server)).status == 0
                assert relay.accepted == 1
                relay.quiet = True
                monkeypatch.setattr(ssh, "CONNECT_SECONDS", 0.5)
                (await server.connect()).abort()
                with pytest.raises(HostUnreachable):
                    await ask(server)


async def test_a_jump_host_with_another_key_is_refused_and_the_server_never_reached(
    login: SshLogin, known_hosts: KnownHosts, tmp_path: Path
) -> None:
    with jump_server(login, tmp_path) as port:
        known_hosts.pin(ADDRESS, port, asyncssh.generate_private_key("ssh-ed25519").convert_to_public())
        async with host(spec(login, via="jump"), known_hosts, jump=spec(login, port)) as server:
            with pytest.raises(HostKeyChanged) as error:
                await ask(server)
    assert error.value.host == "jump"
