"""Lane: one team's world: a chat, a database, projects on a server, and proxies in between; bots come and go."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import asyncpg

from demo.botapi.budget import NO_FLOOD_LIMITS
from demo.botapi.message import Message
from demo.botapi.server import BotApi
from demo.botapi.state import Options, wall_clock
from demo.botapi.world import World
from tests.faults.bot_process import RUNBOOKS, Order
from tests.faults.crew import Bot, Crew
from tests.faults.evidence import Evidence
from tests.faults.proxy import FaultProxy, to_port, to_socket
from tests.faults.server import Server

TOKEN = "4200:test-token-of-a-bot-that-does-not-exist"
OLENA, IHOR = 1001, 1002
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Stage:
    """What lanes share: a server, processes to fork, and a PostgreSQL server to make databases in."""

    server: Server
    crew: Crew
    dsn: str
    """Of PostgreSQL's maintenance database, as superuser."""
    bug: str = ""
    """One of bot_process.BUGS, for tests of the checkers."""


class Lane:
    """``async with Lane(stage, folder).open() as lane``.

    paced: Telegram's limits hold. projects: that many, p1, p2 ... each may have one run at a time.
    host_each: every project has a connection of its own.
    """

    def __init__(
        self,
        stage: Stage,
        folder: Path,
        *,
        projects: int = 1,
        paced: bool = False,
        now: Callable[[], Any] = wall_clock,
        host_each: bool = False,
    ) -> None:
        self.stage = stage
        self.folder = folder
        self.paced = paced
        self.host_each = host_each
        self.projects = [f"p{n}" for n in range(1, projects + 1)]
        self.world = World(TOKEN, now, options=Options() if paced else Options(flood=NO_FLOOD_LIMITS))
        self.olena = self.world.person(OLENA, "Олена", language_code="uk")
        self.ihor = self.world.person(IHOR, "Ihor", language_code="en")
        self.team = self.world.group("team", members=(self.olena, self.ihor))
        self.api = BotApi(self.world)
        self.ssh = FaultProxy(to_port(stage.server.port))
        self.commands = 0
        self.bots: list[Bot] = []

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Self]:
        """Make the database and everything else; at the end, end what still runs. The database goes with its server."""
        name = f"lane{abs(hash(self.folder)) % 10**12}"
        admin = await asyncpg.connect(self.stage.dsn)
        try:
            await admin.execute(f"CREATE DATABASE {name}")
            self._address = _in(self.stage.dsn, name)
            self.database = FaultProxy(_way_to(self.stage.dsn))
            async with self.ssh, self.database, self.api:
                self._write_files(name)
                try:
                    yield self
                finally:
                    for bot in self.bots:
                        await bot.end()
        finally:
            await admin.close()

    async def start(self, **order: Any) -> Bot:
        """Start a bot. Its script is one that the server has not seen."""
        runbooks = self.folder / f"runbooks-{len(list(self.folder.iterdir()))}"
        shutil.copytree(RUNBOOKS, runbooks)
        with (runbooks / "python-systemd" / "witness.sh").open("a") as script:
            script.write(f"# {runbooks}\n")
        about = Order(str(self.folder), str(runbooks), quick=not self.paced, bug=self.stage.bug, **order)
        bot = await self.stage.crew.start(about)
        self.bots.append(bot)
        return bot

    async def start_and_wait(self, **order: Any) -> Bot:
        """Start a bot, and wait until it polls."""
        polls = len(self.world.calls_of("getUpdates"))
        bot = await self.start(**order)
        await self.world.until(lambda: len(self.world.calls_of("getUpdates")) > polls, timeout=30)
        return bot

    async def kill(self) -> None:
        """Kill every bot."""
        for bot in self.bots:
            await bot.end()
        self.bots.clear()

    def say(self, text: str) -> Message:
        """Olena types a command."""
        self.commands += 1
        return self.world.say(self.team, self.olena, text)

    def deploy(self, ref: str) -> None:
        """A deploy of every project is typed."""
        for project in self.projects:
            self.say(f"/deploy {project} {ref}")

    async def rows(self, query: str, *values: object) -> list[Any]:
        """Ask the database, past the proxy."""
        connection = await asyncpg.connect(self._address)
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()

    async def count(self, query: str, *values: object) -> int:
        """Return the one number that a query answers."""
        return int((await self.rows(query, *values))[0][0] or 0)

    async def until_rows(self, query: str, wanted: int = 1, seconds: float = 60) -> None:
        """Wait until a query counts that many. Raises AssertionError with the bot's last words."""
        found = 0
        connection = await asyncpg.connect(self._address)
        try:
            async with asyncio.timeout(seconds):
                while found < wanted:
                    with contextlib.suppress(asyncpg.UndefinedTableError):  # the first bot has not made them yet
                        found = int(await connection.fetchval(query) or 0)
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            message = f"{found} of {wanted} within {seconds:g} s: {query}\n{self.last_words}"
            raise AssertionError(message) from None
        finally:
            await connection.close()

    async def until_stored(self, runs: int, seconds: float = 30) -> None:
        """Wait until there are so many runs."""
        await self.until_rows("SELECT count(*) FROM runs", runs, seconds)

    async def until_ended(self, runs: int, seconds: float = 60) -> None:
        """Wait until so many runs have ended, and every letter is delivered."""
        await self.until_rows("SELECT count(*) FROM runs WHERE result IS NOT NULL", runs, seconds)
        await self.until_rows(
            "SELECT (count(*) = 0)::int FROM outbox WHERE sent_at IS NULL AND dropped IS NULL", 1, seconds
        )

    def witnesses(self) -> list[tuple[str, str]]:
        """Return what the steps have put on record, project by project: (job, begun or ended)."""
        found: list[tuple[str, str]] = []
        for project in self.projects:
            path = self._place(project) / "witness"
            for line in path.read_text().splitlines() if path.exists() else ():
                job, word = line.split()
                found.append((job, word))
        return found

    def told(self) -> Counter[int]:
        """Return how often the end of each run stands in the chat."""
        logs = [message.document.decode() for message in self.world.messages(self.team) if message.document]
        return Counter(int(match[1]) for log in logs if (match := re.search(r"#(\d+)", log)))

    async def evidence(self) -> Evidence:
        """Gather what the checkers judge by."""
        runs = await self.rows("SELECT id, project, result FROM runs ORDER BY id")
        events = await self.rows("SELECT run_id, body FROM events ORDER BY run_id, seq")
        return Evidence(
            commands=self.commands,
            results={row["id"]: row["result"] or "" for row in runs},
            projects={row["id"]: row["project"] for row in runs},
            events=[(row["run_id"], json.loads(row["body"])) for row in events],
            witnesses=self.witnesses(),
            told=self.told(),
            locks=await self.count("SELECT count(*) FROM locks"),
            violations=len(self.world.flood_violations),
        )

    @property
    def last_words(self) -> str:
        """The end of what the bots have logged."""
        log = self.folder / "bot.log"
        return "".join(log.read_text(errors="replace").splitlines(keepends=True)[-25:]) if log.exists() else ""

    def _place(self, project: str) -> Path:
        return self.stage.server.home / self.folder.name / project

    def _write_files(self, database: str) -> None:
        """Write .env, lotsman.yml, and the server's key under the proxy's port."""
        login = urlsplit(self.stage.dsn)
        state = self.folder / "state"
        state.mkdir(parents=True)
        self.stage.server.pin(state / "known_hosts", self.ssh.port)
        settings = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": self.api.url,
            "TEAM_CHAT_ID": str(self.team.id),
            "DATABASE_URL": f"postgresql://{login.netloc.rpartition('@')[0]}@127.0.0.1:{self.database.port}/{database}"
            "?sslmode=disable",
            "LOTSMAN_CONFIG": str(self.folder / "lotsman.yml"),
            "STATE_DIR": str(state),
            "TEAM_LANGUAGE": "en",
        }
        (self.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        server = self.stage.server
        host = {"address": "127.0.0.1", "port": self.ssh.port, "user": server.user, "key": str(server.client_key)}
        hosts, projects = {}, {}
        for name in self.projects:
            hosts[_host_of(name, each=self.host_each)] = host
            self._place(name).mkdir(parents=True)
            projects[name] = {
                "stack": "python-systemd",
                "hosts": [_host_of(name, each=self.host_each)],
                "path": str(self._place(name)),
                "services": ["none"],
            }
        people = [{"id": OLENA, "name": "Олена", "role": "admin"}, {"id": IHOR, "name": "Ihor", "role": "operator"}]
        inventory = {"hosts": hosts, "people": people, "projects": projects, "alerts": {"every": "off"}}
        (self.folder / "lotsman.yml").write_text(json.dumps(inventory))  # JSON is YAML


def _host_of(project: str, *, each: bool) -> str:
    return f"web-{project}" if each else "web1"


def _in(dsn: str, database: str) -> str:
    """Return the address of another database of the same server."""
    return urlsplit(dsn)._replace(path=f"/{database}").geturl()


def _way_to(dsn: str) -> Callable[[], Any]:
    """Return what connects to PostgreSQL."""
    query = parse_qs(urlsplit(dsn).query)
    return to_socket(f"{query['host'][0]}/.s.PGSQL.{query['port'][0]}")


async def all_of(lanes: Sequence[Any]) -> list[Any]:
    """Carry several things out at once; the first failure ends them all."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in lanes]
    return [task.result() for task in tasks]
