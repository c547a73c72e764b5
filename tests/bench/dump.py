"""dump: a backup asked for in the chat, against the same pipe typed by hand over SSH; and what the bot holds meanwhile.

``BENCH_DUMP_MB`` is how much pg_dump gives, about; ``BENCH_DUMP_ROUNDS`` how often each does it.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shlex
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from ops.hosts.known_hosts import KnownHosts
from ops.hosts.ssh import SshHost
from ops.project import HostSpec
from tests.bench.figure import Figure, Sample, compare, interleaved
from tests.bench.process import resident_mb, started

if TYPE_CHECKING:
    from tests.bench.stage import Stage

_MEGABYTES = int(os.environ.get("BENCH_DUMP_MB", "2048"))
_ROUNDS = int(os.environ.get("BENCH_DUMP_ROUNDS", "3"))
_ROW_BYTES = 113
_GOAL = 1 / 0.95
"""The time may be so many times the pipe's: 0.95 of its throughput."""
_GOAL_MB = 30.0
_LONGEST_SECONDS = 1800
_FILL = """
CREATE TABLE submissions AS
SELECT i AS id, 'person ' || i % 90000 AS name, md5(i::text) AS token,
    timestamptz '2025-01-01' + i * interval '1 s' AS at, 'a word or two about ' || i % 700 AS words
FROM generate_series(1, $1::bigint) AS i
"""


async def measure(stage: Stage) -> list[Figure]:
    """Return the figures."""
    url = await _fill(stage)
    public = await _inventory(stage, url)
    host = _host(stage)
    connection = await host.connect()
    folder = stage.folder / "by-hand"
    folder.mkdir()
    file = shlex.quote(str(folder / "filler.sql.gz.age"))
    by_hand = f"pg_dump -d {shlex.quote(url)} | gzip | age -r {public} > {file}"
    most = [0.0]

    async with started(stage, stage.telegram, "lotsman") as pid:

        async def ours() -> Sample:
            before, begun = stage.telegram.messages, time.perf_counter()
            watching = asyncio.create_task(_watch(pid, most))
            stage.telegram.say("/backup bench")
            await stage.telegram.answered(before + 2, seconds=_LONGEST_SECONDS)
            watching.cancel()
            seconds = time.perf_counter() - begun
            for made in await asyncio.to_thread(list, (stage.folder / "backups").rglob("*.age")):
                if made.name.startswith("filler") and made.stat().st_size < _MEGABYTES * 10_000:
                    raise ChildProcessError(made)
                made.unlink()
            return Sample(seconds)

        async def typed() -> Sample:
            begun = time.perf_counter()
            await connection.run(by_hand, check=True)
            return Sample(time.perf_counter() - begun)

        await asyncio.sleep(3)
        idle = resident_mb(pid)
        samples = await interleaved({"ours": ours, "typed": typed}, _ROUNDS, warm_up=0)
    await host.close()
    pairs = [(a.wall, b.wall) for a, b in zip(samples["ours"], samples["typed"], strict=True)]
    held = [(most[0], idle)]
    return [
        compare("dump", f"/backup of {_MEGABYTES} MB, encrypted", "s", pairs, "pg_dump | gzip | age", goal=_GOAL),
        compare("dump", "memory of the bot meanwhile", "MB", held, "idle", judged="difference", goal=_GOAL_MB),
    ]


async def _watch(pid: int, most: list[float]) -> None:
    """Keep the most memory that a process is seen to have."""
    while True:
        most[0] = max(most[0], resident_mb(pid))
        await asyncio.sleep(0.2)


async def _fill(stage: Stage) -> str:
    """Make a database of the wanted size; return its address."""
    dsn = stage.settings["DATABASE_URL"]
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE DATABASE filler")
    await connection.close()
    url = re.sub(r"(?<=/)[a-z]+(?=\?)", "filler", dsn)
    connection = await asyncpg.connect(url)
    await connection.execute("SET synchronous_commit = off")
    await connection.execute(_FILL, _MEGABYTES * 2**20 // _ROW_BYTES)
    await connection.execute("VACUUM ANALYZE submissions")
    await connection.close()
    return url


async def _inventory(stage: Stage, url: str) -> str:
    """Have the project back that database up, and nothing else; return the key that it is encrypted for."""
    made = await asyncio.to_thread(subprocess.run, ["age-keygen"], capture_output=True, text=True, check=True)
    public = re.findall(r"public key: (age1\w+)", made.stdout)[0]
    path = stage.folder / "lotsman.yml"
    inventory = json.loads(path.read_text())
    inventory["projects"]["bench"] |= {
        "config": [".env"],
        "databases": [{"engine": "postgres", "name": "filler", "url_from": ".env:DATABASE_URL"}],
        "backups": {"directory": str(stage.folder / "backups"), "encrypt_to": [public]},
    }
    path.write_text(json.dumps(inventory))
    (stage.sshd.repository / ".env").write_text(f"DATABASE_URL={url}\n")
    return str(public)


def _host(stage: Stage) -> SshHost:
    login = stage.sshd.login
    spec = HostSpec(address=login.address, port=login.port, user=login.user, key=Path(login.client_key))
    return SshHost("web1", spec, KnownHosts(login.known_hosts), None, random.Random(1))  # noqa: S311  spreads retries
