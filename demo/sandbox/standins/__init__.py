"""Programs that stand in for what a sandbox without systemd and without root rights cannot have.

The modules beside this one import nothing of ours: they run by their path, in a bare interpreter.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from demo.sandbox.program import SYSTEM_PATH

if TYPE_CHECKING:
    from demo.sandbox.layout import Layout

STAND_INS = ("systemctl", "journalctl", "sudo")
ALLOWED = tuple(f"systemctl {verb} formbot" for verb in ("start", "stop", "restart", "reset-failed", "status"))


def install_stand_ins(layout: Layout) -> None:
    """Write the programs into the sandbox's bin, and the default sudo rules."""
    here = Path(__file__).resolve().parent
    for name in STAND_INS:
        words = shlex.join([sys.executable, "-IS", str(here / f"{name}.py"), str(layout.folder)])
        program = layout.bin / name
        program.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        program.chmod(0o755)
    _link_what_the_system_lacks(layout)
    layout.sudoers.write_text(
        "# Commands that need no password, one a line.\n" + "".join(f"{line}\n" for line in ALLOWED)
    )


def _link_what_the_system_lacks(layout: Layout) -> None:
    """Put Git and Python on the sandbox's PATH where they are installed elsewhere than a system's are."""
    for name, found in (("git", shutil.which("git")), ("python3", str(Path(sys.executable).resolve()))):
        link = layout.bin / name
        link.unlink(missing_ok=True)
        if found and shutil.which(name, path=SYSTEM_PATH) is None:
            link.symlink_to(found)
