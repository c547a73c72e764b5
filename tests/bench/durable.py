"""durable: what a step costs that survives its connection, against the same command that does not."""

from __future__ import annotations

import random
import time
from itertools import count
from typing import TYPE_CHECKING

import asyncssh

from ops.hosts.host import Job
from ops.hosts.known_hosts import KnownHosts
from ops.hosts.ssh import SshHost
from ops.project import HostSpec
from ops.runs.script import Script
from tests.bench.figure import Figure, Sample, compare, interleaved

if TYPE_CHECKING:
    from tests.bench.stage import Stage

_ROUNDS = 200
_GOAL_MS = 2.0


async def measure(stage: Stage) -> list[Figure]:
    """Return the figures."""
    login = stage.sshd.login
    known_hosts = KnownHosts(login.known_hosts)
    spec = HostSpec(address=login.address, port=login.port, user=login.user, key=login.client_key)
    host = SshHost("web1", spec, known_hosts, None, random.Random(1))  # noqa: S311  spreads retries
    command = f"git -C {stage.sshd.repository} rev-parse HEAD"
    script, numbers = Script(f"{command}\n"), count(1)
    want = ((await _plain(host, command))[0] or "").encode()

    async def durable() -> Sample:
        output = bytearray()
        job = Job(f"bench-{next(numbers)}", script, {"PROJECT": "bench"}, "0123456789abcdef" * 2, 60, 60)
        begun = time.perf_counter()
        end = await host.run(job, output.extend)
        seconds = time.perf_counter() - begun
        if (end.reason, end.code, bytes(output)) != ("exit", 0, want):
            raise ChildProcessError(end, bytes(output))
        return Sample(seconds)

    async def plain() -> Sample:
        return Sample((await _plain(host, command))[1])

    samples = await interleaved({"durable": durable, "plain": plain}, _ROUNDS, warm_up=10)
    await host.close()
    pairs = [(a.wall * 1e3, b.wall * 1e3) for a, b in zip(samples["durable"], samples["plain"], strict=True)]
    what = "one step: start, output, end"
    return [compare("durable", what, "ms", pairs, "conn.run", judged="difference", goal=_GOAL_MS)]


async def _plain(host: SshHost, command: str) -> tuple[str, float]:
    connection: asyncssh.SSHClientConnection = await host.connect()
    begun = time.perf_counter()
    done = await connection.run(command, check=True)
    return str(done.stdout), time.perf_counter() - begun
