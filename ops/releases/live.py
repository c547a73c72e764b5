"""Live: what runs on each host right now, as the host itself says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.errors import HostError
from ops.runs.planner import project_values
from ops.runs.runbook import stack_script

if TYPE_CHECKING:
    from ops.hosts.questions import Questions
    from ops.project import Project


@dataclass(frozen=True, slots=True)
class UnitState:
    """A service and since when it is in its state (seconds since 1970, 0 where unknown)."""

    name: str
    state: str
    since: int


@dataclass(frozen=True, slots=True)
class UrlState:
    """A health URL and what it answered; 000 for no answer."""

    url: str
    status: str


@dataclass(frozen=True, slots=True)
class LiveState:
    """A project on one host. ``error``: why the host could not say, when it could not."""

    host: str
    commit: str = ""
    name: str = ""
    dirty: bool = False
    free_mb: int = 0
    units: tuple[UnitState, ...] = ()
    urls: tuple[UrlState, ...] = ()
    error: HostError | None = None

    @property
    def healthy(self) -> bool:
        """Whether everything that was looked at is as it should be."""
        units_fine = all(unit.state == "active" for unit in self.units)
        return self.error is None and units_fine and all(url.status == "200" for url in self.urls)


async def look(questions: Questions, project: Project) -> list[LiveState]:
    """Return the state of a project on each of its hosts, in order; a host that fails is one of them."""
    return list(await asyncio.gather(*(_look(questions, project, host) for host in project.hosts)))


async def _look(questions: Questions, project: Project, host: str) -> LiveState:
    try:
        said = (
            await questions.ask(host, stack_script(project.stack, "status.sh", project.shell), project_values(project))
        ).said
    except HostError as error:
        return LiveState(host, error=error)
    units = [entry.split(" ", 2) for entry in said.items.get("units", [])]
    urls = [entry.split(" ", 1) for entry in said.items.get("urls", [])]
    return LiveState(
        host=host,
        commit=said.facts.get("commit", ""),
        name=said.facts.get("name", ""),
        dirty="dirty" in said.facts,
        free_mb=int(said.facts.get("free_mb") or 0),
        units=tuple(UnitState(name, state, int(since)) for state, since, name in units),
        urls=tuple(UrlState(url, status) for status, url in urls),
    )
