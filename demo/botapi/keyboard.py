"""Keyboard: the buttons under a message.

Source of the complaints: telegram-bot-api, Client.cpp (get_inline_keyboard_button), and the live service for the
ones in capitals.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from demo.botapi.errors import Refusal, bad_request
from demo.botapi.links import BadLink, checked_link

MAX_BUTTONS = 100
MAX_DATA_BYTES = 64
MAX_COPY_TEXT = 256
_STYLES = {None, "danger", "success", "primary"}
_OTHER_ACTIONS = (
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)


@dataclass(frozen=True, slots=True)
class Button:
    """One button; exactly one of the actions is set. other: an action this stand-in shows but cannot perform."""

    text: str
    data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    disabled: bool = False
    other: str | None = None
    style: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The Bot API's InlineKeyboardButton."""
        shown: dict[str, Any] = {"text": self.text}
        for name, value in (("callback_data", self.data), ("url", self.url), ("style", self.style)):
            shown |= {name: value} if value is not None else {}
        if self.copy_text is not None:
            shown["copy_text"] = {"text": self.copy_text}
        if self.disabled:
            shown["disabled"] = {}
        if self.other is not None:
            shown |= json.loads(self.other)
        return shown


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Rows of buttons; empty: no buttons at all."""

    rows: Rows = ()

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons in reading order."""
        return tuple(button for row in self.rows for button in row)

    @property
    def labels(self) -> list[list[str]]:
        """What is written on the buttons, row by row."""
        return [[button.text for button in row] for row in self.rows]

    def to_json(self) -> dict[str, Any]:
        """The Bot API's InlineKeyboardMarkup."""
        return {"inline_keyboard": [[button.to_json() for button in row] for row in self.rows]}


NO_KEYBOARD = Keyboard()


def parse_markup(markup: Any, *, inline_only: bool = False) -> Keyboard:
    """Read ``reply_markup``. Other kinds than inline keyboards show no buttons under the message. Raises Refusal."""
    if markup is None or markup == "":
        return NO_KEYBOARD
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup["inline_keyboard"])
    if not markup or (not inline_only and {"keyboard", "remove_keyboard", "force_reply"} & set(markup)):
        return NO_KEYBOARD
    raise bad_request("inline keyboard expected")


def _inline(rows: Any) -> Keyboard:
    if not isinstance(rows, list):
        raise bad_request('can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: expected an Array of Array of InlineKeyboardButton")
    keyboard = Keyboard(tuple(tuple(_button(each) for each in row) for row in rows if row))
    if len(keyboard.buttons) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return keyboard


def _cannot_parse(problem: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {problem}")


def _button(given: Any) -> Button:
    if isinstance(given, str):
        raise _cannot_parse("Text buttons are unallowed in the inline keyboard")
    if not isinstance(given, dict):
        raise _cannot_parse("InlineKeyboardButton must be an Object")
    if "text" not in given:
        raise _cannot_parse('Can\'t find field "text"')
    text, style = str(given["text"]), given.get("style")
    if style not in _STYLES:
        raise _cannot_parse("Invalid button style specified")
    return _action(text, style, given)


def _action(text: str, style: str | None, given: dict[str, Any]) -> Button:
    if "callback_data" in given:
        return Button(text, data=_data(given["callback_data"]), style=style)
    if "url" in given:
        return Button(text, url=_url(str(given["url"])), style=style)
    if "copy_text" in given:
        return Button(text, copy_text=_copy(given["copy_text"]), style=style)
    if "disabled" in given:
        return Button(text, disabled=True, style=style)
    other = {name: given[name] for name in _OTHER_ACTIONS if name in given}
    if not other:
        raise _cannot_parse("Text buttons are unallowed in the inline keyboard")
    return Button(text, other=json.dumps(other, sort_keys=True), style=style)


def _data(data: Any) -> str:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _url(url: str) -> str:
    try:
        return checked_link(url)
    except BadLink as error:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {error}") from error


def _copy(given: Any) -> str:
    text = given.get("text") if isinstance(given, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= MAX_COPY_TEXT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return text
