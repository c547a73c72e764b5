"""Between us and a server: cuts, silence, lost answers, killed supervisors, reboots, cancels, a stingy sshd."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from ops.errors import HostUnreachable
from ops.hosts.host import Job, JobEnd
from ops.hosts.known_hosts import KnownHosts
from ops.hosts.ssh import SshHost
from ops.project import HostSpec
from ops.runs.script import Script
from tests.faults.evidence import problems
from tests.faults.lane import all_of
from tests.faults.proxy import FaultProxy, to_port
from tests.faults.row import Ground, Row, within
from tests.faults.server import Server, processes_with

NOTE = 'echo "$JOB" >>"$WITNESS"; sync "$WITNESS"\n'


@dataclass
class Reach:
    """A server as the bot reaches it: through a proxy. witness: where its jobs put on record that they ran."""

    server: Server
    proxy: FaultProxy
    host: SshHost
    witness: Path
    progress: asyncio.Event = field(default_factory=asyncio.Event)

    def job(self, name: str, text: str, *, boot: str = "-", timeout: int = 120) -> Job:
        """Return a job that first of all leaves its name."""
        values = {"WITNESS": str(self.witness), "JOB": name}
        return Job(name, Script(NOTE + text), values, "0" * 32, timeout, timeout, boot=boot)

    def executions(self) -> Counter[str]:
        """How often each job ran."""
        return Counter(self.witness.read_text().split() if self.witness.exists() else [])

    async def run(self, job: Job, take: Callable[[bytes], None]) -> JobEnd:
        """Run a job as the worker does: what was certainly not sent is sent again."""
        async with asyncio.timeout(180):
            while True:
                with suppress(HostUnreachable):
                    return await self.host.run(job, take)
                await asyncio.sleep(0.2)

    async def claimed(self, name: str, seconds: float = 60) -> int:
        """Wait until a job runs on the server; return its supervisor's process id."""
        claim, begun = self.server.jobs / f"{name}.claim", self.server.jobs / f"{name}.begun"
        async with asyncio.timeout(seconds):
            while not (begun.exists() and begun.read_text()):  # noqa: ASYNC110  nothing tells of a file
                await asyncio.sleep(0.002)
        return int(claim.read_text().split()[0])


@asynccontextmanager
async def reached(folder: Path, server: Server, name: str = "web1") -> AsyncIterator[Reach]:
    """Open a way to a server."""
    async with FaultProxy(to_port(server.port)) as proxy:
        server.pin(folder / "known_hosts", proxy.port)
        spec = HostSpec(address="127.0.0.1", user=server.user, port=proxy.port, key=server.client_key)
        host = SshHost(name, spec, KnownHosts(folder / "known_hosts"), None, random.Random(7))  # noqa: S311  a repeatable one
        try:
            yield Reach(server, proxy, host, folder / "witness")
        finally:
            await host.close()


def _judge(row: Row, reach: Reach, wanted: int) -> None:
    """Every job once, not more, not less."""
    counts = reach.executions()
    row.executions += sum(counts.values())
    row.insist(len(counts) == wanted, f"{len(counts)} of {wanted} jobs were executed")
    row.problems += [f"{job} was executed {times} times" for job, times in counts.items() if times > 1]


async def cut_mid_step(ground: Ground, long: bool) -> Row:  # noqa: FBT001  every case's own signature
    """F3: the connection is cut while steps run. Logs arrive byte for byte, exit codes are true."""
    row, folder = Row(0, "cuts"), ground.fresh()

    async def one(reach: Reach, number: str, code: int) -> None:
        name = f"f3-{folder.name}-{number}"
        text = f"for n in $(seq 1 40); do head -c $((n * 37)) /dev/urandom; sleep 0.1; done; exit {code}"
        pieces: list[bytes] = []

        def take(piece: bytes) -> None:
            pieces.append(piece)
            reach.progress.set()

        end = await reach.run(reach.job(name, text), take)
        row.insist(end == JobEnd("exit", code), f"{name} ended as {end}")
        written = (reach.server.jobs / f"{name}.out").read_bytes()
        row.insist(b"".join(pieces) == written, f"{name}: another log than the server's")
        row.ends += 1

    async def some(lane: int, batches: int) -> None:
        mine = folder / str(lane)
        mine.mkdir()
        async with reached(mine, ground.stage.server) as reach:
            cutting = asyncio.create_task(_cut_again_and_again(reach, lane))
            for batch in range(batches):
                await all_of([one(reach, f"{lane}-{batch}-{each}", each + batch) for each in range(5)])
            cutting.cancel()
            row.done += reach.proxy.cuts
            _judge(row, reach, 5 * batches)

    await all_of([some(lane, 5 if long else 1) for lane in range(4 if long else 3)])
    return row


