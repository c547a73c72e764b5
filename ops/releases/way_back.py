"""WayBack: where a rollback could lead, as the server's own checkout knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ops.errors import BadRef
from ops.ref import Ref
from ops.releases.refs import KnownRef, list_refs
from ops.runs.planner import project_values
from ops.runs.runbook import script_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ops.hosts.questions import Questions
    from ops.project import Project


@dataclass(frozen=True, slots=True)
class Place:
    """A commit to go back to. ``migrations``: how many that are applied now it does not know."""

    commit: str
    migrations: int
    at: datetime
    about: str
    """Its author and first line."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """live: the commit that is checked out. places: by commit. tags: newest first. between: migrations, by name.

    target: the commit that the ref asked about means; empty where it is not known there.
    """

    live: str
    places: Mapping[str, Place]
    tags: tuple[KnownRef, ...]
    between: tuple[str, ...]
    target: str = ""


async def look_back(questions: Questions, project: Project, commits: Iterable[str], ref: str = "") -> WayBack:
    """Ask the project's first host, about these commits, and about the way to ``ref``. Raises HostError."""
    if project.shell == "powershell":  # it knows the tags, and cannot tell more yet
        refs = await list_refs(questions, project)
        return WayBack("", {}, tuple(each for each in refs if each.kind == "tag"), ())
    values = {**project_values(project), "COMMITS": " ".join(commits), "REF": ref}
    said = (await questions.ask(project.hosts[0], script_of(project.stack, "look-back.sh"), values)).said
    places = {}
    for entry in said.items.get("places", []):
        commit, migrations, at, about = entry.split(" ", 3)
        places[commit] = Place(commit, int(migrations), datetime.fromtimestamp(int(at), UTC), about)
    tags = []
    for entry in said.items.get("tags", []):
        at, commit, name = entry.split(" ", 2)
        try:
            tags.append(KnownRef("tag", Ref(name), commit, datetime.fromtimestamp(int(at or 0), UTC)))
        except BadRef:
            continue  # git allows names that we do not
    between = tuple(said.items.get("between", []))
    return WayBack(said.facts.get("live", ""), places, tuple(tags), between, said.facts.get("target", ""))
