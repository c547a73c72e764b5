"""The scene: a team with its chat, a server to deploy to, and a stand-in for Telegram between them and the bot."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from demo.botapi.server import BotApi
from demo.botapi.world import World
from demo.child import BotProcess
from demo.page.page import ChatPage
from demo.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

TOKEN = "4200:demo-token-of-a-bot-that-does-not-exist"  # noqa: S105  it opens nothing but our own stand-in
OLENA, IHOR, STRANGER = 1001, 1002, 6606
PEOPLE = {"uk": ("Олена", "Ігор", "ru"), "ru": ("Олена", "Игорь", "uk"), "en": ("Olena", "Ihor", "uk")}
"""By the team's language, which is Olena's as well: her name, Ihor's name, and the language that Ihor speaks."""


class Scene:
    """Everything the demo shows, started: ``async with Scene(folder, language) as scene``."""

    def __init__(self, folder: Path, language: str, page_port: int = 0) -> None:
        self._folder = folder
        self._language = language
        self._page_port = page_port
        self._stack = AsyncExitStack()
        self.world = World(TOKEN, lambda: datetime.now(UTC))
        olena, ihor, his_language = PEOPLE[language]
        self.olena = self.world.person(OLENA, olena, language_code=language)
        self.ihor = self.world.person(IHOR, ihor, language_code=his_language)
        self.stranger = self.world.person(STRANGER, "Max", language_code="en")
        people = (self.olena, self.ihor, self.stranger)
        self.team = self.world.group("formbot", members=people)
        self.world.private(self.olena)

    async def __aenter__(self) -> Self:
        """Start the server, the stand-in, the page and the bot. Raises what the sandbox raises, ChildProcessError."""
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
        enter = self._stack.enter_async_context
        self.sandbox = await enter(await Sandbox.create(self._folder / "sandbox"))
        api = await enter(BotApi(self.world))
        self.page = await enter(ChatPage(self.world, self._page_port))
        state = self._folder / "state"
        # The stand-in forgets everything, so the bot starts afresh as well.
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir(mode=0o700, parents=True)
        (state / "known_hosts").write_text(self.sandbox.ssh.known_hosts.read_text())
        inventory = self._folder / "lotsman.yml"
        inventory.write_text(self._inventory())
        settings = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": api.url,
            "TEAM_CHAT_ID": str(self.team.id),
            "TEAM_LANGUAGE": self._language,
            "LOTSMAN_CONFIG": str(inventory),
            "STATE_DIR": str(state),
            "DATABASE_URL": "",
        }
        self.bot = await enter(BotProcess(sys.executable, os.environ | settings, self._folder / "bot.log"))
        await self.bot.until(self.world, lambda: bool(self.world.calls_of("setMyCommands")))

    def _inventory(self) -> str:
        sandbox, ssh = self.sandbox, self.sandbox.ssh
        return f"""\
hosts:
  web1: {{address: {ssh.address}, port: {ssh.port}, user: {ssh.user}, key: {ssh.client_key}}}
people:
  - {{id: {OLENA}, name: {self.olena.name}, role: admin}}
  - {{id: {IHOR}, name: {self.ihor.name}, role: operator}}
projects:
  formbot:
    stack: python-systemd
    hosts: [web1]
    path: {sandbox.path}
    services: [{sandbox.unit}]
    config: [.env]
    databases: [{{engine: postgres, name: formbot, url_from: ".env:DATABASE_URL"}}]
    migrations: sql
    stable: 3s
    checks:
      - {{http: "http://127.0.0.1:{sandbox.port}/health"}}
      - {{log: app, clean: true}}
    logs: {{app: {{file: {sandbox.log}}}, journal: {{unit: {sandbox.unit}}}}}
    backups: {{directory: {sandbox.backups}}}
    free_disk_mb: 50
alerts:  # the machine that plays the server is not what this is about
  every: 20s
  retry: 5s
  limits: {{disk: off, inodes: off, memory: off, load: off}}
"""
