"""The sandbox's first process: parent of the SSH server, of its sessions and of the services.

usage: python -m demo.sandbox.machine_process FOLDER asyncssh|openssh PORT
Prints one line when the SSH server answers. Ends, and ends every process below it, when its standard input does:
that happens when whoever holds the other end closes it or dies, by SIGKILL too.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from demo.sandbox.children import Children
from demo.sandbox.journal import Journal
from demo.sandbox.layout import Layout
from demo.sandbox.openssh import OpenSsh
from demo.sandbox.server_folder import hold_folder
from demo.sandbox.ssh_server import SshServer
from demo.sandbox.systemctl import Reply, Systemctl

if TYPE_CHECKING:
    import asyncssh


class MachineProcess:
    """What runs on the pretended machine."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._children = Children()
        self._journal = Journal(layout.logs / "journal")
        self._systemctl = Systemctl(layout, self._children, self._journal)
        self._sshd: OpenSsh | None = None
        self._acceptor: asyncssh.SSHAcceptor | None = None

    async def run(self, server: str, port: int) -> None:
        """Serve until standard input ends."""
        os.umask(0o022)
        hold_folder(self._layout.folder)
        try:
            if server == "openssh":
                self._sshd = OpenSsh(self._layout, self._children)
                await self._sshd.listen(port)
            else:
                self._acceptor = await SshServer(self._layout, self._children).listen(port)
            os.chdir(self._layout.run)  # a relative name: the path of a Unix socket may have 107 bytes
            control = await asyncio.start_unix_server(self._answer, "control")
            print("ready", flush=True)  # noqa: T201 - the parent waits for it
            await _end_of_input()
            control.close()
        finally:
            await self._end()

    async def _end(self) -> None:
        await self._systemctl.stop_all()
        if self._acceptor is not None:
            self._acceptor.close()
        await self._children.end()
        if self._sshd is not None:
            self._sshd.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request of a stand-in or of Machine; see demo.sandbox.standins.systemctl for how it is written."""
        try:
            program, privileged, *argv = os.fsdecode(await reader.read()).split("\0")
            if program == "reset":
                await self._reset()
                reply = Reply()
            else:
                reply = await self._systemctl.answer(argv, privileged=privileged == "1")
            writer.write(os.fsencode(f"{reply.status}\0{reply.stdout}\0{reply.stderr}"))
            await writer.drain()
        except ConnectionError:
            return  # whoever asked has gone; what was asked is done
        finally:
            writer.close()

    async def _reset(self) -> None:
        """Stop the services, kill what sessions have left running, forget the journal. Connections stay."""
        await self._systemctl.stop_all()
        await self._children.end(spared=self._ssh_processes())
        self._journal.clear()

    def _ssh_processes(self) -> set[int]:
        """Return sshd and the processes that it keeps for its connections."""
        if self._sshd is None or self._sshd.child is None:
            return set()
        program = _program(self._sshd.child.pid)
        return {pid for pid in self._children.all() if _program(pid) == program}


def _program(pid: int) -> str | None:
    try:
        return str(Path(f"/proc/{pid}/exe").readlink())
    except OSError:
        return None


async def _end_of_input() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


async def main(folder: str, server: str, port: str) -> None:
    """Run the machine over a folder."""
    await MachineProcess(Layout(Path(folder))).run(server, int(port))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
