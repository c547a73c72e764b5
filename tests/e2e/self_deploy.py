"""Home: the bot as a unit of a server, deploying itself from a repository of good and broken releases of its own."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import shutil
import sys
import sysconfig
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import asyncpg

from bot.postgres import EmbeddedPostgres
from demo.botapi.budget import NO_FLOOD_LIMITS
from demo.botapi.calls import Call
from demo.botapi.message import Message
from demo.botapi.server import BotApi
from demo.botapi.state import Options
from demo.botapi.world import World
from demo.sandbox.layout import Layout
from demo.sandbox.machine import Machine
from demo.sandbox.ports import ADDRESS, free_port
from demo.sandbox.program import run
from demo.sandbox.wheels import make_wheels

TOKEN = "4300:test-token-of-a-bot-that-deploys-itself"
OLENA = 1001
ROOT = Path(__file__).parent.parent.parent
SOURCES = ("bot", "handlers", "ops", "locales")
FIRST = "v1.0.0"
PACKAGE = "formbot-durations"
"""What some releases need beside what Lotsman needs."""
ACK_SECONDS = 20
"""Far longer than a start takes on a busy machine; a hung version is waited for so long."""

BREAKS = {
    "crash": ("bot/app.py", "from bot.driver import Driver\n", "from bot.driver import Driver, NobodyHasThis\n"),
    "hang": ("bot/__main__.py", "from bot.app import", "import time\n\ntime.sleep(3600)\nfrom bot.app import"),
    "sick": ("bot/http.py", "status=200 if state.well else 503", "status=503"),
    "config": (
        "bot/settings.py",
        '    http_listen: str = ""\n',
        '    http_listen: str = ""\n    harbour_master: str\n',
    ),
}
"""How a release can be broken: file, text, what stands there instead. A sick one reports back, and is not well."""

_IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Olena"), ("EMAIL", "olena@example.test"))
}


@dataclass(frozen=True, slots=True)
class SelfDeploy:
    """One update of the bot by itself. ``kind``: good, or how the release was broken.

    result: what the journal says. wanted, live: the commit that should run afterwards, and the one that answers
    /healthz. was_pid, is_pid: the bot's process before and afterwards. calls: of the Bot API, by name, in order; those
    that draw the card as ``card``.
    """

    kind: str
    tag: str
    result: str
    wanted: str
    live: str
    was_pid: int
    is_pid: int
    card: Message
    message: Message
    calls: tuple[str, ...]
    seconds: float

    @property
    def as_it_should_be(self) -> bool:
        """Whether a good release runs, or a broken one does not: as the chat was told, and in the one message."""
        expected = "succeeded" if self.kind == "good" else "rolled-back"
        restarted = self.was_pid != self.is_pid and "card" in self._after_the_restart
        return self.result == expected and self.live == self.wanted and restarted

    @property
    def drawn_across_the_restart(self) -> bool:
        """Whether one card was drawn both by the process before and by a new one.

        Where there is nothing to install the restart may come before the first process has drawn anything.
        """
        before = self.calls[: len(self.calls) - len(self._after_the_restart)]
        return "card" in before and "card" in self._after_the_restart

    @property
    def _after_the_restart(self) -> tuple[str, ...]:
        """What a new process called; each begins by asking its name."""
        return self.calls[self.calls.index("getMe") :] if "getMe" in self.calls else ()


class Releases:
    """The repository: each release is a tag on top of the last good one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)

    async def make(self) -> None:
        self.folder.mkdir()
        for name in SOURCES:
            shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        (self.folder / "requirements.txt").write_text("# all is there\n")
        (self.folder / ".gitignore").write_text("/venv*\n/.env\n/lotsman.yml\n__pycache__\n")
        await self._git("init", "--quiet", "--initial-branch=main")
        await self._commit(FIRST)

    async def release(self, kind: str, *, requirement: str = "") -> str:
        """Make one; return its tag."""
        tag = f"v1.{next(self._numbers)}.0"
        await self._git("checkout", "--quiet", "--detach" if kind != "good" else "main", *(["main"] * (kind != "good")))
        (self.folder / "VERSION").write_text(f"{tag}\n")
        if requirement:
            (self.folder / "requirements.txt").write_text(f"{requirement}\n")
        if kind != "good":
            name, old, new = BREAKS[kind]
            text = (self.folder / name).read_text()
            assert text.count(old) == 1, (kind, name)
            (self.folder / name).write_text(text.replace(old, new))
        await self._commit(tag)
        return tag

    async def commit_of(self, ref: str) -> str:
        return (await self._git("rev-parse", "--verify", f"{ref}^{{commit}}")).strip()

    async def _commit(self, tag: str) -> None:
        await self._git("add", "--all")
        await self._git("commit", "--quiet", "--message", f"Release {tag}")
        await self._git("tag", tag)

    async def _git(self, *words: str) -> str:
        return (await run("git", *words, env=_IDENTITY, cwd=self.folder)).decode()


