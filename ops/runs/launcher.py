"""Launcher: the one door through which a run begins, or is told something, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ops.actor import Right
from ops.errors import CannotResume, JobAlive, ReasonMissing, RunNotFound
from ops.runs.events import Answered, CancelRequested, Result, Unlocked
from ops.runs.journal import Request
from ops.runs.planner import PLACE_VALUES, make_plan
from ops.runs.resumption import inherited_events, may_resume
from ops.runs.worker import CANCEL_GRACE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    from ops.actor import Actor
    from ops.hosts.host import Host
    from ops.inventory import Inventory
    from ops.project import Project
    from ops.runs.events import Choice
    from ops.runs.library import Library
    from ops.runs.plan import Plan
    from ops.runs.run import Run
    from ops.runs.runbook import Runbook
    from ops.runs.worker import Worker
    from ops.store.journal import PostgresJournal


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants. ``key`` names the asking itself; the same key never makes two runs.

    wait: stand in line when the project is held. hosts: these of the project's; all when empty.
    """

    key: str
    actor: Actor
    runbook: str
    project: str
    values: Mapping[str, str] = field(default_factory=dict)
    chat_id: int = 0
    wait: bool = False
    hosts: tuple[str, ...] = ()


class Launcher:
    """Checks the right, makes the plan, and has it stored; whoever drives runs finds it there."""

    def __init__(
        self,
        inventory: Inventory,
        library: Library,
        journal: PostgresJournal,
        worker: Worker,
        zone: tzinfo,
        now: Callable[[], datetime],
    ) -> None:
        self._inventory = inventory
        self.library = library
        self._journal = journal
        self._worker = worker
        self._zone = zone
        self._now = now

    def plan(self, ask: Ask) -> Plan:
        """Return what a run would do; nothing is stored or touched. Raises as ``launch`` does."""
        project, runbook = self._asked(ask.project, ask.runbook, ask.actor)
        return self._plan(runbook, project, ask.values, ask.hosts, ask.actor)

    async def launch(self, ask: Ask) -> Run:
        """Accept a run; it is stored and will end, whatever happens to this process.

        Raises UnknownProject, NotAllowed, NoRunbook, BadRef, BadValue, ProjectLocked: then nothing was touched.
        """
        project, runbook = self._asked(ask.project, ask.runbook, ask.actor)
        for right in {
            runbook.values[name].right for name, value in ask.values.items() if value and name in runbook.values
        }:
            self._inventory.project(project.name, ask.actor, Right(right))
        plan = self._plan(runbook, project, ask.values, ask.hosts, ask.actor)
        request = Request(
            key=ask.key,
            project=project.name,
            runbook=ask.runbook,
            ref=plan.values.get("REF", ""),
            actor=ask.actor,
            plan=plan,
            at=self._now(),
            chat_id=ask.chat_id,
            wait=ask.wait,
        )
        run, _ = await self._journal.accept(request)
        return run

    async def cancel(self, run_id: int, actor: Actor, *, back: bool = False) -> Run:
        """Ask for a run to stop; ``back``: and for what it changed to be taken back. Raises RunNotFound, NotAllowed."""
        run = await self._find(run_id, actor)
        await self._tell(run, CancelRequested(actor.name, self._now(), back))
        return run

    async def answer(self, run_id: int, job: str, choice: Choice, actor: Actor) -> Run:
        """Answer the question that a run waits with. Raises RunNotFound, NotAllowed."""
        run = await self._find(run_id, actor)
        await self._tell(run, Answered(job, choice, actor.name, self._now()))
        return run

    async def resume(self, run_id: int, actor: Actor, key: str, chat_id: int) -> Run:
        """Go on where a run stopped, as a new run. Raises RunNotFound, NotAllowed, CannotResume, ProjectLocked."""
        old = await self._find(run_id, actor)
        project, runbook = self._asked(old.project, old.runbook, actor)
        if not may_resume(old):
            raise CannotResume(run_id, "nothing-left")
        given = {
            name: value for name, value in old.plan.values.items() if name in runbook.values or name in PLACE_VALUES
        }
        if self._plan(runbook, project, given, old.plan.hosts, actor).fingerprint != old.plan.fingerprint:
            raise CannotResume(run_id, "plan-changed")
        if newer := await self._changed_since(old):
            raise CannotResume(run_id, "overtaken", newer)
        request = Request(
            key=key,
            project=old.project,
            runbook=old.runbook,
            ref=old.ref,
            actor=actor,
            plan=old.plan,
            at=self._now(),
            chat_id=chat_id,
            resumes=old.id,
            inherited=inherited_events(old),
        )
        run, _ = await self._journal.accept(request)
        return run

    async def finish_rest(self, run: Run, actor: Actor, key: str, chat_id: int) -> Ask:
        """Return what brings the hosts that a run has not updated to the version of the others.

        Raises CannotResume when it has updated none or all, or a later run has changed something.
        """
        await self._insist_on_parts(run)
        rest = tuple(host for host in run.plan.hosts if not run.updated(host))
        return Ask(key, actor, run.runbook, run.project, {"REF": run.commit}, chat_id, hosts=rest)

    async def take_all_back(self, run: Run, actor: Actor, key: str, chat_id: int) -> Ask:
        """Return what brings the hosts that a run has updated back to the version that the others kept.

        Raises CannotResume, as ``finish_rest`` does.
        """
        await self._insist_on_parts(run)
        updated = tuple(host for host in run.plan.hosts if run.updated(host))
        kept = next((host for host in run.plan.hosts if not run.updated(host)), run.plan.hosts[0])
        return Ask(key, actor, "rollback", run.project, {"REF": run.previous_commit(kept)}, chat_id, hosts=updated)

    async def unlock(self, project_name: str, actor: Actor, reason: str) -> Run | None:
        """Free a project whose run cannot go on, once every server has said that none of its jobs lives.

        What a lost one has left behind on the server is ended.

        Returns the run that held it; None when nobody did. Raises UnknownProject, NotAllowed, ReasonMissing,
        JobAlive, and HostError for a server of the inventory that does not answer.
        """
        project = self._inventory.project(project_name, actor, Right.ADMIN)
        if not reason.strip():
            raise ReasonMissing(project.name)
        holder = await self._journal.holder(project.name)
        if holder is None:
            return None
        run = await self._journal.load(holder.run)
        for attempt in (*run.running, *run.asked):
            host = self._worker.hosts.get(attempt.started.host)
            if host is not None and await self._lives(host, self._worker.job_id(attempt.started)):
                raise JobAlive(run.id, attempt.started.host, attempt.started.step)
        await self._tell(run, Unlocked(actor.name, reason.strip(), self._now()))
        return run

    @staticmethod
    async def _lives(host: Host, job_id: str) -> bool:
        state = await host.state(job_id)
        if state == "lost":
            # Nobody watches over what it has started any more, and nobody will ask about it again.
            await host.cancel(job_id, CANCEL_GRACE)
        return state == "running"

    async def _find(self, run_id: int, actor: Actor) -> Run:
        run = await self._journal.load(run_id)
        if not actor.sees(run.project):
            raise RunNotFound(run_id)
        self._inventory.project(run.project, actor, Right.OPERATE)
        return run

    async def _tell(self, run: Run, signal: CancelRequested | Answered | Unlocked) -> None:
        if run.end is None:
            await self._journal.tell(run.id, signal)
            self._worker.listen(run.id)

    async def _insist_on_parts(self, run: Run) -> None:
        if run.result is not Result.PARTIAL:
            raise CannotResume(run.id, "nothing-left")
        if newer := await self._changed_since(run):
            raise CannotResume(run.id, "overtaken", newer)

    async def _changed_since(self, old: Run) -> int:
        """Return a later run that may have changed what ``old`` left behind; 0 when there is none."""
        for number in await self._journal.latest([old.project], _LATER):
            if number > old.id:
                later = await self._journal.load(number)
                if later.changed or later.end is None:
                    return number
        return 0

    def _asked(self, project_name: str, name: str, actor: Actor) -> tuple[Project, Runbook]:
        """Return project and runbook, of which the actor may ask. Raises UnknownProject, NotAllowed, NoRunbook."""
        project = self._inventory.project(project_name, actor, Right.OPERATE)
        runbook = self.library.find(project, name)
        return self._inventory.project(project_name, actor, runbook.right), runbook

    def _plan(
        self, runbook: Runbook, project: Project, given: Mapping[str, str], hosts: tuple[str, ...], actor: Actor
    ) -> Plan:
        local_time = self._now().astimezone(self._zone)
        plan = make_plan(runbook, project, given, local_time, hosts)
        # Scripts ask whether commits are this person's own.
        asker = {"ACTOR": " ".join(actor.name.split()), "ACTOR_GIT": actor.git}
        return replace(plan, values={**plan.values, **asker})


_LATER = 100
"""How many runs back it is looked whether one came after another."""
