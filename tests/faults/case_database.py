"""The database goes away, or the connection to it does, at the worst of times."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from dataclasses import replace

from bot.postgres import EmbeddedPostgres
from tests.faults.evidence import problems
from tests.faults.row import Ground, Row, within


async def database_crashes(ground: Ground, long: bool) -> Row:  # noqa: FBT001  every case's own signature
    """F8: PostgreSQL stops at once, as in a crash, in the middle of runs, and stays away for a while."""
    row, slowest = Row(0, "crashes"), 0.0
    dice = random.Random(8)  # noqa: S311  a repeatable one
    async with EmbeddedPostgres(ground.fresh() / "own", max_connections=60) as server:  # noqa: SIM117  one needs the other
        async with ground.lane(stage=replace(ground.stage, dsn=server.dsn), projects=3) as lane:
            await lane.start()
            for number in range(25 if long else 2):
                lane.deploy("long")
                await lane.until_stored(lane.commands)
                await asyncio.sleep(dice.uniform(0, 2.5))
                os.kill(server.pid, signal.SIGQUIT)
                lane.database.cut()
                row.done += 1
                await asyncio.sleep(40 if long and number == 0 else dice.uniform(0, 4))
                await server.stop()
                await server.start()
                back, had = time.monotonic(), await lane.count("SELECT count(*) FROM events")
                if await lane.count("SELECT count(*) FROM runs WHERE result IS NULL"):
                    await lane.until_rows("SELECT count(*) FROM events", had + 1)
                    slowest = max(slowest, time.monotonic() - back)
                await lane.until_ended(lane.commands)
            found = await lane.evidence()
            row.add(found)
            row.problems += problems(found, most_told=2)
            row.insist(set(found.results.values()) == {"succeeded"}, f"{found.results}")
    row.notes.append(f"gone on with {slowest:.1f} s after it was back, at the most")
    row.insist(slowest <= within(10, long=long), f"gone on with only {slowest:.1f} s after it was back")
    return row


async def cut_at_commit(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F9: the connection is cut when COMMIT is on its way, or its answer is, or that of any other statement."""
    row, dice = Row(0, "cuts"), random.Random(9)  # noqa: S311  a repeatable one

    def watch(data: bytes) -> str | None:
        likely = 0.2 if b"COMMIT" in data else 0.01
        return dice.choice(["before", "after"]) if dice.random() < likely else None

    async with ground.lane(projects=4) as lane:
        await lane.start_and_wait()
        rounds, wanted = 0, (200 if long else 12)
        while lane.database.cuts < wanted:
            lane.database.watch = watch
            lane.deploy("fail" if rounds % 3 == 2 else "v1")
            await lane.until_stored(lane.commands, 90)
            await lane.until_rows("SELECT (count(*) = 0)::int FROM runs WHERE result IS NULL", 1, 120)
            rounds += 1
        row.done = lane.database.cuts
        lane.database.watch = lambda _: None
        await lane.until_ended(lane.commands)
        found = await lane.evidence()
        row.add(found)
        row.problems += problems(found, most_told=2)
        row.insist(set(found.results.values()) <= {"succeeded", "rolled-back"}, f"{found.results}")
    return row