class Home:
    """A server on which Lotsman runs as a unit, restarted by systemd's stand-in and by nobody else."""

    def __init__(self, folder: Path, dsn: str, ack_seconds: int = ACK_SECONDS) -> None:
        self.layout = Layout(folder)
        self.path = folder / "srv" / "lotsman"
        self.state = folder / "var" / "lotsman"
        self.machine = Machine(self.layout)
        self.releases = Releases(folder / "srv" / "lotsman.src")
        self.world = World(TOKEN, options=Options(flood=NO_FLOOD_LIMITS))
        self.olena = self.world.person(OLENA, "Олена", language_code="uk")
        self.team = self.world.group("harbour", members=(self.olena,))
        self.api = BotApi(self.world)
        self.dsn = dsn
        self.ack_seconds = ack_seconds
        self.port = free_port()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Home]:
        """Build it and start the first release; stop everything."""
        self.layout.make()
        self.state.mkdir(parents=True)
        await asyncio.to_thread(make_wheels, self.layout.wheels)
        await self.releases.make()
        await self._check_out()
        async with self.api, self.machine:
            self._configure()
            await self.machine.systemctl("start", "lotsman")
            await self.world.until(lambda: len(self.world.calls_of("setMyCommands")) > 0, timeout=60)
            yield self
            assert self.world.failures == []

    async def deploy(self, kind: str, *, requirement: str = "", command: str = "/deploy") -> SelfDeploy:
        """Make a release and have the bot deploy it, by typing it in the chat."""
        before = await self.live()
        tag = await self.releases.release(kind, requirement=requirement)
        wanted = await self.releases.commit_of(tag) if kind == "good" else before
        return await self.ask(f"{command} {tag}", kind, tag, wanted)

    async def ask(self, text: str, kind: str, tag: str, wanted: str) -> SelfDeploy:
        """Type a command that restarts the bot, and wait for its result."""
        begun = time.monotonic()
        was_pid, said, called = await self.pid(), len(self.messages()), len(self.world.calls)
        self.world.say(self.team, self.olena, text)
        await self.world.until(lambda: len(self.messages()) >= said + 2, timeout=self.ack_seconds + 120)
        card, message = self.messages()[said:]
        result = await self._newest_result()
        live, is_pid = await self.live(), await self.pid()
        calls = tuple("card" if _about(call, card) else call.method for call in self.world.calls[called:] if call.ok)
        seconds = time.monotonic() - begun
        return SelfDeploy(kind, tag, result, wanted, live, was_pid, is_pid, card, message, calls, seconds)

    def messages(self) -> list[Message]:
        return self.world.messages(self.team)

    async def live(self) -> str:
        """Return the commit that the running bot was started from."""
        async with aiohttp.ClientSession() as session, asyncio.timeout(60):
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"http://{ADDRESS}:{self.port}/healthz") as response:
                        return str((await response.json())["commit"])
                await asyncio.sleep(0.1)

    async def pid(self) -> int:
        return int((await self.machine.systemctl("show", "-p", "MainPID", "--value", "lotsman")).stdout)

    def has_package(self) -> bool:
        """Whether the venv holds what only some releases need."""
        return any(self.path.glob(f"venv/lib/*/site-packages/{PACKAGE.replace('-', '_')}*"))

    async def _newest_result(self) -> str:
        connection = await asyncpg.connect(self.dsn)
        try:
            result: str | None = await connection.fetchval("SELECT result FROM runs ORDER BY id DESC LIMIT 1")
        finally:
            await connection.close()
        return result or ""

    async def _check_out(self) -> None:
        quiet = ("-c", "advice.detachedHead=false", "clone", "--quiet", "--branch", FIRST)
        await run("git", *quiet, str(self.releases.folder), str(self.path))
        await run(sys.executable, "-m", "venv", str(self.path / "venv"))
        ours = next(self.path.glob("venv/lib/*/site-packages")) / "ours.pth"
        ours.write_text(f"{sysconfig.get_paths()['purelib']}\n")  # Lotsman's own dependencies are installed already

    def _configure(self) -> None:
        ssh, names = self.machine.ssh, ("start", "stop", "restart", "reset-failed")
        with self.layout.sudoers.open("a") as sudoers:
            sudoers.writelines(f"systemctl {verb} lotsman\n" for verb in names)
        (self.state / "known_hosts").write_text(ssh.known_hosts.read_text())
        settings = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": self.api.url,
            "ADMIN_IDS": OLENA,
            "TEAM_CHAT_ID": self.team.id,
            "DATABASE_URL": self.dsn,
            "STATE_DIR": self.state,
            "HTTP_LISTEN": f"{ADDRESS}:{self.port}",
        }
        (self.path / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        host = {"address": ssh.address, "port": ssh.port, "user": ssh.user, "key": str(ssh.client_key)}
        project = {
            "stack": "python-systemd",
            "self": True,
            "ack_within": f"{self.ack_seconds}s",
            "hosts": ["self"],
            "path": str(self.path),
            "services": ["lotsman"],
            "config": [".env", "lotsman.yml"],
            "stable": "1s",
            "checks": [{"http": f"http://{ADDRESS}:{self.port}/healthz", "within": "15s"}, {"log": "journal"}],
            "logs": {"journal": {"unit": "lotsman"}},
            "backups": {"directory": str(self.layout.backups)},
            "free_disk_mb": 10,
        }
        # JSON is YAML.
        (self.path / "lotsman.yml").write_text(
            json.dumps({"hosts": {"self": host}, "projects": {"lotsman": project}, "alerts": {"every": "off"}})
        )
        (self.layout.units / "lotsman.service").write_text(f"""\
[Unit]
Description=Lotsman
StartLimitIntervalSec=0

[Service]
Type=exec
WorkingDirectory={self.path}
ExecStart="{self.path}/venv/bin/python" -u -m bot run
Environment=PYTHONDONTWRITEBYTECODE=1
Restart=always
RestartSec=500ms
TimeoutStopSec=20s
SyslogIdentifier=lotsman

[Install]
WantedBy=multi-user.target
""")


def _about(call: Call, card: Message) -> bool:
    """Whether a call sent or edited this message."""
    return isinstance(call.result, dict) and call.result.get("message_id") == card.id


def kinds(good: int, broken: int) -> Iterator[str]:
    """Yield so many of each, mixed, the ways of being broken in turn."""
    ways = itertools.cycle(("crash", "hang", "config"))
    for number in range(max(good, broken)):
        if number < good:
            yield "good"
        if number < broken:
            yield next(ways)


async def self_deploys(
    good: int, broken: int, folder: Path, dsn: str = "", ack_seconds: int = ACK_SECONDS
) -> list[SelfDeploy]:
    """Have the bot deploy so many good and broken releases of itself, in a new folder; ``dsn``: an empty database.

    Every third good one, and every third broken one, needs a package that the one before did not.
    """
    async with contextlib.AsyncExitStack() as stack:
        if not dsn:
            server = EmbeddedPostgres(folder.with_name(f"{folder.name}-postgres"))
            dsn = (await stack.enter_async_context(server)).dsn
        home = await stack.enter_async_context(Home(folder, dsn, ack_seconds).open())
        done: list[SelfDeploy] = []
        for kind in kinds(good, broken):
            nth = sum(each.kind == kind for each in done)
            requirement = f"{PACKAGE}==1.0.0" if kind == "crash" or (kind == "good" and nth % 3 == 2) else ""
            done.append(await home.deploy(kind, requirement=requirement))
        return done
