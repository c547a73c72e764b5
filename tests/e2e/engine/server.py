"""EngineServer: one server with a Docker engine, sshd and a git remote, and the project "field" on it."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import asyncssh

from demo.sandbox.layout import current_user
from demo.sandbox.login import SshLogin
from tests.e2e.engine.image import HERE, EngineImpossible

_UP_SECONDS = 60.0
_IMAGES = HERE / "images"
_FIELD = HERE / "field"
_GIT = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.test"]
_PORTS = {"host": 22, "twin": 2222, "v1": 2223}
SSH = 22
PASSWORD = "f1eld-Pa55word"


class EngineServer:
    """Made by ``boot``. Its attributes are those of the sandbox that tests write inventories from.

    Two more logins lead to the same engine: ``twin``, where the same path is another folder and Compose's project
    another, so that it passes for a second host; and ``v1``, where Compose is version 1.
    """

    port = 8080

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], address: str) -> None:
        self.folder = folder
        self.address = address
        self.path = folder / "srv" / "field"
        self.backups = folder / "srv" / "backups"
        self.log = folder / "no.log"
        self.environment = _environment(folder)
        self._process = process
        self.ssh = self.login("host")
        self.twin = SimpleNamespace(ssh=self.login("twin"))

    @classmethod
    async def boot(cls, built: Path, folder: Path) -> EngineServer:
        """Start an engine with its images. Raises EngineImpossible."""
        _furnish(folder, built)
        process = _start(folder)
        await _until_up(process, folder)
        server = cls(folder, process, (folder / "address").read_text().strip())
        tar = built / "system.tar"
        await server.run(f"docker import --change 'ENV LANG=C.UTF-8' {tar} python:3.11-slim")
        for name, tag in (("postgres", "postgres:17"), ("nginx", "nginx:1")):
            await server.run(f"docker build -q -t {tag} -f {_IMAGES / name}.Dockerfile {_IMAGES}")
        await server.make_project()
        return server

    @property
    def outside(self) -> str:
        """Return the address that this machine has on the engine's cable: containers reach us there."""
        first, last = self.address.rsplit(".", 1)
        return f"{first}.{int(last) - 1}"

    async def stop(self) -> None:
        """Pull the plug."""
        self._process.kill()
        await asyncio.to_thread(self._process.wait)

    def login(self, name: str) -> SshLogin:
        """Return a login: ``host``, ``twin`` or ``v1``."""
        port = _PORTS[name]
        kind, text, *_ = (self.folder / "host_key.pub").read_text().split()
        known = self.folder / f"known_{name}"
        known.write_text(f"{self.address if port == SSH else f'[{self.address}]:{port}'} {kind} {text}\n")
        return SshLogin(self.address, port, current_user(), self.folder / "client_key", known)

    async def run(self, command: str, **environment: str) -> str:
        """Run a shell command with this engine; return what it printed. Raises AssertionError with all it said."""
        process = await asyncio.create_subprocess_exec(
            "sh", "-c", command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT, env={**self.environment, **environment},
        )  # fmt: skip
        printed, _ = await process.communicate()
        assert process.returncode == 0, printed.decode()
        return printed.decode().strip()

    async def make_project(self) -> None:
        """Make the remote with a tag v1.0, and the checkouts of both hosts."""
        work, remote = self.folder / "work", self.folder / "field.git"
        shutil.copytree(_FIELD, work)
        git = shlex.join(_GIT)
        await self.run(
            f"git init -q --bare -b main {remote} && cd {work} && git init -q -b main && git add -A && "
            f"{git} commit -q -m 'First version' && git tag v1.0 && git remote add origin {remote} && "
            "git push -q origin main v1.0"
        )
        for place, port in ((self.path, 8080), (self.folder / "twin" / "field", 8081)):
            await self.run(f"git clone -q {remote} {place} && cd {place} && git checkout -q --detach v1.0")
            (place / ".env").write_text(f"DB_PASSWORD={PASSWORD}\nPROXY_PORT={port}\nGREETING=first\n")
        self.backups.mkdir()

    async def branch(self, name: str, files: dict[str, str]) -> str:
        """Push a branch off v1.0 with other files to the remote; return its commit."""
        work = self.folder / "work"
        await self.run(f"cd {work} && git checkout -q -f -B {name} v1.0")
        for path, text in files.items():
            (work / path).write_text(text)
        return await self.run(
            f"cd {work} && git add -A && {shlex.join(_GIT)} commit -q -m {name} && "
            f"git push -q --force origin {name} && git rev-parse HEAD"
        )

    async def reset(self, name: str = "host") -> None:
        """Bring back the first state: v1.0 serves, and nothing of Lotsman's is there. name: whose Compose starts it."""
        self.ssh = self.login(name)
        shutil.rmtree(self.folder / "home" / ".local", ignore_errors=True)
        shutil.rmtree(self.folder / "twin-home" / ".local", ignore_errors=True)
        await self.run(f"rm -rf {self.backups}/*; docker ps -aq | xargs -r docker rm -f; docker volume prune -f")
        await self.run("docker image ls --format '{{.Repository}}:{{.Tag}}' lotsman | xargs -r docker rmi")
        await self.run(
            f"cd {self.path} && git reset -q --hard && git checkout -q --detach v1.0 && git clean -qfd -e .env"
        )
        (self.path / ".env").write_text(f"DB_PASSWORD={PASSWORD}\nPROXY_PORT=8080\nGREETING=first\n")
        compose = self.program if name == "host" else "docker-compose"
        await self.run(f"cd {self.path} && {compose} up -d --build")
        await self.until_serves("1.0")
        await self.psql("CREATE TABLE orders (id serial PRIMARY KEY, note text)")

    @property
    def program(self) -> str:
        """Return Compose as it is called here: version 2, where there was one."""
        return "docker compose" if (self.folder / "docker").exists() else "docker-compose"

    async def until_healthy(self, project: str, *services: str) -> None:
        """Wait until the engine calls each of a project's services healthy."""
        label = "--filter label=com.docker.compose"
        for service in services:
            ask = (
                f"docker ps -q {label}.project={project} {label}.service={service} --filter health=healthy | grep -q ."
            )
            tell = f"docker ps -a; docker ps -aq {label}.project={project} | xargs -n 1 docker logs"
            await self.run(f"for i in $(seq 600); do {ask} && exit; sleep 0.2; done; {tell}; exit 1")

    async def container(self, service: str) -> str:
        """Return the ids of a service's containers, the running ones."""
        label = "--filter label=com.docker.compose"
        return await self.run(f"docker ps -q {label}.project=field {label}.service={service}")

    async def psql(self, query: str) -> str:
        """Ask the project's database."""
        container = await self.container("db")
        return await self.run(f"docker exec {container} psql -qAt -U field -d field -c {shlex.quote(query)}")

    async def until_serves(self, version: str, port: int = 8080) -> None:
        """Wait until the proxy answers with a version."""
        ask = f'curl -s -m 2 http://{self.address}:{port}/ | grep -q \'"version": "{version}"\''
        await self.run(f"for i in $(seq 300); do {ask} && exit; sleep 0.1; done; docker ps -a; exit 1")


