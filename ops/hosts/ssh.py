"""SshHost: a server reached by SSH. The only place, with session.py, that knows asyncssh connections."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import asyncssh
import structlog

from ops.errors import HostError, HostKeyChanged, HostKeyMissing, HostUnreachable, HostUnusable, LoginRefused
from ops.hosts.dialect import dialect_of
from ops.hosts.host import Answer, Job, JobEnd
from ops.hosts.known_hosts import KnownHosts, fingerprint
from ops.hosts.session import CHUNK, JobState, RunnerBrokenError, Session, SessionLostError

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from ops.project import HostSpec
    from ops.runs.script import Script

log = structlog.get_logger()

CONNECT_SECONDS = 10
KEEPALIVE_SECONDS, KEEPALIVE_COUNT = 5, 3
SESSIONS = 8
"""Channels at once on one connection; sshd's MaxSessions is 10."""
LIVE_SECONDS = 0.5
"""How often the log of a running job is looked at."""
PATIENCE_SECONDS = 300
"""How much longer than a job may take we go on trying to reach a server that has gone quiet."""

# The quickest that every OpenSSH of the last ten years has; the server's choice remains open behind them.
_CIPHERS = "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes128-ctr"
_KEY_EXCHANGE = "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,diffie-hellman-group16-sha512"

_WHY: tuple[tuple[type[BaseException], str], ...] = (
    (TimeoutError, "timeout"),
    (ConnectionRefusedError, "refused"),
    (socket.gaierror, "name"),
    (ConnectionError, "lost"),
    (asyncssh.Error, "lost"),
    (SessionLostError, "lost"),
)

_LOST = (SessionLostError, asyncssh.ConnectionLost, asyncssh.DisconnectError, asyncssh.ChannelOpenError, OSError)


class _PromptSocket(socket.socket):
    """Acknowledges at once what it receives.

    sshd's small packets after the login meet Nagle's algorithm there and delayed acknowledgement here:
    the first command of a fresh connection would wait 40 ms for nothing.
    """

    def recv(self, *args: Any) -> bytes:
        data = super().recv(*args)
        with contextlib.suppress(OSError, AttributeError):  # Linux alone has it
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return data


