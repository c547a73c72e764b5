"""Logs: the end of a project's log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.errors import UnknownSource
from ops.runs.planner import log_values
from ops.runs.runbook import shared_script
from ops.runs.secrets import learn_secrets

if TYPE_CHECKING:
    from ops.hosts.questions import Questions
    from ops.project import Project

MOST_LINES = 2000


@dataclass(frozen=True, slots=True)
class Tail:
    """Which lines of which log are wanted: the last ones, of those that contain ``words`` where any are given."""

    source: str
    lines: int
    words: str = ""


async def read_tail(questions: Questions, project: Project, host: str, tail: Tail) -> list[str]:
    """Return the last lines of a log on one host. Raises UnknownSource, HostError."""
    if tail.source not in project.logs:
        raise UnknownSource(project.name, tail.source, tuple(project.logs))
    await learn_secrets(questions, project, host)
    values = {
        "PROJECT": project.name,
        **log_values(project, tail.source),
        "LINES": str(min(max(tail.lines, 1), MOST_LINES)),
        "FILTER": tail.words,
    }
    return (await questions.ask(host, shared_script("tail-log.sh", project.shell), values)).lines
