"""Host: a server that runs jobs. What the rest of ops knows about one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ops.errors import HostUnlisted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ops.runs.script import Script

LOG_LIMIT = 64 * 1024 * 1024
"""Bytes a job may print before it is ended."""


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt at one step on one host. Starting the same id twice starts it once.

    mark: random text with which the script introduces what it says besides its log.
    timeout, silence: whole seconds, enforced on the server.
    fence: of the run that holds the project, by the project's name; a host that has seen a higher one refuses.
    boot: the boot id under which it may start; under another it is not started. ``-``: any.
    """

    id: str
    script: Script
    values: Mapping[str, str]
    mark: str
    timeout: int
    silence: int
    fence: int = 0
    lock: str = "-"
    boot: str = "-"


@dataclass(frozen=True, slots=True)
class JobEnd:
    """How a job ended.

    reason: exit, timed-out, silent, flooded, cancelled, refused (a newer holder exists), never-began
    (it did nothing and will not run), rebooted (the server has no trace of it, and has been restarted since the boot
    that it was meant for), or lost (it began and nobody can say how it ended). code: the exit status.
    """

    reason: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question brought back: exit status (124: it took too long) and raw output, perhaps cut."""

    status: int
    output: bytes = field(repr=False)


class Host(Protocol):
    """A server. Its methods raise HostError when the server cannot be used."""

    @property
    def name(self) -> str:
        """Its name in the inventory."""

    async def run(self, job: Job, on_output: Callable[[bytes], None]) -> JobEnd:
        """Run a job to its end, or find it already begun and follow it.

        on_output: the raw log in order, in pieces cut anywhere. A lost connection is taken up again; the
        job is not disturbed by it. Raises HostError only while the job certainly has not started.
        """

    async def boot(self) -> str:
        """Return the boot id of the server as it runs now."""

    async def state(self, job_id: str) -> str:
        """Return how a job stands: absent, running, ended, cancelled, refused, never-began or lost."""

    async def acknowledge(self, job_id: str) -> None:
        """Tell a job that waits for it that we are there again."""

    async def clean(self, days: int) -> None:
        """Remove what the server keeps of jobs that ended so many days ago."""

    async def cancel(self, job_id: str, grace: int) -> None:
        """End a job and all it started: TERM, ``grace`` seconds, KILL. One that has not started never will."""

    async def ask(self, script: Script, values: Mapping[str, str], *, mark: str, seconds: int, limit: int) -> Answer:
        """Run a short script that changes nothing. seconds: it may take; limit: bytes of output kept."""


def listed(name: str, hosts: Mapping[str, Host]) -> Host:
    """Return a host by its name. Raises HostUnlisted."""
    if name not in hosts:
        raise HostUnlisted(name)
    return hosts[name]
