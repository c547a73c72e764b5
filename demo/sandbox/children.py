"""Children: every process below this one, adopted orphans included, as a system's first process keeps them."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
"""Source: linux/prctl.h."""

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Child:
    """A process that was started here. ``exited``: its status, negative for a signal."""

    process: subprocess.Popen[bytes]
    exited: asyncio.Future[int]

    @property
    def pid(self) -> int:
        """Process id, and that of its session and process group."""
        return self.process.pid

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the whole process group."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)


class Children:
    """Starts processes, notices every end, and can end all of them.

    Made inside a running loop, in a process with one thread that starts children nowhere else.
    """

    def __init__(self) -> None:
        # Orphans of our children become ours, not the machine's: so none can be lost sight of.
        if _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
        self._started: dict[int, Child] = {}
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._reap)

    def start(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] = subprocess.DEVNULL,
        stderr: int | IO[bytes] = subprocess.DEVNULL,
        pass_fds: tuple[int, ...] = (),
    ) -> Child:
        """Start a process in a session of its own; it dies when we do. Raises OSError when it cannot be executed."""
        process = subprocess.Popen(
            argv,
            bufsize=0,
            env=env,
            cwd=cwd,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
            pass_fds=pass_fds,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - safe: this process has one thread
        )
        child = Child(process, asyncio.get_running_loop().create_future())
        self._started[process.pid] = child
        return child

    def all(self) -> list[int]:
        """Return the pids of all running processes below this one."""
        return descendants(os.getpid())

    async def end(self, spared: Collection[int] = ()) -> None:
        """Kill every descendant but the spared, and wait until they are gone."""
        while pids := [pid for pid in self.all() if pid not in spared]:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.01)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self._started.pop(pid, None)
            if child is not None:
                child.process.returncode = os.waitstatus_to_exitcode(status)
                child.exited.set_result(child.process.returncode)


def running_processes() -> dict[int, int]:
    """Return every running process of the system with its parent: pid to pid. Zombies are not running."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(FileNotFoundError, ProcessLookupError):
                state, parent = (entry / "stat").read_bytes().rpartition(b")")[2].split()[:2]
                if state != b"Z":
                    found[int(entry.name)] = int(parent)
    return found


def descendants(ancestor: int) -> list[int]:
    """Return the pids of all running processes below one, children before grandchildren."""
    parents = running_processes()
    found = [pid for pid, parent in parents.items() if parent == ancestor]
    for above in found:
        found += [pid for pid, parent in parents.items() if parent == above]
    return found


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
