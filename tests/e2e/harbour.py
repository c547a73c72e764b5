"""Harbour: the bot, a server, a database and a stand-in for Telegram, real in all that can be real, in one process."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

from pydantic import SecretStr

from bot.app import App
from bot.settings import Settings
from demo.botapi.budget import NO_FLOOD_LIMITS
from demo.botapi.chat import Chat
from demo.botapi.message import Message
from demo.botapi.person import Person
from demo.botapi.server import BotApi
from demo.botapi.state import Options
from demo.botapi.world import World
from demo.sandbox.sandbox import Sandbox
from demo.sandbox.server import Sibling
from demo.sandbox.server_folder import FOLDER
from handlers.budget import Pace

TOKEN = "4200:test-token-of-a-bot-that-does-not-exist"
OLENA, IHOR, VIRA, STRANGER = 1001, 1002, 1003, 6606
CODE_ALONE = "Лише код"
QUICK = Pace(per_minute=1000, gap=0.0, edit_gap=0.2, reserve=0)
"""For tests that are not about pacing; the stand-in's flood limits are off then."""


class Idle:
    """Stands for the dispatcher of a bot that leaves the driving to others."""

    async def run(self) -> None:
        await asyncio.Event().wait()


class Harbour:
    """One bot in one world.

    paced: with Telegram's real limits, kept by the bot and enforced by the stand-in. drives: the bot drives runs
    itself. siblings: further servers that the project runs on. alerts: that section of lotsman.yml; nothing is
    looked at by schedule without.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        dsn: str,
        folder: Path,
        *,
        paced: bool = False,
        drives: bool = True,
        siblings: tuple[Sibling, ...] = (),
        alerts: dict[str, object] | None = None,
        **project: object,
    ) -> None:
        self._alerts = alerts or {"every": "off"}
        self.sandbox = sandbox
        self.siblings = siblings
        self._drives = drives
        options = Options() if paced else Options(flood=NO_FLOOD_LIMITS)
        self.world = World(TOKEN, options=options)
        self.olena = self.world.person(OLENA, "Олена", language_code="uk")
        self.ihor = self.world.person(IHOR, "Игорь", language_code="ru")
        self.vira = self.world.person(VIRA, "Vira", language_code="en")
        self.stranger = self.world.person(STRANGER, "Max", language_code="en")
        members = (self.olena, self.ihor, self.vira, self.stranger)
        self.team = self.world.group("formbot", members=members)
        self.api = BotApi(self.world)
        self.folder = folder
        self._dsn = dsn
        self._paced = paced
        self._changes = project
        self.identity = SecretStr("")
        self.app: App
        self._serving: asyncio.Task[None] | None = None

    @property
    def servers(self) -> tuple[Sandbox | Sibling, ...]:
        """web1, web2 and so on."""
        return (self.sandbox, *self.siblings)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Self]:
        """Start the stand-in and the bot; stop both."""
        (self.folder / "state").mkdir(parents=True, exist_ok=True)
        pins = [server.ssh.known_hosts.read_text() for server in self.servers]
        (self.folder / "state" / "known_hosts").write_text("".join(pins))
        self.write_inventory()
        async with self.api:
            await self.start_bot()
            try:
                yield self
            finally:
                await self.stop_bot()

    async def start_bot(self) -> None:
        """Start a bot process's worth of objects."""
        self.app = await App(self.settings()).__aenter__()
        if not self._drives:
            self.app.driver.dispatcher = Idle()  # type: ignore[assignment]
        if not self._paced:
            self.app.postman._paces = (QUICK, QUICK)
        self._serving = asyncio.create_task(self.app.serve())
        await self.world.until(lambda: len(self.world.calls_of("setMyCommands")) > 0)

    async def stop_bot(self) -> None:
        """Stop it as a signal would."""
        if self._serving is not None:
            self._serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._serving
            self._serving = None
            await self.app.__aexit__(None, None, None)

    def settings(self) -> Settings:
        return Settings(
            _env_file=None,
            bot_token=TOKEN,
            bot_api_url=self.api.url,
            team_chat_id=self.team.id,
            database_url=self._dsn,
            lotsman_config=self.folder / "lotsman.yml",
            state_dir=self.folder / "state",
            backup_identity=self.identity,
        )

    def write_inventory(self, **changes: object) -> None:
        """Write lotsman.yml; changes replace the project's own keys."""
        sandbox, logins = self.sandbox, [server.ssh for server in self.servers]
        project: dict[str, object] = {
            "stack": "python-systemd",
            "hosts": [f"web{number}" for number in range(1, len(logins) + 1)],
            "path": str(sandbox.path),
            "services": ["formbot"],
            "config": [".env"],
            "databases": [{"engine": "postgres", "name": "formbot", "url_from": ".env:DATABASE_URL"}],
            "migrations": "sql",
            "stable": "1s",
            "checks": [{"http": f"http://127.0.0.1:{sandbox.port}/health"}, {"log": "app", "clean": True}],
            "logs": {"app": {"file": str(sandbox.log)}, "journal": {"unit": "formbot"}},
            # What the clock begins would come in between, on a night.
            "backups": {"directory": str(sandbox.backups), "schedule": "off"},
            "free_disk_mb": 10,
            **(self._same_everywhere() if self.siblings else {}),
            **self._changes,
            **changes,
        }
        hosts = {
            f"web{number}": {"address": ssh.address, "port": ssh.port, "user": ssh.user, "key": str(ssh.client_key)}
            for number, ssh in enumerate(logins, 1)
        }
        people = [
            {"id": OLENA, "name": "Олена", "role": "admin"},
            {"id": IHOR, "name": "Игорь", "role": "operator", "projects": ["formbot"]},
            {"id": VIRA, "name": "Vira", "role": "viewer"},
        ]
        inventory = {"hosts": hosts, "people": people, "projects": {"formbot": project}, "alerts": self._alerts}
        # JSON is YAML.
        (self.folder / "lotsman.yml").write_text(json.dumps(inventory))

    def _same_everywhere(self) -> dict[str, object]:
        """What is at the same path on each server; their ports differ, so no URL is asked."""

        def path(place: Path) -> str:
            return f"{FOLDER}/{place.relative_to(self.sandbox.layout.folder)}"

        return {
            "path": path(self.sandbox.path),
            "logs": {"app": {"file": path(self.sandbox.log)}},
            "backups": {"directory": path(self.sandbox.backups), "schedule": "off"},
            "checks": [{"log": "app", "clean": True}],
        }

    def messages(self, chat: Chat | None = None) -> list[Message]:
        return self.world.messages(chat or self.team)

    async def say(self, text: str, answers: int = 1, *, by: Person | None = None, seconds: float = 60) -> list[Message]:
        """Type a command in the team's chat; return the messages that answer it."""
        before = len(self.messages())
        self.world.say(self.team, by or self.olena, text)
        await self.world.until(lambda: len(self.messages()) >= before + answers, timeout=seconds)
        return self.messages()[before:]

    async def run(self, text: str, *, by: Person | None = None, seconds: float = 90) -> tuple[Message, Message]:
        """Type a command that makes a run; return its card and its result. Of ways back it is the code alone."""
        if not text.startswith("/rollback"):
            card, result = await self.say(text, 2, by=by, seconds=seconds)
            return card, result
        before = len(self.messages())
        (first, *_) = await self.say(text, by=by, seconds=seconds)
        if any(CODE_ALONE in row for row in first.labels):
            before += 1
            await self.press(first, CODE_ALONE, by=by)
        await self.world.until(lambda: len(self.messages()) >= before + 2, timeout=seconds)
        card, result = self.messages()[before : before + 2]
        return card, result

    async def press(self, message: Message, label: str, answers: int = 1, *, by: Person | None = None) -> list[Message]:
        """Press a button; return the messages that answer it."""
        before = len(self.messages())
        self.world.press(message, label, by=by or self.olena)
        await self.world.until(lambda: len(self.messages()) >= before + answers, timeout=60)
        return self.messages()[before:]

    async def letter(self, key: str, seconds: float = 60) -> Message:
        """Wait until a letter was delivered, named by its key (with % for anything), and return the newest one."""
        pattern = f"key LIKE '{key}' AND message_id IS NOT NULL"
        await self.until_row(f"SELECT count(*) > 0 FROM outbox WHERE {pattern}", seconds)  # noqa: S608  our own words
        query = f"SELECT message_id FROM outbox WHERE {pattern} ORDER BY id DESC LIMIT 1"  # noqa: S608  as above
        number = await self.app.driver.pool.fetchval(query)
        await self.world.until(lambda: any(message.id == number for message in self.messages()))
        return next(message for message in self.messages() if message.id == number)

    async def until_shows(self, message: Message, text: str, seconds: float = 60) -> None:
        """Wait until a message holds a text."""
        await self.world.until(lambda: text in message.text, timeout=seconds)

    async def until_row(self, query: str, seconds: float = 60) -> None:
        """Wait until a query answers true."""
        async with asyncio.timeout(seconds):
            while not await self.app.driver.pool.fetchval(query):  # noqa: ASYNC110  nothing tells of a row
                await asyncio.sleep(0.02)

    async def runs(self) -> int:
        """How many runs there have been."""
        count: int = await self.app.driver.pool.fetchval("SELECT count(*) FROM runs")
        return count

    async def audit(self) -> list[str]:
        """The verdicts in the audit, oldest first."""
        return [row["verdict"] for row in await self.app.driver.pool.fetch("SELECT verdict FROM audit ORDER BY id")]

    async def rows_with(self, text: str) -> list[str]:
        """Return the tables that hold a text anywhere."""
        tables = await self.app.driver.pool.fetch(
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        found = []
        for table in tables:
            query = f"SELECT count(*) FROM {table['name']} AS t WHERE t::text LIKE '%' || $1 || '%'"  # noqa: S608  our own names
            if await self.app.driver.pool.fetchval(query, text):
                found.append(table["name"])
        return found
