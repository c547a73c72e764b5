"""What can go wrong, as facts.

OpsError
├── BadRef              the text is no branch, tag or commit by our grammar
├── BadValue            a word behind a command is none that it takes, or one is missing
├── BadMoment           the text names no time to come
├── UnknownProject      no project of that name
├── UnknownBackup       no backup of that name
├── NoRunbook           the project cannot do that
├── UnknownSource       no log of that name
├── BadQuery            a word behind /logs says nothing that lines could be chosen by
├── NotAllowed          the actor lacks the right
├── ProjectLocked       another run holds the project
├── RunNotFound         no run with that number
├── CannotResume        a run cannot be gone on with
├── CannotRestore       a backup, or what was put aside, cannot be put in the place of what is live
├── ReasonMissing       something that has to be explained was not
├── JobAlive            a job of the run still runs on a server
├── BadFile             a configuration file or runbook cannot be used: file, line, key
├── PostgresUnavailable the embedded database server cannot run here
└── HostError           a server could not be used
    ├── HostUnreachable     no answer, or the connection was lost
    ├── HostUnlisted        it is not in lotsman.yml, or not any more
    ├── HostKeyMissing      no pinned key
    ├── HostKeyChanged      another key than the pinned one
    ├── LoginRefused        the server does not accept our key
    ├── HostUnusable        logged in, but steps cannot run there
    └── ScriptRefused       a script that only looks could not

An error carries what happened, where and since when in its fields and no prose: handlers/wording.py
turns ``code`` and ``facts()`` into a text in the reader's language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(eq=False)
class OpsError(Exception):
    """Base of everything ops raises on purpose."""

    code: ClassVar[str] = "ops-error"

    def __init_subclass__(cls) -> None:
        """Derive the code from the class's name: ``ProjectLocked`` is ``project-locked``."""
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def facts(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def __str__(self) -> str:
        """Return ``code key=value ...`` for logs."""
        return " ".join([self.code, *(f"{key}={value!r}" for key, value in self.facts().items())])


@dataclass(eq=False)
class BadRef(OpsError):
    """A text that the ref grammar refuses. ``why``: empty, long, characters, start, sequence, end or head."""

    text: str
    why: str


@dataclass(eq=False)
class BadValue(OpsError):
    """A word behind a command. ``why``: missing, unfit or too-many.

    ``name``: of the value. ``usage``: how the command is written.
    """

    name: str
    text: str
    why: str
    usage: str


@dataclass(eq=False)
class NoRunbook(OpsError):
    """The project has no runbook of that name. ``known``: the commands that it has."""

    project: str
    name: str
    known: tuple[str, ...]


@dataclass(eq=False)
class BadMoment(OpsError):
    """A text that names no time to come. ``why``: form, past or far."""

    text: str
    why: str


@dataclass(eq=False)
class UnknownProject(OpsError):
    """No project of that name that the actor may see. ``near``: up to three similar names."""

    name: str
    near: tuple[str, ...] = ()


@dataclass(eq=False)
class UnknownBackup(OpsError):
    """No backup of that name in any project that the actor may see. ``near``: up to three similar names."""

    name: str
    near: tuple[str, ...] = ()


@dataclass(eq=False)
class UnknownSource(OpsError):
    """The project has no log of that name. ``known``: the names it has."""

    project: str
    source: str
    known: tuple[str, ...]


@dataclass(eq=False)
class BadQuery(OpsError):
    """A word that says nothing by which lines of a log could be chosen.

    ``why``: text, pattern, pattern-heavy, pattern-windows, time, order, start, start-file, lines, follow,
    follow-windows, undated or too-many.
    """

    word: str
    why: str


@dataclass(eq=False)
class NotAllowed(OpsError):
    """The actor lacks a right. ``project`` is empty when none is concerned."""

    right: str
    project: str = ""


@dataclass(eq=False)
class ProjectLocked(OpsError):
    """Another run holds the project. Raised before anything is touched."""

    project: str
    run: int
    runbook: str
    holder: str
    since: datetime
    title: Mapping[str, str] = field(default_factory=dict)
    """What the holder's runbook is called, by language, where it says so itself."""


@dataclass(eq=False)
class RunNotFound(OpsError):
    """There is no such run, or it is not one the actor may see."""

    run: int


@dataclass(eq=False)
class CannotResume(OpsError):
    """``why``: nothing-left, plan-changed (the runbook or the project does something else now) or overtaken.

    ``by``: the later run that has overtaken it, else zero.
    """

    run: int
    why: str
    by: int = 0


@dataclass(eq=False)
class CannotRestore(OpsError):
    """Nothing is restored. ``name``: the backup, or what it is of.

    ``why``: unknown, bad, unread (never decoded whole), config, engine, unlisted (lotsman.yml has it no more),
    nothing (to undo), unasked, expired, word (another name was typed), other (whoever asked has to type it), same (it
    takes another person), or over (it was begun or called off).
    """

    name: str
    why: str
    detail: str = ""


@dataclass(eq=False)
class ReasonMissing(OpsError):
    """Whoever frees a project has to say why."""

    project: str


@dataclass(eq=False)
class JobAlive(OpsError):
    """A job of the run still runs, so its project is not free."""

    run: int
    host: str
    step: str


@dataclass(eq=False)
class BadFile(OpsError):
    """A file of ours or of the user's cannot be used.

    ``key``: dotted path inside the file, empty for the whole file. ``problem``: a short code that
    locales know as ``problem-<code>``; ``detail`` is what was found or expected.
    """

    path: str
    line: int
    key: str
    problem: str
    detail: str = ""


@dataclass(eq=False)
class PostgresUnavailable(OpsError):
    """The embedded database server cannot run.

    ``what``: not-installed, no-account, other-owner, foreign-folder, unreachable, running, password-lost,
    program-failed, start-failed or not-running. ``path``: the file, folder or program concerned. ``hints``: each
    one way out, as a code (set-database-url, move-checkout, run-as-ordinary-user ...). ``detail``: what a program said.
    """

    what: str
    path: str
    hints: tuple[str, ...]
    detail: str = ""


@dataclass(eq=False)
class HostError(OpsError):
    """A server could not be used. ``host``: its name in the inventory."""

    host: str


@dataclass(eq=False)
class HostUnreachable(HostError):
    """No connection. ``why``: timeout, refused, lost, name or network; ``address`` as host:port."""

    address: str
    why: str


@dataclass(eq=False)
class HostUnlisted(HostError):
    """This process knows no such host: it was taken out of lotsman.yml, or its own copy is an older one."""


@dataclass(eq=False)
class HostKeyMissing(HostError):
    """No key is pinned for this host, so nothing is sent to it."""

    address: str


@dataclass(eq=False)
class HostKeyChanged(HostError):
    """The server showed another key than the pinned one. Both as OpenSSH SHA256 fingerprints."""

    address: str
    pinned: str
    offered: str


@dataclass(eq=False)
class LoginRefused(HostError):
    """The server does not accept our key for this user."""

    address: str
    user: str


@dataclass(eq=False)
class HostUnusable(HostError):
    """Logged in, but the runner cannot work. ``why``: home, shell, disk or reply; ``detail``: what it said."""

    why: str
    detail: str = ""


@dataclass(eq=False)
class ScriptRefused(HostError):
    """A script that only looks could not.

    ``why``: the reason it named, or ``exit``. ``detail``: its last words. ``found``: what it told before, by name.
    """

    why: str
    detail: str
    found: dict[str, str] = field(default_factory=dict)
