"""FormattedText: a text as Telegram keeps it, plain characters beside entities.

Source: tdlib, MessageEntity.cpp, fix_formatted_text (what is cleaned, trimmed and refused).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from demo.botapi.entities import Entity, from_json, nesting_key, utf16_length
from demo.botapi.errors import bad_request
from demo.botapi.html_markup import MarkupError, parse_html
from demo.botapi.markdown_markup import parse_markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_RAW_BYTES = 32768
MAX_ENTITIES = 100
_CONTROL = {code: " " for code in range(32) if chr(code) not in "\n\r"} | {ord("\r"): None}
_CONTROL |= dict.fromkeys(range(0x2028, 0x202F)) | dict.fromkeys((0x333, 0x33F, 0x30A))
_FOUND = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@])")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    (
        "url",
        re.compile(r"(?<![\w@])(?:https?://[^\s<>]*\.[^\s<>]*[^\s<>.,;:!?)\]}'\"]|(?:[\w-]+\.)+(?:com|org|net|io)\b)"),
    ),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#&])#\w*[^\W\d]\w*")),
)
_OPAQUE = {"pre", "code", "text_link", "text_mention", "custom_emoji", "date_time"}


@dataclass(frozen=True, slots=True)
class FormattedText:
    """Plain text and its entities, sorted, UTF-16 offsets."""

    text: str
    entities: tuple[Entity, ...] = ()

    def fields(self, *, caption: bool = False) -> dict[str, Any]:
        """The fields of a Bot API message that show it."""
        text, entities = ("caption", "caption_entities") if caption else ("text", "entities")
        if not self.text:
            return {}
        shown: dict[str, Any] = {text: self.text}
        return shown | ({entities: [each.to_json() for each in self.entities]} if self.entities else {})


EMPTY = FormattedText("")


def typed(text: str) -> FormattedText:
    """What a person typed: commands, links and mentions are found in it, nothing else."""
    return _tidy(text, [])


def from_bot(text: str, parse_mode: str, entities: list[dict[str, Any]], *, allow_empty: bool = False) -> FormattedText:
    """What a bot sent. Raises Refusal with Telegram's text when it cannot be understood."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_RAW_BYTES:
        raise bad_request("text is too long")
    plain, found = _parsed(text, parse_mode, entities)
    formatted = _tidy(plain, found)
    if not formatted.text and not allow_empty:
        raise bad_request("text must be non-empty")
    return formatted


def _parsed(text: str, parse_mode: str, entities: list[dict[str, Any]]) -> tuple[str, list[Entity]]:
    mode = parse_mode.lower()
    try:
        if mode == "html":
            return parse_html(text)
        if mode == "markdownv2":
            return parse_markdown(text)
    except MarkupError as error:
        raise bad_request(f"can't parse entities: {error}") from error
    if mode not in {"", "none"}:
        raise bad_request("unsupported parse_mode")
    return text, _given(text, entities)


def _given(text: str, entities: list[dict[str, Any]]) -> list[Entity]:
    try:
        found = [from_json(each) for each in entities]
    except (KeyError, TypeError, ValueError) as error:
        raise bad_request("can't parse MessageEntity: expected an Object with type, offset and length") from error
    length = utf16_length(text)
    for each in found:
        if each.offset > length:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {each.offset}")
        if each.end > length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {each.offset} ends after the end of the text "
                f"at UTF-16 offset {each.end}"
            )
    return sorted((each for each in found if each.length > 0), key=nesting_key)


def _tidy(text: str, entities: list[Entity]) -> FormattedText:
    cleaned, entities = _cleaned(text, entities)
    end = len(cleaned.rstrip(" \n"))
    first_entity = entities[0].offset if entities else len(cleaned)
    lead = min(len(cleaned) - len(cleaned.lstrip(" \n")), first_entity)
    kept = cleaned[lead:end] if end > lead else ""
    limit = utf16_length(kept)
    moved = [_within(replace(each, offset=each.offset - lead), limit) for each in entities]
    formatted = _user_entities([each for each in moved if each and not _blank(kept, each)])
    return FormattedText(kept, tuple(sorted([*formatted, *_find(kept, formatted)], key=nesting_key)))


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Control characters become spaces, carriage returns vanish; offsets follow."""
    if text.translate(_CONTROL) == text:
        return text, entities
    shifts = [0]
    for character in text:
        shifts += [shifts[-1] + (character.translate(_CONTROL) == "")] * utf16_length(character)
    moved = [
        replace(
            each, offset=each.offset - shifts[each.offset], length=each.length - shifts[each.end] + shifts[each.offset]
        )
        for each in entities
    ]
    return text.translate(_CONTROL), [each for each in moved if each.length > 0]


def _within(entity: Entity, limit: int) -> Entity | None:
    length = min(entity.end, limit) - entity.offset
    return replace(entity, length=length) if length > 0 else None


def _blank(text: str, entity: Entity) -> bool:
    units = text.encode("utf-16-le", "surrogatepass")[2 * entity.offset : 2 * entity.end]
    return not units.decode("utf-16-le", "replace").strip(" \n")


def _user_entities(entities: list[Entity]) -> list[Entity]:
    """The server ignores everything beyond a hundred."""
    return entities[:MAX_ENTITIES]


def _find(text: str, taken: Iterable[Entity]) -> Iterator[Entity]:
    """Commands, links, mentions and tags that nobody marked."""
    closed = [each for each in taken if each.type in _OPAQUE]
    for kind, pattern in _FOUND:
        for found in pattern.finditer(text):
            offset = utf16_length(text[: found.start()])
            entity = Entity(kind, offset, utf16_length(found[0]))
            if all(entity.end <= each.offset or each.end <= entity.offset for each in closed):
                closed.append(entity)
                yield entity
