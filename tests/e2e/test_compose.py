"""The stack "compose" against a real Docker engine, behind a real sshd, with people asking all the time.

Where no engine can be started these are skipped with the reason.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.e2e.engine.booting import booting
from tests.e2e.engine.server import EngineServer
from tests.e2e.harbour import Harbour
from tests.length import LONG, only_long

Opening = Callable[..., AbstractAsyncContextManager[Harbour]]

RELOAD = {"service": "proxy", "command": ["nginx", "-s", "reload"]}
MIGRATE = {"service": "web", "command": ["python", "migrate.py", "two words; $(id) 'quoted'", "--flag"]}
CHECKS = [
    {"http": "http://127.0.0.1:8080/", "within": "20s"},
    {"heartbeat": "/tmp/heartbeat", "container": "bot", "max_age": "10s"},
    {"log": "bot", "clean": True},
]
MIGRATIONS = """\
CREATE TABLE IF NOT EXISTS orders (id serial PRIMARY KEY, note text);
ALTER TABLE orders ADD COLUMN IF NOT EXISTS place text;
"""
NEXT = {"VERSION": "1.1\n", "migrations.sql": MIGRATIONS}
FAILURES = {
    "bad-migration": {"VERSION": "2\n", "migrations.sql": "ALTER TABLE nothing ADD COLUMN place text;\n"},
    "unhealthy": {"VERSION": "3\n", "UNHEALTHY": "yes\n"},
    "crashing": {"VERSION": "4\n", "CRASH": "yes\n"},
    "grumbling": {"VERSION": "5\n", "GRUMBLE": "yes\n"},
    "bad-build": {"VERSION": "6\n", "Dockerfile": "FROM python:3.11-slim\nRUN echo no such package >&2; false\n"},
    "bad-file": {"VERSION": "7\n", "compose.yml": "services:\n  web: {image: [}\n"},
}
FAILING = (
    ("bad-file", "⛔", "Compose не може прочитати compose-файл цієї версії"),
    ("bad-migration", "↩️", 'relation "nothing" does not exist'),
    ("crashing", "↩️", "KeyError: 'FIELD_REGION'"),
    ("bad-build", "↩️", "образ не зібрався"),
    ("unhealthy", "↩️", "web не вийшов у робочий стан (running, unhealthy)"),
    ("grumbling", "↩️", "ERROR the region is unknown"),
)


class FieldHarbour(Harbour):
    """A harbour whose servers have the project at one path."""

    def _same_everywhere(self) -> dict[str, object]:
        return {}


@dataclass
class Asking:
    """Ten requests a second: how many there were, what failed, and which versions answered, in order."""

    url: str
    count: int = 0
    failed: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)

    async def once(self, session: aiohttp.ClientSession) -> None:
        self.count += 1
        try:
            async with session.get(self.url, timeout=aiohttp.ClientTimeout(total=10)) as answer:
                text = await answer.text()
            if answer.status != 200:
                self.failed.append(f"{answer.status} {text[:200]}")
                return
            version = json.loads(text)["version"]
            if self.versions[-1:] != [version]:
                self.versions.append(version)
        except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError) as error:
            self.failed.append(repr(error))


@contextlib.asynccontextmanager
async def asking(server: EngineServer) -> AsyncIterator[Asking]:
    """Ask all the time, each on a connection of its own, as people do."""
    asked = Asking(f"http://{server.address}:8080/")
    stop = asyncio.Event()

    async def ask() -> None:
        connector = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
            while not stop.is_set():
                group.create_task(asked.once(session))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 0.1)

    task = asyncio.create_task(ask())
    try:
        yield asked
    finally:
        stop.set()
        await task
    print(f"{asked.count} requests, {len(asked.failed)} failed, versions {asked.versions}")  # noqa: T201  for the log


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def booted(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EngineServer]:
    """One engine for all, or a skip that says why there is none."""
    async with booting(tmp_path_factory.mktemp("engine") / "e") as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def server(booted: EngineServer) -> EngineServer:
    """The server with v1.0 live."""
    await booted.reset()
    return booted


def project(server: EngineServer, **changes: object) -> dict[str, object]:
    """The project's keys, with changes to its section."""
    section = {"migrate": MIGRATE, "reload": RELOAD, "wait": "30s", **changes}
    return {
        "stack": "compose",
        "path": str(server.path),
        "services": [],
        "migrations": "none",
        "stable": "1s",
        "compose": section,
        "databases": [{"engine": "postgres", "name": "field", "container": "db"}],
        "checks": CHECKS,
        "logs": {"web": {"container": "web"}, "bot": {"container": "bot"}},
    }


