"""Session: one conversation with the runner on a server, over one SSH channel.

One request at a time; its answer ends with a line that only this request knows, so nothing a step
prints can be taken for it. See ops/hosts/remote/runner.sh for the requests; runner.ps1 takes the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncssh

from ops.hosts.dialect import dialect_of
from ops.hosts.host import LOG_LIMIT, Answer
from ops.runs.script import check_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.hosts.dialect import Dialect
    from ops.hosts.host import Job
    from ops.runs.script import Script

FREE_KB = 64 * 1024
"""Room that a server needs: the log of one step may grow as large."""
CHUNK = 256 * 1024
"""Bytes of log that one request brings at the most."""


class SessionLostError(Exception):
    """The channel ended before the answer did. What was asked for may or may not have happened."""


class RunnerBrokenError(Exception):
    """The runner cannot work. ``why``: home (it cannot be stored), disk (there is no room) or reply."""

    def __init__(self, said: str, why: str = "reply") -> None:
        super().__init__(said)
        self.why = why


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as the server knows it: absent, running, ended, cancelled, refused, never-began or lost.

    code: exit status of an ended job, number of orphans of a lost one. output: a piece of its log.
    """

    state: str
    code: int | None
    reason: str
    output: bytes


class _Stream(asyncssh.SSHClientSession[bytes]):
    """Gathers what the channel brings. Chunks, not lines: asyncssh's line iterator is 20 times slower."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._ended = False
        self._arrived = asyncio.Event()

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        if datatype is None:
            self._data += data
            self._arrived.set()

    def eof_received(self) -> bool:
        self._finish()
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncssh's own signature
        self._finish()

    def _finish(self) -> None:
        self._ended = True
        self._arrived.set()

    async def until(self, end: bytes) -> bytes:
        """Return what comes before the end, and drop the end. Raises SessionLostError."""
        searched = 0
        while (found := self._data.find(end, searched)) < 0:
            if self._ended:
                raise SessionLostError
            searched = max(0, len(self._data) - len(end))
            self._arrived.clear()
            await self._arrived.wait()
        before = bytes(self._data[:found])
        del self._data[: found + len(end)]
        return before

    async def line(self) -> list[str]:
        """Return the words of the next line."""
        return (await self.until(b"\n")).decode(errors="replace").split()


class Session:
    """A running runner. Not for two tasks at once."""

    def __init__(self, channel: asyncssh.SSHClientChannel[bytes], stream: _Stream, dialect: Dialect) -> None:
        self._channel = channel
        self._dialect = dialect
        self._stream = stream
        self.free_kb = 0
        """Room on the disk that keeps the jobs, as it was when the runner began."""
        self.boot = ""
        """The server's boot id: a job that was started before a reboot is over."""

    @classmethod
    async def open(cls, connection: asyncssh.SSHClientConnection, dialect: Dialect) -> Session:
        """Start the runner, storing it first where it is missing. Raises RunnerBrokenError, asyncssh errors."""
        end = secrets.token_hex(8)
        stream = _Stream()
        channel, _ = await connection.create_session(lambda: stream, dialect.command(end), encoding=None)
        session = cls(channel, stream, dialect)
        if greeting := dialect.greeting(end):
            session._send(greeting)
        first = await stream.line()
        if first == ["need"]:
            with contextlib.suppress(SessionLostError):  # it may have given up already, and its last line says why
                session._send(f"{dialect.runner.text}{end}\n")
            first = await stream.line()
        if first != ["ready"]:
            session.close()
            raise RunnerBrokenError(" ".join(first), "home" if first == ["broken"] else "reply")
        await session.hello()
        if session.free_kb < FREE_KB:
            session.close()
            raise RunnerBrokenError(f"{session.free_kb} KB", "disk")
        return session

    async def hello(self) -> None:
        """Prove that the other side answers, and learn its boot id."""
        self._send("hello\n")
        answer = await self._stream.line()
        if len(answer) != len(("hello", "boot", "uptime", "free")) or not answer[3].isdigit():
            raise RunnerBrokenError(" ".join(answer))
        self.boot, self.free_kb = answer[1], int(answer[3])

    async def store(self, script: Script) -> None:
        """Store a script's text under its hash. Raises RunnerBrokenError."""
        end = secrets.token_hex(8)
        self._send(f"script {script.sha256} {end}\n{script.text}{end}\n")
        answer = await self._stream.line()
        if answer != ["stored"]:
            raise RunnerBrokenError(" ".join(answer))

    async def run(self, job: Job, boot: str) -> JobState | None:
        """Start a job and wait for its end; None when another session is already following it."""
        end = secrets.token_hex(8)
        script = self._dialect.stored(job.script)
        request = (
            f"run {job.id} {script.sha256} {job.lock} {job.fence} {boot} {job.timeout} {job.silence} {LOG_LIMIT}"
            f" {job.mark} {CHUNK} {end}\n{_lines(job.values)}"
        )
        self._send(request)
        answer = await self._stream.line()
        if answer == ["need"]:
            await self.store(script)
            self._send(request)
            answer = await self._stream.line()
        if answer == ["attached"]:
            return None
        return await self._state(answer, end)

    async def stat(self, job_id: str, offset: int) -> JobState:
        """Return how a job stands, and its log from that byte on."""
        end = secrets.token_hex(8)
        self._send(f"stat {job_id} {offset} {CHUNK} {end}\n")
        return await self._state(await self._stream.line(), end)

    async def acknowledge(self, job_id: str) -> None:
        """Tell a job that waits for it that we are there again."""
        self._send(f"ack {job_id}\n")
        answer = await self._stream.line()
        if answer != ["acknowledged"]:
            raise RunnerBrokenError(" ".join(answer), "home")

    async def clean(self, days: int) -> None:
        """Remove the traces of jobs that ended so long ago."""
        self._send(f"clean {days}\n")
        await self._stream.line()

    async def cancel(self, job_id: str, grace: int) -> None:
        """Ask for a job's end; return at once."""
        self._send(f"cancel {job_id} {grace}\n")
        await self._stream.line()

    async def ask(self, script: Script, values: Mapping[str, str], mark: str, seconds: int, limit: int) -> Answer:
        """Run a script that changes nothing and return its output."""
        end = secrets.token_hex(8)
        stored = self._dialect.stored(script)
        request = f"ask {stored.sha256} {seconds} {limit} {mark} {end}\n{_lines(values)}"
        self._send(request)
        answer = await self._stream.line()
        if answer == ["need"]:
            await self.store(stored)
            self._send(request)
            answer = await self._stream.line()
        if answer != ["asked"]:
            raise RunnerBrokenError(" ".join(answer))
        output = await self._stream.until(f"\n{end} ".encode())
        status = await self._stream.line()
        return Answer(int(status[0]) if status else -1, output)

    def close(self) -> None:
        """End the conversation. Jobs are not touched."""
        self._channel.close()

    def _send(self, text: str) -> None:
        try:
            self._channel.write(text.encode(errors="surrogateescape"))
        except BrokenPipeError:
            raise SessionLostError from None

    async def _state(self, words: list[str], end: str) -> JobState:
        if words[:1] == ["rebooted"]:
            return JobState("rebooted", None, "-", b"")
        if len(words) != len(("state", "code", "reason", "size")):
            raise RunnerBrokenError(" ".join(words))
        output = await self._stream.until(f"\n{end}\n".encode())
        code = int(words[1]) if words[1].isdigit() else None
        return JobState(words[0], code, words[2], output)


def remote_script(script: Script) -> Script:
    """Return a script as it is stored on a server whose shell is sh."""
    return dialect_of("sh").stored(script)


def _lines(values: Mapping[str, str]) -> str:
    """Return values as the runner reads them: a line each, then an empty one. Raises ValueError."""
    for name, value in values.items():
        check_value(name, value)
    return "".join(f"{name}={value}\n" for name, value in values.items()) + "\n"
