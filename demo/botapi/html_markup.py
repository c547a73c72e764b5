"""HtmlParser: parse_mode=HTML, with Telegram's own complaints.

Source: tdlib, MessageEntity.cpp, parse_html. Positions in complaints are byte offsets into the UTF-8 text.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace

from demo.botapi.entities import Entity, nesting_key, utf16_length
from demo.botapi.links import BadLink, checked_link, mentioned_user

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_SURROGATES = range(0xD800, 0xE000)
_SPACE = " \t\r\n\v\0"
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{0,6})|#([0-9]{0,7})|([A-Za-z]+));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


class MarkupError(ValueError):
    """The text cannot be parsed; the text is Telegram's, without "can't parse entities"."""


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    start: int


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and its entities. Raises MarkupError."""
    return _HtmlParser(source).parse()


class _HtmlParser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._plain: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._source):
            if self._source[self._at] != "<":
                self._emit(self._character())
            elif self._source.startswith("</", self._at):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            message = f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"'
            raise MarkupError(message)
        # A language given to a code that no pre surrounds exactly is dropped.
        entities = [replace(each, language=None) if each.type == "code" else each for each in self._entities]
        return "".join(self._plain), sorted(entities, key=nesting_key)

    def _emit(self, text: str) -> None:
        self._plain.append(text)
        self._offset += utf16_length(text)

    def _character(self) -> str:
        """The next character, references decoded; an unknown reference is an ordinary ampersand."""
        found = _REFERENCE.match(self._source, self._at) if self._source[self._at] == "&" else None
        decoded = _decode(found) if found else ""
        if found and decoded:
            self._at = found.end()
            return decoded
        self._at += 1
        return self._source[self._at - 1]

    def _byte(self, at: int) -> int:
        return len(self._source[:at].encode("utf-8", "surrogatepass"))

    def _peek(self) -> str:
        return self._source[self._at] if self._at < len(self._source) else "\0"

    def _skip_space(self) -> None:
        while self._at < len(self._source) and self._peek() in _SPACE:
            self._at += 1

    def _word(self, stop: str) -> str:
        begin = self._at
        while self._at < len(self._source) and self._peek() not in _SPACE + stop:
            self._at += 1
        return self._source[begin : self._at]

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        tag = self._word(">").lower()
        if self._at >= len(self._source):
            message = f"Unclosed start tag at byte offset {self._byte(begin)}"
            raise MarkupError(message)
        if tag not in _KINDS:
            message = f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}'
            raise MarkupError(message)
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            message = f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}'
            raise MarkupError(message)
        self._open.append(_Open(tag, attributes, self._offset, len(self._plain)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip_space()
            if self._peek() == ">":
                self._at += 1
                return attributes
            name = self._word("=>")
            if not name:
                message = f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}'
                raise MarkupError(message)
            self._skip_space()
            attributes[name] = self._value(tag, begin) if self._peek() == "=" else ""
            if self._at >= len(self._source):
                message = f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}'
                raise MarkupError(message)

    def _value(self, tag: str, begin: int) -> str:
        self._at += 1
        self._skip_space()
        if self._at >= len(self._source):
            message = f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}'
            raise MarkupError(message)
        quote = self._peek()
        if quote not in "'\"":
            return self._name_token()
        self._at += 1
        value: list[str] = []
        while self._at < len(self._source) and self._peek() != quote:
            value.append(self._character())
        self._at += 1
        if self._at >= len(self._source):
            message = f"Unclosed start tag at byte offset {self._byte(begin)}"
            raise MarkupError(message)
        return "".join(value)

    def _name_token(self) -> str:
        found = re.compile(r"[A-Za-z0-9.-]*").match(self._source, self._at)
        token = found[0] if found else ""
        begin = self._at
        self._at += len(token)
        if self._peek() not in _SPACE + ">":
            message = f"Unexpected end of name token at byte offset {self._byte(begin)}"
            raise MarkupError(message)
        return token.lower()

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            message = f"Unexpected end tag at byte offset {self._byte(begin)}"
            raise MarkupError(message)
        self._at += 2
        tag = self._word(">").lower()
        self._skip_space()
        if self._at >= len(self._source) or self._peek() != ">":
            message = f"Unclosed end tag at byte offset {self._byte(begin)}"
            raise MarkupError(message)
        self._at += 1
        opened = self._open.pop()
        if tag and tag != opened.tag:
            message = (
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{opened.tag}>", found "</{tag}>"'
            )
            raise MarkupError(message)
        if self._offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity = Entity(_KINDS[opened.tag], opened.offset, self._offset - opened.offset)
        if opened.tag == "a":
            link = _link(entity, opened.attributes.get("href") or "".join(self._plain[opened.start :]))
            self._entities += [link] if link else []
        elif opened.tag in {"pre", "code"}:
            self._close_code(entity, opened.attributes)
        else:
            self._entities.append(_detailed(entity, opened.attributes))

    def _close_code(self, entity: Entity, attributes: dict[str, str]) -> None:
        """Pre and code around the same stretch are one pre with a language."""
        language = attributes.get("class", "").removeprefix("language-") if entity.type == "code" else None
        if not attributes.get("class", "").startswith("language-"):
            language = None
        last = self._entities[-1] if self._entities else None
        same = last and (last.offset, last.length) == (entity.offset, entity.length)
        if last and same and {last.type, entity.type} == {"pre", "code"} and (last.language or language):
            self._entities[-1] = replace(last, type="pre", language=last.language or language)
        else:
            self._entities.append(replace(entity, language=language))


def _decode(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return _NAMED.get(name, "")
    code = int(hexadecimal or "0", 16) if hexadecimal is not None else int(decimal or "0")
    return chr(code) if 0 < code < sys.maxunicode and code not in _SURROGATES else ""


def _link(entity: Entity, url: str) -> Entity | None:
    """A link to a user, to a page, or nothing when Telegram would not open it."""
    user_id = mentioned_user(url)
    if user_id is not None:
        return replace(entity, type="text_mention", user_id=user_id)
    try:
        return replace(entity, url=checked_link(url))
    except BadLink:
        return None


def _detailed(entity: Entity, attributes: dict[str, str]) -> Entity:
    if entity.type == "blockquote" and "expandable" in attributes:
        return replace(entity, type="expandable_blockquote")
    if entity.type == "custom_emoji":
        emoji_id = attributes.get("emoji-id", "")
        if not emoji_id.isdigit() or int(emoji_id) == 0:
            message = "Invalid custom emoji identifier specified"
            raise MarkupError(message)
        return replace(entity, custom_emoji_id=emoji_id)
    if entity.type == "date_time":
        unix, form = attributes.get("unix", ""), attributes.get("format", "")
        if not unix.isdigit() or not _TIME_FORMAT.fullmatch(form):
            message = "Invalid date and time specified"
            raise MarkupError(message)
        return replace(entity, unix_time=int(unix), date_time_format=form)
    return entity
