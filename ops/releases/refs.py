"""Refs: the branches and tags that could be deployed, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ops.errors import BadRef
from ops.ref import Ref
from ops.runs.planner import project_values
from ops.runs.runbook import shared_script

if TYPE_CHECKING:
    from ops.hosts.questions import Questions
    from ops.project import Project


@dataclass(frozen=True, slots=True)
class KnownRef:
    """A branch or tag. ``kind``: branch or tag; ``at``: when its commit or tag was made."""

    kind: str
    ref: Ref
    commit: str
    at: datetime


async def list_refs(questions: Questions, project: Project) -> list[KnownRef]:
    """Return what the project's first host can fetch. Raises HostError."""
    found = await questions.ask(project.hosts[0], shared_script("refs.sh", project.shell), project_values(project))
    refs = []
    for entry in found.said.items.get("refs", []):
        kind, at, commit, name = entry.split(" ", 3)
        try:
            refs.append(KnownRef(kind, Ref(name), commit, datetime.fromtimestamp(int(at or 0), UTC)))
        except BadRef:
            continue  # git allows names that we do not; nobody can deploy them by button or by hand
    return refs
