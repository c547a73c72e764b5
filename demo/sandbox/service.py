"""Service: one unit as its supervisor sees it: its process, its state, when it is started again and when no more."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demo.sandbox.journal import NOTICE, WARNING, Capture, Journal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from demo.sandbox.children import Child, Children
    from demo.sandbox.unit import Unit

CLEAN_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)
CANNOT_EXECUTE = 203
_EXITED, _KILLED = 1, 2
_EXIT_NAMES = {0: "SUCCESS", 1: "FAILURE", CANNOT_EXECUTE: "EXEC"}


@dataclass
class Status:
    """What ``systemctl show`` tells. Times are seconds since the epoch, 0 for never."""

    active: str = "inactive"
    sub: str = "dead"
    result: str = "success"
    pid: int = 0
    restarts: int = 0
    exit_code: int = 0
    exit_status: int = 0
    last_pid: int = 0
    invocation: str = ""
    started: float = 0
    ended: float = 0
    changed: float = 0


@dataclass
class StartLimit:
    """So many starts in so many seconds, counted from the first. Source: systemd's ratelimit."""

    begun: float = 0
    starts: int = 0

    def allows(self, now: float, most: int, interval: float) -> bool:
        """Count one start and tell whether it may happen."""
        if self.starts == 0 or now > self.begun + interval:
            self.begun, self.starts = now, 0
        self.starts += 1
        return self.starts <= most


@dataclass
class Service:
    """Keeps one unit's process as systemd would. ``unit`` is read again from its file before every start."""

    unit: Unit
    children: Children
    journal: Journal
    environment: Mapping[str, str]
    status: Status = field(default_factory=Status)
    _limit: StartLimit = field(default_factory=StartLimit)
    _child: Child | None = None
    _watching: asyncio.Task[None] | None = None
    _waiting: asyncio.TimerHandle | None = None
    _restarting: asyncio.Task[None] | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self, unit: Unit) -> bool:
        """Start it unless it runs. False: refused by the start limit, or its program cannot be executed."""
        async with self._turn:
            if self.status.active == "active":
                return True
            self.unit = unit
            self.status.restarts = 0
            return await self._start()

    async def restart(self, unit: Unit) -> bool:
        """Stop and start it. A program that crashes a moment later does not make this False, as with Type=exec."""
        async with self._turn:
            await self._stop()
            self.unit = unit
            self.status.restarts = 0
            return await self._start()

    async def stop(self) -> None:
        """Stop it: SIGTERM to its process group, SIGKILL after the time limit."""
        async with self._turn:
            await self._stop()

    def reset_failed(self) -> None:
        """Forget a failure and the starts that led to it."""
        self._limit = StartLimit()
        if self.status.active == "failed":
            self._enter("inactive", "dead", "success")

    async def _start(self) -> bool:
        self._forget_restart()
        if not self._limit.allows(time.monotonic(), self.unit.start_limit, self.unit.start_interval):
            self._say("Start request repeated too quickly.", WARNING)
            # A crash loop keeps its own result, as in systemd: only quick starts of a healthy service get this one.
            self._fail("start-limit-hit" if self.status.result == "success" else self.status.result)
            return False
        self._manager(f"Starting {self._title}...")
        self.status.invocation = uuid.uuid4().hex
        try:
            await self._execute()
        except OSError as error:
            self._say(f"Failed to execute {self.unit.command[0]}: {error.strerror}", WARNING)
            self._ended(CANNOT_EXECUTE)
            return self.unit.type == "simple"
        self._manager(f"Started {self._title}.")
        return True

    async def _execute(self) -> None:
        reading, writing = os.pipe()
        capture = Capture(self.journal, self.unit.name, self.unit.identifier)
        await asyncio.get_running_loop().connect_read_pipe(lambda: capture, os.fdopen(reading, "rb", 0))
        environment = {**self.environment, "INVOCATION_ID": self.status.invocation, **self.unit.environment}
        try:
            self._child = self.children.start(
                self.unit.command, env=environment, cwd=self.unit.working_directory, stdout=writing, stderr=writing
            )
        finally:
            os.close(writing)
        capture.pid = self.status.pid = self.status.last_pid = self._child.pid
        self.status.started = time.time()
        self._enter("active", "running", "success")
        self._watching = asyncio.create_task(self._watch(self._child))

    async def _watch(self, child: Child) -> None:
        status = await child.exited
        child.signal_group(signal.SIGKILL)  # what the main process left behind in its group
        self._child = None
        self._ended(status)

    async def _stop(self) -> None:
        if self.status.sub == "auto-restart":
            self._forget_restart()
            self._enter("inactive", "dead", self.status.result)
            self._manager(f"Stopped {self._title}.")
        if self._child is None or self._watching is None:
            return
        self._manager(f"Stopping {self._title}...")
        self._enter("deactivating", "stop-sigterm", "success")
        self._child.signal_group(signal.SIGTERM)
        done, _ = await asyncio.wait([self._watching], timeout=self.unit.stop_timeout)
        if not done:
            self._say("State 'stop-sigterm' timed out. Killing.", WARNING)
            self.status.result = "timeout"
            self._child.signal_group(signal.SIGKILL)
            await self._watching

    def _ended(self, status: int) -> None:
        """Decide what an end of the main process means."""
        stopping = self.status.active == "deactivating"
        clean = status == 0 or -status in CLEAN_SIGNALS
        self.status.pid = 0
        self.status.ended = time.time()
        self.status.exit_code, self.status.exit_status = (_EXITED, status) if status >= 0 else (_KILLED, -status)
        if not clean:
            self._say(f"Main process exited, {_exit_words(status)}", NOTICE)
        if clean and self.status.result != "timeout":
            self._say("Deactivated successfully.")
            self._enter("inactive", "dead", "success")
        else:
            result = "timeout" if self.status.result == "timeout" else "exit-code" if status > 0 else "signal"
            self._fail(result)
        if stopping:
            self._manager(f"Stopped {self._title}.")
        elif self.unit.restart == "always" or (self.unit.restart == "on-failure" and not clean):
            self._restart_later()

    def _restart_later(self) -> None:
        self._enter("activating", "auto-restart", self.status.result)
        loop = asyncio.get_running_loop()
        self._waiting = loop.call_later(self.unit.restart_after, self._restart_now)

    def _restart_now(self) -> None:
        self._waiting = None
        self._restarting = asyncio.create_task(self._restart_in_turn())

    async def _restart_in_turn(self) -> None:
        async with self._turn:
            if self.status.sub != "auto-restart":
                return  # somebody stopped or started it while this waited
            self.status.restarts += 1
            self._say(f"Scheduled restart job, restart counter is at {self.status.restarts}.")
            await self._start()

    def _forget_restart(self) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None

    def _fail(self, result: str) -> None:
        self._enter("failed", "failed", result)
        self._say(f"Failed with result '{result}'.", WARNING)

    def _enter(self, active: str, sub: str, result: str) -> None:
        self.status.active, self.status.sub, self.status.result = active, sub, result
        self.status.changed = time.time()

    @property
    def _title(self) -> str:
        return f"{self.unit.name} - {self.unit.description}"

    def _say(self, message: str, priority: int = 6) -> None:
        self._manager(f"{self.unit.name}: {message}", priority)

    def _manager(self, message: str, priority: int = 6) -> None:
        self.journal.write(self.unit.name, "systemd", 1, message, priority)


def _exit_words(status: int) -> str:
    if status < 0:
        return f"code=killed, status={-status}/{signal.Signals(-status).name.removeprefix('SIG')}"
    return f"code=exited, status={status}/{_EXIT_NAMES.get(status, 'n/a')}"
