"""Contestant: the whole bot; told to, it takes a run of the ten commands from acceptance to end."""

from __future__ import annotations

import asyncio
import contextlib
import json
from itertools import count

from bot.app import App, utc_now
from bot.logs import set_up_logging
from bot.settings import Settings
from handlers.budget import Pace
from ops.actor import Actor
from ops.redaction import Redactor
from ops.runs.journal import Request
from ops.runs.plan import Plan, Step
from ops.runs.script import Script
from tests.bench.resident import given, serve
from tests.bench.telegram import OLENA

_QUICK = Pace(per_minute=100_000, gap=0.0, edit_gap=3.0, reserve=0)
"""No waiting between messages, edits of a card as far apart as they are: rounds come quicker than runs do."""


class Bot:
    """The bot, and the plan that it carries out again and again."""

    def __init__(self, app: App, commands: list[str], actor: Actor) -> None:
        self._app = app
        steps = tuple(
            Step(f"step-{i}", "reach", Script(f"{command}\n"), timeout=60, silence=60)
            for i, command in enumerate(commands)
        )
        self._plan = Plan(("web1",), steps)
        self._actor = actor
        self._numbers = count(1)
        self._newest = 0
        self._taken_up = asyncio.Event()
        self._redraw = app.driver.redraw
        app.driver.redraw = self._changed

    def _changed(self, run_id: int) -> None:
        if run_id > self._newest:
            self._newest = run_id
            self._taken_up.set()
        self._redraw(run_id)

    async def work(self) -> None:
        """Accept a run; whoever serves the queue carries it to its end."""
        key = f"bench:{next(self._numbers)}"
        request = Request(key, "bench", "deploy", "main", self._actor, self._plan, utc_now(), 0)
        self._taken_up.clear()
        run, _ = await self._app.driver.journal.accept(request)
        await self._taken_up.wait()
        await self._app.driver.worker.drive(run.id)  # joins what is under way
        self._app.postman.wake()
        result = await self._app.driver.pool.fetchval("SELECT result FROM runs WHERE id = $1", run.id)
        if result != "succeeded":
            raise ChildProcessError(result)

    async def tell(self) -> None:
        """Wait until the team has been told."""
        unsent = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"
        while await self._app.driver.pool.fetchval(unsent):  # noqa: ASYNC110  nothing tells of a row
            await asyncio.sleep(0.02)


async def main() -> None:
    redactor = Redactor()
    set_up_logging(redactor)
    async with App(Settings(_env_file=None), redactor) as app:
        app.postman._paces = (_QUICK, _QUICK)
        serving = asyncio.create_task(app.serve())
        actor = app.driver.inventory.people[OLENA]
        bot = Bot(app, json.loads(given()["commands"]), actor)
        await serve(bot.work, bot.tell)
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


if __name__ == "__main__":
    asyncio.run(main())
