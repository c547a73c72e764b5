"""The bot dies, is stopped, is frozen, or is there twice."""

from __future__ import annotations

import asyncio
import random
import signal
import time

from demo.botapi.message import Message
from handlers.buttons import RunAction, RunButton
from tests.faults.bot_process import POINTS
from tests.faults.evidence import problems
from tests.faults.lane import Lane, all_of
from tests.faults.row import Ground, Row, within

_TOLD_TWICE = {"message sent, its id unsaved"}
"""Where the Bot API leaves no way to know whether a message went out."""
_REFS = {"way back decided": "fail", "log piece stored": "longer"}
_CANCELLED = {"cancel stored", "cancel heard"}
_DONE = "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL)"
"""How much the bots have done."""


async def killed_at_each_boundary(ground: Ground, long: bool) -> Row:  # noqa: FBT001  every case's own signature
    """F1: kill -9 at every boundary between two things that must both happen."""
    row, slowest, points = Row(0, "kills"), (0.0, ""), list(POINTS)

    async def one(lane_number: int, times: int) -> None:
        nonlocal slowest
        for point in points[lane_number::5]:
            async with ground.lane(projects=2) as lane:
                for _ in range(times):
                    slowest = max(slowest, (await _die_and_go_on(lane, point, row), point))
                found = await lane.evidence()
                row.add(found)
                row.problems += [f"{point}: {each}" for each in problems(found, most_told=2)]
                wanted = (
                    {"cancelled"}
                    if point in _CANCELLED
                    else {"rolled-back"}
                    if "fail" in _REFS.get(point, "")
                    else {"succeeded"}
                )
                wrong = [run for run, result in found.results.items() if result not in wanted]
                row.insist(not wrong, f"{point}: runs {wrong} ended as {found.results}")
                row.insist(
                    found.duplicates <= (times if point in _TOLD_TWICE else 0), f"{point}: an end was told twice"
                )

    await all_of([one(number, 6 if long else 1) for number in range(5)])
    row.notes.append(f"gone on with after {slowest[0]:.1f} s at the most")
    row.insist(slowest[0] <= within(10, long=long), f"{slowest[1]}: gone on with only after {slowest[0]:.1f} s")
    return row


async def _die_and_go_on(lane: Lane, point: str, row: Row) -> float:
    """Have a bot die while it deploys; start another; return the seconds until it did something."""
    bot = await lane.start(die_at=point)
    stopped: list[int] = []
    lane.deploy("wait" if point in _CANCELLED else _REFS.get(point, "v1"))
    if point in _CANCELLED:
        await lane.until_rows("SELECT count(*) FROM events WHERE body->>'step' = 'code'", lane.commands)
        stopped = [each["id"] for each in await lane.rows("SELECT id FROM runs WHERE result IS NULL")]
        for number in stopped:
            lane.world.say(lane.team, lane.olena, f"/cancel {number}")
            await lane.world.until(lambda n=number: _stop(lane, n), timeout=30)  # type: ignore[misc]
        _press_stops(lane, stopped)
    try:
        await bot.gone(60)
    except TimeoutError:
        message = f"{point}: never came there\n{lane.last_words}"
        raise AssertionError(message) from None
    row.done += 1
    had, began = await lane.count(_DONE), time.monotonic()
    await lane.start()
    if await lane.count("SELECT count(*) FROM runs WHERE result IS NULL"):
        await lane.until_rows(_DONE, had + 1)
    took = time.monotonic() - began
    _press_stops(lane, stopped)
    await lane.until_ended(lane.commands, 120)
    await lane.kill()
    return took


def _stop(lane: Lane, run: int) -> tuple[Message, str] | None:
    """Return a button that stops a run where it stands, if one is shown."""
    data = RunButton(action=RunAction.STOP, run=run).pack()
    return next(((each, data) for each in lane.world.messages(lane.team) if each.button(data)), None)


def _press_stops(lane: Lane, runs: list[int]) -> None:
    """Press it for each of these runs that shows one."""
    for number in runs:
        if found := _stop(lane, number):
            lane.world.press(*found, by=lane.olena)


