"""Worker: drives runs. It carries out what the engine decides, after the journal has it in writing."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from typing import TYPE_CHECKING

import structlog

from ops.errors import HostError, HostUnreachable
from ops.hosts.host import Job, JobEnd, listed
from ops.hosts.output import OutputReader
from ops.runs.engine import CancelJob, Decision, Effect, RunJob, begin, decide, resume
from ops.runs.events import Outcome, Part, StepEnded
from ops.runs.journal import SupersededError
from ops.runs.judgement import judged
from ops.runs.step_log import StepLog

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from datetime import datetime

    from ops.hosts.host import Host
    from ops.hosts.output import Messages
    from ops.redaction import Redactor
    from ops.runs.birth import Birth
    from ops.runs.events import Event, StepStarted
    from ops.runs.journal import Journal, Tenure
    from ops.runs.run import Run

log = structlog.get_logger()

CANCEL_GRACE = 8
"""Seconds between TERM and KILL for a job that is to end."""
TAIL_LINES = 15
NOTE_SECONDS = 1.0
"""How often the log of a step that goes on is stored."""
LISTEN_SECONDS = 2.0
"""How often we look unasked whether somebody has told the run something."""
PATIENCE_SECONDS = 300.0
"""How long a run waits for a server that it has spoken to before and cannot reach now."""
FIRST_SECONDS = 30.0
"""How long a run tries a server that hangs up on it at once: sshd does when many come (MaxStartups)."""

_REASONS = {
    "timed-out": Outcome.TIMED_OUT,
    "silent": Outcome.SILENT,
    "flooded": Outcome.FLOODED,
    "cancelled": Outcome.CANCELLED,
    "never-began": Outcome.NEVER_BEGAN,
    "refused": Outcome.REFUSED,
    "rebooted": Outcome.UNKNOWN,
    "lost": Outcome.UNKNOWN,
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
        secrets: Mapping[str, str] | None = None,
    ) -> None:
        """identity: the installation's id and secret. changed: called with a run's number after each commit.

        secrets: by name, what steps that ask for it are told; it is in no plan and no row.

        prepare: called with a run and a host before its secrets can be printed: learns what to redact.
        """
        self.journal = journal
        self.hosts = hosts
        self.redactor = redactor
        self.now = now
        self.changed = changed
        self.prepare = prepare
        self._installation, self._secret = identity
        self._secrets = secrets or {}
        self._drives: dict[int, _Drive] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._closing = False

    async def drive(self, run_id: int) -> None:
        """Drive a run until it is over, or belongs to somebody else; joins the drive that is under way."""
        if run_id not in self._tasks:
            self._tasks[run_id] = asyncio.create_task(self._guard(run_id), name=f"run {run_id}")
            self._tasks[run_id].add_done_callback(lambda _: self._tasks.pop(run_id))
        await asyncio.shield(self._tasks[run_id])

    async def acknowledge(self, run: Run, birth: Birth) -> None:
        """Tell the steps of a run that have restarted the bot, and wait for this process, that it is there.

        Raises HostError.
        """
        for attempt in birth.awaited_by(run):
            await listed(attempt.started.host, self.hosts).acknowledge(self.job_id(attempt.started))
            log.info("reported back", run=run.id, step=attempt.started.step)

    def listen(self, run_id: int) -> None:
        """Look now whether somebody has told the run something."""
        if drive := self._drives.get(run_id):
            drive.nudged.set()

    async def close(self) -> None:
        """Let go of all runs; they stay open in the journal, and their jobs go on."""
        self._closing = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _guard(self, run_id: int) -> None:
        """Drive a run to its end whatever gets in the way, a database that is away for minutes included.

        What was not written did not happen: the run is read again and taken up where the rows say. Its
        jobs are found on the servers by their names.
        """
        pause = 0.0
        while not self._closing:  # a cancel is lost in a group of tasks where one of them fails at that moment
            try:
                if await self._take_up_and_drive(run_id):
                    return
            except Exception:  # a task's boundary: it must not end before the run does
                log.exception("taking a run up again", run=run_id)
            pause = min(10.0, pause * 2 + 0.2)
            await asyncio.sleep(pause)

    async def _take_up_and_drive(self, run_id: int) -> bool:
        """Drive a run for as long as it is ours; False when it has to be taken up again."""
        tenure = await self.journal.take_up(run_id)
        if tenure is None:
            return True
        drive = self._drives[run_id] = _Drive(self, tenure)
        self.changed(run_id)
        try:
            await drive.run_to_end()
        except* SupersededError:
            log.info("somebody else drives the run", run=run_id)
        finally:
            del self._drives[run_id]
        return True

    def job(self, run: Run, started: StepStarted, boot: str = "-") -> Job:
        """Return what the host is to run for an attempt."""
        step = run.plan.by_key[started.step]
        script = {Part.DO: step.script, Part.UNDO: step.undo, Part.PROBE: step.probe}[started.part] or step.script
        name = self.job_id(started)
        return Job(
            id=name,
            script=script,
            values={**run.values(step, started.host), **{name: self._secrets.get(name, "") for name in step.secrets}},
            mark=hmac.digest(self._secret, name.encode(), "sha256").hex()[:32],
            timeout=int(step.timeout),
            silence=int(step.silence),
            fence=run.id,
            lock=f"{self._installation}-{run.project}",
            boot=boot,
        )

    def job_id(self, started: StepStarted) -> str:
        """Return an attempt's name on its server."""
        return f"{self._installation}-{started.job}"


