"""Sandbox: a whole server to deploy to, inside one folder, with formbot running on it at v1.2.2."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
from typing import TYPE_CHECKING, Self

from bot.folder_lock import FolderTaken, take_folder_lock
from bot.postgres import EmbeddedPostgres
from demo.sandbox import project
from demo.sandbox.build import Build
from demo.sandbox.database import FormbotDatabase
from demo.sandbox.layout import Layout
from demo.sandbox.ports import choose_ports
from demo.sandbox.server import Health, Server, Sibling

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from demo.sandbox.login import SshLogin
    from demo.sandbox.machine import Server as SshKind


class SandboxBusy(Exception):
    """Another process has a sandbox in this folder; the text is that process's id."""


class Sandbox:
    """One sandbox. Made by create(); an async context manager that stops it at the end."""

    unit = project.UNIT

    def __init__(self, layout: Layout, server: SshKind, slow_start_seconds: float) -> None:
        self.layout = layout
        self._ports = choose_ports(layout.cache / "ports.json")
        self._server = Server(layout, server, self._ports.formbot)
        self._siblings: list[Sibling] = []
        self.path = self._server.path
        self.backups = self._server.backups
        self.log = self._server.log
        self.port = self._server.port
        self._postgres = EmbeddedPostgres(layout.postgres, max_connections=40, port=self._ports.postgres)
        self._database = FormbotDatabase(self._postgres, secrets.token_urlsafe(18))
        self._secret_key = secrets.token_urlsafe(32)
        self._build = Build(layout, slow_start_seconds)

    @classmethod
    async def create(cls, folder: Path, server: SshKind = "asyncssh", slow_start_seconds: float = 20) -> Self:
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
        return self._server.ssh

    @property
    def database_url(self) -> str:
        """What .env says. Holds the password."""
        return self._database.url()

    async def stop(self) -> None:
        """End every process of the sandbox, those that sessions left running included."""
        for sibling in self._siblings:
            await sibling.stop()
        await self._server.stop()
        await self._postgres.stop()

    async def add_sibling(self, name: str) -> Sibling:
        """Bring up one more server with formbot at v1.2.2; it is reset and stopped with the sandbox.

        Raises MachineFailed, NotHealthy.
        """
        sibling = Sibling(Layout(self.layout.folder / "siblings" / name), self.layout)
        await sibling.start()
        self._siblings.append(sibling)
        await sibling.reset(self._settings(), self._postgres.programs)
        return sibling

    async def remove_sibling(self, sibling: Sibling) -> None:
        """Take a server away again."""
        self._siblings.remove(sibling)
        await sibling.stop()

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
        await self._server.quiet()
        for sibling in self._siblings:
            await sibling.quiet()
        await asyncio.to_thread(self._reset_files)
        await self._database.reset()
        await self._server.serve()
        for sibling in self._siblings:
            await sibling.reset(self._settings(), self._postgres.programs)

    async def health(self) -> Health:
        """Ask the service's /health."""
        return await self._server.health()

    async def running_commit(self) -> str:
        """Return the commit that the running service was started from, empty when nothing answers."""
        return await self._server.running_commit()

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
            await self._server.start(self._ports.ssh, keep_open=(lock,))
            await self.reset()
        except BaseException:
            await self.stop()
            raise

    def _settings(self) -> dict[str, str]:
        return {"DATABASE_URL": self._database.url(), "SECRET_KEY": self._secret_key}

    def _reset_files(self) -> None:
        self._build.restore()
        self._server.restore(self._settings(), self._postgres.programs)


def _absolute(folder: Path) -> Path:
    return folder.resolve()