async def killed_at_random(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F2: kill -9 again and again, at any moment."""
    row = Row(0, "kills")

    async def one(number: int, runs: int) -> None:
        dice = random.Random(number)  # noqa: S311  a repeatable one
        async with ground.lane(projects=4) as lane:
            while lane.commands < runs:
                lane.deploy(dice.choice(["v1", "v1", "fail", "long"]))
                began = time.monotonic()
                # No longer: commands that no bot has lived to accept are only offered when two minutes old.
                while await _open(lane) and time.monotonic() - began < 60:
                    bot = await lane.start()
                    await asyncio.sleep(dice.choice([dice.uniform(0.1, 5), dice.uniform(5, 12)]))
                    await bot.end()
                    row.done += 1
                # On a busy machine none may have lived long enough, and a held project would refuse the next one.
                bot = await lane.start()
                await lane.until_ended(lane.commands, 120)
                await bot.end()
            await lane.start()
            await lane.until_ended(lane.commands, 90)
            found = await lane.evidence()
            row.add(found)
            # Every kill between Telegram's taking a message and our hearing of it tells the end once more.
            row.problems += problems(found, most_told=5)
            row.insist(set(found.results.values()) <= {"succeeded", "rolled-back"}, f"{found.results}")

    await all_of([one(number, 24 if long else 2) for number in range(4 if long else 2)])
    return row


async def _open(lane: Lane) -> bool:
    """Whether something has not come to its end."""
    tables = await lane.count("SELECT count(*) FROM information_schema.tables WHERE table_name IN ('runs', 'signals')")
    if tables < 2:
        return True
    ended = await lane.count("SELECT count(*) FROM runs WHERE result IS NOT NULL")
    return ended < lane.commands


async def two_bots(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F18: two bots and a worker on one database; one is frozen, taken to be dead, and wakes up again."""
    row, rounds = Row(0, "runs"), (25 if long else 1)
    async with ground.lane(projects=4) as lane:
        for number in range(rounds):
            bots = [await lane.start(), await lane.start(), await lane.start(command="worker")]
            lane.deploy("long" if number % 2 else "v1")
            lane.deploy("v2")  # the project is held, or it is not any more: one run or two, never two at once
            lane.commands -= len(lane.projects)
            await lane.until_rows("SELECT count(*) FROM events", number * 20 + 4)
            frozen = bots[number % 3]
            frozen.tell(signal.SIGSTOP)
            await asyncio.sleep(9)
            frozen.tell(signal.SIGCONT)
            await lane.until_rows("SELECT (count(*) = 0)::int FROM runs WHERE result IS NULL")
            await lane.kill()
        await lane.start()
        await lane.until_ended(await lane.count("SELECT count(*) FROM runs"))
        found = await lane.evidence()
        row.add(found)
        row.done = len(found.results)
        accepted = await lane.count("SELECT count(DISTINCT request) FROM runs")
        row.insist(accepted == len(found.results), "a command made two runs")
        row.problems += [each for each in problems(found, most_told=2) if "commands made" not in each]
        row.insist(set(found.results.values()) <= {"succeeded"}, f"{found.results}")
    return row


async def upgraded(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F27: the old process is told to stop in the middle of runs, and the new one is started."""
    row = Row(0, "upgrades")
    async with ground.lane(projects=3) as lane:
        for _ in range(20 if long else 2):
            old = await lane.start()
            before = await lane.count("SELECT count(*) FROM runs") if row.done else 0
            lane.deploy("long")
            await lane.until_stored(before + 3)
            await lane.until_rows("SELECT count(*) FROM events", before * 12 + 5)
            await old.end(signal.SIGTERM)
            row.done += 1
            await lane.start()
            await lane.until_ended(lane.commands)
            await lane.kill()
        found = await lane.evidence()
        row.add(found)
        row.problems += problems(found)
        row.insist(set(found.results.values()) == {"succeeded"}, f"{found.results}")
    return row
