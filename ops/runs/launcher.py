"""Launcher: the one door through which a run begins, whoever asks: a person, a timer, a webhook."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ops.actor import Right
from ops.errors import RunNotFound
from ops.runs.events import CancelRequested
from ops.runs.journal import Request
from ops.runs.planner import make_plan
from ops.runs.runbook import SHIPPED, Runbook, load_runbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    from ops.actor import Actor
    from ops.inventory import Inventory
    from ops.runs.journal import Journal
    from ops.runs.run import Run
    from ops.runs.worker import Worker


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants. ``key`` names the asking itself; the same key never makes two runs."""

    key: str
    actor: Actor
    runbook: str
    project: str
    values: Mapping[str, str] = field(default_factory=dict)
    chat_id: int = 0


class Launcher:
    """Checks the right, makes the plan, has it stored, and hands it to the worker."""

    def __init__(
        self, inventory: Inventory, journal: Journal, worker: Worker, zone: tzinfo, now: Callable[[], datetime]
    ) -> None:
        self._inventory = inventory
        self._journal = journal
        self._worker = worker
        self._zone = zone
        self._now = now
        stacks: set[str] = {project.stack for project in inventory.projects.values()}
        self._runbooks = {
            (stack, path.stem): load_runbook(path)
            for stack in stacks
            for path in sorted((SHIPPED / stack).glob("*.yml"))
        }

    def runbook(self, stack: str, name: str) -> Runbook:
        """Return a stack's runbook. Raises KeyError."""
        return self._runbooks[stack, name]

    async def launch(self, ask: Ask) -> Run:
        """Accept a run; it is stored and will end, whatever happens to this process.

        Raises UnknownProject, NotAllowed, BadRef, ProjectLocked: then nothing was touched.
        """
        project = self._inventory.project(ask.project, ask.actor, Right.OPERATE)
        now = self._now()
        plan = make_plan(self.runbook(project.stack, ask.runbook), project, ask.values, now.astimezone(self._zone))
        ref = ask.values.get("REF", "")
        request = Request(ask.key, project.name, ask.runbook, ref, ask.actor, plan, now, ask.chat_id)
        run, fresh = await self._journal.accept(request)
        if fresh:
            self._worker.start(run)
        return run

    async def cancel(self, run_id: int, actor: Actor) -> Run:
        """Ask for a run to stop; what it changed is taken back. Raises RunNotFound, NotAllowed."""
        run = await self._journal.load(run_id)
        if not actor.sees(run.project):
            raise RunNotFound(run_id)
        self._inventory.project(run.project, actor, Right.OPERATE)
        if run.end is None:
            await self._worker.tell(run_id, CancelRequested(actor.name, self._now()))
        return run