class _Drive:
    """One run under way: events come in, are decided on, written down, and acted on."""

    def __init__(self, worker: Worker, tenure: Tenure) -> None:
        self.run = tenure.run
        self.nudged = asyncio.Event()
        self._epoch = tenure.epoch
        self._boots = dict(tenure.boots)
        self._inbox: asyncio.Queue[tuple[Event, int]] = asyncio.Queue()
        self._worker = worker
        # A server that gets another address meanwhile is none that this run has begun on.
        self._hosts = {name: worker.hosts[name] for name in tenure.run.plan.hosts if name in worker.hosts}
        self._logs: dict[str, StepLog] = {}
        self._prepared: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping: dict[str, asyncio.Event] = {}

    async def run_to_end(self) -> None:
        """Drive the run until it is over."""
        async with asyncio.TaskGroup() as group:
            self._start(group, self._listen())
            self._act(resume(self.run), group, fresh=False)
            # Nothing where something is under way; else what follows from what there is: the beginning of a new run.
            await self._settle(begin(self.run, self._worker.now()), group)
            while self.run.end is None:
                event, heard = await self._inbox.get()
                await self._settle(decide(self.run, event), group, heard)
            for task in self._tasks:
                task.cancel()

    def _start(self, group: asyncio.TaskGroup, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Begin something that ends with the run at the latest."""
        task = group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _settle(self, decision: Decision, group: asyncio.TaskGroup, heard: int = 0) -> None:
        """Write first, act afterwards."""
        if decision.events:
            ended = [event.job for event in decision.events if isinstance(event, StepEnded)]
            logs = [self._logs.pop(job) for job in ended if job in self._logs]
            pieces = [piece for step_log in logs for piece in step_log.pieces(final=True)]
            await self._worker.journal.append(
                decision.run, self._epoch, decision.events, pieces, [heard] if heard else []
            )
            self.run = decision.run
            self._worker.changed(self.run.id)
        self._act(decision.effects, group, fresh=True)

    def _act(self, effects: tuple[Effect, ...], group: asyncio.TaskGroup, *, fresh: bool) -> None:
        for effect in effects:
            match effect:
                case RunJob(started):
                    self._stopping[started.job] = asyncio.Event()
                    self._start(group, self._run_job(started, group, fresh=fresh))
                case CancelJob(started):
                    self._start(group, self._cancel_job(started))

    async def _listen(self) -> None:
        """Hear what people tell the run, each thing once."""
        after = 0
        while True:
            for number, signal in await self._worker.journal.signals(self.run.id, after):
                after = number
                self._inbox.put_nowait((signal, number))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LISTEN_SECONDS):
                    await self.nudged.wait()
            self.nudged.clear()

    async def _run_job(self, started: StepStarted, group: asyncio.TaskGroup, *, fresh: bool) -> None:
        """Have a job run to its end; its end is an event. ``fresh``: this process has decided on it."""
        worker = self._worker
        await self._prepare(started, group)
        reader = OutputReader(worker.job(self.run, started).mark, worker.redactor)
        step_log = self._logs[started.job] = StepLog(started.job, worker.now)
        noting = self._start(group, self._note(step_log))
        try:
            end = await self._reach_and_run(started, lambda piece: step_log.add(reader.feed(piece)), fresh=fresh)
            step_log.add(reader.close())
            ended = _ended(started, end, reader.messages, step_log.tail(TAIL_LINES), worker.now())
            if started.part is Part.DO:
                step = self.run.plan.by_key[started.step]
                ended = await judged(self.run, step, ended, worker.journal, worker.redactor.clean)
        except HostError as error:
            facts = {name: str(value) for name, value in error.facts().items()}
            seconds = (worker.now() - started.at).total_seconds()
            ended = StepEnded(started.job, Outcome.REFUSED, worker.now(), seconds, code=error.code, facts=facts)
        finally:
            noting.cancel()
        self._inbox.put_nowait((ended, 0))

    async def _reach_and_run(self, started: StepStarted, take: Callable[[bytes], None], *, fresh: bool) -> JobEnd:
        """Run a job, waiting for a server that has gone quiet since the run began. Raises HostError."""
        worker, loop = self._worker, asyncio.get_running_loop()
        if not fresh and started.host not in self._hosts:
            return JobEnd("lost")  # whoever sent it there knew a server that we do not
        host = self._host(started.host)
        met = any(attempt.started.host == started.host and attempt.good for attempt in self.run.attempts)
        patience = PATIENCE_SECONDS + (0 if fresh else self.run.plan.by_key[started.step].timeout)
        begun = loop.time()
        pause = 0.5
        while True:
            try:
                boot = await self._boot(started.host) if fresh else self._boots.get(started.host, "-")
                end = await host.run(worker.job(self.run, started, boot), take)
                return JobEnd("never-began") if fresh and end.reason == "rebooted" else end
            except HostUnreachable as error:
                # A job that this process has decided on has certainly not been sent; another's may have been.
                if fresh and self._stopping[started.job].is_set():
                    return JobEnd("cancelled")
                first = FIRST_SECONDS if error.why == "lost" else 0
                if loop.time() >= begun + (patience if met or not fresh else first):
                    if fresh:
                        raise
                    return JobEnd("lost")
                log.info("waiting for a server", run=self.run.id, host=started.host, why=error.why)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping[started.job].wait()
            pause = min(10.0, pause * 2)

    def _host(self, name: str) -> Host:
        return listed(name, self._hosts)

    async def _boot(self, host: str) -> str:
        """Return the boot that a fresh job may start under; it is written down before the job is sent."""
        boot = await self._host(host).boot()
        if self._boots.get(host) != boot:
            await self._worker.journal.record_boot(self.run.id, host, boot)
            self._boots[host] = boot
        return boot

    async def _prepare(self, started: StepStarted, group: asyncio.TaskGroup) -> None:
        """Have the host prepared: beside the run's very first step, which prints no secrets, else before."""
        host, first = started.host, self.run.plan.steps[0].key
        if host not in self._prepared:
            self._prepared[host] = self._start(group, self._worker.prepare(self.run, host))
        if started.step != first:
            await asyncio.shield(self._prepared[host])

    async def _cancel_job(self, started: StepStarted) -> None:
        """Ask the host to end a job, until it has heard."""
        worker = self._worker
        self._stopping[started.job].set()
        while any(attempt.started.job == started.job for attempt in self.run.running):
            try:
                await self._host(started.host).cancel(worker.job_id(started), CANCEL_GRACE)
            except HostError as error:
                log.info("cancelling later", run=self.run.id, host=started.host, why=str(error))
                await asyncio.sleep(1)
            else:
                return

    async def _note(self, step_log: StepLog) -> None:
        """Store what a long step prints while it goes on."""
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            if log_pieces := step_log.pieces():
                with contextlib.suppress(SupersededError):  # the drive itself finds out with its next event
                    await self._worker.journal.note(self.run.id, self._epoch, log_pieces)
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
    if end.reason != "exit":
        return _REASONS.get(end.reason, Outcome.FAILED), "superseded" if end.reason == "refused" else ""
    if end.code == 0:
        return (Outcome.SKIPPED, said.skipped) if said.skipped else (Outcome.OK, "")
    if said.refused:
        return Outcome.REFUSED, said.refused
    return Outcome.FAILED, said.failed
