"""Inventory: everything lotsman.yml says: hosts, people, projects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import Field

from ops.actor import Actor, Right, Role
from ops.alerts import AlertsSpec
from ops.checks import CertificateCheck, DatabaseCheck, ScriptCheck
from ops.document import Document, read_document
from ops.errors import NotAllowed, UnknownProject
from ops.project import (
    LONGEST_ACK,
    HeartbeatCheck,
    HookSpec,
    HostSpec,
    HttpCheck,
    LogCheck,
    PersonSpec,
    Project,
    ProjectSpec,
)
from ops.ref import nearest
from ops.spec import UNIX_PATH, WINDOWS_PATH, Name, Spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


Key = TypeVar("Key")


class _File(Spec):
    """The shape of lotsman.yml."""

    hosts: dict[Name, HostSpec] = Field(min_length=1)
    people: tuple[PersonSpec, ...] = ()
    projects: dict[Name, ProjectSpec] = Field(min_length=1)
    alerts: AlertsSpec = AlertsSpec()
    hooks: dict[Name, HookSpec] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference(Generic[Key]):
    """What of one kind was added, changed and removed, by name or id, in the order of the file."""

    added: tuple[Key, ...] = ()
    changed: tuple[Key, ...] = ()
    removed: tuple[Key, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.added or self.changed or self.removed)


class Inventory:
    """What the bot may touch and who may ask for it. ``folder``: where its file is.

    One object for as long as the process lives: see ``adopt``.
    """

    def __init__(
        self,
        hosts: dict[str, HostSpec],
        people: Iterable[Actor],
        projects: Iterable[Project],
        folder: Path = Path(),
        alerts: AlertsSpec | None = None,
        hooks: Mapping[str, HookSpec] | None = None,
    ) -> None:
        self.hosts = hosts
        self.alerts = alerts or AlertsSpec()
        self.folder = folder
        self.hooks = dict(hooks or {})
        self.people = {person.id: person for person in people}
        self.projects = {project.name: project for project in projects}

    def adopt(self, fresh: Inventory) -> None:
        """Become what another inventory is, all at once: nothing awaits in between."""
        self.hosts, self.people, self.projects, self.folder = fresh.hosts, fresh.people, fresh.projects, fresh.folder
        self.alerts = fresh.alerts
        self.hooks = fresh.hooks

    def differences(self, fresh: Inventory) -> dict[str, Difference[str]]:
        """Return what another inventory has different, by the file's sections."""
        names = {person.id: person.name for person in (*self.people.values(), *fresh.people.values())}
        people = difference(self.people, fresh.people)
        return {
            "projects": difference(self.projects, fresh.projects),
            "hosts": difference(self.hosts, fresh.hosts),
            "hooks": difference(self.hooks, fresh.hooks),
            "alerts": Difference(changed=("alerts",) if self.alerts != fresh.alerts else ()),
            "people": Difference(
                *(tuple(names[i] for i in ids) for ids in (people.added, people.changed, people.removed))
            ),
        }

    def actor(self, person_id: int) -> Actor | None:
        """Return who that id is, or None for a stranger."""
        return self.people.get(person_id)

    def visible(self, actor: Actor) -> list[Project]:
        """Return the projects that exist for this actor, in the file's order."""
        return [project for project in self.projects.values() if actor.sees(project.name)]

    def runbooks(self, project: Project) -> Path | None:
        """Return the folder of a project's own runbooks, where there is one."""
        folder = self.folder / (project.runbooks or f"runbooks/{project.name}")
        return folder if folder.is_dir() else None

    def project(self, name: str, actor: Actor, right: Right) -> Project:
        """Return one project. Raises UnknownProject (also for one the actor may not see), NotAllowed."""
        project = self.projects.get(name)
        if project is None or not actor.sees(name):
            raise UnknownProject(name, nearest(name, [p.name for p in self.visible(actor)]))
        if not actor.may(right, name):
            raise NotAllowed(right.value, name)
        return project


def load_inventory(path: Path, admin_ids: Iterable[int] = ()) -> Inventory:
    """Read lotsman.yml. ``admin_ids``: people who are admins whatever the file says. Raises BadFile."""
    document = read_document(path)
    file = document.parse(_File)
    _cross_check(document, file)
    for name, spec in file.projects.items():
        if spec.runbooks and not (path.parent / spec.runbooks).is_dir():
            raise document.refuse(f"projects.{name}.runbooks", "no-such-folder", spec.runbooks)
    people = {
        person.id: Actor(person.id, person.name, person.role, person.projects, person.git) for person in file.people
    }
    for admin_id in admin_ids:
        known = people.get(admin_id, Actor(admin_id, str(admin_id), Role.ADMIN))
        people[admin_id] = Actor(admin_id, known.name, Role.ADMIN, git=known.git)
    for kind in ("escalate_to", "owners"):
        for i, person_id in enumerate(getattr(file.alerts, kind)):
            if person_id not in people:
                raise document.refuse(f"alerts.{kind}.{i}", "unknown-person", str(person_id))
    projects = [_project(name, spec, file, path.parent) for name, spec in file.projects.items()]
    for project in projects:
        for i, check in enumerate(project.checks):
            if isinstance(check, ScriptCheck) and not (project.folder / check.script).is_file():
                raise document.refuse(f"projects.{project.name}.checks.{i}.script", "no-such-script", check.script)
    return Inventory(dict(file.hosts), people.values(), projects, path.parent, file.alerts, file.hooks)


