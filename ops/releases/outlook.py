"""Outlook: what a deploy would bring, learnt without touching anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.runs.planner import project_values
from ops.runs.runbook import shared_script

if TYPE_CHECKING:
    from ops.hosts.questions import Questions
    from ops.project import Project
    from ops.ref import Ref


@dataclass(frozen=True, slots=True)
class Outlook:
    """From which version to which: commits as 40 hex digits, names as people call them.

    ahead, behind: how many commits would come, and go. commits, undone: the newest of them, a line each.
    """

    previous: str
    previous_name: str
    commit: str
    commit_name: str
    ahead: int
    behind: int
    commits: tuple[str, ...]
    undone: tuple[str, ...]


async def look_ahead(questions: Questions, project: Project, ref: Ref) -> Outlook:
    """Ask the project's first host. Raises HostError; ScriptRefused (``unknown-ref``) when there is no such version."""
    values = {**project_values(project), "REF": str(ref)}
    said = (await questions.ask(project.hosts[0], shared_script("outlook.sh", project.shell), values)).said
    facts = said.facts
    return Outlook(
        previous=facts.get("previous_commit", ""),
        previous_name=facts.get("previous_name", ""),
        commit=facts.get("commit", ""),
        commit_name=facts.get("commit_name", ""),
        ahead=int(facts.get("ahead") or 0),
        behind=int(facts.get("behind") or 0),
        commits=tuple(said.items.get("commits", ())),
        undone=tuple(said.items.get("undone", ())),
    )