@pytest.fixture
def opening(server: EngineServer, fresh_dsn: str, tmp_path: Path) -> Opening:
    """Opens a harbour on the server; keyword arguments change the project, and ``section`` its section."""

    def open_harbour(**changes: object) -> AbstractAsyncContextManager[Harbour]:
        keys = project(server, **changes.pop("section", {}))  # type: ignore[arg-type]
        return FieldHarbour(server, fresh_dsn, tmp_path, **{**keys, **changes}).open()  # type: ignore[arg-type]

    return open_harbour


async def test_a_deploy_and_the_way_back_cost_nobody_a_request(opening: Opening, server: EngineServer) -> None:
    commit = await server.branch("next", NEXT)
    untouched = await server.container("db"), await server.container("proxy")
    image = "docker inspect -f '{{.Image}}' "
    before = await server.run(image + await server.container("web"))
    async with opening(config=[".env"]) as harbour, asking(server) as asked:
        card, result = await harbour.run("/deploy next", seconds=240)
        assert card.text.startswith("✅"), result.text
        await server.until_serves("1.1")
        (logs,) = await harbour.say("/logs formbot web")
        assert "web 1.1" in logs.text
        (status,) = await harbour.say("/status")
        assert commit[:8] in status.text
        assert status.text.count("✅") >= 5
        assert (await server.container("db"), await server.container("proxy")) == untouched
        columns = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'place'"
        assert await server.psql(columns) == "1"
        (dump,) = (server.backups / "predeploy").glob("field_*.sql.gz")
        assert "CREATE TABLE public.orders" in await server.run(f"gzip -dc {dump}")

        env = server.path / ".env"
        env.write_text(env.read_text().replace("first", "second"))
        await server.run(f"mv {server.folder}/field.git {server.folder}/away.git")  # nor does it need the git server
        card, result = await harbour.run("/rollback v1.0", seconds=240)
        await server.run(f"mv {server.folder}/away.git {server.folder}/field.git")
        assert card.text.startswith("✅"), result.text
    assert await server.run(image + await server.container("web")) == before
    answer = await server.run(f"curl -s http://{server.address}:8080/")
    assert json.loads(answer) == {"version": "1.0", "greeting": "first"}
    assert asked.failed == []
    assert (asked.versions[0], asked.versions[-1]) == ("1.0", "1.0")
    assert "1.1" in asked.versions


async def test_what_fails_is_taken_back_and_nobody_outside_notices(opening: Opening, server: EngineServer) -> None:
    for name, files in FAILURES.items():
        await server.branch(name, files)
    kept = [await server.container(service) for service in ("web", "db", "proxy")]
    async with opening() as harbour, asking(server) as asked:
        for name, sign, told in FAILING if LONG else FAILING[:3]:
            card, result = await harbour.run(f"/deploy {name}", seconds=240)
            assert card.text.startswith(sign), name
            assert told in result.text, name
            assert await server.run(f"git -C {server.path} describe --tags") == "v1.0", name
            assert len((await server.container("bot")).split()) == 1, name
            if name != "grumbling":  # all of which was live by then
                assert [await server.container(service) for service in ("web", "db", "proxy")] == kept, name
                assert asked.versions == ["1.0"], name
    assert asked.failed == []
    assert ("5" in asked.versions) == LONG
    assert asked.versions[-1] == "1.0"


