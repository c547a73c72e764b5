"""Locked: an environment that holds what requirements.lock names and nothing else.

The packages of the developers' environment change what a bot imports (structlog takes up rich where it is
there), so contestants that are weighed see only those of the lock: links to them, on a path of their own.
"""

from __future__ import annotations

import os
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent
_LOCK = _ROOT / "requirements.lock"


def locked_environment(folder: Path) -> dict[str, str]:
    """Link the packages into a folder; return the environment variables that have Python find them, and us."""
    folder.mkdir(exist_ok=True)
    for name in re.findall(r"^([A-Za-z0-9._-]+)==", _LOCK.read_text(), re.MULTILINE):
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # for another system
        for top in {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}:
            if not (folder / top).exists():
                (folder / top).symlink_to(Path(str(package.locate_file(top))))
    return {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join((str(folder), str(_ROOT)))}


def interpreter() -> list[str]:
    """Return the command of an interpreter that sees no packages but those on its path."""
    return [str(getattr(sys, "_base_executable", sys.executable)), "-S"]
