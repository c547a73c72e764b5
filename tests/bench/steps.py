"""steps: a run of ten commands, from acceptance to end, against the same commands sent by hand."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.bench.commands import ten_commands
from tests.bench.figure import Figure, Sample, compare, interleaved
from tests.bench.resident import Resident, resident

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.stage import Stage

_ROUNDS = 30
_WALL, _CPU = 0.6, 1.5


class _Bot:
    """The bot's samples, and what telling the team about each run took on top."""

    def __init__(self, process: Resident) -> None:
        self._process = process
        self.cpu_in_all: list[float] = []

    async def sample(self) -> Sample:
        said = await self._process.go()
        self.cpu_in_all.append(said["cpu_in_all"])
        return Sample(said["wall"], said["cpu"])


async def measure(stage: Stage) -> list[Figure]:
    """Return the figures."""
    commands, login = ten_commands(str(stage.sshd.repository)), stage.sshd.login
    listed = json.dumps(commands)
    bare = {
        "commands": listed,
        "address": login.address,
        "port": str(login.port),
        "user": login.user,
        "key": str(login.client_key),
        "known_hosts": str(login.known_hosts),
    }
    async with (
        resident("tests.bench.bare_asyncssh", bare) as asyncssh,
        resident("tests.bench.whole_bot", {"commands": listed}, stage.settings) as process,
    ):
        bot = _Bot(process)
        with master(stage) as ssh:

            async def by_master() -> Sample:
                return Sample(await asyncio.to_thread(_run_all, ssh, commands))

            contestants = {"lotsman": bot.sample, "master": by_master, "asyncssh": asyncssh.sample}
            samples = await interleaved(contestants, _ROUNDS)
    return _figures(samples, bot.cpu_in_all[-_ROUNDS:])


def _figures(samples: dict[str, list[Sample]], in_all: list[float]) -> list[Figure]:
    def pairs(other: str, kind: str) -> list[tuple[float, float]]:
        both = zip(samples["lotsman"], samples[other], strict=True)
        return [(getattr(ours, kind) * 1e3, getattr(theirs, kind) * 1e3) for ours, theirs in both]

    bare, told = [sample.cpu * 1e3 for sample in samples["asyncssh"]], [seconds * 1e3 for seconds in in_all]
    what, client = "ten steps, accepted to ended", "bare asyncssh"
    return [
        compare("steps", f"{what}: wall", "ms", pairs("master", "wall"), "ssh, warm master", goal=_WALL),
        compare("steps", f"{what}: wall", "ms", pairs("asyncssh", "wall"), client),
        compare("steps", f"{what}: CPU", "ms", pairs("asyncssh", "cpu"), client, goal=_CPU),
        compare("steps", "the same and its messages: CPU", "ms", list(zip(told, bare, strict=True)), client),
    ]


@contextmanager
def master(stage: Stage) -> Iterator[list[str]]:
    """Open OpenSSH's connection to be shared; yield the command line that uses it."""
    login, socket = stage.sshd.login, stage.folder / "master"
    options = [f"-oControlPath={socket}", f"-oUserKnownHostsFile={login.known_hosts}", f"-oPort={login.port}"]
    ssh = ["ssh", "-F", "none", *options, "-oBatchMode=yes", f"-i{login.client_key}", f"{login.user}@{login.address}"]
    subprocess.run([*ssh[:-1], "-fNM", ssh[-1]], check=True)
    try:
        yield ssh
    finally:
        subprocess.run([*ssh[:-1], "-Oexit", ssh[-1]], check=True, capture_output=True)


def _run_all(ssh: list[str], commands: list[str]) -> float:
    begun = time.perf_counter()
    for command in commands:
        subprocess.run([*ssh, command], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    return time.perf_counter() - begun
