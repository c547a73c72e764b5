"""Process: when this one began, and the commit it was started from, as the kernel and git's files tell."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from os import sysconf
from pathlib import Path

from ops.runs.birth import Birth

ROOT = Path(__file__).resolve().parent.parent
"""Where our code is."""
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_START_TIME = 19
"""The place of starttime in /proc/<pid>/stat, counted from the field behind the program's name. Source: proc(5)."""


def read_birth(now: datetime, root: Path = ROOT) -> Birth:
    """Return this process's birth. No commit where the code was changed since, or is no checkout of its own."""
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[_START_TIME])
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / sysconf("SC_CLK_TCK")
    began = now - timedelta(seconds=age)
    return Birth(began, _commit(root / ".git", began))


def _commit(git: Path, began: datetime) -> str:
    """Return what HEAD names, if it did so already when the process began: its files came from there."""
    try:
        head = git / "HEAD"
        if datetime.fromtimestamp(head.stat().st_mtime, UTC) >= began:
            return ""
        text = head.read_text().strip()
        if text.startswith("ref: "):
            text = (git / text.removeprefix("ref: ")).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return text if _COMMIT.fullmatch(text) else ""
