"""ServerFolder: one path that is another folder on each server, as /srv is, though they share a machine's files.

Every session of asyncssh's server inherits a descriptor of its server's folder.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HERE = 99
"""The descriptor. Above those that shell scripts use."""
FOLDER = f"/dev/fd/{HERE}"
"""The server's own folder, for whatever its sessions run."""


def hold_folder(folder: Path) -> None:
    """Open a server's folder under the number that its sessions inherit."""
    found = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.dup2(found, HERE, inheritable=False)
    os.close(found)
