"""Runbook: ordered steps, read from a YAML file, and what to do when one fails."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from ops.actor import Right
from ops.document import MOST_BYTES, Document, read_document
from ops.duration import Duration
from ops.errors import BadFile, BadValue
from ops.runs.script import Script, check_value, may_be_value
from ops.runs.value import PROJECTS_BRANCH, ValueSpec, missing, read_words, usage
from ops.spec import Name, Spec
from ops.title import Title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHIPPED = Path(__file__).parent.parent / "runbooks"
"""The runbooks and scripts that come with Lotsman, a folder per stack and one that they share."""

_INCLUDE = re.compile(r"^ *# include: ([a-z0-9-]+\.(?:sh|ps1))\n", re.MULTILINE)
_SCRIPT_NAME = re.compile(r"[a-z0-9-]+\.(?:sh|ps1)")
_MEANT_AS_NAME = re.compile(r"\S+\.(?:sh|ps1)")
_DEEPEST = 5
SUFFIXES = {"sh": ".sh", "powershell": ".ps1"}
"""What the names of a shell's scripts end with."""


class StepSpec(Spec):
    """One entry of a runbook: a script of its own, or steps that Lotsman works out (``use``)."""

    step: Name | None = None
    title: Title = Field(default_factory=dict)
    use: (
        Literal[
            "backup-databases",
            "backup-folders",
            "backup-config",
            "verify-backup",
            "tests",
            "update-config",
            "measure-before",
            "measure-after",
            "checks",
            "tail-log",
            "restore-look",
            "restore-safety",
            "restore-load",
            "restore-swap",
            "restore-drop",
        ]
        | None
    ) = None
    run: str = ""
    undo: str = ""
    verify: str = ""
    """A script that finds out whether the step has done its work, for when nobody saw its end."""
    hosts: Literal["all", "first"] = "all"
    changes: bool = False
    check: bool = False
    retry: Literal["never", "safe"] = "never"
    """``safe``: running it twice does no harm, so it is run again when nobody saw its end."""
    when: str = ""
    """A value of the runbook or the project: the step is there only where that is something, and not 0."""
    ack: bool = False
    keep_going: bool = False
    """When it fails, those after it are done all the same, up to the first change; the run fails then."""
    judge: Literal["commit", "migrations"] | None = None
    """Who looks at what the step has found, and may refuse it."""
    timeout: Duration = timedelta(minutes=10)
    silence: Duration = timedelta(minutes=5)

    @model_validator(mode="after")
    def _one_kind(self) -> StepSpec:
        if (self.step is None) == (self.use is None):
            raise ValueError("step-or-use")
        if (self.step is None) == bool(self.run):
            raise ValueError("step-without-script")
        if self.undo and not self.changes:
            raise ValueError("undo-without-changes")
        if self.keep_going and self.changes:
            raise ValueError("keep-going-changes")
        return self


