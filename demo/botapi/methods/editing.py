"""editMessageText, editMessageCaption, editMessageReplyMarkup, deleteMessage."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from demo.botapi.access import readable_chat, target_message, writable_chat
from demo.botapi.errors import bad_request
from demo.botapi.keyboard import Keyboard, parse_markup
from demo.botapi.methods.sending import MAX_TEXT, parsed_caption, parsed_text

if TYPE_CHECKING:
    from demo.botapi.formatted import FormattedText
    from demo.botapi.message import Message
    from demo.botapi.params import Params
    from demo.botapi.state import State

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
DELETABLE_FOR = timedelta(hours=48)


def edit_message_text(state: State, params: Params) -> dict[str, Any]:
    """Show another text; buttons that are not given again vanish."""
    content, keyboard = parsed_text(params), _keyboard(params)
    message = _editable(state, params)
    if message.attachment or message.service:
        raise bad_request("there is no text in the message to edit")
    if len(content.text) > MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    return _edit(state, message, content, keyboard, "editMessageText")


def edit_message_caption(state: State, params: Params) -> dict[str, Any]:
    """Show another caption under a file; buttons that are not given again vanish."""
    content, keyboard = parsed_caption(params), _keyboard(params)
    message = _editable(state, params)
    if not message.attachment:
        raise bad_request("there is no caption in the message to edit")
    return _edit(state, message, content, keyboard, "editMessageCaption")


def edit_message_reply_markup(state: State, params: Params) -> dict[str, Any]:
    """Show other buttons, or none."""
    keyboard = _keyboard(params)
    message = _editable(state, params)
    return _edit(state, message, message.content, keyboard, "editMessageReplyMarkup")


def delete_message(state: State, params: Params) -> bool:
    """Remove a message for everybody."""
    chat = readable_chat(state, params)
    message = target_message(chat, params, "delete")
    own, admin = message.author is state.bot, chat.bot == "administrator"
    if not own and chat.is_group and not admin:
        raise bad_request("message can't be deleted")
    if not admin and state.date() - message.date > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    state.remove(message)
    return True


def _keyboard(params: Params) -> Keyboard:
    return parse_markup(params.json("reply_markup"), inline_only=True)


def _editable(state: State, params: Params) -> Message:
    chat = writable_chat(state, params)
    message = target_message(chat, params, "edit")
    if message.author is not state.bot or message.forward_origin:
        raise bad_request("message can't be edited")
    return message


def _edit(state: State, message: Message, content: FormattedText, keyboard: Keyboard, method: str) -> dict[str, Any]:
    state.budget.charge(method, message.chat.id, is_group=message.chat.is_group)
    if message.is_same(content, keyboard):
        raise bad_request(NOT_MODIFIED)
    message.rewrite(state.date(), content, keyboard, marked=content != message.content)
    return state.json(state.touch(message))
