"""Probation: a version that was just put live is asked again and again how it does, until its time is over."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import structlog

from ops.actor import Actor, Role
from ops.errors import HostError, OpsError, ProjectLocked, RunNotFound, ScriptRefused
from ops.runs.launcher import Ask
from ops.watch.verdict import Finding, Tally, Trouble, judge

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from ops.hosts.questions import Questions
    from ops.inventory import Inventory
    from ops.runs.launcher import Launcher
    from ops.runs.plan import Step
    from ops.runs.run import Run
    from ops.store.journal import PostgresJournal
    from ops.store.watches import PostgresWatches, Watch

log = structlog.get_logger()

PROBATION = Actor(0, "probation", Role.OPERATOR)
"""Who takes a version back that did not pass."""
_LOOK_SECONDS = 5.0
"""How often it is looked unasked whether there is something to do."""
_SOONEST_SECONDS = 0.05
_GATHER_SECONDS = 0.5
"""How long changes of runs gather: quick steps follow each other faster."""
_ROUND_SECONDS = 30.0
"""How long checks of one round are begun: with the last one's own limit it stays within the lease of a watch."""
# A check asks once here; the deploy's own patience with a fresh start is over.
_AT_ONCE = {
    "STABLE_SECONDS": "0",
    "WITHIN_SECONDS": "0",
    "PATIENCE_SECONDS": "2",
    "FIRST_URL": "",
    "ASK_ONCE": "yes",
}


class Probation:
    """Asks, tallies and acts; any number of processes may do so at once.

    learn: called with a project and a host before something of them is read: learns what to redact. told: called
    when something was queued for people.
    """

    def __init__(
        self,
        inventory: Inventory,
        watches: PostgresWatches,
        journal: PostgresJournal,
        questions: Questions,
        launcher: Launcher,
        *,
        learn: Callable[[str, str], Awaitable[None]],
        told: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._inventory = inventory
        self._watches = watches
        self._journal = journal
        self._questions = questions
        self._launcher = launcher
        self._learn = learn
        self._told = told
        self._now = now
        self._nudged = asyncio.Event()
        self._learnt: set[tuple[str, str]] = set()

    def look(self) -> None:
        """Look soon: a run has changed."""
        if any(project.watch for project in self._inventory.projects.values()):
            self._nudged.set()

    async def run(self) -> None:
        """Serve until cancelled, through every restart of the database."""
        while True:
            pause = _LOOK_SECONDS
            try:
                pause = await self._round()
            except Exception:  # a task's boundary: what was not written is done again
                log.exception("probation goes on later")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._nudged.wait()
                    await asyncio.sleep(_GATHER_SECONDS)
            self._nudged.clear()

    async def _round(self) -> float:
        """Do what is due; return after how many seconds to look again."""
        for project in tuple(self._inventory.projects.values()):
            if project.watch and await self._watches.begin(project, self._now()):
                self._told()
        async with asyncio.TaskGroup() as group:
            while watch := await self._watches.claim(self._now()):
                group.create_task(self._attend(watch), name=f"probation of run {watch.run_id}")
        due = await self._watches.next_at()
        wait = (due - self._now()).total_seconds() if due else _LOOK_SECONDS
        return min(_LOOK_SECONDS, max(_SOONEST_SECONDS, wait))

    async def _attend(self, watch: Watch) -> None:
        """Make one round of one watch; who is stopped meanwhile leaves it to another process at once."""
        try:
            await self._look_after(watch)
        except asyncio.CancelledError:
            await self._watches.let_go(watch, self._now())
            raise

    async def _look_after(self, watch: Watch) -> None:
        try:
            run = await self._journal.load(watch.run_id)
        except RunNotFound:
            return
        if watch.state == "back":
            await self._take_back(watch, run)
            return
        if await self._watches.overtaken(watch):
            await self._watches.end(watch, "superseded", self._now())
            return
        tally = watch.tally if watch.tally.restarts else Tally(watch.tally.strikes, restarts_at_the_end(run))
        tally, trouble = judge(tally, await self._ask_all(run))
        if await self._watches.overtaken(watch):
            await self._watches.end(watch, "superseded", self._now())  # what was seen may have been that run's doing
        elif trouble is None:
            await self._watches.go_on(watch, tally, self._now())
        else:
            await self._act(watch, run, trouble)
        self._told()

    async def _act(self, watch: Watch, run: Run, trouble: Trouble) -> None:
        log.warning("a version does not hold", run=run.id, host=trouble.host, step=trouble.step, why=trouble.why)
        back = watch.on_trouble == "auto" and bool(run.previous_commit())
        if await self._watches.end(watch, "back" if back else "trouble", self._now(), trouble=trouble) and back:
            self._nudged.set()

    async def _take_back(self, watch: Watch, run: Run) -> None:
        """Have the version before put live again; where another run holds the project, people decide."""
        ask = Ask(f"watch:{run.id}", PROBATION, "rollback", run.project, {"REF": run.previous_commit()})
        try:
            back = await self._launcher.launch(ask)
        except ProjectLocked as error:
            await self._watches.end(watch, "trouble", self._now(), busy_run=error.run)
        except OpsError as error:
            log.warning("nothing can be taken back", run=run.id, why=str(error))
            await self._watches.end(watch, "trouble", self._now())
        else:
            await self._watches.end(watch, "trouble", self._now(), back_run=back.id)
        self._told()

    async def _ask_all(self, run: Run) -> list[Finding]:
        deadline = asyncio.get_running_loop().time() + _ROUND_SECONDS

        async def ask_host(host: str) -> list[Finding]:
            if (run.project, host) not in self._learnt:
                await self._learn(run.project, host)
                self._learnt.add((run.project, host))
            return [await self._ask(run, step, host, deadline) for step in run.plan.steps if step.check]

        found = await asyncio.gather(*(ask_host(host) for host in run.plan.hosts))
        return [finding for each in found for finding in each]

    async def _ask(self, run: Run, step: Step, host: str, deadline: float) -> Finding:
        if asyncio.get_running_loop().time() > deadline:
            return Finding(host, step.key, good=None)
        try:
            said = (await self._questions.ask(host, step.script, {**run.values(step, host), **_AT_ONCE})).said
        except ScriptRefused as error:
            return Finding(host, step.key, good=False, why=error.why, detail=error.detail)
        except HostError:
            return Finding(host, step.key, good=None)
        restarts = said.facts.get("restarts", "")
        return Finding(host, step.key, good=True, restarts=int(restarts) if restarts.isdigit() else None)


def restarts_at_the_end(run: Run) -> dict[str, int]:
    """Return how often systemd had restarted each unit when the deploy had checked it."""
    found = {}
    for attempt in run.attempts:
        said = attempt.ended.facts.get("restarts", "") if attempt.ended else ""
        if said.isdigit():
            found[f"{attempt.started.host}/{attempt.started.step}"] = int(said)
    return found
