"""MarkdownParser: parse_mode=MarkdownV2, with Telegram's own complaints.

Source: tdlib, MessageEntity.cpp, parse_markdown_v2. Positions in complaints are byte offsets into the UTF-8 text.
"""

from __future__ import annotations

from dataclasses import dataclass

from demo.botapi.entities import Entity, nesting_key, utf16_length
from demo.botapi.html_markup import MarkupError
from demo.botapi.links import BadLink, checked_link, mentioned_user

_RESERVED = "_*[]()~`>#+-=|{}.!\n"
_ENDS = {
    "bold": "*",
    "italic": "_",
    "underline": "__",
    "strikethrough": "~",
    "spoiler": "||",
    "code": "`",
    "pre": "```",
}
_BEGINNINGS = ("__", "||", "```", "_", "*", "~", "`", "[")
_KINDS = {mark: kind for kind, mark in _ENDS.items()} | {"[": "text_link"}
_SHOWN = {"text_link": "TextUrl", "custom_emoji": "CustomEmoji", "blockquote": "BlockQuote"}


@dataclass(slots=True)
class _Open:
    kind: str
    begin: int
    offset: int
    start: int
    language: str = ""


def parse_markdown(source: str) -> tuple[str, list[Entity]]:
    """Plain text and its entities. Raises MarkupError."""
    return _MarkdownParser(source).parse()


class _MarkdownParser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._plain: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._source):
            self._step()
        if self._open and self._open[-1].kind == "blockquote":
            self._close()
        if self._open:
            opened = self._open[-1]
            shown = _SHOWN.get(opened.kind, opened.kind.capitalize())
            message = f"Can't find end of {shown} entity at byte offset {self._byte(opened.begin)}"
            raise MarkupError(message)
        return "".join(self._plain), sorted(self._entities, key=nesting_key)

    def _byte(self, at: int) -> int:
        return len(self._source[:at].encode("utf-8", "surrogatepass"))

    def _emit(self, text: str) -> None:
        self._plain.append(text)
        self._offset += utf16_length(text)

    def _step(self) -> None:
        character = self._source[self._at]
        escaped = self._source[self._at + 1 : self._at + 2]
        inside = self._open[-1].kind if self._open else ""
        if character == "\\" and escaped and 0 < ord(escaped) <= 126:  # noqa: PLR2004 - the last printable ASCII character
            self._emit(escaped)
            self._at += 2
        elif character not in ("`" if inside in {"code", "pre"} else _RESERVED):
            self._emit(character)
            self._at += 1
        elif inside and self._ends(inside):
            self._close()
        else:
            self._begin(character)

    def _ends(self, kind: str) -> bool:
        if kind == "blockquote":
            return self._source[self._at] == "\n" and not self._source.startswith(">", self._at + 1)
        mark = "]" if kind in {"text_link", "custom_emoji"} else _ENDS[kind]
        # In "__" the first underscore would end an italic: an underline inside it goes first.
        ambiguous = kind == "italic" and self._source.startswith("__", self._at)
        return self._source.startswith(mark, self._at) and not ambiguous

    def _begin(self, character: str) -> None:
        if character == "\n":
            self._emit(character)
            self._at += 1
            if self._open and self._open[0].kind == "blockquote":
                self._at += 1
            return
        if character == ">" and (self._at == 0 or self._source[self._at - 1] == "\n") and not self._open:
            self._push("blockquote", 1)
            return
        if self._source.startswith("![", self._at):
            self._push("custom_emoji", 2)
            return
        mark = next((each for each in _BEGINNINGS if self._source.startswith(each, self._at)), None)
        if mark is None or (self._open and self._open[-1].kind in {"code", "pre"}):
            message = f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
            raise MarkupError(message)
        self._push(_KINDS[mark], len(mark))

    def _push(self, kind: str, mark_length: int) -> None:
        opened = _Open(kind, self._at, self._offset, len(self._plain))
        self._at += mark_length
        if kind == "pre":
            opened.language = self._language()
        self._open.append(opened)

    def _language(self) -> str:
        """The word right behind the backticks, when a line break ends it."""
        line, newline, _ = self._source[self._at :].partition("\n")
        if not newline or "`" in line or " " in line:
            return ""
        self._at += len(line) + 1
        return line

    def _close(self) -> None:
        opened = self._open.pop()
        if opened.kind == "blockquote":
            self._entity("blockquote", opened)
            return
        if opened.kind in {"text_link", "custom_emoji"}:
            self._at += 1
            self._close_link(opened, self._address(opened))
            return
        self._at += len(_ENDS[opened.kind])
        self._entity(opened.kind, opened, language=opened.language or None)

    def _entity(self, kind: str, opened: _Open, **details: str | int | None) -> None:
        if self._offset > opened.offset:
            self._entities.append(Entity(kind, opened.offset, self._offset - opened.offset, **details))  # type: ignore[arg-type] # the details are Entity's own fields

    def _address(self, opened: _Open) -> str:
        if not self._source.startswith("(", self._at):
            return "".join(self._plain[opened.start :])
        self._at += 1
        address: list[str] = []
        while not self._source.startswith(")", self._at):
            if self._at >= len(self._source):
                message = f"Can't find end of a URL at byte offset {self._byte(opened.begin)}"
                raise MarkupError(message)
            self._at += self._source.startswith("\\", self._at) and self._at + 1 < len(self._source)
            address.append(self._source[self._at])
            self._at += 1
        self._at += 1
        return "".join(address)

    def _close_link(self, opened: _Open, address: str) -> None:
        if opened.kind == "custom_emoji":
            self._entity("custom_emoji", opened, custom_emoji_id=address.rpartition("=")[2])
            return
        user_id = mentioned_user(address)
        if user_id is not None:
            self._entity("text_mention", opened, user_id=user_id)
            return
        try:
            self._entity("text_link", opened, url=checked_link(address))
        except BadLink:
            return
