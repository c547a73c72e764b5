"""Worker: drives runs. It carries out what the engine decides, after the journal has it in writing."""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING

import structlog

from ops.errors import HostError
from ops.hosts.host import Job
from ops.hosts.output import OutputReader
from ops.runs.engine import CancelJob, Decision, Effect, RunJob, begin, decide, resume
from ops.runs.events import Event, Outcome, StepEnded
from ops.runs.script import may_be_value
from ops.runs.step_log import StepLog

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from datetime import datetime

    from ops.hosts.host import Host, JobEnd
    from ops.hosts.output import Messages
    from ops.redaction import Redactor
    from ops.runs.events import StepStarted
    from ops.runs.journal import Journal
    from ops.runs.run import Run

log = structlog.get_logger()

CANCEL_GRACE = 8
"""Seconds between TERM and KILL for a job that is to end."""
TAIL_LINES = 15
NOTE_SECONDS = 1.0
"""How often the log of a step that goes on is stored."""

_REASONS = {
    "timed-out": Outcome.TIMED_OUT,
    "silent": Outcome.SILENT,
    "flooded": Outcome.FLOODED,
    "cancelled": Outcome.CANCELLED,
    "never-began": Outcome.FAILED,
    "refused": Outcome.REFUSED,
}


class Worker:
    """Drives any number of runs at once, each in a task of its own."""

    def __init__(
        self,
        *,
        journal: Journal,
        hosts: Mapping[str, Host],
        redactor: Redactor,
        identity: tuple[str, bytes],
        now: Callable[[], datetime],
        changed: Callable[[int], None],
        prepare: Callable[[Run, str], Coroutine[None, None, None]],
    ) -> None:
        """identity: the installation's id and secret. changed: called with a run's number after each commit.

        prepare: called with a run and a host before its secrets can be printed: learns what to redact.
        """
        self.journal = journal
        self.hosts = hosts
        self.redactor = redactor
        self.now = now
        self.changed = changed
        self.prepare = prepare
        self._installation, self._secret = identity
        self._drives: dict[int, _Drive] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def take_over(self) -> None:
        """Go on with every run that an earlier process left open."""
        for run_id in await self.journal.open_runs():
            self.start(await self.journal.load(run_id))

    def start(self, run: Run) -> None:
        """Drive a run to its end, in the background."""
        if run.id not in self._drives:
            self._drives[run.id] = _Drive(self, run)
            self._tasks[run.id] = asyncio.create_task(self._guard(run), name=f"run {run.id}")
            self._tasks[run.id].add_done_callback(lambda _: self._tasks.pop(run.id))
            self.changed(run.id)

    async def tell(self, run_id: int, event: Event) -> None:
        """Hand an event from outside to a run that is under way; nothing happens when it is over."""
        if drive := self._drives.get(run_id):
            drive.inbox.put_nowait(event)

    async def finish(self, run_id: int) -> None:
        """Wait until a run is over."""
        if task := self._tasks.get(run_id):
            await asyncio.shield(task)

    async def close(self) -> None:
        """Let go of all runs; they stay open in the journal, and their jobs go on."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _guard(self, run: Run) -> None:
        """Drive a run to its end whatever gets in the way, a database that is away for minutes included.

        What was not written did not happen: the run is read again and taken up where the rows say. Its
        jobs are found on the servers by their names.
        """
        pause = 0.0
        while True:
            drive = self._drives[run.id]
            try:
                await drive.run_to_end()
            except Exception:  # noqa: BLE001  a task's boundary: it must not end before the run does
                await log.aexception("taking a run up again", run=run.id)
            else:
                break
            pause = min(10.0, pause * 2 + 0.2)
            await asyncio.sleep(pause)
            try:
                self._drives[run.id] = _Drive(self, await self.journal.load(run.id))
            except Exception:  # noqa: BLE001  as above
                await log.aexception("cannot read a run", run=run.id)
        del self._drives[run.id]

    def job(self, run: Run, started: StepStarted) -> Job:
        """Return what the host is to run for an attempt."""
        step = run.plan.by_key[started.step]
        script = step.undo if started.undo and step.undo else step.script
        name = f"{self._installation}-{started.job}"
        facts = run.facts(started.host).items()
        learnt = {name.upper(): value for name, value in facts if may_be_value(name.upper())}
        return Job(
            id=name,
            script=script,
            values={**learnt, **run.plan.values, **step.values},
            mark=hmac.digest(self._secret, name.encode(), "sha256").hex()[:32],
            timeout=int(step.timeout),
            silence=int(step.silence),
            fence=run.id,
        )


class _Drive:
    """One run under way: events come in, are decided on, written down, and acted on."""

    def __init__(self, worker: Worker, run: Run) -> None:
        self.run = run
        self.inbox: asyncio.Queue[Event] = asyncio.Queue()
        self._worker = worker
        self._logs: dict[str, StepLog] = {}
        self._prepared: dict[str, asyncio.Task[None]] = {}

    async def run_to_end(self) -> None:
        """Drive the run until it is over."""
        async with asyncio.TaskGroup() as group:
            if self.run.version == 0:
                await self._settle(begin(self.run, self._worker.now()), group)
            else:
                self._act(resume(self.run), group)
            while self.run.end is None:
                await self._settle(decide(self.run, await self.inbox.get()), group)

    async def _settle(self, decision: Decision, group: asyncio.TaskGroup) -> None:
        """Write first, act afterwards."""
        ended = [event.job for event in decision.events if isinstance(event, StepEnded)]
        log_pieces = [piece for job in ended if job in self._logs for piece in self._logs.pop(job).pieces(final=True)]
        await self._worker.journal.append(decision.run, decision.events, log_pieces)
        self.run = decision.run
        self._worker.changed(self.run.id)
        self._act(decision.effects, group)

    def _act(self, effects: tuple[Effect, ...], group: asyncio.TaskGroup) -> None:
        for effect in effects:
            match effect:
                case RunJob(started):
                    group.create_task(self._run_job(started))
                case CancelJob(started):
                    group.create_task(self._cancel_job(started))

    async def _run_job(self, started: StepStarted) -> None:
        """Have a job run to its end; its end is an event."""
        worker = self._worker
        await self._prepare(started)
        job = worker.job(self.run, started)
        reader = OutputReader(job.mark, worker.redactor)
        step_log = self._logs[started.job] = StepLog(started.job, worker.now)
        noting = asyncio.create_task(self._note(step_log))
        try:
            end = await worker.hosts[started.host].run(job, lambda piece: step_log.add(reader.feed(piece)))
            step_log.add(reader.close())
            ended = _ended(started, end, reader.messages, step_log.tail(TAIL_LINES), worker.now())
        except HostError as error:
            facts = {name: str(value) for name, value in error.facts().items()}
            ended = StepEnded(
                started.job,
                Outcome.REFUSED,
                worker.now(),
                (worker.now() - started.at).total_seconds(),
                code=error.code,
                facts=facts,
            )
        finally:
            noting.cancel()
        self.inbox.put_nowait(ended)

    async def _prepare(self, started: StepStarted) -> None:
        """Have the host prepared: beside the run's very first step, which prints no secrets, else before."""
        host, first = started.host, self.run.plan.steps[0].key
        if host not in self._prepared:
            self._prepared[host] = asyncio.create_task(self._worker.prepare(self.run, host))
        if started.step != first:
            await asyncio.shield(self._prepared[host])

    async def _cancel_job(self, started: StepStarted) -> None:
        """Ask the host to end a job, until it has heard."""
        worker = self._worker
        job_id = worker.job(self.run, started).id
        while any(attempt.started.job == started.job for attempt in self.run.running):
            try:
                await worker.hosts[started.host].cancel(job_id, CANCEL_GRACE)
            except HostError as error:
                await log.ainfo("cancelling later", run=self.run.id, host=started.host, why=str(error))
                await asyncio.sleep(1)
            else:
                return

    async def _note(self, step_log: StepLog) -> None:
        """Store what a long step prints while it goes on."""
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            if log_pieces := step_log.pieces():
                await self._worker.journal.note(self.run.id, log_pieces)
                self._worker.changed(self.run.id)


def _ended(started: StepStarted, end: JobEnd, said: Messages, tail: tuple[str, ...], at: datetime) -> StepEnded:
    """Return the event for how a job ended, and what its script said about it."""
    outcome, code = _outcome(end, said)
    return StepEnded(
        job=started.job,
        outcome=outcome,
        at=at,
        seconds=(at - started.at).total_seconds(),
        exit_code=end.code,
        code=code,
        facts=said.facts,
        items={name: tuple(entries) for name, entries in said.items.items()},
        warnings=tuple(said.warnings),
        tail=() if outcome.good else tail,
    )


def _outcome(end: JobEnd, said: Messages) -> tuple[Outcome, str]:
    if end.reason == "lost":
        return Outcome.UNKNOWN, ""
    if end.reason != "exit":
        return _REASONS.get(end.reason, Outcome.FAILED), ""
    if end.code == 0:
        return (Outcome.SKIPPED, said.skipped) if said.skipped else (Outcome.OK, "")
    if said.refused:
        return Outcome.REFUSED, said.refused
    return Outcome.FAILED, said.failed
