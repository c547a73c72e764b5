"""Layout: where everything of one sandbox lies, and the environment of what runs in it."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.sandbox.program import ISOLATED, SYSTEM_PATH

if TYPE_CHECKING:
    from pathlib import Path


def current_user() -> str:
    """Return the user's name; its number where it has none."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths below one absolute folder, named as on a server."""

    folder: Path

    @property
    def bin(self) -> Path:
        """Programs that come first on PATH: stand-ins and PostgreSQL's clients."""
        return self.folder / "bin"

    @property
    def units(self) -> Path:
        """Service files."""
        return self.folder / "etc" / "systemd"

    @property
    def sudoers(self) -> Path:
        """What the sudo stand-in allows, one command a line."""
        return self.folder / "etc" / "sudoers.sandbox"

    @property
    def home(self) -> Path:
        """HOME of SSH sessions and services."""
        return self.folder / "home"

    @property
    def temporary(self) -> Path:
        """TMPDIR of SSH sessions and services."""
        return self.folder / "tmp"

    @property
    def backups(self) -> Path:
        """Where a bot may keep backups."""
        return self.folder / "opt" / "backups"

    @property
    def run(self) -> Path:
        """Sockets."""
        return self.folder / "run"

    @property
    def ssh(self) -> Path:
        """Keys of the SSH server and of its one client."""
        return self.folder / "ssh"

    @property
    def repository(self) -> Path:
        """The bare repository that the checkout's origin is."""
        return self.folder / "srv" / "git" / "formbot.git"

    @property
    def project(self) -> Path:
        """The checkout that the service runs from."""
        return self.folder / "srv" / "formbot"

    @property
    def logs(self) -> Path:
        """The service's log file, the journal, and what the servers said."""
        return self.folder / "var" / "log"

    @property
    def wheels(self) -> Path:
        """Where pip looks."""
        return self.folder / "wheels"

    @property
    def postgres(self) -> Path:
        """The sandbox's own PostgreSQL."""
        return self.folder / "postgres"

    @property
    def cache(self) -> Path:
        """What is slow to make, kept for the next start and for reset."""
        return self.folder / "cache"

    def make(self) -> None:
        """Make the folders. The outermost may be passed through, so that PostgreSQL may run as another user."""
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        private = (self.bin, self.units, self.home, self.temporary, self.backups, self.run, self.ssh, self.logs)
        for path in (*private, self.repository.parent, self.wheels, self.cache):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def environment(self) -> dict[str, str]:
        """Return the whole environment of an SSH session or a service: nothing is inherited."""
        return {
            **ISOLATED,
            "PATH": f"{self.bin}:{SYSTEM_PATH}",
            "PIP_FIND_LINKS": self.wheels.as_uri(),  # pip splits a path at its spaces
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "USER": current_user(),
            "LOGNAME": current_user(),
            "SHELL": "/bin/sh",
        }
