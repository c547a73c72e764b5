"""Entity: one formatted stretch of a text, measured in UTF-16 units."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

NESTING_ORDER = (
    # Entities of one stretch are listed outermost first, in this order (tdlib, MessageEntity.cpp, get_type_priority).
    "expandable_blockquote",
    "blockquote",
    "pre",
    "code",
    "text_link",
    "text_mention",
    "url",
    "email",
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "custom_emoji",
    "date_time",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
)


@dataclass(frozen=True, slots=True, order=False)
class Entity:
    """offset, length: UTF-16 units. The optional fields are the Bot API's, user_id standing for ``user``."""

    type: str
    offset: int
    length: int
    url: str | None = None
    user_id: int | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None

    @property
    def end(self) -> int:
        """UTF-16 offset just behind the stretch."""
        return self.offset + self.length

    def to_json(self) -> dict[str, Any]:
        """The Bot API's MessageEntity; ``user`` carries the id alone and is completed by whoever knows people."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        user_id = given.pop("user_id")
        shown = {name: value for name, value in given.items() if value is not None}
        return shown if user_id is None else shown | {"user": {"id": user_id, "is_bot": False, "first_name": ""}}


def from_json(given: dict[str, Any]) -> Entity:
    """Read a MessageEntity a bot sent. Raises KeyError, TypeError or ValueError when it is none."""
    user = given.get("user")
    unix_time = given.get("unix_time")
    return Entity(
        type=str(given["type"]),
        offset=int(given["offset"]),
        length=int(given["length"]),
        url=given.get("url"),
        user_id=int(user["id"]) if user else None,
        language=given.get("language"),
        custom_emoji_id=given.get("custom_emoji_id"),
        unix_time=int(unix_time) if unix_time is not None else None,
        date_time_format=given.get("date_time_format"),
    )


def utf16_length(text: str) -> int:
    """How many UTF-16 units a text takes: characters beyond U+FFFF count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut_utf16(text: str, offset: int, length: int) -> str:
    """The stretch of a text given in UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def nesting_key(entity: Entity) -> tuple[int, int, int]:
    """Sorts entities by position, outer before inner."""
    return entity.offset, -entity.length, NESTING_ORDER.index(entity.type) if entity.type in NESTING_ORDER else 99
