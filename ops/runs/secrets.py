"""Secrets: what stands in a project's config files is masked in everything its steps print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.runs.planner import project_values
from ops.runs.runbook import shared_script

if TYPE_CHECKING:
    from ops.hosts.questions import Questions
    from ops.project import Project


async def learn_secrets(questions: Questions, project: Project, host: str) -> None:
    """Read the values of a project's config files on one host into the redactor's memory. Raises HostError."""
    if project.config:
        values = project_values(project)
        await questions.learn_secrets(host, shared_script("secrets.sh", project.shell), values)
