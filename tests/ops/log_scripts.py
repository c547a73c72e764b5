"""Scripts that read logs, run by a real shell in a folder of their own."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ops.hosts.output import read_answer
from ops.hosts.session import remote_script
from ops.redaction import Redactor
from ops.runs.runbook import shared_script

if TYPE_CHECKING:
    from pathlib import Path

    from ops.hosts.output import Messages

MARK = "c0ffee" * 5


@dataclass
class Said:
    """What a script printed and said. read: bytes that it and its programs have read."""

    lines: list[str]
    said: Messages
    read: int = 0
    status: int = 0


@dataclass
class LogServer:
    """A folder with a log, and scripts that look at it. ``env``: what they are told besides."""

    folder: Path
    shell: tuple[str, ...] = ("sh",)
    env: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """The log."""
        return self.folder / "app.log"

    def run(self, name: str, **values: str) -> Said:
        """Run a script; what it does not say about itself is said here."""
        script = self.folder / name
        script.write_text(remote_script(shared_script(name)).text)
        given = {
            "PROJECT": "formbot",
            "PROJECT_PATH": str(self.folder),
            "LOG_NAME": "app",
            "LOG_FILE": str(self.log),
            "LOG_UNIT": "",
            "LOG_CONTAINER": "",
            "LINES": "5",
            "AT": "",
            **values,
        }
        inherited = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(self.folder), "TZ": "UTC"}
        env = {**inherited, "LANG": "C.UTF-8", "LOTSMAN_MARK": MARK, **given, **self.env}
        # What a process's children have read is counted as its own once it has waited for them.
        counting = 'f=$1; shift; "$@"; s=$?; cat /proc/$$/io >"$f" 2>/dev/null; exit $s'
        counts = self.folder / "io"
        command = ["sh", "-c", counting, "sh", str(counts), *self.shell, str(script)]
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        lines, said = read_answer(done.stdout, MARK, Redactor())
        io = counts.read_text().split() if counts.exists() else []
        return Said(lines, said, int(io[1]) if len(io) > 1 else 0, done.returncode)
