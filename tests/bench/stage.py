"""Stage: everything a contestant needs around it: a server, a database, a stand-in for Telegram."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from bot.postgres import EmbeddedPostgres
from tests.bench.sshd import Sshd
from tests.bench.telegram import OLENA, Telegram

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class Stage:
    """Runs while the block lasts. Raises SshdMissing, PostgresUnavailable."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.telegram = Telegram()
        self.sshd = Sshd(folder / "server")
        self._postgres = EmbeddedPostgres(folder / "postgres")
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        await self._postgres.start()
        self._stack.push_async_callback(self._postgres.stop)
        await self._stack.enter_async_context(self.sshd)
        await self._stack.enter_async_context(self.telegram)
        state = self.folder / "state"
        state.mkdir(mode=0o700)
        (state / "known_hosts").write_text(self.sshd.login.known_hosts.read_text())
        (self.folder / "lotsman.yml").write_text(json.dumps(self._inventory()))  # JSON is YAML

    def _inventory(self) -> dict[str, object]:
        login = self.sshd.login
        host = {"address": login.address, "port": login.port, "user": login.user, "key": str(login.client_key)}
        project = {
            "stack": "python-systemd",
            "hosts": ["web1"],
            "path": str(self.sshd.repository),
            "services": ["bench"],
            "config": [".env"],
            "backups": {"directory": str(self.folder / "backups")},
        }
        people = [{"id": OLENA, "name": "Olena", "role": "admin"}]
        return {"hosts": {"web1": host}, "people": people, "projects": {"bench": project}, "alerts": {"every": "off"}}

    @property
    def settings(self) -> dict[str, str]:
        """The bot's settings, as environment variables."""
        return self.telegram.settings | {
            "DATABASE_URL": self._postgres.dsn,
            "LOTSMAN_CONFIG": str(self.folder / "lotsman.yml"),
            "STATE_DIR": str(self.folder / "state"),
        }
