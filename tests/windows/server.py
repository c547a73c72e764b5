"""An SSH server that answers as Windows' own does, and behind it a runner that keeps jobs as runner.ps1 says it does.

It is strict: what does not arrive as runner.ps1 and bootstrap.ps1 document it is refused as PowerShell would, loudly.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

import ops.hosts
from ops.runs.script import Script
from tests.windows.machine import Machine

REMOTE = Path(ops.hosts.__file__).parent / "remote"
CMD_LIMIT = 8191
"""Characters of a command line that cmd takes."""
USER = "deploy"
_COMMAND = re.compile(
    r"powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand ([A-Za-z0-9+/=]+)", re.ASCII
)


@dataclass
class KeptJob:
    """A job's folder on the server. claim: pid, start, boot, fence, or a tombstone's first word."""

    claim: tuple[str, str] = ("", "")
    begun: bool = False
    out: bytearray = field(default_factory=bytearray)
    code: str = "-"
    reason: str = "-"
    cancel: bool = False
    ack: bool = False
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Runner:
    """What is kept under %LOCALAPPDATA%\\lotsman; jobs are held by tasks of their own, which no session ends."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.stored: str = ""
        self.scripts: dict[str, Script] = {}
        self.jobs: dict[str, KeptJob] = {}
        self.fences: dict[str, int] = {}
        self.executions: list[str] = []
        self.task_right = True
        self.problems: list[BaseException] = []
        self._holders: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for holder in self._holders:
            holder.cancel()
        await asyncio.gather(*self._holders, return_exceptions=True)

    async def reboot(self, boot: str) -> None:
        """Lose all that runs, as a restart does."""
        await self.close()
        self.machine.boot = boot

    def state(self, job: KeptJob | None) -> tuple[str, str, str]:
        if job is None or not job.claim[0]:
            return ("absent", "-", "-")
        if job.ended.is_set():
            return ("ended", job.code, job.reason)
        if job.claim[0] in {"cancelled", "refused", "never-began"}:
            return (job.claim[0], "-", "-")
        if job.claim[1] == self.machine.boot:
            return ("running", "-", "-")
        return ("lost" if job.begun else "never-began", "-", "-")

    def hold(self, name: str, order: list[str], values: dict[str, str]) -> None:
        """What the scheduled task does."""
        job = self.jobs.setdefault(name, KeptJob())
        if not self.task_right:
            job.claim = ("never-began", "")
            return
        if job.claim[0]:
            return
        sha, lock, fence, timeout, silence, limit, mark = order
        if lock != "-" and int(fence) < self.fences.get(lock, 0):
            job.claim = ("refused", "")
            return
        self.fences[lock] = int(fence)
        job.claim, job.begun = ("4242", self.machine.boot), True
        self.executions.append(name)
        limits = int(timeout), int(silence), int(limit)
        holding = self._keep(job, self.scripts[sha], {**values, "LOTSMAN_MARK": mark}, limits)
        holder = asyncio.create_task(holding)
        self._holders.add(holder)
        holder.add_done_callback(self._holders.discard)

    async def _keep(self, job: KeptJob, script: Script, env: dict[str, str], limits: tuple[int, int, int]) -> None:
        def write(data: bytes) -> None:
            job.out += data
            job.moved.set()

        longest, quietest, most = limits
        step = asyncio.create_task(self._play(script, env, write))
        loop = asyncio.get_running_loop()
        end_at, quiet_at = loop.time() + longest, loop.time() + quietest
        reason = "exit"
        while not (await asyncio.wait({step}, timeout=0.05))[0]:
            if job.moved.is_set():
                job.moved.clear()
                quiet_at = loop.time() + quietest
            late = {
                "cancelled": job.cancel,
                "timed-out": loop.time() >= end_at,
                "silent": loop.time() >= quiet_at,
                "flooded": len(job.out) > most,
            }
            reason = next((why for why, true in late.items() if true), "exit")
            if reason != "exit":
                step.cancel()
                break
        with contextlib.suppress(asyncio.CancelledError):
            job.code = str(await step)
        job.code, job.reason = (job.code if reason == "exit" else "1"), reason
        job.ended.set()

    async def _play(self, script: Script, env: dict[str, str], write: Callable[[bytes], None]) -> int:
        try:
            return await self.machine.play(script, env, write)
        except Exception as error:  # noqa: BLE001  told at the end, or the test would wait for ever
            self.problems.append(error)
            return 99


class WindowsServer:
    """login_shell: what DefaultShell says: cmd or powershell."""

    def __init__(self, machine: Machine, folder: Path, login_shell: str = "cmd") -> None:
        self.machine = machine
        self.runner = Runner(machine)
        self.login_shell = login_shell
        self.address = "127.0.0.1"
        self.port = 0
        self.user = USER
        self.client_key = folder / "client_key"
        self.known_hosts = folder / "known_hosts"
        self.problems = self.runner.problems
        self.logins = 0
        self._folder = folder
        self._open: list[asyncssh.SSHServerConnection] = []

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[WindowsServer]:
        self._folder.mkdir(parents=True, exist_ok=True)
        host_key, client_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
        client_key.write_private_key(str(self.client_key))
        public = client_key.convert_to_public()
        server = await asyncssh.create_server(
            lambda: _Door(public, self),
            self.address,
            0,
            server_host_keys=[host_key],
            process_factory=self._serve,
            encoding=None,
            allow_pty=False,
            line_editor=False,
            config=[],
        )
        self.port = server.sockets[0].getsockname()[1]
        key = host_key.export_public_key().decode().strip()
        self.known_hosts.write_text(f"[{self.address}]:{self.port} {key}\n")
        try:
            yield self
        finally:
            server.close()
            self.cut()
            await server.wait_closed()
            await self.runner.close()
            assert self.problems == []

    def cut(self) -> None:
        """Cut every connection: the sessions' programs end with them, the scheduled tasks do not."""
        for connection in self._open:
            connection.abort()
        self._open.clear()

    def admit(self, connection: asyncssh.SSHServerConnection) -> None:
        self.logins += 1
        self._open.append(connection)

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        command = process.command or ""
        match = _COMMAND.fullmatch(command)
        if match is None or len(command) > CMD_LIMIT:
            # As a Russian Windows says it, in its own code page.
            word = command.split(" ")[0]
            process.stderr.write(f'"{word}" не является внутренней или внешней командой.\r\n'.encode("cp866"))
            process.exit(1)
            return
        try:
            assert base64.b64decode(match[1]).decode("utf-16-le") == (REMOTE / "bootstrap.ps1").read_text()
            await _Conversation(process, self.runner).hold()
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionError, asyncssh.Error):
            pass
        except Exception as error:  # noqa: BLE001  a slip of ours must not look like a lost line
            self.problems.append(error)
        with contextlib.suppress(OSError, asyncssh.Error):
            process.exit(0)


