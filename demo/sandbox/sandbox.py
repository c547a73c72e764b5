"""Sandbox: a whole server to deploy to, inside one folder, with formbot running on it at v1.2.2."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from bot.folder_lock import FolderTaken, take_folder_lock
from bot.postgres import EmbeddedPostgres
from demo.sandbox import project
from demo.sandbox.build import Build
from demo.sandbox.database import FormbotDatabase
from demo.sandbox.layout import Layout
from demo.sandbox.machine import Machine
from demo.sandbox.mirror import empty
from demo.sandbox.ports import ADDRESS, choose_ports

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from demo.sandbox.login import SshLogin
    from demo.sandbox.machine import Server

HEALTHY_WITHIN = 20.0
CLIENTS = ("psql", "pg_dump", "pg_dumpall", "pg_restore", "pg_isready", "createdb", "dropdb")
"""PostgreSQL's programs on the sandbox's PATH."""


class SandboxBusy(Exception):
    """Another process has a sandbox in this folder; the text is that process's id."""


class NotHealthy(Exception):
    """The service did not come up; the text is what systemctl status and /health said."""


@dataclass(frozen=True, slots=True)
class Health:
    """An answer of /health. ``status``: of HTTP, 0 when nothing answered."""

    status: int = 0
    body: dict[str, Any] = field(default_factory=dict)


class Sandbox:
    """One sandbox. Made by create(); an async context manager that stops it at the end."""

    unit = project.UNIT

    def __init__(self, layout: Layout, server: Server, slow_start_seconds: float) -> None:
        self.layout = layout
        self.path = layout.project
        self.backups = layout.backups
        self.log = layout.logs / "formbot.log"
        self._ports = choose_ports(layout.cache / "ports.json")
        self._machine = Machine(layout, server)
        self._postgres = EmbeddedPostgres(layout.postgres, max_connections=40, port=self._ports.postgres)
        self._database = FormbotDatabase(self._postgres, secrets.token_urlsafe(18))
        self._secret_key = secrets.token_urlsafe(32)
        self._build = Build(layout, slow_start_seconds)

    @classmethod
    async def create(cls, folder: Path, server: Server = "asyncssh", slow_start_seconds: float = 20) -> Self:
        """Build what is missing in the folder, start everything, bring it to its first state.

        server: who answers SSH: asyncssh's server, or OpenSSH's where it is installed.
        slow_start_seconds: how long branch slow-start answers 503.
        Raises SandboxBusy, SshdMissing, PostgresUnavailable, ProgramFailed, MachineFailed, NotHealthy.
        """
        layout = Layout(_absolute(folder))
        layout.make()
        try:
            lock = await take_folder_lock(layout.cache / "lock")
        except FolderTaken as error:
            raise SandboxBusy(error.holder) from error
        try:
            sandbox = cls(layout, server, slow_start_seconds)
            await sandbox._start(lock)
        finally:
            os.close(lock)  # the machine holds it from now on
        return sandbox

    @property
    def ssh(self) -> SshLogin:
        """How to log in."""
        return self._machine.ssh

    @property
    def port(self) -> int:
        """Where formbot answers HTTP, on 127.0.0.1."""
        return self._ports.formbot

    @property
    def database_url(self) -> str:
        """What .env says. Holds the password."""
        return self._database.url()

    async def stop(self) -> None:
        """End every process of the sandbox, those that sessions left running included."""
        await self._machine.stop()
        await self._postgres.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    async def reset(self) -> None:
        """Bring back the first state: code, venv, .env, rows, remote branches, empty folders, a healthy v1.2.2.

        Ends what sessions left running; SSH connections stay. Raises NotHealthy.
        """
        await self._machine.reset()
        await asyncio.to_thread(self._reset_files)
        await self._database.reset()
        await self._machine.systemctl("start", self.unit)
        await self._until_healthy()

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

    def commit_of(self, ref: str) -> str:
        """Return the full commit id of a branch or tag of the remote repository."""
        command = ["git", "-C", str(self.layout.repository), "rev-parse", "--verify", f"{ref}^{{commit}}"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    async def rows(self) -> int:
        """Return how many submissions the database holds."""
        return await self._database.rows()

    async def _start(self, lock: int) -> None:
        try:
            await self._build.make_files()
            await self._postgres.start()
            await self._build.make_rows(self._database)
            await self._machine.start(self._ports.ssh, keep_open=(lock,))
            await self.reset()
        except BaseException:
            await self.stop()
            raise

    def _settings(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self._database.url(),
            "SECRET_KEY": self._secret_key,
            "FORMBOT_PORT": str(self.port),
            "FORMBOT_LOG_FILE": str(self.log),
        }

    def _reset_files(self) -> None:
        self._build.restore()
        for folder in (self.layout.home, self.layout.temporary, self.layout.backups):
            empty(folder)
        project.write_env(self.layout, self._settings())
        project.write_unit(self.layout)
        self._machine.install()
        for name in CLIENTS:
            link = self.layout.bin / name
            link.unlink(missing_ok=True)
            link.symlink_to(self._postgres.programs / name)
        self.log.write_text("")

    async def _until_healthy(self) -> None:
        deadline = time.monotonic() + HEALTHY_WITHIN
        while (health := await self.health()).status != 200:  # noqa: PLR2004 - HTTP
            if time.monotonic() > deadline:
                raise NotHealthy((await self._machine.systemctl("status", self.unit)).stdout, health)
            await asyncio.sleep(0.02)


def _absolute(folder: Path) -> Path:
    return folder.resolve()