def _project(name: str, spec: ProjectSpec, file: _File, folder: Path) -> Project:
    own = folder / (spec.runbooks or f"runbooks/{name}")
    return Project(name=name, shell=file.hosts[spec.hosts[0]].shell, folder=own, **dict(spec))


def difference(old: Mapping[Key, Any], new: Mapping[Key, Any]) -> Difference[Key]:
    """Return what is different between two things of the same kind, by key."""
    return Difference(
        added=tuple(name for name in new if name not in old),
        changed=tuple(name for name in new if name in old and new[name] != old[name]),
        removed=tuple(name for name in old if name not in new),
    )


def _cross_check(document: Document, file: _File) -> None:
    """Refuse names that point nowhere. Raises BadFile with the place."""
    for key, problem, detail in (*_bad_hosts(file), *_bad_people(file), *_bad_projects(file), *_bad_hooks(file)):
        raise document.refuse(key, problem, detail)


Objections = Iterator[tuple[str, str, str]]
"""Of (dotted key, problem code, what was found)."""


def _bad_hosts(file: _File) -> Objections:
    for name, host in file.hosts.items():
        passed, via = {name}, host.via
        while via is not None:
            if via not in file.hosts or via in passed:
                yield f"hosts.{name}.via", "circle" if via in file.hosts else "unknown-host", via
                break
            passed.add(via)
            via = file.hosts[via].via


def _bad_people(file: _File) -> Objections:
    seen: set[int] = set()
    for i, person in enumerate(file.people):
        if person.id in seen:
            yield f"people.{i}.id", "duplicate", str(person.id)
        seen.add(person.id)
        for project in sorted(person.projects - file.projects.keys()):
            yield f"people.{i}.projects", "unknown-project", project


def _bad_hooks(file: _File) -> Objections:
    for name, hook in file.hooks.items():
        if name == "alertmanager":
            yield f"hooks.{name}", "hook-taken", name
        if hook.project and hook.project not in file.projects:
            yield f"hooks.{name}.project", "unknown-project", hook.project


_SECTIONS = {"laravel": "laravel", "compose": "compose", "windows": "windows-service"}
"""Sections of a project, and the stack that each belongs to."""
_WITH_SERVICES = ("python-systemd", "laravel", "windows-service")


def _bad_projects(file: _File) -> Objections:
    for name, spec in file.projects.items():
        key = f"projects.{name}"
        yield from _bad_stack(key, spec)
        for i, host in enumerate(spec.hosts):
            if host not in file.hosts:
                yield f"{key}.hosts.{i}", "unknown-host", host
        for i, check in enumerate(spec.checks):
            if isinstance(check, LogCheck) and check.log not in spec.logs:
                yield f"{key}.checks.{i}.log", "unknown-log", check.log
            servers = {each.name for each in spec.databases if each.engine != "sqlite"}
            if isinstance(check, DatabaseCheck) and check.database not in servers:
                yield f"{key}.checks.{i}.database", "unknown-database", check.database
        if spec.self:
            yield from _bad_self(key, spec)
        yield from _bad_shell(key, spec, file)
        yield from _bad_databases(key, spec)


def _bad_stack(key: str, spec: ProjectSpec) -> Objections:
    for section, stack in _SECTIONS.items():
        if section in spec.model_fields_set and spec.stack != stack:
            yield f"{key}.{section}", "other-stack", spec.stack
    if spec.stack in _WITH_SERVICES and not spec.services:
        yield key, "services-missing", spec.stack
    if spec.stack == "compose":
        yield from _bad_compose(key, spec)
    else:
        places = {
            "databases": spec.databases,
            "checks": spec.checks,
            "logs": spec.logs.values(),
            "backups.folders": spec.backups.folders.values(),
        }
        for place, named in places.items():
            if any(getattr(each, "container", None) for each in named):
                yield f"{key}.{place}", "container-without-compose", spec.stack
    if spec.stack == "laravel" and spec.migrations != "none":
        yield f"{key}.migrations", "laravel-migrations", ""