class _Door(asyncssh.SSHServer):
    def __init__(self, key: asyncssh.SSHKey, server: WindowsServer) -> None:
        self._key = key
        self._server = server

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._server.admit(conn)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002  asyncssh's signature
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == self._key


class _Conversation:
    """bootstrap.ps1, then runner.ps1 in its mode serve."""

    def __init__(self, process: asyncssh.SSHServerProcess[bytes], runner: Runner) -> None:
        self._in: Any = process.stdin
        self._out: Any = process.stdout
        self._runner = runner

    async def hold(self) -> None:
        sha, end = (await self._line()).split(" ")
        if hashlib.sha256(self._runner.stored.encode()).hexdigest() != sha:
            self._say("need\n")
            self._runner.stored = await self._text(end)
        assert self._runner.stored == (REMOTE / "runner.ps1").read_text()
        self._say("ready\n")
        while True:
            verb, *words = (await self._line()).split(" ")
            assert all(re.fullmatch(r"[A-Za-z0-9-]+", word) for word in words[:1]), words
            await getattr(self, f"_do_{verb}")(*words)

    async def _do_hello(self) -> None:
        self._say(f"hello {self._runner.machine.boot} 1234 20000000\n")

    async def _do_script(self, sha: str, end: str) -> None:
        text = await self._text(end)
        assert hashlib.sha256(text.encode()).hexdigest() == sha
        self._runner.scripts[sha] = Script(text)
        self._say("stored\n")

    async def _do_run(self, name: str, *words: str) -> None:
        sha, lock, fence, boot, timeout, silence, limit, mark, most, end = words
        values = await self._values()
        job = self._runner.jobs.get(name)
        if job is None or not job.claim[0]:
            if sha not in self._runner.scripts:
                self._say("need\n")
                return
            if boot not in {"-", self._runner.machine.boot}:
                self._say(f"rebooted {self._runner.machine.boot}\n")
                return
            self._runner.hold(name, [sha, lock, fence, timeout, silence, limit, mark], values)
            job = self._runner.jobs[name]
            while self._runner.state(job)[0] == "running":
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(job.ended.wait(), 0.1)
        elif self._runner.state(job)[0] == "running":
            self._say("attached\n")
            return
        self._state(job, 0, int(most), end)

    async def _do_stat(self, name: str, offset: str, most: str, end: str) -> None:
        self._state(self._runner.jobs.get(name), int(offset), int(most), end)

    async def _do_cancel(self, name: str, grace: str) -> None:
        assert grace.isdigit()
        job = self._runner.jobs.setdefault(name, KeptJob())
        if not job.claim[0]:
            job.claim = ("cancelled", "")
        job.cancel = True
        state = self._runner.state(job)
        self._say(f"{' '.join(state)} {len(job.out)}\n")

    async def _do_ask(self, sha: str, seconds: str, most: str, mark: str, end: str) -> None:
        values = await self._values()
        if sha not in self._runner.scripts:
            self._say("need\n")
            return
        self._say("asked\n")
        out = bytearray()
        env = {**values, "LOTSMAN_MARK": mark}
        playing = self._runner._play(self._runner.scripts[sha], env, out.extend)
        try:
            status = await asyncio.wait_for(playing, int(seconds))
        except TimeoutError:
            status = 124
        self._out.write(bytes(out[: int(most)]))
        self._say(f"\n{end} {status}\n")

    async def _do_clean(self, days: str) -> None:
        assert days.isdigit()
        self._say("cleaned\n")

    def _state(self, job: KeptJob | None, offset: int, most: int, end: str) -> None:
        out = job.out if job else bytearray()
        self._say(f"{' '.join(self._runner.state(job))} {len(out)}\n")
        self._out.write(bytes(out[offset : offset + most]))
        self._say(f"\n{end}\n")

    async def _values(self) -> dict[str, str]:
        values = {}
        while line := await self._line():
            name, equals, value = line.partition("=")
            assert equals, line
            if value:  # on Windows an empty variable is none
                values[name] = value
        return values

    async def _text(self, end: str) -> str:
        lines = []
        while (line := await self._line()) != end:
            lines.append(f"{line}\n")
        return "".join(lines)

    async def _line(self) -> str:
        raw: bytes = await self._in.readuntil(b"\n")
        assert not raw.endswith(b"\r\n"), "ReadLine would swallow that"
        return raw[:-1].decode()

    def _say(self, text: str) -> None:
        self._out.write(text.encode())
