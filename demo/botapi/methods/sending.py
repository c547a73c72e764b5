"""sendMessage, sendDocument, sendPhoto."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from demo.botapi.access import replied_message, thread_for, writable_chat
from demo.botapi.errors import Refusal, bad_request
from demo.botapi.formatted import FormattedText, from_bot
from demo.botapi.keyboard import parse_markup
from demo.botapi.message import Message

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.files import Attachment
    from demo.botapi.params import Params
    from demo.botapi.state import State

MAX_TEXT = 4096
MAX_CAPTION = 1024


def parsed_text(params: Params) -> FormattedText:
    """The ``text`` of a call. Raises Refusal."""
    text = params.text("text")
    if not text:
        raise bad_request("message text is empty")
    return from_bot(text, params.text("parse_mode"), params.objects("entities"))


def parsed_caption(params: Params) -> FormattedText:
    """The ``caption`` of a call, possibly empty. Raises Refusal."""
    caption = from_bot(
        params.text("caption"), params.text("parse_mode"), params.objects("caption_entities"), allow_empty=True
    )
    if len(caption.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return caption


def send_message(state: State, params: Params) -> dict[str, Any]:
    """Put a text into a chat."""
    content, keyboard = parsed_text(params), parse_markup(params.json("reply_markup"))
    chat = writable_chat(state, params)
    if len(content.text) > MAX_TEXT:
        raise bad_request("message is too long")
    message = Message(0, chat, state.bot, state.date(), content, keyboard)
    return _send(state, params, message, "sendMessage")


def send_document(state: State, params: Params) -> dict[str, Any]:
    """Put a file into a chat."""
    return _send_file(state, params, "document", "documents")


def send_photo(state: State, params: Params) -> dict[str, Any]:
    """Put a picture into a chat."""
    return _send_file(state, params, "photo", "photos")


def _send_file(state: State, params: Params, kind: Literal["document", "photo"], what: str) -> dict[str, Any]:
    content, keyboard = parsed_caption(params), parse_markup(params.json("reply_markup"))
    attachment = _attachment(state, params, kind)
    chat = writable_chat(state, params, what)
    message = Message(0, chat, state.bot, state.date(), content, keyboard, attachment)
    return _send(state, params, message, f"send{kind.capitalize()}")


def _attachment(state: State, params: Params, kind: Literal["document", "photo"]) -> Attachment:
    """An upload, ``attach://``, or a file_id sent before."""
    given = params.text(kind)
    upload = params.uploads.get(given.removeprefix("attach://") if given.startswith("attach://") else kind)
    if upload:
        if upload.size > state.files.limits.upload:
            raise Refusal(413, "Request Entity Too Large")
        return state.files.store(kind, upload.name, upload.content)
    if not given or given.startswith("attach://"):
        raise bad_request(f"there is no {kind} in the request")
    known = state.files.find(given)
    if known is None or known.kind != kind:
        # A URL would have to be fetched from outside, which this stand-in never does.
        web = given.startswith(("http://", "https://"))
        raise bad_request("failed to get HTTP URL content" if web else "wrong file identifier/HTTP URL specified")
    return known


def _send(state: State, params: Params, message: Message, method: str) -> dict[str, Any]:
    chat: Chat = message.chat
    message.reply_to = replied_message(chat, params)
    message.thread_id = thread_for(chat, params) or (message.reply_to.thread_id if message.reply_to else None)
    message.silent = params.boolean("disable_notification")
    state.budget.charge(method, chat.id, is_group=chat.is_group)
    message.id = chat.next_id()
    return state.json(state.add(message))
