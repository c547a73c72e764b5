"""watching: what 1,000 checks on 200 servers cost, and whether a check costs more among many than among few."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ops.hosts.known_hosts import KnownHosts
from ops.hosts.questions import Questions
from ops.hosts.ssh import Hosts
from ops.inventory import Inventory
from ops.project import HostSpec, Project
from ops.redaction import Redactor
from ops.store.incidents import PostgresIncidents
from ops.store.mutes import PostgresMutes
from ops.store.outbox import Destination
from ops.store.postgres import open_pool
from ops.store.rounds import PostgresRounds
from ops.watch.checks import Checks
from ops.watch.incidents import Incidents
from ops.watch.maintenance import Maintenance
from tests.bench.figure import Figure, Sample, compare, interleaved

if TYPE_CHECKING:
    from tests.bench.stage import Stage

_FEW, _MANY, _CHECKS = 20, 200, 5
_ROUNDS = 5
_SIDE_BY_SIDE = 8
_MINUTE_MS = 60_000.0
_GROWTH = 1.25


async def measure(stage: Stage) -> list[Figure]:
    """Return the figures. The servers are one: 200 connections to it, each with a runner of its own."""
    inventory = _inventory(stage)
    known_hosts = KnownHosts(stage.sshd.login.known_hosts)
    hosts = Hosts(inventory.hosts, known_hosts, random.Random(1))  # noqa: S311  spreads retries
    async with await open_pool(stage.settings["DATABASE_URL"]) as pool:
        incidents = Incidents(
            PostgresIncidents(pool, Destination(-100)),
            PostgresMutes(pool),
            Maintenance(pool),
            rules=inventory.alerts.rules,
            owners=lambda: (),
            told=lambda: None,
            now=_now,
        )
        questions = Questions(hosts, Redactor(), lambda: secrets.token_hex(16))
        checks = Checks(inventory, PostgresRounds(pool), incidents, questions, learn=_learn, now=_now)
        names = list(inventory.hosts)

        async def few() -> Sample:
            return await _round(checks, names[:_FEW])

        async def many() -> Sample:
            return await _round(checks, names)

        samples = await interleaved({"few": few, "many": many}, _ROUNDS, warm_up=1)
        well = await pool.fetchval(
            "SELECT count(*) FROM subjects WHERE phase = 'ok' AND \"check\" IN ('tcp', 'heartbeat', 'log')"
        )
        if well != _MANY * _CHECKS:
            message = f"{well} checks went well, not {_MANY * _CHECKS}"
            raise ChildProcessError(message)
    await hosts.close()
    pairs = list(zip(samples["many"], samples["few"], strict=True))
    per_check = [(a.cpu * 1e3 / (_MANY * _CHECKS), b.cpu * 1e3 / (_FEW * _CHECKS)) for a, b in pairs]
    walls = [(a.wall * 1e3, _MINUTE_MS) for a, _ in pairs]
    return [
        compare(
            "watching",
            "1,000 checks on 200 servers: wall",
            "ms",
            walls,
            "the minute there is",
            judged="value",
            goal=_MINUTE_MS,
        ),
        compare(
            "watching", "a check: CPU of the bot", "ms", per_check, "100 checks on 20", judged="ratio", goal=_GROWTH
        ),
    ]


async def _round(checks: Checks, names: list[str]) -> Sample:
    room = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def look(name: str) -> None:
        async with room:
            await checks.look_at(name)

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(look(name) for name in names))
    return Sample(time.perf_counter() - wall, time.process_time() - cpu)


def _inventory(stage: Stage) -> Inventory:
    login = stage.sshd.login
    host = HostSpec(address=login.address, port=login.port, user=login.user, key=login.client_key)
    names = [f"web{number}" for number in range(_MANY)]
    beat, log = stage.sshd.repository / "beat", stage.sshd.repository / "app.log"
    beat.touch()
    log.touch()
    project = Project.model_validate(
        {
            "name": "bench",
            "stack": "custom",
            "hosts": names,
            "path": str(stage.sshd.repository),
            "logs": {"app": {"file": str(log)}, "other": {"file": str(log)}},
            "checks": [
                {"tcp": f"127.0.0.1:{login.port}"},
                {"tcp": f"localhost:{login.port}"},
                {"heartbeat": str(beat), "max_age": "1h"},
                {"log": "app", "clean": True},
                {"log": "other", "clean": True},
            ],
        }
    )
    return Inventory(dict.fromkeys(names, host), (), [project])


def _now() -> datetime:
    return datetime.now(UTC)


async def _learn(_project: str, _host: str) -> None:
    """Nothing is secret here."""
