"""Telegram fails, is away, repeats itself, brings old news; people press twice; clocks are wrong; steps print a lot."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import timedelta

from demo.botapi.faults import FaultKind
from tests.faults.evidence import problems
from tests.faults.lane import Lane, all_of
from tests.faults.row import Ground, Row, within

_SENDING = frozenset({"sendMessage", "editMessageText", "sendDocument"})
_STORM = {
    FaultKind.FLOOD: 0.3,
    FaultKind.BAD_GATEWAY: 0.1,
    FaultKind.INTERNAL_ERROR: 0.1,
    FaultKind.LOST_REQUEST: 0.05,
    FaultKind.LOST_ANSWER: 0.05,
}


async def stormy(ground: Ground, long: bool) -> Row:  # noqa: FBT001  every case's own signature
    """F10: 30 % of the calls are answered by 429, 20 % by 5xx, 10 % not at all, half of which took effect."""
    row = Row(0, "faults")

    async def one(number: int) -> None:
        async with ground.lane(projects=3 if long else 1) as lane:
            dice = random.Random(number)  # noqa: S311  a repeatable one
            lane.world.faults.storm(dice, _STORM, retry_after=1, seconds=0.5, methods=_SENDING)
            await lane.start()
            for _ in range(6 if long else 1):
                lane.deploy("v1")
                await lane.until_rows("SELECT count(*) FROM runs WHERE result IS NOT NULL", lane.commands)
            await lane.until_ended(lane.commands, 400)
            found = await lane.evidence()
            row.add(found)
            row.done += len(lane.world.faults.happened)
            # An answer lost twice in a row: each time the message has to be taken for one that never came.
            row.problems += problems(found, most_told=3)
            row.problems += [each.problem for each in lane.world.failures]

    await all_of([one(number) for number in range(6 if long else 1)])
    return row


async def telegram_away(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F11: Telegram is away. Deploys go on; their ends are told soon after it is back."""
    row, slowest = Row(0, "outages"), 0.0

    async def one(seconds: float) -> None:
        nonlocal slowest
        async with ground.lane(projects=2) as lane:
            await lane.start()
            lane.deploy("v1")
            await lane.until_stored(2)
            lane.world.faults.down = True
            gone = time.monotonic()
            await lane.until_rows("SELECT count(*) FROM runs WHERE result IS NOT NULL", 2, 20)
            await asyncio.sleep(max(0.0, seconds - (time.monotonic() - gone)))
            lane.world.faults.calm()
            back = time.monotonic()
            await lane.until_ended(2)
            slowest = max(slowest, time.monotonic() - back)
            row.done += 1
            found = await lane.evidence()
            row.add(found)
            row.problems += problems(found, most_told=2)

    await all_of([one(seconds) for seconds in ((5, 20, 45, 90, 150) if long else (3, 25))])
    row.notes.append(f"told {slowest:.1f} s after its return")
    row.insist(slowest <= within(15, long=long), f"told only {slowest:.1f} s after Telegram was back")
    return row


