"""The sandbox's TCP ports, the same ones at every start while they are free."""

from __future__ import annotations

import json
import random
import socket
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

ADDRESS = "127.0.0.1"
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 20_000


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
    """Return ``wanted`` if it is free, else another one that is.

    Not one that the kernel gives to outgoing connections: somebody's would sit on it while its server restarts.
    """
    first = int(_EPHEMERAL.read_text().split()[0]) if _EPHEMERAL.exists() else 49152  # RFC 6335, section 6
    dice = random.SystemRandom()
    port = wanted
    while not (port and _is_free(port)):
        port = dice.randrange(_LOWEST, first) if first > _LOWEST else dice.randrange(1024, _LOWEST)
    return port


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
        return True
