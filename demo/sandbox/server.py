"""Server: one machine of a sandbox with formbot on it: its own SSH, checkout, settings and service."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from demo.sandbox import project
from demo.sandbox.machine import Machine
from demo.sandbox.mirror import empty, mirror
from demo.sandbox.ports import ADDRESS, free_port

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from demo.sandbox.layout import Layout
    from demo.sandbox.login import SshLogin
    from demo.sandbox.machine import Server as SshKind

HEALTHY_WITHIN = 20.0
CLIENTS = ("psql", "pg_dump", "pg_dumpall", "pg_restore", "pg_isready", "createdb", "dropdb")
"""PostgreSQL's programs on a server's PATH."""


class NotHealthy(Exception):
    """The service did not come up; the text is what systemctl status and /health said."""


@dataclass(frozen=True, slots=True)
class Health:
    """An answer of /health. ``status``: of HTTP, 0 when nothing answered."""

    status: int = 0
    body: dict[str, Any] = field(default_factory=dict)


class Server:
    """One machine. ``port``: where its formbot answers HTTP, on 127.0.0.1."""

    unit = project.UNIT

    def __init__(self, layout: Layout, kind: SshKind, port: int) -> None:
        self.layout = layout
        self.path = layout.project
        self.backups = layout.backups
        self.log = layout.logs / "formbot.log"
        self.port = port
        self._machine = Machine(layout, kind)

    @property
    def ssh(self) -> SshLogin:
        """How to log in."""
        return self._machine.ssh

    async def start(self, ssh_port: int = 0, *, keep_open: tuple[int, ...] = ()) -> None:
        """Bring the machine up. Raises SshdMissing, MachineFailed."""
        await self._machine.start(ssh_port, keep_open=keep_open)

    async def stop(self) -> None:
        """End every process of it, those that sessions left running included."""
        await self._machine.stop()

    async def quiet(self) -> None:
        """Stop the service, and end what sessions left running; SSH connections stay."""
        await self._machine.reset()

    def restore(self, settings: Mapping[str, str], programs: Path) -> None:
        """Bring everything but the checkout back to its first state. ``programs``: PostgreSQL's."""
        for folder in (self.layout.home, self.layout.temporary, self.layout.backups):
            empty(folder)
        own = {"FORMBOT_PORT": str(self.port), "FORMBOT_LOG_FILE": str(self.log)}
        project.write_env(self.layout, {**settings, **own})
        project.write_unit(self.layout)
        self._machine.install()
        for name in CLIENTS:
            link = self.layout.bin / name
            link.unlink(missing_ok=True)
            link.symlink_to(programs / name)
        self.log.write_text("")

    async def serve(self) -> None:
        """Start the service and wait until it is well. Raises NotHealthy."""
        await self._machine.systemctl("start", self.unit)
        deadline = time.monotonic() + HEALTHY_WITHIN
        while (health := await self.health()).status != 200:  # noqa: PLR2004 - HTTP
            if time.monotonic() > deadline:
                raise NotHealthy((await self._machine.systemctl("status", self.unit)).stdout, health)
            await asyncio.sleep(0.02)

    async def health(self) -> Health:
        """Ask the service's /health."""
        try:
            reader, writer = await asyncio.open_connection(ADDRESS, self.port)
        except OSError:
            return Health()
        try:
            writer.write(b"GET /health HTTP/1.1\r\nHost: formbot\r\n\r\n")
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            return Health(int(head.split()[1]), json.loads(body)) if body else Health()
        except OSError:
            return Health()
        finally:
            writer.close()

    async def running_commit(self) -> str:
        """Return the commit that the running service was started from, empty when nothing answers."""
        return str((await self.health()).body.get("commit", ""))


class Sibling(Server):
    """One more server beside a sandbox's first, which has its repository, packages and database."""

    def __init__(self, layout: Layout, first: Layout) -> None:
        super().__init__(layout, "asyncssh", free_port())
        self._first = first

    async def reset(self, settings: Mapping[str, str], programs: Path) -> None:
        """Bring back the first state. Raises NotHealthy."""
        await self.quiet()
        await asyncio.to_thread(self._reset_files, settings, programs)
        await self.serve()

    async def start(self, ssh_port: int = 0, *, keep_open: tuple[int, ...] = ()) -> None:
        """Bring the machine up; its packages are the first server's. Raises MachineFailed."""
        self.layout.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.share_packages()
        await super().start(ssh_port, keep_open=keep_open)

    def share_packages(self) -> None:
        """Let pip look where the first server's pip looks."""
        wheels = self.layout.wheels
        if not wheels.is_symlink():
            wheels.symlink_to(self._first.wheels)

    def lose_packages(self) -> None:
        """Leave pip nothing to find."""
        self.layout.wheels.unlink()

    def _reset_files(self, settings: Mapping[str, str], programs: Path) -> None:
        self.share_packages()
        mirror(self._first.cache / "checkout", self.layout.project)
        self.restore(settings, programs)
