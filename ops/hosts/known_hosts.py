"""Known hosts: the pinned keys, in a file of OpenSSH's own format. Nothing is sent to a host without one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import asyncssh

from ops.errors import BadFile

if TYPE_CHECKING:
    from pathlib import Path


class KnownHosts:
    """The pinned keys under a path; the file appears with the first one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pinned(self, address: str, port: int) -> list[asyncssh.SSHKey]:
        """Return the keys pinned for an address. Raises BadFile for a file that cannot be read."""
        wanted = _entry_name(address, port)
        return [key for name, key in self._entries() if wanted in name.split(",")]

    def pin(self, address: str, port: int, key: asyncssh.SSHKey) -> None:
        """Make this the one key of the address."""
        wanted = _entry_name(address, port)
        kept = [f"{name} {_public(old)}" for name, old in self._entries() if name != wanted]
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text("\n".join([*kept, f"{wanted} {_public(key)}", ""]))
        fresh.chmod(0o600)
        os.replace(fresh, self._path)  # noqa: PTH105  the atomic one

    def _entries(self) -> list[tuple[str, asyncssh.SSHKey]]:
        try:
            lines = self._path.read_text().splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise BadFile(str(self._path), 0, "", "unreadable", str(error)) from None
        entries = []
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith("#"):
                name, _, key = line.strip().partition(" ")
                try:
                    entries.append((name, asyncssh.import_public_key(key)))
                except (asyncssh.KeyImportError, ValueError):
                    raise BadFile(str(self._path), number, "", "bad-key-line", name) from None
        return entries


def fingerprint(key: asyncssh.SSHKey) -> str:
    """Return what ``ssh-keygen -l`` shows: ``SHA256:...``."""
    return key.get_fingerprint("sha256")


def _entry_name(address: str, port: int) -> str:
    # As in sshd(8): the port is named only where it is not 22.
    return address if port == 22 else f"[{address}]:{port}"  # noqa: PLR2004  the standard port


def _public(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode().strip()