def _bad_compose(key: str, spec: ProjectSpec) -> Objections:
    if spec.migrations != "none":
        yield f"{key}.migrations", "migrations-of-compose", ""
    if spec.services:
        yield f"{key}.services", "services-of-compose", ""
    if spec.compose.tests_in and not spec.tests:
        yield f"{key}.compose.tests_in", "tests-missing", spec.compose.tests_in


def _bad_shell(key: str, spec: ProjectSpec, file: _File) -> Objections:
    """Refuse servers of two kinds in one project, paths of the other kind, and what a kind of server cannot do."""
    shells = {file.hosts[host].shell for host in spec.hosts if host in file.hosts}
    if len(shells) > 1:
        yield f"{key}.hosts", "mixed-shells", ", ".join(sorted(shells))
    shell = min(shells, default="sh")
    wanted = {"windows-service": "powershell", "custom": shell}.get(spec.stack, "sh")
    if shell != wanted:
        yield f"{key}.stack", "stack-shell", wanted
    for inner, path in _paths(spec):
        if not re.fullmatch(WINDOWS_PATH if shell == "powershell" else UNIX_PATH, path, re.ASCII):
            yield f"{key}.{inner}", "absolute-path", path
    if shell == "powershell":
        yield from _not_on_windows(key, spec)


def _paths(spec: ProjectSpec) -> Iterator[tuple[str, str]]:
    yield "path", spec.path
    if "directory" in spec.backups.model_fields_set:
        yield "backups.directory", spec.backups.directory
    for name, folder in spec.backups.folders.items():
        yield f"backups.folders.{name}", folder.path
    for name, log in spec.logs.items():
        if log.file:
            yield f"logs.{name}.file", log.file
    for i, check in enumerate(spec.checks):
        if isinstance(check, HeartbeatCheck):
            yield f"checks.{i}.heartbeat", check.heartbeat


_ONLY_SH: dict[type[Spec], str] = {
    CertificateCheck: "certificate",
    DatabaseCheck: "database",
}


def _not_on_windows(key: str, spec: ProjectSpec) -> Objections:
    if spec.migrations == "sql":
        yield f"{key}.migrations", "not-on-windows", "sql"
    yield from _backups_not_on_windows(key, spec)
    for name in ("tests", "config_update", "needs"):
        if getattr(spec, name):
            yield f"{key}.{name}", "not-on-windows", name
    yield from _checks_not_on_windows(key, spec)


def _checks_not_on_windows(key: str, spec: ProjectSpec) -> Objections:
    for i, check in enumerate(spec.checks):
        for kind, named in _ONLY_SH.items():
            if isinstance(check, kind):
                yield f"{key}.checks.{i}.{named}", "not-on-windows", named
        if isinstance(check, HttpCheck):
            for named in ("contains", "answers_in"):
                if getattr(check, named):
                    yield f"{key}.checks.{i}.{named}", "not-on-windows", named


def _backups_not_on_windows(key: str, spec: ProjectSpec) -> Objections:
    for name in ("encrypt_to", "gpg_to", "folders"):
        if getattr(spec.backups, name):
            yield f"{key}.backups.{name}", "not-on-windows", name
    if spec.backups.compress != "gzip":
        yield f"{key}.backups.compress", "not-on-windows", spec.backups.compress
    for i, database in enumerate(spec.databases):
        for name in ("login_from", "sudo_user", "restore_as"):
            if getattr(database, name):
                yield f"{key}.databases.{i}.{name}", "not-on-windows", name
        if database.engine != "postgres":
            yield f"{key}.databases.{i}.engine", "not-on-windows", database.engine


def _bad_databases(key: str, spec: ProjectSpec) -> Objections:
    if spec.migrations == "sql" and (not spec.databases or spec.databases[0].engine != "postgres"):
        yield f"{key}.migrations", "sql-without-database", ""
    taken = {"config"}
    for place, name in (
        *((f"databases.{i}.name", database.name) for i, database in enumerate(spec.databases)),
        *((f"backups.folders.{name}", name) for name in spec.backups.folders),
    ):
        if name in taken:
            yield f"{key}.{place}", "duplicate", name
        taken.add(name)
    for i, database in enumerate(spec.databases):
        if database.url_from and database.url_from.partition(":")[0] not in spec.config:
            yield f"{key}.databases.{i}.url_from", "not-in-config", database.url_from
        if database.login_from and database.login_from not in spec.config:
            yield f"{key}.databases.{i}.login_from", "not-in-config", database.login_from


def _bad_self(key: str, spec: ProjectSpec) -> Objections:
    """Lotsman runs on one host, and brings its own database up to date when it starts."""
    if len(spec.hosts) > 1:
        yield f"{key}.hosts", "self-hosts", ""
    if spec.migrations != "none":
        yield f"{key}.migrations", "self-migrations", ""
    if spec.ack_within > LONGEST_ACK:
        yield f"{key}.ack_within", "self-ack", ""
