"""Library: the runbooks of every project: those of its own folder, and behind them those of its stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.document import read_document
from ops.errors import BadFile, NoRunbook
from ops.inventory import difference
from ops.runs.planner import PLACE_VALUES, project_values
from ops.runs.runbook import SHIPPED, SUFFIXES, Runbook, load_runbook

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from ops.inventory import Difference, Inventory
    from ops.project import Project

_OF_LOTSMAN = "-self"
"""What the names of those runbooks end with that Lotsman has for itself."""


class Library:
    """Every runbook that can be asked for. ``own``: by project and name; ``stacks``: by stack and name.

    shared: by name, of servers with a Unix shell whatever their stack; these are no commands.
    """

    def __init__(
        self,
        own: Mapping[str, Mapping[str, Runbook]],
        stacks: Mapping[str, Mapping[str, Runbook]],
        shared: Mapping[str, Runbook] | None = None,
    ) -> None:
        self._own = own
        self._stacks = stacks
        self._shared = shared or {}

    def adopt(self, fresh: Library) -> None:
        """Become what another library is, all at once."""
        self._own, self._stacks, self._shared = fresh._own, fresh._stacks, fresh._shared

    def differences(self, fresh: Library) -> Difference[str]:
        """Return which commands another library has different, by project and name."""
        return difference(self._contents(), fresh._contents())

    def _contents(self) -> dict[str, object]:
        """Return all that the projects' own runbooks are made of."""
        return {
            f"{project}/{runbook.command}": (vars(runbook) | {"entries": [vars(entry) for entry in runbook.entries]})
            for project, runbooks in self._own.items()
            for runbook in runbooks.values()
        }

    def find(self, project: Project, name: str) -> Runbook:
        """Return a project's runbook: its own, else its stack's; Lotsman has some for itself. Raises NoRunbook."""
        shipped = self._stacks[project.stack]
        for_lotsman = shipped.get(name + _OF_LOTSMAN) if project.self else None
        found = self.own(project).get(name) or for_lotsman or shipped.get(name)
        if found is None and project.shell == "sh":
            found = self._shared.get(name)
        if found is None or name.endswith(_OF_LOTSMAN):
            raise NoRunbook(project.name, name, tuple(sorted(each.command for each in self.all(project))))
        return found

    def has(self, project: Project, name: str) -> bool:
        """Whether the project can do that."""
        return any(runbook.name == name for runbook in self.all(project))

    def own(self, project: Project) -> Mapping[str, Runbook]:
        """Return the runbooks of the project's own folder, by name."""
        return self._own.get(project.name, {})

    def all(self, project: Project) -> list[Runbook]:
        """Return everything that the project can do."""
        shipped = {name: each for name, each in self._stacks[project.stack].items() if not name.endswith(_OF_LOTSMAN)}
        return list({**shipped, **self.own(project)}.values())

    def named(self, command: str, projects: Collection[Project]) -> str:
        """Return the name of the runbook behind a command of one of these projects; empty when none has it."""
        return next((each.name for project in projects for each in self.all(project) if each.command == command), "")


def load_library(
    inventory: Inventory, reserved: Collection[str], complain: Callable[[BadFile], None] | None = None
) -> Library:
    """Read all runbooks. ``reserved``: commands that no runbook may be called by.

    Raises BadFile for the first one that cannot be used; with ``complain``, tells it each of them and leaves it out.
    """
    projects = inventory.projects.values()
    stacks: dict[str, dict[str, Runbook]] = {project.stack: _read_stack(project.stack) for project in projects}
    own: dict[str, dict[str, Runbook]] = {}
    for project in projects:
        shelf = own[project.name] = {}
        for path in _files(inventory.runbooks(project)):
            try:
                runbook = _read_own(path, project, reserved)
                if runbook.command in {other.command for other in shelf.values()}:
                    raise BadFile(str(path), 1, "runbook", "duplicate", runbook.command)  # noqa: TRY301  one of many
                shelf[runbook.name] = runbook
            except BadFile as error:
                if complain is None:
                    raise
                complain(error)
    return Library(own, stacks, _read_stack("shared"))


def _files(folder: Path | None) -> Iterator[Path]:
    yield from sorted(path for path in folder.iterdir() if path.suffix in {".yml", ".yaml"}) if folder else ()


def _read_stack(stack: str) -> dict[str, Runbook]:
    return {path.stem: load_runbook(path) for path in sorted((SHIPPED / stack).glob("*.yml"))}


def _read_own(path: Path, project: Project, reserved: Collection[str]) -> Runbook:
    """Read one file of a project's own folder. Raises BadFile."""
    runbook = load_runbook(path, project.stack)
    taken = {*project_values(project), *PLACE_VALUES, "STAMP", "BACKUP_MARK"}
    problems = [
        ("runbook", "runbook-file", runbook.name if runbook.name != path.stem else ""),
        ("runbook", "runbook-reserved", runbook.command if runbook.command in reserved else ""),
        ("runbook", "runbook-reserved", runbook.name if runbook.name.endswith(_OF_LOTSMAN) else ""),
        ("runbook", "runbook-reserved", runbook.name if (SHIPPED / "shared" / f"{runbook.name}.yml").exists() else ""),
        *((f"values.{name}", "value-taken", name if name in taken else "") for name in runbook.values),
        *((f"steps.{i}.{key}", "other-shell", text) for i, key, text in _foreign_scripts(runbook, project)),
    ]
    for key, problem, detail in problems:
        if detail:
            raise read_document(path).refuse(key, problem, detail)
    return runbook


def _foreign_scripts(runbook: Runbook, project: Project) -> Iterator[tuple[int, str, str]]:
    """Name the scripts that are written for another shell than the project's servers have."""
    for i, entry in enumerate(runbook.entries):
        for key, text in (("run", entry.spec.run), ("undo", entry.spec.undo), ("verify", entry.spec.verify)):
            if text.endswith(tuple(SUFFIXES.values())) and not text.endswith(SUFFIXES[project.shell]):
                yield i, key, text