class SshHost:
    """One server: at most one connection, opened when first needed and again when lost."""

    def __init__(
        self, name: str, spec: HostSpec, known_hosts: KnownHosts, via: SshHost | None, dice: random.Random
    ) -> None:
        self.name = name
        self.spec = spec
        self.address = f"{spec.address}:{spec.port}"
        self._known_hosts = known_hosts
        self.via = via
        self._dice = dice
        self._connection: asyncssh.SSHClientConnection | None = None
        self._connecting = asyncio.Lock()
        self._places = asyncio.Semaphore(SESSIONS)
        self._idle: list[Session] = []
        self._boot = ""
        self._in_use = 0
        self._retired = False
        self.connect_seconds: float | None = None
        """How long the newest connection took to open."""

    async def run(self, job: Job, on_output: Callable[[bytes], None]) -> JobEnd:
        """See Host.run."""
        follower = _Follower(job, on_output)
        patience = asyncio.get_running_loop().time() + job.timeout + PATIENCE_SECONDS
        pause = 0.0
        while True:
            try:
                async with asyncio.timeout_at(patience), self._session() as session:
                    pause = 0.0
                    follower.boot = follower.boot or session.boot
                    follower.sent_before = follower.sent
                    return await self._drive(session, follower)
            except TimeoutError:
                return JobEnd("lost")
            except (*_LOST, HostError) as error:
                if not follower.sent:
                    raise self._wording(error) from None
                log.info("connection lost, job goes on", host=self.name, job=job.id, why=str(error))
            pause = min(10.0, pause * 2 + 0.2)
            await asyncio.sleep(pause * self._dice.uniform(0.7, 1.3))

    async def boot(self) -> str:
        """See Host.boot."""
        if self._boot and self._connection is not None and not self._connection.is_closed():
            return self._boot  # a restart would have cost us the connection
        async with self._speaking() as session:
            return session.boot

    async def state(self, job_id: str) -> str:
        """See Host.state."""
        async with self._speaking() as session:
            return (await session.stat(job_id, 0)).state

    async def clean(self, days: int) -> None:
        """See Host.clean."""
        async with self._speaking() as session:
            await session.clean(days)

    async def acknowledge(self, job_id: str) -> None:
        """See Host.acknowledge."""
        async with self._speaking() as session:
            await session.acknowledge(job_id)

    async def cancel(self, job_id: str, grace: int) -> None:
        """See Host.cancel."""
        async with self._speaking() as session:
            await session.cancel(job_id, grace)

    async def ask(self, script: Script, values: Mapping[str, str], *, mark: str, seconds: int, limit: int) -> Answer:
        """See Host.ask."""
        async with self._speaking() as session:
            return await session.ask(script, values, mark, seconds, limit)

    async def connect(self) -> asyncssh.SSHClientConnection:
        """Return the open connection, or open one. Raises HostError."""
        async with self._connecting:
            if self._connection is None or self._connection.is_closed():
                self._idle.clear()
                self._boot = ""
                began = asyncio.get_running_loop().time()
                self._connection = await self._open()
                self.connect_seconds = asyncio.get_running_loop().time() - began
            return self._connection

    def retire(self) -> None:
        """Hang up whenever nobody speaks: runs that began here end here, and nothing new comes."""
        self._retired = True
        self._hang_up_when_idle()

    def _hang_up_when_idle(self) -> None:
        if self._retired and not self._in_use and self._connection is not None:
            self._connection.abort()

    async def close(self) -> None:
        """Hang up. Jobs on the server go on."""
        if self._connection is not None:
            self._connection.abort()
            await self._connection.wait_closed()
            self._connection = None

    async def _drive(self, session: Session, follower: _Follower) -> JobEnd:
        """Start or find the job and follow it to its end."""
        follower.sent = True
        waiting = asyncio.ensure_future(session.run(follower.job, follower.boot))
        try:
            while not (await asyncio.wait({waiting}, timeout=LIVE_SECONDS))[0]:
                async with self._session() as second:
                    follower.take(await second.stat(follower.job.id, follower.offset))
            state = await waiting
        finally:
            waiting.cancel()
        if state is not None:
            follower.take_from_start(state)
        while state is None or state.state == "running" or len(state.output) >= CHUNK:
            if state is None or len(state.output) < CHUNK:
                await asyncio.sleep(LIVE_SECONDS)
            state = await session.stat(follower.job.id, follower.offset)
            follower.take(state)
        if state.state == "rebooted" and follower.sent_before:
            return JobEnd("lost")  # it may have begun, and the crash may have taken its traces along
        return self._end(state)

    def _end(self, state: JobState) -> JobEnd:
        if state.state == "ended":
            return JobEnd(state.reason, state.code)
        if state.state == "absent":
            # It was sent, and left no trace: the state folder cannot be written.
            raise HostUnusable(self.name, "home", state.reason)
        return JobEnd(state.state)

    @contextlib.asynccontextmanager
    async def _speaking(self) -> AsyncIterator[Session]:
        """A session whose failures are told in our own errors; tried again once where the line was dead."""
        for attempt in (1, 2):
            try:
                session = await self._acquire()
                await session.hello()  # a line that died unnoticed is found out here, before anything is asked
                break
            except _LOST as error:
                if attempt == 2:  # noqa: PLR2004  the second and last one
                    raise self._wording(error) from None
        try:
            yield session
        except (*_LOST, RunnerBrokenError) as error:
            self._release(session, broken=True)
            raise self._wording(error) from None
        except BaseException:
            self._release(session, broken=True)
            raise
        self._release(session)

    @contextlib.asynccontextmanager
    async def _session(self) -> AsyncIterator[Session]:
        """A session for one request; given back for the next when nothing broke."""
        session = await self._acquire()
        try:
            yield session
        except BaseException:
            self._release(session, broken=True)
            raise
        self._release(session)

    async def _acquire(self) -> Session:
        await self._places.acquire()
        self._in_use += 1
        try:
            connection = await self.connect()
            session = self._idle.pop() if self._idle else await Session.open(connection, dialect_of(self.spec.shell))
        except BaseException as error:
            self._leave()
            if isinstance(error, RunnerBrokenError):
                raise HostUnusable(self.name, error.why, str(error)) from None
            raise
        self._boot = session.boot
        return session

    def _release(self, session: Session, *, broken: bool = False) -> None:
        if broken:
            session.close()
        else:
            self._idle.append(session)
        self._leave()

    def _leave(self) -> None:
        self._places.release()
        self._in_use -= 1
        self._hang_up_when_idle()

    async def _open(self) -> asyncssh.SSHClientConnection:
        spec = self.spec
        pinned = self._known_hosts.pinned(spec.address, spec.port)
        if not pinned:
            raise HostKeyMissing(self.name, self.address)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                route = await self._route()
                return await asyncssh.connect(
                    spec.address,
                    spec.port,
                    **route,
                    username=spec.user,
                    client_keys=[_private_key(spec.key)],
                    known_hosts=(pinned, [], []),
                    server_host_key_algs=sorted({key.get_algorithm() for key in pinned}),
                    preferred_auth="publickey",
                    encryption_algs=_CIPHERS,
                    kex_algs=_KEY_EXCHANGE,
                    keepalive_interval=KEEPALIVE_SECONDS,
                    keepalive_count_max=KEEPALIVE_COUNT,
                    config=None,
                    agent_path=None,
                    compression_algs=None,
                )
        except asyncssh.HostKeyNotVerifiable:
            raise await self._changed_key(pinned[0]) from None
        except (asyncssh.Error, OSError, TimeoutError) as error:
            raise self._wording(error) from None

    async def _route(self) -> dict[str, Any]:
        """Return how to get there: through another host, or by a socket of our own."""
        if self.via is not None:
            return {"tunnel": await self.via.connect()}
        loop = asyncio.get_running_loop()
        family, kind, protocol, _, target = (
            await loop.getaddrinfo(self.spec.address, self.spec.port, type=socket.SOCK_STREAM)
        )[0]
        sock = _PromptSocket(family, kind, protocol)
        sock.setblocking(False)
        try:
            await loop.sock_connect(sock, target)
        except BaseException:
            sock.close()
            raise
        return {"sock": sock}

    async def _changed_key(self, pinned: asyncssh.SSHKey) -> HostKeyChanged:
        offered = await asyncssh.get_server_host_key(
            self.spec.address, self.spec.port, **await self._route(), config=None
        )
        return HostKeyChanged(self.name, self.address, fingerprint(pinned), fingerprint(offered) if offered else "")

    def _wording(self, error: BaseException) -> HostError:
        """Return our own error for one of asyncssh's or the system's."""
        if isinstance(error, HostError):
            return error
        if isinstance(error, RunnerBrokenError):
            return HostUnusable(self.name, error.why, str(error))
        if isinstance(error, asyncssh.PermissionDenied):
            return LoginRefused(self.name, self.address, self.spec.user)
        why = next((why for kind, why in _WHY if isinstance(error, kind)), "network")
        return HostUnreachable(self.name, self.address, why)


