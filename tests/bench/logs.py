"""logs: what /logs reads and brings, against ssh and tail in the same rounds; and what memory that takes."""

from __future__ import annotations

import asyncio
import random
import secrets
import string
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ops.hosts.known_hosts import KnownHosts
from ops.hosts.output import OutputReader
from ops.hosts.questions import Questions
from ops.hosts.ssh import Hosts
from ops.inventory import load_inventory
from ops.project import HostSpec, LogSource
from ops.redaction import Redactor
from ops.watch.log_query import Filter, LogQuery
from ops.watch.logs import read_logs
from tests.bench.figure import Figure, Sample, compare, interleaved
from tests.bench.steps import master

if TYPE_CHECKING:
    from ops.project import Project
    from tests.bench.stage import Stage

_ROUNDS = 8
_MEGABYTES = 128
_SECRETS = 50
_GOAL = 1 / 0.9
"""Of the time that ssh and tail take: nine tenths of their speed."""
_FLAT_MB = 16


async def measure(stage: Stage) -> list[Figure]:
    """Return the figures."""
    log = stage.folder / "app.log"
    await asyncio.to_thread(_write, log)
    login = stage.sshd.login
    spec = HostSpec(address=login.address, port=login.port, user=login.user, key=login.client_key)
    hosts = Hosts({"web1": spec}, KnownHosts(stage.folder / "state" / "known_hosts"), random.Random(1))  # noqa: S311  spreads retries
    redactor = Redactor("".join(secrets.choice(string.ascii_letters) for _ in range(24)) for _ in range(_SECRETS))
    questions = Questions(hosts, redactor, lambda: secrets.token_hex(16))
    project = load_inventory(stage.folder / "lotsman.yml", ()).projects["bench"]
    project = project.model_copy(update={"config": (), "logs": {"app": LogSource(file=str(log))}, "services": ()})
    try:
        return [*await _compared(stage, project, questions, log), _cleaned(redactor), await _memory(questions, project)]
    finally:
        await hosts.close()


async def _compared(stage: Stage, project: Project, questions: Questions, log: Path) -> list[Figure]:
    found = LogQuery("app", lines=1000, filters=(Filter("order 19999"),))
    ends = {"last": LogQuery("app", lines=200), "end": LogQuery("app", lines=5000)}
    with master(stage) as ssh:

        async def ours(query: LogQuery) -> Sample:
            began = time.perf_counter()
            (read,) = await read_logs(questions, project, query, datetime.now(UTC))
            if read.error or not read.lines:
                raise AssertionError(read)
            return Sample(time.perf_counter() - began)

        async def theirs(command: str) -> Sample:
            began = time.perf_counter()
            await asyncio.to_thread(subprocess.run, [*ssh, command], stdout=subprocess.DEVNULL, check=True)
            return Sample(time.perf_counter() - began)

        samples = await interleaved(
            {
                "found": lambda: ours(found),
                "brought": lambda: theirs(f"tail -c {_MEGABYTES}M {log}"),
                "last": lambda: ours(ends["last"]),
                "tail 200": lambda: theirs(f"tail -n 200 {log}"),
                "end": lambda: ours(ends["end"]),
                "tail 5000": lambda: theirs(f"tail -n 5000 {log}"),
            },
            _ROUNDS,
            1,
        )

    def pairs(one: str, other: str) -> list[tuple[float, float]]:
        both = zip(samples[one], samples[other], strict=True)
        return [(mine.wall * 1e3, hers.wall * 1e3) for mine, hers in both]

    what = f"a text found in {_MEGABYTES} MB"
    return [
        compare("logs", what, "ms", pairs("found", "brought"), "ssh tail, all brought", goal=_GOAL),
        compare("logs", "the last 200 lines, masked", "ms", pairs("last", "tail 200"), "ssh tail -n 200"),
        compare("logs", "the last 5,000 lines, masked", "ms", pairs("end", "tail 5000"), "ssh tail -n 5000"),
    ]


def _cleaned(redactor: Redactor) -> Figure:
    """Return how quickly lines are made harmless, in seconds of this process for 100 MB."""
    piece = "".join(_line(i) for i in range(2000)).encode()
    reader = OutputReader(secrets.token_hex(16), redactor)
    reader.feed(piece)
    began = time.process_time()
    for _ in range(10):
        reader.feed(piece)
    speed = 10 * len(piece) / 1e6 / (time.process_time() - began)
    return Figure("logs", f"lines masked, {_SECRETS} secrets known", "MB/s", speed, 0.0, "-", "value", speed)


async def _memory(questions: Questions, project: Project) -> Figure:
    """Return how much more memory a hundred answers of 5,000 lines take than ten."""
    for _ in range(10):
        await read_logs(questions, project, LogQuery("app", lines=5000), datetime.now(UTC))
    before = _resident_mb()
    for _ in range(40):
        await read_logs(questions, project, LogQuery("app", lines=5000), datetime.now(UTC))
    grown = _resident_mb() - before
    return Figure("logs", "memory, 50 long answers against 10", "MB", grown, 0.0, "-", "value", grown, _FLAT_MB)


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def _line(number: int) -> str:
    said = f"order {number} saved for user {number * 7}, GET /api/{number} 200"
    return f"2025-10-10 12:00:00,{number % 1000:03} INFO app.orders: {said}\n"


def _write(log: Path) -> None:
    with log.open("w") as file:
        written = number = 0
        while written < 2 * _MEGABYTES * 1024**2:
            piece = "".join(_line(i) for i in range(number, number + 20_000))
            number += 20_000
            written += file.write(piece)
