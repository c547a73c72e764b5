"""Params: the parameters of one call, wherever in the request they stood."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from demo.botapi.errors import bad_request

_TRUE = {"true", "yes", "1"}
_JSON_PARAMETERS = {
    "reply_markup",
    "reply_parameters",
    "entities",
    "caption_entities",
    "link_preview_options",
    "commands",
    "scope",
    "allowed_updates",
    "reaction",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart body. size: real length, even when the content was too long to be kept."""

    name: str
    content: bytes = field(repr=False)
    size: int


@dataclass(frozen=True, slots=True)
class Params:
    """given: texts, or JSON values when the body was JSON. uploads: files by part name."""

    given: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A text, empty when absent."""
        value = self.given.get(name, "")
        return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """A number; what is none counts as absent, as it does at Telegram."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def boolean(self, name: str) -> bool:
        """Whether it says true, yes or 1."""
        return self.text(name).lower() in _TRUE

    def json(self, name: str) -> Any:
        """A JSON value, None when absent. Raises Refusal when it cannot be read."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            what = "reply keyboard markup" if name == "reply_markup" else name.replace("_", " ")
            raise bad_request(f"can't parse {what} JSON object") from error

    def objects(self, name: str) -> list[dict[str, Any]]:
        """A JSON array of objects, empty when absent. Raises Refusal."""
        value = self.json(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise bad_request(f"can't parse {name.replace('_', ' ')}: expected an Array of objects")
        return value

    def decoded(self) -> dict[str, Any]:
        """Everything that was given, JSON texts decoded where they can be; files by their names."""
        shown = {name: self._decoded(name, value) for name, value in self.given.items()}
        return shown | {name: upload.name for name, upload in self.uploads.items() if name not in self._attached()}

    def _attached(self) -> set[str]:
        """Parts that a parameter points at with ``attach://``."""
        values = (value for value in self.given.values() if isinstance(value, str))
        return {value.removeprefix("attach://") for value in values if value.startswith("attach://")}

    def _decoded(self, name: str, value: Any) -> Any:
        if name not in _JSON_PARAMETERS or not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            return value
