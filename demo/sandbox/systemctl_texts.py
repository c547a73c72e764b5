"""What systemctl prints about units, in the words of systemd 252."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from demo.sandbox.service import Service
    from demo.sandbox.systemctl_words import Words
    from demo.sandbox.unit import Unit


def not_privileged(words: Words) -> str:
    """Return what a user without rights is told."""
    name = " ".join(words.names)
    return (
        f"Failed to {words.verb} {name}: Interactive authentication required.\n"
        f"See system logs and 'systemctl status {name}' for details.\n"
    )


def job_failed(name: str, result: str) -> str:
    """Return what is said when a start did not succeed."""
    reasons = {
        "start-limit-hit": "start of the service was attempted too often",
        "exit-code": "the control process exited with error code",
        "signal": "a fatal signal was delivered to the control process",
    }
    lines = [
        f"Job for {name} failed because {reasons.get(result, 'of unavailable resources or another system error')}.",
        f'See "systemctl status {name}" and "journalctl -xeu {name}" for details.',
    ]
    if result == "start-limit-hit":
        lines += [
            f'To force a start use "systemctl reset-failed {name}"',
            f'followed by "systemctl start {name}" again.',
        ]
    return "\n".join(lines) + "\n"


def file_state(unit: Unit) -> str:
    """Return a unit file's state."""
    return "enabled" if unit.enabled else "static"


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%a %Y-%m-%d %H:%M:%S UTC") if at else ""


def properties_of_nothing(name: str) -> dict[str, str]:
    """Return what ``show`` knows about a unit that does not exist."""
    return {
        "MainPID": "0",
        "Result": "success",
        "NRestarts": "0",
        "Id": name,
        "Description": name,
        "LoadState": "not-found",
        "ActiveState": "inactive",
        "SubState": "dead",
        "UnitFileState": "",
    }


def properties(unit: Unit, service: Service) -> Mapping[str, str]:
    """Return the properties in the order in which systemd prints them, whatever order they are asked in."""
    status = service.status
    return {
        "Type": unit.type,
        "Restart": unit.restart,
        "RestartUSec": f"{unit.restart_after:g}s",
        "MainPID": str(status.pid),
        "Result": status.result,
        "NRestarts": str(status.restarts),
        "ExecMainStartTimestamp": _stamp(status.started),
        "ExecMainExitTimestamp": _stamp(0 if status.pid else status.ended),
        "ExecMainPID": str(status.last_pid),
        "ExecMainCode": str(0 if status.pid else status.exit_code),
        "ExecMainStatus": str(0 if status.pid else status.exit_status),
        "WorkingDirectory": str(unit.working_directory),
        "Id": unit.name,
        "Names": unit.name,
        "Description": unit.description,
        "LoadState": "loaded",
        "ActiveState": status.active,
        "SubState": status.sub,
        "FragmentPath": str(unit.path),
        "UnitFileState": file_state(unit),
        "StateChangeTimestamp": _stamp(status.changed),
        "ActiveEnterTimestamp": _stamp(status.started),
        "StartLimitIntervalUSec": f"{unit.start_interval:g}s",
        "StartLimitBurst": str(unit.start_limit),
        "InvocationID": status.invocation,
    }


def status_text(service: Service) -> str:
    """Return the head of ``status``, without log lines."""
    unit, status = service.unit, service.status
    sub = status.sub if status.result == "success" else f"Result: {status.result}"
    since = f" since {_stamp(status.changed)}; {time.time() - status.changed:.0f}s ago" if status.changed else ""
    dot = {"failed": "×", "active": "●"}.get(status.active, "○")
    lines = [
        f"{dot} {unit.name} - {unit.description}",
        f"     Loaded: loaded ({unit.path}; {file_state(unit)}; preset: enabled)",
        f"     Active: {status.active} ({sub}){since}",
    ]
    if status.pid:
        lines.append(f"   Main PID: {status.pid} ({unit.command[0].rpartition('/')[2]})")
    return "\n".join(lines) + "\n"
