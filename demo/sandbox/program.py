"""Programs that the sandbox runs to their end while it is being built."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
ISOLATED = {
    "PATH": SYSTEM_PATH,
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PIP_CONFIG_FILE": "/dev/null",
    "PIP_NO_INDEX": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""No setting of the machine's user or system reaches Git or pip, and pip reaches no index."""


class ProgramFailed(Exception):
    """A program ended with another status than 0."""

    def __init__(self, argv: tuple[str, ...], status: int | None, said: str) -> None:
        super().__init__(f"{' '.join(argv)}: status {status}\n{said}")
        self.argv = argv
        self.status = status
        self.said = said


async def run(*argv: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None) -> bytes:
    """Run a program in an environment of nothing but ISOLATED and ``env``; return its output. Raises ProgramFailed.

    Whoever stops waiting stops the program as well, with what it started.
    """
    process = await asyncio.create_subprocess_exec(
        shutil.which(argv[0]) or argv[0],
        *argv[1:],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**ISOLATED, **(env or {})},
        cwd=cwd or "/",
        start_new_session=True,
    )
    try:
        printed, said = await process.communicate(stdin)
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise
    if process.returncode != 0:
        raise ProgramFailed(argv, process.returncode, (printed + said).decode(errors="replace"))
    return printed