class _Follower:
    """How far a job has been followed; survives the connections it takes."""

    def __init__(self, job: Job, on_output: Callable[[bytes], None]) -> None:
        self.job = job
        self.sent = False
        self.offset = 0
        self.sent_before = False
        self.boot = "" if job.boot == "-" else job.boot
        self._on_output = on_output

    def take(self, state: JobState) -> None:
        """Pass a piece on that begins where we are."""
        if state.output:
            self.offset += len(state.output)
            self._on_output(state.output)

    def take_from_start(self, state: JobState) -> None:
        """Pass on what is new in a piece that begins at the log's start."""
        fresh = state.output[self.offset :]
        self.take(JobState(state.state, state.code, state.reason, fresh))


def _private_key(path: Path) -> asyncssh.SSHKey:
    return asyncssh.read_private_key(path.expanduser())


class Hosts(Mapping[str, "SshHost"]):
    """Every server of the inventory, by name; connections are shared by all runs."""

    def __init__(self, specs: Mapping[str, HostSpec], known_hosts: KnownHosts, dice: random.Random) -> None:
        self._known_hosts = known_hosts
        self._dice = dice
        self._retired: list[SshHost] = []
        self._hosts = self._build(specs, {})

    def adopt(self, specs: Mapping[str, HostSpec]) -> None:
        """Have these servers from now on. Those that stay as they are keep their connections.

        Who holds one that is gone or different by now can still speak to it, until ``close``.
        """
        fresh = self._build(specs, self._hosts)
        gone = [host for name, host in self._hosts.items() if fresh.get(name) is not host]
        self._hosts = fresh
        self._retired += gone
        jumps = {host.via for host in gone}
        for host in gone:
            if host not in jumps:  # others may be spoken to through a jump host at this moment
                host.retire()

    def _build(self, specs: Mapping[str, HostSpec], kept: Mapping[str, SshHost]) -> dict[str, SshHost]:
        """Return a host for each name; the one there was where it and all that lead to it are the same."""
        built: dict[str, SshHost] = {}

        def add(name: str) -> SshHost:
            if name not in built:
                spec, old = specs[name], kept.get(name)
                via = add(spec.via) if spec.via else None
                same = old is not None and old.spec == spec and old.via is via
                built[name] = old if old and same else SshHost(name, spec, self._known_hosts, via, self._dice)
            return built[name]

        return {name: add(name) for name in specs}

    def __getitem__(self, name: str) -> SshHost:
        return self._hosts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._hosts)

    def __len__(self) -> int:
        return len(self._hosts)

    async def close(self) -> None:
        """Hang up everywhere."""
        for host in (*self._hosts.values(), *self._retired):
            await host.close()
