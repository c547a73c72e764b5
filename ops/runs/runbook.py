"""Runbook: ordered steps, read from a YAML file, and what to do when one fails."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from ops.document import Document, read_document
from ops.duration import Duration
from ops.errors import BadFile
from ops.ref import Ref
from ops.runs.script import VALUE_NAME, Script, check_value
from ops.spec import Name, Spec

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIPPED = Path(__file__).parent.parent / "runbooks"
"""The runbooks and scripts that come with Lotsman, a folder per stack and one that they share."""

_INCLUDE = re.compile(r"^ *# include: ([a-z0-9-]+\.sh)\n", re.MULTILINE)


class ValueSpec(Spec):
    """A value that a run may be given: a ref, a flag (``yes`` or nothing), or one that is always the same."""

    type: Literal["ref", "flag", "constant"]
    is_: Annotated[str, Field(alias="is")] = ""


class StepSpec(Spec):
    """One entry of a runbook: a script of its own, or steps that Lotsman works out (``use``)."""

    step: Name | None = None
    use: Literal["backup-databases", "backup-config", "checks", "tail-log"] | None = None
    run: str = ""
    undo: str = ""
    verify: str = ""
    """A script that finds out whether the step has done its work, for when nobody saw its end."""
    hosts: Literal["all", "first"] = "all"
    changes: bool = False
    check: bool = False
    retry: Literal["never", "safe"] = "never"
    """``safe``: running it twice does no harm, so it is run again when nobody saw its end."""
    ack: bool = False
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
        return self


class _File(Spec):
    runbook: Name
    values: dict[str, ValueSpec] = Field(default_factory=dict)
    steps: Annotated[tuple[StepSpec, ...], Field(min_length=1)]


class Runbook:
    """A runbook with its scripts read: nothing is left to fail when it is used."""

    def __init__(self, name: str, values: Mapping[str, ValueSpec], entries: tuple[Entry, ...]) -> None:
        self.name = name
        self.values = values
        self.entries = entries

    def accept(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the values a run starts with. Raises BadRef, and ValueError for one the runbook does not take."""
        unknown = given.keys() - self.values.keys()
        if unknown:
            message = f"{self.name} takes no {', '.join(sorted(unknown))}"
            raise ValueError(message)
        accepted = {}
        for name, spec in self.values.items():
            value = spec.is_ if spec.type == "constant" else given.get(name, "")
            if spec.type == "ref":
                value = Ref(value)
            elif spec.type == "flag":
                value = "yes" if value else ""
            check_value(name, value)
            accepted[name] = str(value)
        return accepted


class Entry:
    """One entry with its scripts."""

    def __init__(self, spec: StepSpec, script: Script | None, undo: Script | None, probe: Script | None) -> None:
        self.spec = spec
        self.script = script
        self.undo = undo
        self.probe = probe


def load_runbook(path: Path) -> Runbook:
    """Read a runbook and the scripts it names. Raises BadFile."""
    document = read_document(path)
    file = document.parse(_File)
    for name in file.values:
        if not VALUE_NAME.fullmatch(name):
            raise document.refuse(f"values.{name}", "value-name", name)
    entries = []
    for i, spec in enumerate(file.steps):
        script = _script(document, f"steps.{i}.run", path.parent, spec.run)
        undo = _script(document, f"steps.{i}.undo", path.parent, spec.undo)
        probe = _script(document, f"steps.{i}.verify", path.parent, spec.verify)
        entries.append(Entry(spec, script, undo, probe))
    return Runbook(file.runbook, file.values, tuple(entries))


def shared_script(name: str) -> Script:
    """Return one of the scripts that all stacks share."""
    return _assemble(SHIPPED / "shared" / name)


def stack_script(stack: str, name: str) -> Script:
    """Return one of a stack's scripts."""
    return _assemble(SHIPPED / stack / name)


def _script(document: Document, key: str, folder: Path, text: str) -> Script | None:
    """Return the script that an entry names, or holds."""
    if not text:
        return None
    if re.fullmatch(r"[a-z0-9-]+\.sh", text):
        for place in (folder, SHIPPED / "shared"):
            if (place / text).is_file():
                return _assemble(place / text)
        raise document.refuse(key, "no-such-script", text)
    return Script(text)


def _assemble(path: Path) -> Script:
    """Read a script with what it includes put in place."""

    def include(match: re.Match[str]) -> str:
        for place in (path.parent, SHIPPED / "shared"):
            if (place / match[1]).is_file():
                return (place / match[1]).read_text()
        raise BadFile(str(path), 1, "", "no-such-script", match[1])

    return Script(_INCLUDE.sub(include, path.read_text()))