async def old_commands(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F12: commands that are between three minutes and 23 hours old. None is carried out, all are answered."""
    row, many = Row(0, "commands"), (100 if long else 20)
    async with ground.lane() as lane:
        dice = random.Random(12)  # noqa: S311  a repeatable one
        for _ in range(many):
            age = timedelta(seconds=dice.uniform(180, 23 * 3600))
            lane.world.say(lane.team, lane.olena, "/deploy p1 v1", at=lane.world.now() - age)
        await lane.start()
        await lane.world.until(lambda: len(lane.world.messages(lane.team)) >= many, timeout=60)
        row.done = many
        row.ends = len(lane.world.messages(lane.team))
        row.executions = len(lane.witnesses())
        row.insist(await lane.count("SELECT count(*) FROM runs") == 0, "an old command was carried out")
        offered = sum(bool(message.labels) for message in lane.world.messages(lane.team))
        row.insist(offered == many, f"{offered} of {many} were answered with a button")
    return row


async def redelivered(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F13: Telegram delivers every update five times, some while its run is under way and some when that is over."""
    row = Row(0, "deliveries")
    async with ground.lane(projects=4) as lane:
        await lane.start()
        for _ in range(10 if long else 2):
            said = [lane.say(f"/deploy {project} v1") for project in lane.projects]
            for message in said:
                lane.world.redeliver(message.update, 3)
            await lane.until_ended(lane.commands)
            for message in said:
                lane.world.redeliver(message.update, 2)
            # What is asked after them is answered after them.
            before = len(lane.world.messages(lane.team))
            lane.world.say(lane.team, lane.olena, "/help")
            await lane.world.until(lambda n=before: len(lane.world.messages(lane.team)) > n)  # type: ignore[misc]
            row.done += sum(len(message.update.deliveries) for message in said if message.update)
        await lane.until_rows("SELECT (count(*) = 0)::int FROM runs WHERE result IS NULL")
        found = await lane.evidence()
        row.add(found)
        row.problems += problems(found)
        row.insist(row.done >= 5 * lane.commands, f"only {row.done} deliveries")
    return row


async def pressed_often(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F14: a button is pressed two to ten times at once, by two people."""
    row = Row(0, "presses")
    async with ground.lane() as lane:
        await lane.start()
        for times in range(2, 11, 1 if long else 4):
            lane.world.say(lane.team, lane.olena, "/deploy p1 v1", at=lane.world.now() - timedelta(minutes=5))
            before = len(lane.world.messages(lane.team))
            await lane.world.until(lambda n=before: len(lane.world.messages(lane.team)) > n)  # type: ignore[misc]
            offer = next(m for m in reversed(lane.world.messages(lane.team)) if m.labels)
            label = offer.labels[0][0]
            for number in range(times):
                lane.world.press(offer, label, by=lane.ihor if number % 2 else lane.olena)
                row.done += 1
            lane.commands += 1
            await lane.until_rows("SELECT (count(*) = 0)::int FROM inbox WHERE handled_at IS NULL")
            await lane.until_ended(lane.commands)
        found = await lane.evidence()
        row.add(found)
        row.problems += problems(found)
    return row


async def much_output(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F16: 60 MB in lines, 10 MB in one line, 3 MB of noise. Memory stays bounded, and the chat takes it all."""
    row, most = Row(0, "outputs"), 0
    async with ground.lane(projects=3) as lane:
        bot = await lane.start()
        lane.deploy("v1")
        await lane.until_ended(3)
        usual = bot.memory
        for _ in range(4 if long else 1):
            for project, ref in zip(lane.projects, (f"flood-{60 if long else 6}", "oneline", "binary"), strict=True):
                lane.say(f"/deploy {project} {ref}")
                row.done += 1
            ended = asyncio.create_task(lane.until_ended(lane.commands, 120))
            while not ended.done():
                most = max(most, bot.memory - usual)
                await asyncio.sleep(0.05)
            await ended
        found = await lane.evidence()
        row.add(found)
        row.problems += problems(found)
        row.problems += [each.problem for each in lane.world.failures]
        bad = [
            call.description
            for call in lane.world.calls
            if call.error_code and "message is not" not in str(call.description) and call.method in _SENDING
        ]
        row.insist(not bad, f"refused by Telegram: {bad}")
        row.insist(set(found.results.values()) == {"succeeded"}, f"{found.results}")
    row.notes.append(f"{most / 2**20:.0f} MiB more memory at the most")
    row.insist(most <= 64 * 2**20, f"{most / 2**20:.0f} MiB more memory")
    return row


async def wrong_clocks(ground: Ground, long: bool) -> Row:  # noqa: FBT001
    """F17: the bot's clock is an hour or a day wrong. Nothing times out or expires that should not."""
    row = Row(0, "clocks")

    async def one(ahead: float) -> None:
        async with ground.lane(projects=2) as lane:
            await lane.start(ahead=ahead)
            for _ in range(3 if long else 1):
                lane.deploy("long")
                await _stored_or_offered(lane, row, ahead)
                await lane.until_ended(len(await lane.rows("SELECT 1 FROM runs")))
            row.done += 1
            found = await lane.evidence()
            row.add(found)
            row.problems += [f"{ahead:+.0f} s: {each}" for each in problems(found)]
            row.insist(set(found.results.values()) == {"succeeded"}, f"{ahead:+.0f} s: {found.results}")

    await all_of([one(ahead) for ahead in (3600, -3600, 86400, -86400)])
    return row


async def _stored_or_offered(lane: Lane, row: Row, ahead: float) -> None:
    """Wait for the runs; note it where the commands were taken to be old."""
    try:
        await lane.until_stored(lane.commands, 15)
    except AssertionError:
        row.problems.append(f"{ahead:+.0f} s: a fresh command was taken to be an old one")
