"""The bot dies in the middle of a restore, at each of its steps; the live database is whole every time."""

from __future__ import annotations

import asyncio
import json
import random
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg

from bot.postgres import find_package
from tests.faults.lane import Lane, Stage
from tests.faults.row import Ground, Row
from tests.faults.server import Server

STEPS = ("restore-look.live", "restore-safety.live", "restore-load.live", "stop", "restore-swap.live", "start")
SAVED, WRITTEN = 5000, 37


async def killed_mid_restore(ground: Ground, long: bool) -> Row:  # noqa: FBT001  every case's own signature
    """F31: kill -9 at each step of a restore over a real PostgreSQL, and of the undo that follows it."""
    row, dice = Row(0, "kills"), random.Random(31)  # noqa: S311  a repeatable one
    login = urlsplit(ground.stage.dsn)
    place = parse_qs(login.query)
    environment = {
        "PATH": f"{find_package() / 'pginstall' / 'bin'}:/usr/bin:/bin",
        "PGHOST": place["host"][0],
        "PGPORT": place["port"][0],
        "PGUSER": login.username or "",
        "PGPASSWORD": unquote(login.password or ""),
    }
    live = login._replace(path="/live").geturl()
    admin = await asyncpg.connect(ground.stage.dsn)
    await admin.execute("CREATE DATABASE live")
    await _do(live, f"CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, {SAVED}) n")  # noqa: S608  our own number
    try:
        async with Server(ground.fresh() / "server", environment=environment) as server:
            stage = Stage(server, ground.stage.crew, ground.stage.dsn)
            async with ground.lane(stage=stage) as lane:
                _tell_of_the_database(lane)
                await lane.start()
                lane.say("/backup")
                await lane.until_ended(1)
                path = (await lane.rows("SELECT path FROM backups"))[0]["path"]
                await _do(live, f"INSERT INTO t SELECT n, 'new' FROM generate_series(1, {WRITTEN}) n")  # noqa: S608  as above
                for step in STEPS * 4 if long else STEPS[4:5]:
                    await _die_at(lane, step, path.rpartition("/")[2], dice.uniform(0, 0.4))
                    row.done += 1
                    rows = await _rows(live)
                    row.insist(rows == SAVED, f"{step}: {rows} rows after the restore")
                    await _undo(lane)
                    rows = await _rows(live)
                    row.insist(rows == SAVED + WRITTEN, f"{step}: {rows} rows after its undo")
                results = {each["result"] for each in await lane.rows("SELECT result FROM runs")}
                row.insist(results == {"succeeded"}, f"runs ended as {results}")
                names = "SELECT count(*) FROM pg_database WHERE datname LIKE 'live\\_\\_new\\_%'"
                row.insist(await admin.fetchval(names) == 0, "something was left beside the live database")
    finally:
        for each in await admin.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'live%'"):
            await admin.execute(f'DROP DATABASE "{each["datname"]}" WITH (FORCE)')
        await admin.close()
    return row


def _tell_of_the_database(lane: Lane) -> None:
    path = lane.folder / "lotsman.yml"
    inventory = json.loads(path.read_text())
    inventory["projects"]["p1"] |= {
        "databases": [{"engine": "postgres", "name": "live"}],
        "backups": {"directory": str(lane.stage.server.home / "backups")},
        "free_disk_mb": 0,
    }
    path.write_text(json.dumps(inventory))


async def _die_at(lane: Lane, step: str, name: str, wait: float) -> None:
    """Have the bot killed some moments after a step of a restore has begun, and another one go on."""
    asked = await lane.count("SELECT count(*) FROM restores")
    lane.say(f"/restore {name}")
    await lane.until_rows("SELECT count(*) FROM restores", asked + 1)
    runs = await lane.count("SELECT count(*) FROM runs")
    lane.say(f"/restore {name} live")
    begun = f"""SELECT count(*) FROM events WHERE run_id = (SELECT max(id) FROM runs)
        AND body->>'kind' = 'step-started' AND body->>'step' = '{step}'
        AND (SELECT count(*) FROM runs) > {runs}"""  # noqa: S608  our own names
    await lane.until_rows(begun)
    await asyncio.sleep(wait)
    await lane.kill()
    await lane.start()
    await lane.until_ended(runs + 1)


async def _undo(lane: Lane) -> None:
    runs = await lane.count("SELECT count(*) FROM runs")
    lane.say("/restore undo")
    await lane.until_ended(runs + 1)


async def _do(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def _rows(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM t"))
    finally:
        await connection.close()