class _File(Spec):
    """The shape of a runbook. right: what it asks of a person."""

    runbook: Name
    title: Title = Field(default_factory=dict)
    right: Literal["operate", "admin"] = "operate"
    values: dict[str, ValueSpec] = Field(default_factory=dict)
    steps: Annotated[tuple[StepSpec, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _asks_first(self) -> _File:
        """Words are told apart by their order, so none that may be left out stands before one that may not."""
        optional = [spec.default is not None for spec in self.values.values() if spec.positional]
        if optional != sorted(optional):
            raise ValueError("optional-first")
        return self


class Runbook:
    """A runbook with its scripts read: nothing is left to fail when it is used."""

    def __init__(
        self,
        name: str,
        values: Mapping[str, ValueSpec],
        entries: tuple[Entry, ...],
        *,
        title: Mapping[str, str],
        right: Right = Right.OPERATE,
    ) -> None:
        self.name = name
        self.values = values
        self.entries = entries
        self.title = title
        self.right = right

    @property
    def command(self) -> str:
        """What people type behind the slash: Telegram knows no dashes there."""
        return self.name.replace("-", "_")

    @property
    def asked(self) -> list[str]:
        """The values that people write behind the command, flags aside."""
        return [name for name, spec in self.values.items() if spec.positional]

    @property
    def repeated(self) -> list[str]:
        """The values with which the same is done once more."""
        return [*self.asked, *(name for name, spec in self.values.items() if spec.type in {"given", "files"})]

    def read_words(self, project: str, words: Sequence[str]) -> dict[str, str]:
        """Return the values that the words behind the command give. Raises BadValue, BadRef."""
        return read_words(self.command, project, self.values, words)

    def usage(self, project: str) -> str:
        """Return how the command is written."""
        return usage(self.command, project, self.values)

    def accept(self, given: Mapping[str, str], project: str, branch: str) -> dict[str, str]:
        """Return the values a run starts with.

        Raises BadRef, BadValue for one that does not fit or is missing, and ValueError for one that is not taken.
        """
        unknown = given.keys() - self.values.keys()
        if unknown:
            message = f"{self.name} takes no {', '.join(sorted(unknown))}"
            raise ValueError(message)
        accepted = {}
        for name, spec in self.values.items():
            default = branch if spec.default == PROJECTS_BRANCH else spec.default
            text = given.get(name) or default or ""
            value = spec.read(text)
            if value is None:
                why = "missing" if name in missing(self.values, given) else "unfit"
                raise BadValue(name.lower(), text, why, self.usage(project))
            check_value(name, value)
            accepted[name] = value
        return accepted


class Entry:
    """One entry with its scripts."""

    def __init__(self, spec: StepSpec, script: Script | None, undo: Script | None, probe: Script | None) -> None:
        self.spec = spec
        self.script = script
        self.undo = undo
        self.probe = probe


def load_runbook(path: Path, stack: str = "") -> Runbook:
    """Read a runbook and the scripts it names: those beside it, of a stack, or shared by all. Raises BadFile."""
    document = read_document(path)
    file = document.parse(_File)
    for name in file.values:
        if not may_be_value(name):
            raise document.refuse(f"values.{name}", "value-name", name)
    places = (path.parent, *([SHIPPED / stack] if stack else []), SHIPPED / "shared")
    entries = []
    for i, spec in enumerate(file.steps):
        script = _script(document, f"steps.{i}.run", places, spec.run)
        undo = _script(document, f"steps.{i}.undo", places, spec.undo)
        probe = _script(document, f"steps.{i}.verify", places, spec.verify)
        entries.append(Entry(spec, script, undo, probe))
    return Runbook(file.runbook, file.values, tuple(entries), title=file.title, right=Right(file.right))


def shared_script(name: str, shell: str = "sh") -> Script:
    """Return one of the scripts that all stacks share, as the shell has it."""
    return _assemble(SHIPPED / "shared" / _in_shell(name, shell))


def stack_script(stack: str, name: str, shell: str = "sh") -> Script:
    """Return a script of a stack's own, or the one that all share where it has none, as the shell has it."""
    own = SHIPPED / stack / _in_shell(name, shell)
    return _assemble(own) if own.is_file() else shared_script(name, shell)


def own_script(path: Path) -> Script:
    """Return a script from the folder of a project's own runbooks. Raises OSError, BadFile."""
    return _assemble(path, (path.parent,))


def watch_script() -> Script:
    """Return the script of a round of checks: it holds those of all stacks."""
    return _assemble(SHIPPED / "shared" / "watch.sh", (SHIPPED / "compose",))


def script_of(stack: str, name: str) -> Script:
    """Return a stack's own script of that name, or the one that all stacks share."""
    own = SHIPPED / stack / name
    return _assemble(own if own.is_file() else SHIPPED / "shared" / name)


def _in_shell(name: str, shell: str) -> str:
    return name.removesuffix(".sh") + SUFFIXES[shell]


def _script(document: Document, key: str, places: tuple[Path, ...], text: str) -> Script | None:
    """Return the script that an entry names, or holds."""
    if not text:
        return None
    if not _MEANT_AS_NAME.fullmatch(text):
        return Script(text)
    found = next((place / text for place in places if (place / text).is_file()), None)
    if found is None or not _SCRIPT_NAME.fullmatch(text):
        raise document.refuse(key, "no-such-script", text)
    try:
        return _assemble(found, places)
    except (OSError, UnicodeDecodeError):
        raise document.refuse(key, "script-unreadable", text) from None
    except BadFile as error:
        raise document.refuse(key, error.problem, error.detail) from None


def _assemble(path: Path, places: tuple[Path, ...] = ()) -> Script:
    """Read a script with what it includes put in place."""

    def include(match: re.Match[str]) -> str:
        for place in (path.parent, *places, SHIPPED / "shared"):
            if (place / match[1]).is_file():
                return _read(place / match[1])
        raise BadFile(str(path), 1, "", "no-such-script", match[1])

    text = _read(path)
    for _ in range(_DEEPEST):  # what is included may include something itself
        if not _INCLUDE.search(text):
            return Script(text)
        text = _INCLUDE.sub(include, text)
    raise BadFile(str(path), 1, "", "no-such-script", path.name)


def _read(path: Path) -> str:
    """Read a script's text, of a bounded size."""
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise BadFile(str(path), 0, "", "too-large", str(MOST_BYTES))
    if b"\0" in raw:
        raise BadFile(str(path), 0, "", "script-unreadable", path.name)
    return raw.decode().removeprefix("\ufeff").replace("\r\n", "\n")
