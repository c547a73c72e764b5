"""The sandbox's TCP ports, the same ones at every start while they are free."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """On the loopback address."""

    ssh: int
    postgres: int
    formbot: int


def choose_ports(file: Path) -> Ports:
    """Return last time's ports where they are free, else others, and remember them."""
    last = json.loads(file.read_text()) if file.exists() else {}
    ports = Ports(**{name: free_port(last.get(name, 0)) for name in ("ssh", "postgres", "formbot")})
    file.write_text(json.dumps(asdict(ports)))
    return ports


def free_port(wanted: int = 0) -> int:
    """Return ``wanted`` if it is free, else any free port."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, wanted))
        except OSError:
            probe.bind((ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port