def _start(folder: Path) -> subprocess.Popen[bytes]:
    command = ["setpriv", "--pdeathsig", "KILL", "sh", str(HERE / "engine.sh"), str(folder)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin",
        "HOME": str(folder / "home"),
        "DOCKER_HOST": f"unix://{folder}/docker.sock",
        "DOCKER_CONFIG": str(folder / "docker"),
    }


def _furnish(folder: Path, built: Path) -> None:
    folder.mkdir(parents=True)
    if (built / "docker").exists():
        shutil.copytree(built / "docker", folder / "docker")
    for name in ("host_key", "client_key"):
        key = asyncssh.generate_private_key("ssh-ed25519")
        (folder / name).touch(mode=0o600)
        (folder / name).write_bytes(key.export_private_key())
        (folder / f"{name}.pub").write_bytes(key.export_public_key())
    shutil.copy(folder / "client_key.pub", folder / "authorized_keys")
    for path in ("home", "twin-home", "srv", "twin"):
        (folder / path).mkdir()
    shared = _environment(folder)
    _session(folder, "session", shared, "")
    twin = {**shared, "HOME": str(folder / "twin-home"), "COMPOSE_PROJECT_NAME": "twin"}
    _session(folder, "twin-session", twin, shlex.join(["mount", "--bind", str(folder / "twin"), str(folder / "srv")]))
    _session(folder, "v1-session", {**shared, "DOCKER_CONFIG": str(folder / "nothing")}, "")
    for name, port in _PORTS.items():
        session = "session" if name == "host" else f"{name}-session"
        (folder / f"{name}_config").write_text(
            f"Port {port}\nHostKey {folder}/host_key\nAuthorizedKeysFile {folder}/authorized_keys\nPidFile none\n"
            "StrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\nUseDNS no\nMaxSessions 100\n"
            f"MaxStartups 100\nForceCommand exec {folder}/{session}\n"
        )


def _session(folder: Path, name: str, environment: dict[str, str], mount: str) -> None:
    words = shlex.join(f"{key}={value}" for key, value in environment.items())
    home = shlex.quote(environment["HOME"])
    inner = f'cd {home} && exec env -i {words} /bin/sh -c "$SSH_ORIGINAL_COMMAND"'
    lines = ["#!/bin/sh"]
    if mount:
        lines.append('[ "${MOUNTED:-}" ] || exec env MOUNTED=yes unshare --mount --propagation private "$0"')
        lines.append(f"{mount} || exit 1")
    (folder / name).write_text("\n".join([*lines, inner, ""]))
    (folder / name).chmod(0o755)


async def _until_up(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait for the engine and for sshd. Raises EngineImpossible, TimeoutError."""
    async with asyncio.timeout(_UP_SECONDS):
        while True:
            if process.poll() is not None:
                told = [(folder / name).read_text() for name in ("log", "dockerd.log") if (folder / name).exists()]
                raise EngineImpossible("\n".join("".join(told).splitlines()[-10:]))
            if (folder / "docker.sock").exists() and await _answers(folder):
                return
            await asyncio.sleep(0.1)


async def _answers(folder: Path) -> bool:
    asked = await asyncio.create_subprocess_exec(
        "docker", "-H", f"unix://{folder}/docker.sock", "version",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    return await asked.wait() == 0 and "listening" in (folder / "sshd.log").read_text()
