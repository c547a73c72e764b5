"""SshLogin: what a client needs to log in to the sandbox, and the keys behind it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncssh

from demo.sandbox.layout import current_user
from demo.sandbox.ports import ADDRESS

if TYPE_CHECKING:
    from pathlib import Path

    from demo.sandbox.layout import Layout


@dataclass(frozen=True, slots=True)
class SshLogin:
    """An address, a user, the client's private key, and a file that pins the server's key in OpenSSH's format."""

    address: str
    port: int
    user: str
    client_key: Path
    known_hosts: Path


def make_keys(layout: Layout) -> None:
    """Make the server's and the client's key where they are missing."""
    for name in ("host_key", "client_key"):
        path = layout.ssh / name
        if not path.exists():
            key = asyncssh.generate_private_key("ssh-ed25519", comment=f"lotsman-sandbox {name}")
            path.with_name(f"{name}.pub").write_bytes(key.export_public_key())
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:  # noqa: PTH123 - needs the mode
                file.write(key.export_private_key())
    (layout.ssh / "authorized_keys").write_bytes((layout.ssh / "client_key.pub").read_bytes())


def pin(layout: Layout, port: int) -> SshLogin:
    """Write known_hosts for a server that listens on ``port``."""
    kind, key, *_ = (layout.ssh / "host_key.pub").read_text().split()
    known_hosts = layout.ssh / "known_hosts"
    known_hosts.write_text(f"[{ADDRESS}]:{port} {kind} {key}\n")
    return SshLogin(ADDRESS, port, current_user(), layout.ssh / "client_key", known_hosts)