async def _cut_again_and_again(reach: Reach, seed: int) -> None:
    """Cut a moment after something has come through: on a slow machine, too, there is progress."""
    dice = random.Random(seed)  # noqa: S311  a repeatable one
    while True:
        reach.progress.clear()
        await reach.progress.wait()
        await asyncio.sleep(dice.uniform(0, 0.5))
        reach.proxy.cut()


async def black_hole(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F4: nothing comes through any more and nobody says so. Found out within 20 s; the job is found again."""
    row, slowest, folder = Row(0, "silences"), 0.0, ground.fresh()

    async def one(number: int) -> None:
        nonlocal slowest
        mine = folder / str(number)
        mine.mkdir()
        async with reached(mine, ground.stage.server) as reach:
            name = f"f4-{folder.name}-{number}"
            pieces: list[bytes] = []
            run = asyncio.create_task(reach.run(reach.job(name, "echo a; sleep 5; echo b"), pieces.append))
            await reach.claimed(name)
            old, began = reach.host._connection, time.monotonic()
            assert old is not None
            reach.proxy.swallow()
            async with asyncio.timeout(60):
                await old.wait_closed()
            slowest = max(slowest, time.monotonic() - began)
            await asyncio.sleep(3)  # it goes on: new connections are swallowed as well
            reach.proxy.swallow(silent=False)
            end = await run
            row.insist(end == JobEnd("exit", 0), f"{name} ended as {end}")
            row.insist(b"".join(pieces) == b"a\nb\n", f"{name}: the log is {pieces}")
            row.done += 1
            row.ends += 1
            _judge(row, reach, 1)

    for _ in range(2 if long else 1):
        await all_of([one(row.done + number) for number in range(25 if long else 4)])
    row.notes.append(f"found out after {slowest:.1f} s")
    row.insist(slowest <= within(20.5, long=long), f"a silence was found out after {slowest:.1f} s")
    return row


async def lost_start(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F5: the answer to a start is lost, or the start itself, or nobody knows which. It runs once."""
    row, folder = Row(0, "starts"), ground.fresh()

    async def one(lane: int, times: int) -> None:
        mine = folder / str(lane)
        mine.mkdir()
        dice = random.Random(lane)  # noqa: S311  a repeatable one
        text = "sleep 0.05; exit 5"
        async with reached(mine, ground.stage.server) as reach:
            # A script that the server does not know would have to be asked for first.
            await reach.run(reach.job(f"f5-{folder.name}-{lane}", text), _drop)
            for number in range(times):
                name = f"f5-{folder.name}-{lane}-{number}"
                await reach.host.boot()
                reach.proxy.deaf = True
                run = asyncio.create_task(reach.run(reach.job(name, text), _drop))
                if number % 2:
                    await asyncio.sleep(dice.uniform(0, 0.06))
                else:
                    await reach.claimed(name)
                reach.proxy.deaf = False
                reach.proxy.cut()
                end = await run
                row.insist(end == JobEnd("exit", 5), f"{name} ended as {end}")
                row.done += 1
                row.ends += 1
            _judge(row, reach, times + 1)

    await all_of([one(lane, 25 if long else 5) for lane in range(8 if long else 3)])
    return row


def _drop(_: bytes) -> None:
    """Take a piece of log that nobody wants."""


async def killed_supervisor(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F6: the job's supervisor is killed. Nobody calls that a success, and it is said soon."""
    row, slowest, folder = Row(0, "kills"), 0.0, ground.fresh()

    async def one(reach: Reach, number: int) -> None:
        nonlocal slowest
        name = f"f6-{folder.name}-{number}"
        run = asyncio.create_task(reach.run(reach.job(name, "sleep 1.5"), _drop))
        supervisor, began = await reach.claimed(name), time.monotonic()
        os.kill(supervisor, signal.SIGKILL)
        end = await run
        slowest = max(slowest, time.monotonic() - began)
        row.done += 1
        row.insist(end.reason == "lost", f"{name} ended as {end}")

    async with reached(folder, ground.stage.server) as reach:
        jobs = 100 if long else 8
        for batch in range(0, jobs, 4):
            await all_of([one(reach, number) for number in range(batch, batch + 4)])
        _judge(row, reach, jobs)
    row.notes.append(f"lost after {slowest:.1f} s")
    row.insist(slowest <= within(10, long=long), f"only after {slowest:.1f} s")
    return row


async def another_boot(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F7: the server restarts between the decision and the start, or mid-step. Nothing starts on the wrong boot."""
    row, folder, times = Row(0, "reboots"), ground.fresh(), (25 if long else 3)
    async with Server(folder / "server", boot="boot-0") as server, reached(folder, server) as reach:
        for number in range(times):
            boot = await reach.host.boot()
            row.insist(boot == f"boot-{number * 2}", f"the server says it is at {boot}")
            await server.reboot(f"boot-{number * 2 + 1}")
            end = await reach.run(reach.job(f"f7-{number}-early", "true", boot=boot), _drop)
            row.insist(end.reason in {"rebooted", "lost"}, f"meant for an earlier boot, it ended as {end}")
            row.insist(not reach.executions()[f"f7-{number}-early"], "a job meant for an earlier boot was started")
            name = f"f7-{number}-mid"
            boot = await reach.host.boot()
            run = asyncio.create_task(reach.run(reach.job(name, "sleep 20", boot=boot), _drop))
            await reach.claimed(name)
            await server.reboot(f"boot-{number * 2 + 2}")
            end = await run
            row.insist(end.reason == "lost", f"a job that a reboot ended: {end}")
            row.done += 2
            row.ends += 2
        _judge(row, reach, times)
    return row


TREES = {
    "session": "setsid sh -c 'sleep 300' & sleep 300",
    "double fork": "sh -c '(sleep 300 &) ; exit 0'; (setsid sh -c 'sleep 300 & sleep 300' &); sleep 300",
    "deaf to TERM": "trap '' TERM; (trap '' TERM; sleep 300) & sleep 300; sleep 300",
    "forking": "f() { sleep 300 & sleep 0.05; }; while :; do f; done",
    "deaf and forking": "trap '' TERM; (while :; do sleep 300 & sleep 0.1; done) & while :; do sleep 1; done",
}
GRACE = 2


async def cancelled_trees(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F19: a step is cancelled with all it started, however it hides. Nothing of the same user survives."""
    row, slowest, folder = Row(0, "trees"), 0.0, ground.fresh()

    async def one(reach: Reach, number: int) -> None:
        nonlocal slowest
        kind = list(TREES)[number % len(TREES)]
        name = f"f19-{folder.name}-{number}"
        run = asyncio.create_task(reach.run(reach.job(name, TREES[kind]), _drop))
        await reach.claimed(name)
        await asyncio.sleep(0.4)  # let the tree grow
        began = time.monotonic()
        await reach.host.cancel(name, GRACE)
        end = await run
        slowest = max(slowest, time.monotonic() - began)
        row.done += 1
        row.ends += end.reason == "cancelled"
        row.insist(end.reason == "cancelled", f"{kind} ended as {end}")
        identity = "-".join((reach.server.jobs / f"{name}.claim").read_text().split()[:2])
        left = processes_with("JOB", name) + processes_with("LOTSMAN_JOB", identity)
        row.insist(not left, f"{kind}: {len(left)} processes survive")

    async with reached(folder, ground.stage.server) as reach:
        trees = 100 if long else 10
        for batch in range(0, trees, 3):
            await all_of([one(reach, number) for number in range(batch, min(trees, batch + 3))])
        _judge(row, reach, trees)
    row.notes.append(f"grace {GRACE} s, the slowest gone after {slowest:.1f} s")
    row.insist(slowest <= within(GRACE + 5, long=long), f"the slowest was gone after {slowest:.1f} s")
    return row


async def stingy_server(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F21: sshd drops connections at random and allows two sessions on each. Runs on forty servers at once succeed."""
    row, at_once = Row(0, "runs"), (40 if long else 12)
    limits = ("MaxStartups 3:50:6", "MaxSessions 2")
    async with Server(ground.fresh(), *limits) as server:
        stage = replace(ground.stage, server=server)
        async with ground.lane(stage=stage, projects=at_once, host_each=True) as lane:
            await lane.start()
            lane.deploy("v1")
            await lane.until_ended(at_once, 180)
            found = await lane.evidence()
            row.add(found)
            row.done = at_once
            row.problems += problems(found)
            bad = sum(result != "succeeded" for result in found.results.values())
            row.insist(not bad, f"{bad} runs failed")
    return row