@only_long
async def test_what_cannot_run_twice_is_replaced_in_its_place_and_the_card_says_so(
    opening: Opening, server: EngineServer
) -> None:
    text = (server.path / "compose.yml").read_text()
    named = text.replace("command: [python, bot.py]", "command: [python, bot.py]\n    container_name: the-bot")
    await server.branch("named", {**NEXT, "compose.yml": named})
    async with opening() as harbour, asking(server) as asked:
        card, result = await harbour.run("/deploy named", seconds=240)
        assert card.text.startswith("✅"), result.text
    assert re.search(r"⏸ .*\d+ с", result.text), result.text
    assert "буде коротка перерва: bot не може працювати у двох примірниках" in result.text
    assert await server.run("docker inspect -f '{{.State.Status}}' the-bot") == "running"
    assert asked.failed == []


@only_long
async def test_the_new_image_tells_what_its_migrations_would_break_before_anything_is_changed(
    opening: Opening, server: EngineServer
) -> None:
    await server.branch("drop", {"VERSION": "9\n", "migrations.sql": "ALTER TABLE orders DROP COLUMN note;\n"})
    columns = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'note'"
    section = {"migrate": {**MIGRATE, "pending": ["cat", "migrations.sql"]}, "tests_in": "bot"}

    async def there() -> tuple[str, ...]:
        containers = [await server.container(service) for service in ("web", "bot", "db", "proxy")]
        name = await server.run(f"docker inspect -f '{{{{.Config.Image}}}}' {containers[0]}")
        return (*containers, await server.run(f"docker image inspect -f '{{{{.Id}}}}' {name}"))

    before = await there()
    async with opening(section=section, tests="grep -qx 9 VERSION") as harbour, asking(server) as asked:
        card, refused = await harbour.run("/deploy drop", seconds=240)
        assert card.text.startswith("⛔"), refused.text
        assert "ALTER TABLE orders DROP COLUMN note" in refused.text
        assert await there() == before
        assert await server.psql(columns) == "1"
        (card,) = await harbour.press(refused, "Деплой із цими міграціями")
        result = await harbour.letter("run-ended:2", 240)
        await harbour.until_shows(card, "✅ formbot · деплой #2")
        assert "✅ Тести проєкту" in card.text, result.text
        await server.until_serves("9")
        assert await server.psql(columns) == "0"
    assert asked.failed == []


@only_long
async def test_two_hosts_are_changed_one_after_the_other_the_first_deploy_of_a_project_included(
    opening: Opening, server: EngineServer
) -> None:
    """The second is the same engine, with another checkout and a project of Compose of which nothing runs yet."""
    twin = await server.branch("next", NEXT)
    async with opening(siblings=(server.twin,), checks=[], databases=[]) as harbour:
        card, result = await harbour.run("/deploy next", seconds=240)
        assert card.text.startswith("✅"), result.text
        await server.until_serves("1.1", 8080)
        await server.until_serves("1.1", 8081)
        head = await server.run(f"git -C {server.folder}/twin/field rev-parse HEAD")
        assert head == twin


@only_long
async def test_version_1_of_compose_does_as_well(booted: EngineServer, fresh_dsn: str, tmp_path: Path) -> None:
    await booted.reset("v1")
    await booted.branch("next", NEXT)
    await booted.branch("unhealthy", FAILURES["unhealthy"])
    async with FieldHarbour(booted, fresh_dsn, tmp_path, **project(booted)).open() as harbour, asking(booted) as asked:  # type: ignore[arg-type]
        card, result = await harbour.run("/deploy unhealthy", seconds=240)
        assert card.text.startswith("↩️"), result.text
        card, result = await harbour.run("/deploy next", seconds=240)
        assert card.text.startswith("✅"), result.text
    assert asked.failed == []
    assert asked.versions[-1] == "1.1"
