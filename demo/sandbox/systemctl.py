"""Systemctl: answers what the systemctl stand-in is asked, in systemd's words and with its exit codes.

Source of wording, codes and the order of properties: systemctl(1) and the behaviour of systemd 252.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.sandbox.service import Service
from demo.sandbox.standins import journalctl
from demo.sandbox.systemctl_texts import (
    file_state,
    job_failed,
    not_privileged,
    properties,
    properties_of_nothing,
    status_text,
)
from demo.sandbox.systemctl_words import UnknownOption, Words, parse
from demo.sandbox.unit import read_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from demo.sandbox.children import Children
    from demo.sandbox.journal import Journal
    from demo.sandbox.layout import Layout

NOT_RUNNING = 3
UNKNOWN_UNIT = 4
NOT_INSTALLED = 5
_WITHOUT_NAMES = ("daemon-reload", "list-unit-files", "is-system-running")
_CHANGING = ("start", "stop", "restart", "reset-failed", "daemon-reload")


@dataclass
class Reply:
    """What a program printed, and its exit status."""

    stdout: str = ""
    stderr: str = ""
    status: int = 0


class Systemctl:
    """Knows the units of one folder and keeps their services."""

    def __init__(self, layout: Layout, children: Children, journal: Journal) -> None:
        self._layout = layout
        self._children = children
        self._journal = journal
        self._services: dict[str, Service] = {}

    async def answer(self, argv: Sequence[str], *, privileged: bool) -> Reply:
        """Do what the words say."""
        try:
            words = parse(argv)
        except UnknownOption as error:
            return Reply(stderr=f"systemctl: unrecognized option '{error}'\n", status=1)
        if not words.names and words.verb not in _WITHOUT_NAMES:
            return Reply(stderr="Too few arguments.\n", status=1)
        if words.verb in _CHANGING and not privileged:
            return Reply(stderr=not_privileged(words), status=1)
        if words.verb in _CHANGING:
            return await self._change(words)
        verbs: dict[str, Callable[[Words], Reply]] = {
            "status": self._status,
            "is-active": self._is_active,
            "is-failed": self._is_failed,
            "is-enabled": self._is_enabled,
            "show": self._show,
            "cat": self._cat,
            "list-unit-files": self._list_unit_files,
            "is-system-running": lambda _: Reply("running\n"),
        }
        if words.verb not in verbs:
            return Reply(stderr=f"Unknown command verb {words.verb}.\n", status=1)
        return verbs[words.verb](words)

    async def stop_all(self) -> None:
        """Stop every service and forget its past."""
        for service in self._services.values():
            await service.stop()
        self._services.clear()

    async def _change(self, words: Words) -> Reply:
        replies = [await self._change_one(words.verb, name) for name in words.names]
        status = max((reply.status for reply in replies), default=0)
        return Reply(stderr="".join(reply.stderr for reply in replies), status=status)

    async def _change_one(self, verb: str, name: str) -> Reply:
        service = self._service(name)
        if service is None:
            state = "not loaded" if verb in ("stop", "reset-failed") else "not found"
            action = "reset failed state of unit" if verb == "reset-failed" else verb
            return Reply(
                stderr=f"Failed to {action} {name}: Unit {name} {state}.\n",
                status=1 if verb == "reset-failed" else NOT_INSTALLED,
            )
        if verb == "stop":
            await service.stop()
        elif verb == "reset-failed":
            service.reset_failed()
        else:
            act = service.start if verb == "start" else service.restart
            if not await act(read_unit(service.unit.path)):
                return Reply(stderr=job_failed(name, service.status.result), status=1)
        return Reply()

    def _service(self, name: str) -> Service | None:
        """Return the service of a unit that has a file, or had one when it was last seen."""
        path = self._layout.units / name
        if name not in self._services and path.is_file():
            self._services[name] = Service(read_unit(path), self._children, self._journal, self._layout.environment())
        return self._services.get(name)

    def _is_active(self, words: Words) -> Reply:
        return self._state(words, "active", NOT_RUNNING)

    def _is_failed(self, words: Words) -> Reply:
        return self._state(words, "failed", 1)

    def _state(self, words: Words, wanted: str, otherwise: int) -> Reply:
        services = [self._service(name) for name in words.names]
        states = [service.status.active if service else "inactive" for service in services]
        printed = "" if words.quiet else "".join(f"{state}\n" for state in states)
        missing = UNKNOWN_UNIT if not any(services) else otherwise
        return Reply(printed, status=0 if wanted in states else missing)

    def _is_enabled(self, words: Words) -> Reply:
        service = self._service(words.names[0])
        if service is None:
            name = words.names[0]
            problem = f"Failed to get unit file state for {name}: No such file or directory\n"
            return Reply(stderr=problem, status=UNKNOWN_UNIT)
        return Reply(f"{file_state(service.unit)}\n", status=0 if service.unit.enabled else 1)

    def _show(self, words: Words) -> Reply:
        blocks = []
        for name in words.names:
            service = self._service(name)
            known = properties(service.unit, service) if service else properties_of_nothing(name)
            shown = {key: value for key, value in known.items() if not words.properties or key in words.properties}
            blocks.append("".join(f"{value}\n" if words.value else f"{key}={value}\n" for key, value in shown.items()))
        return Reply("\n".join(blocks))

    def _status(self, words: Words) -> Reply:
        reply = Reply()
        for name in words.names:
            service = self._service(name)
            if service is None:
                reply.stderr += f"Unit {name} could not be found.\n"
                reply.status = UNKNOWN_UNIT
                continue
            reply.stdout += status_text(service) + self._last_lines(name)
            reply.status = max(reply.status, 0 if service.status.active == "active" else NOT_RUNNING)
        return reply

    def _last_lines(self, name: str) -> str:
        newest = journalctl.last(journalctl.entries(self._journal.path, [name], 0, 7), 10)
        return "".join(f"{line}\n" for line in ["", *(journalctl.text(entry, "short") for entry in newest)])

    def _cat(self, words: Words) -> Reply:
        reply = Reply()
        for name in words.names:
            path = self._layout.units / name
            if path.is_file():
                reply.stdout += f"# {path}\n{path.read_text()}"
            else:
                reply.stderr += f"No files found for {name}.\n"
                reply.status = 1
        return reply

    def _list_unit_files(self, words: Words) -> Reply:
        paths = sorted(
            path for path in self._layout.units.glob("*.service") if path.name in (words.names or (path.name,))
        )
        rows = [(path.name, file_state(read_unit(path))) for path in paths]
        lines = [f"{name} {state} enabled\n" for name, state in rows]
        if words.legend:
            lines = ["UNIT FILE STATE PRESET\n", *lines, f"\n{len(rows)} unit files listed.\n"]
        return Reply("".join(lines), status=1 if words.names and not rows else 0)
