"""Value: what a run may be given, and how people write it behind a command. Past this door a value is well formed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ops.errors import BadValue
from ops.ref import Ref, WayBackRef
from ops.spec import Spec, matching

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROJECTS_BRANCH = "$BRANCH"
"""The default of a ref that stands for the project's own branch."""

_WORD = r"[A-Za-z0-9_][A-Za-z0-9._@-]{0,63}"
_TEXTS = {
    "name": re.compile(_WORD, re.ASCII),
    "digest": re.compile(r"(?:[0-9a-f]{40,64})?", re.ASCII),
    "given": re.compile(r"[^\x00-\x1f\x7f]{0,16000}"),
    # Entries of ID BYTES SHA256 PATH, parted by the unit separator.
    "files": re.compile(r"(?:[0-9]+ [0-9]+ [0-9a-f]{64} /[^\x00-\x1f\x7f]+(?:\x1f|$))*", re.ASCII),
}
_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)


def _number_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Word = Annotated[str, BeforeValidator(_number_as_text), matching(_WORD, "word")]


class ValueSpec(Spec):
    """One value.

    ref: a branch, tag or commit. way-back: one of these, or ``HEAD~N``. digest: hex digits, or nothing; buttons give
    those. choice: one word ``of`` those listed. count: a whole number, ``least`` to ``most``.
    name: a word of Latin letters, digits and ``. _ @ -``; with an empty default it may be left out. given: text that
    only Lotsman itself gives; files: backups, listed by it. flag: ``yes`` when its own name is written, or nothing.
    constant: always the same, nobody gives it. right: who may give it.
    default: what it is when nobody gives it; without one it is asked for.
    """

    type: Literal["ref", "way-back", "flag", "digest", "given", "files", "constant", "choice", "count", "name"]
    is_: Annotated[str, Field(alias="is")] = ""
    of: tuple[Word, ...] = ()
    least: Annotated[int, Field(ge=0, lt=10**9)] = 0
    most: Annotated[int, Field(ge=0, lt=10**9)] = 10**9 - 1
    default: Annotated[str, BeforeValidator(_number_as_text)] | None = None
    right: Literal["operate", "admin"] = "operate"

    @model_validator(mode="after")
    def _fits_together(self) -> ValueSpec:
        if (self.type == "choice") != bool(self.of):
            raise ValueError("choice-of")
        if self.default is not None and not self._may_be_default(self.default):
            message = f"value-default: {self.default[:80]}"
            raise ValueError(message)
        return self

    @property
    def positional(self) -> bool:
        """Whether people write it as a word of its own."""
        return self.type not in {"constant", "flag", "digest", "given", "files"}

    def read(self, text: str) -> str | None:
        """Return the value for what a person wrote; None when it is none. Raises BadRef for a ref that is none."""
        match self.type:
            case "ref" | "way-back":
                return str(WayBackRef(text) if self.type == "way-back" else Ref(text))
            case "digest" | "name" | "given" | "files":
                return text if text == self.default or _TEXTS[self.type].fullmatch(text) else None
            case "choice":
                return text if text in self.of else None
            case "count":
                fits = _COUNT.fullmatch(text) and self.least <= int(text) <= self.most
                return str(int(text)) if fits else None
            case "flag":
                return "yes" if text else ""
            case _:
                return self.is_

    def form(self, name: str) -> str:
        """Return how it is written, in no language: ``all|pages``, ``[limit:1..100]``, ``<queue>``."""
        name = name.lower()
        bounds = f":{self.least}..{self.most}" if self.type == "count" else ""
        form = "|".join(self.of) or name + bounds
        if self.type == "flag" or self.default is not None:
            return f"[{form}]"
        return form if self.of else f"<{form}>"

    def _may_be_default(self, text: str) -> bool:
        if self.type == "ref" and text == PROJECTS_BRANCH:
            return True
        return self.type == "given" or (
            self.positional and (self.read(text) is not None or (text == "" and self.type == "name"))
        )


def usage(command: str, project: str, specs: Mapping[str, ValueSpec]) -> str:
    """Return how a command is written: ``/clear_cache formbot all|pages``."""
    ours = {"constant", "digest", "given", "files"}
    forms = [spec.form(name) for name, spec in specs.items() if spec.type not in ours]
    return " ".join([f"/{command}", project, *forms])


def read_words(command: str, project: str, specs: Mapping[str, ValueSpec], words: Sequence[str]) -> dict[str, str]:
    """Return the values that the words behind a command give: in order, a flag wherever it stands.

    What was left out is left out here too. Raises BadValue, BadRef.
    """
    given: dict[str, str] = {}
    flags = {name.lower(): name for name, spec in specs.items() if spec.type == "flag"}
    waiting = [name for name, spec in specs.items() if spec.positional]
    for word in words:
        if word.lower() in flags:
            given[flags[word.lower()]] = "yes"
        elif waiting:
            name = waiting.pop(0)
            value = specs[name].read(word)
            if value is None:
                raise BadValue(name.lower(), word, "unfit", usage(command, project, specs))
            given[name] = value
        else:
            raise BadValue("", word, "too-many", usage(command, project, specs))
    return given


def missing(specs: Mapping[str, ValueSpec], given: Mapping[str, str]) -> list[str]:
    """Return the names of the values that still have to be given, in order."""
    return [name for name, spec in specs.items() if spec.positional and spec.default is None and not given.get(name)]
