"""Folders: what really lies among the backups, and how large databases are, as the servers themselves say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.backups.freshness import Folder
from ops.errors import ScriptRefused
from ops.runs.planner import project_values
from ops.runs.runbook import shared_script

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.hosts.questions import Questions
    from ops.project import Project
    from ops.runs.plan import Step

_BETWEEN = "\x1f"
MOST_READ = 40
"""Files whose checksums are asked for at once; the server stops after some seconds anyway."""


class Folders:
    """Looks into the folders of backups. Raises HostError."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions

    async def look(self, project: Project, host: str, read: Iterable[str] = ()) -> Folder:
        """Return what lies there. ``read``: paths whose checksums are wanted, the most wanted first.

        Raises HostError; ScriptRefused also where not all that lies there could be told.
        """
        values = {"BACKUPS": project.backups_folder, "READ": _BETWEEN.join(list(read)[:MOST_READ])}
        found = await self._questions.ask(host, shared_script("list-backups.sh"), values)
        facts, items = found.said.facts, found.said.items
        if "listed" not in facts:
            raise ScriptRefused(host, "too-many-files", "")
        return Folder(
            files={path: int(size) for size, _, path in _split(items.get("files", ()))},
            sums={path: total for total, _, path in _split(items.get("sums", ()))},
            free=int(facts.get("free") or 0),
        )

    async def sizes(self, project: Project, host: str, saved: Iterable[Step]) -> dict[str, int]:
        """Return how many bytes each of these takes on that host. Raises HostError.

        saved: the steps that save it.
        """
        sizes: dict[str, int] = {}
        for step in saved:
            values = {**project_values(project), **step.values}
            script = shared_script(f"size-{step.values['BACKUP_ENGINE']}.sh")
            found = await self._questions.ask(host, script, values)
            sizes[step.subject] = int(found.said.facts.get("database_bytes") or 0)
        return sizes


def _split(entries: Iterable[str]) -> list[tuple[str, str, str]]:
    return [entry.partition(" ") for entry in entries]
