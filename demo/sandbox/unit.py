"""Unit: one service file, as far as the sandbox understands them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

_SECONDS = {"us": 1e-6, "ms": 1e-3, "": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hr": 3600}


@dataclass(frozen=True, slots=True)
class Unit:
    """A service. Durations in seconds; defaults as in systemd.service(5) and systemd.unit(5)."""

    name: str
    path: Path
    description: str
    command: tuple[str, ...]
    working_directory: Path
    environment: dict[str, str]
    identifier: str
    type: str
    restart: str
    restart_after: float
    stop_timeout: float
    start_limit: int
    start_interval: float
    enabled: bool


def full_name(name: str) -> str:
    """Return a unit's name with its type: ``formbot`` is ``formbot.service``."""
    return name if "." in name else f"{name}.service"


def read_unit(path: Path) -> Unit:
    """Read a service file. Raises OSError."""
    entries = [
        line.partition("=")[::2] for line in path.read_text().splitlines() if "=" in line and line[0] not in "#;"
    ]
    last = {key.strip(): value.strip() for key, value in entries}
    command = tuple(shlex.split(last["ExecStart"]))
    assigned = (word for key, value in entries if key.strip() == "Environment" for word in shlex.split(value))
    return Unit(
        name=path.name,
        path=path,
        description=last.get("Description", path.name),
        command=command,
        working_directory=Path(last.get("WorkingDirectory", "/")),
        environment=dict(word.split("=", 1) for word in assigned),
        identifier=last.get("SyslogIdentifier", Path(command[0]).name),
        type=last.get("Type", "simple"),
        restart=last.get("Restart", "no"),
        restart_after=seconds(last.get("RestartSec", "100ms")),
        stop_timeout=seconds(last.get("TimeoutStopSec", "90s")),
        start_limit=int(last.get("StartLimitBurst", "5")),
        start_interval=seconds(last.get("StartLimitIntervalSec", "10s")),
        enabled="WantedBy" in last,
    )


def seconds(text: str) -> float:
    """Return a time span as systemd.time(7) writes it: ``500ms``, ``1min 30s``, ``2``."""
    return sum(float(number) * _SECONDS[unit] for number, unit in re.findall(r"([\d.]+)\s*([a-z]*)", text))
