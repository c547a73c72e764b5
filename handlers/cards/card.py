"""Card: a message to be: text and buttons. Makes no calls and reads no clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from handlers.markup import Html


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button. ``data``: a packed payload of handlers/buttons.py, at most 64 bytes; ``style``: a colour.

    url: opened instead; then there is no data.
    """

    label: str
    data: str
    style: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A message's text, and its buttons row by row."""

    text: Html
    rows: Rows = ()

    def to_json(self, **extra: Any) -> str:
        """Return the card as an outbox row holds it."""
        rows = [[[button.label, button.data, button.style, button.url] for button in row] for row in self.rows]
        return json.dumps({"text": self.text, "rows": rows, **extra})

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Card:
        """Return the card of an outbox row."""
        return cls(Html(data["text"]), tuple(tuple(Button(*button) for button in row) for row in data["rows"]))


def in_rows(buttons: list[Button], width: int) -> Rows:
    """Return buttons side by side, ``width`` to a row."""
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))
