"""Document: a YAML file read strictly, with the line of every value.

Refused, with file, line and key: more than 256 KB, bad syntax, duplicate keys, aliases and anchors
(a kilobyte of them can unfold into gigabytes), tags, several documents, keys that are no text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from ops.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

MOST_BYTES = 256 * 1024
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    """A parsed file. ``lines``: 1-based line of every value, by its dotted path."""

    path: str
    value: Any
    lines: dict[str, int]

    def line(self, key: str) -> int:
        """Return the line of a key, or of the nearest parent that is there."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return self.lines.get(key, 1)

    def refuse(self, key: str, problem: str, detail: str = "") -> BadFile:
        """Return (not raise) the error that names this place."""
        return BadFile(self.path, self.line(key), key, problem, detail)

    def parse(self, model: type[Model]) -> Model:
        """Validate the whole document. Raises BadFile for the first thing that is wrong."""
        try:
            return model.model_validate(self.value)
        except ValidationError as error:
            # A misspelt key is also a missing one: the slip itself says more.
            found = sorted(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
            raise self.refuse(*_objection(found[0])) from None


def read_document(path: Path) -> Document:
    """Read one YAML file. Raises BadFile."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadFile(str(path), 0, "", "unreadable", error.strerror or "") from None
    return parse_document(str(path), raw)


def parse_document(path: str, raw: bytes) -> Document:
    """Parse YAML. ``path`` is what errors call the text. Raises BadFile."""
    if len(raw) > MOST_BYTES:
        raise BadFile(path, 0, "", "too-large", str(MOST_BYTES))
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise BadFile(path, raw.count(b"\n", 0, error.start) + 1, "", "not-utf8") from None
    try:
        node = _root(path, text)
        lines: dict[str, int] = {}
        value = _build(path, node, "", lines) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise BadFile(path, line, "", "syntax", getattr(error, "problem", None) or str(error)) from None
    return Document(path, value, lines)


def _root(path: str, text: str) -> yaml.Node | None:
    """Compose the one document, refusing aliases before anything is unfolded."""
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise BadFile(path, line, "", "alias")
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    return node


def _build(path: str, node: yaml.Node, key: str, lines: dict[str, int]) -> Any:
    """Turn a node into plain values and note the lines."""
    lines[key] = node.start_mark.line + 1
    if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
        raise BadFile(path, lines[key], key, "tag", node.tag)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                raise BadFile(path, line, key, "bad-key")
            name = key_node.value
            inner = f"{key}.{name}" if key else name
            if name in found:
                raise BadFile(path, line, inner, "duplicate")
            found[name] = _build(path, value_node, inner, lines)
            lines[inner] = line
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_build(path, item, f"{key}.{i}" if key else str(i), lines) for i, item in enumerate(node.value)]
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    except ValueError as error:  # 2025-13-45 looks like a date and is none
        raise BadFile(path, lines[key], key, "syntax", str(error)) from None
    finally:
        loader.dispose()


def _objection(error: ErrorDetails) -> tuple[str, str, str]:
    """Turn one pydantic error into (key, problem, detail)."""
    key = _dotted(error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return key, "unknown-key", ""
    if kind == "missing":
        return key, "missing", ""
    if kind in {"literal_error", "enum"}:
        return key, "not-one-of", str(context.get("expected", ""))
    if kind == "value_error":
        problem, _, detail = str(context.get("error", "")).partition(": ")
        return (key, problem, detail) if re.fullmatch("[a-z-]+", problem) else (key, "invalid", str(context))
    return key, "invalid", error["msg"]


def _dotted(location: Sequence[int | str]) -> str:
    """Join a pydantic location; names in brackets are pydantic's own and not in the file."""
    return ".".join(str(part) for part in location if not str(part).endswith(("]", "Spec")))
