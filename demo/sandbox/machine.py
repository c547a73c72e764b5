"""Machine: the pretended server, held by a process of its own: an SSH server, a supervisor, and all they start.

It is tied to no event loop, and dies with the Python process that started it: the pipe to its standard input closes.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from demo.sandbox.login import make_keys, pin
from demo.sandbox.openssh import find_sshd
from demo.sandbox.ports import free_port
from demo.sandbox.program import SYSTEM_PATH
from demo.sandbox.standins import install_stand_ins
from demo.sandbox.standins.systemctl import read_reply, write_request
from demo.sandbox.systemctl import Reply

if TYPE_CHECKING:
    from types import TracebackType

    from demo.sandbox.layout import Layout
    from demo.sandbox.login import SshLogin

Server = Literal["asyncssh", "openssh"]
ENDING = 20.0
"""Seconds until a machine that was asked to end is killed."""


_CHECKOUT = Path(__file__).resolve().parent.parent.parent


class MachineFailed(Exception):
    """The machine's process ended at once; the text is what it said."""


class Machine:
    """One pretended server over one layout. ``server``: who answers SSH."""

    def __init__(self, layout: Layout, server: Server = "asyncssh") -> None:
        self.layout = layout
        self._server = server
        self._process: subprocess.Popen[bytes] | None = None
        self._login: SshLogin | None = None

    @property
    def ssh(self) -> SshLogin:
        """How to log in."""
        if self._login is None:
            raise MachineFailed("not started")
        return self._login

    @property
    def pid(self) -> int:
        """The first process; all others are below it."""
        if self._process is None:
            raise MachineFailed("not started")
        return self._process.pid

    async def start(self, port: int = 0, *, keep_open: tuple[int, ...] = ()) -> None:
        """Bring it up; port 0 is any free one. Raises SshdMissing, MachineFailed.

        keep_open: descriptors that the machine's process inherits, such as a lock's.
        """
        if self._server == "openssh":
            find_sshd()
        self.layout.make()
        make_keys(self.layout)
        self.install()
        self._login = pin(self.layout, port or free_port())
        self._process = self._launch(self._login.port, keep_open)
        try:
            line = await asyncio.to_thread(self._process.stdout.readline) if self._process.stdout else b""
        except BaseException:
            await self.stop()
            raise
        if line != b"ready\n":
            await self.stop()
            raise MachineFailed(self._log.read_text()[-2000:])

    async def stop(self) -> None:
        """End it with every process below it. Harmless when there is none."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            await asyncio.to_thread(process.wait, ENDING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    def install(self) -> None:
        """Write the stand-ins and the default sudo rules anew."""
        install_stand_ins(self.layout)

    async def systemctl(self, *argv: str) -> Reply:
        """Ask the supervisor, as root would."""
        return await self._ask("systemctl", argv)

    async def reset(self) -> None:
        """Stop services, kill what sessions left behind, empty the journal. SSH connections stay."""
        await self._ask("reset", ())

    @property
    def _log(self) -> Path:
        return self.layout.logs / "machine"

    def _launch(self, port: int, keep_open: tuple[int, ...]) -> subprocess.Popen[bytes]:
        argv = ["-m", "demo.sandbox.machine_process", str(self.layout.folder), self._server, str(port)]
        paths = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path if entry)
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, *argv],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={"PATH": SYSTEM_PATH, "LANG": "C.UTF-8", "PYTHONPATH": paths, "HOME": str(self.layout.home)},
                cwd=_CHECKOUT,
                pass_fds=keep_open,
                start_new_session=True,  # Ctrl-C in a terminal is for the parent, which then stops us in order
            )

    async def _ask(self, program: str, argv: tuple[str, ...]) -> Reply:
        # By way of the open folder: the path of a Unix socket may have 107 bytes.
        folder = os.open(self.layout.run, os.O_RDONLY | os.O_DIRECTORY)
        try:
            reader, writer = await asyncio.open_unix_connection(f"/proc/self/fd/{folder}/control")
        finally:
            os.close(folder)
        try:
            writer.write(write_request(program, argv, privileged=True))
            writer.write_eof()
            status, stdout, stderr = read_reply(await reader.read())
            return Reply(stdout, stderr, status)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
