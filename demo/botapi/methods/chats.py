"""getMe, getChat, getChatMember, leaveChat, pinChatMessage, unpinChatMessage, sendChatAction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from demo.botapi.access import readable_chat, target_message, thread_for, writable_chat
from demo.botapi.errors import bad_request
from demo.botapi.view import full_chat_json, member_json, message_json

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.params import Params
    from demo.botapi.state import State

_ACTIONS = {
    "typing",
    "choose_sticker",
    "find_location",
    *(f"upload_{what}" for what in ("photo", "video", "voice", "document", "video_note")),
    *(f"record_{what}" for what in ("video", "voice", "video_note")),
}
_ACTION_LASTS = timedelta(seconds=5)


def get_me(state: State, params: Params) -> dict[str, Any]:
    """The bot itself."""
    del params
    return state.bot_json()


def get_chat(state: State, params: Params) -> dict[str, Any]:
    """What is known about a chat."""
    return full_chat_json(readable_chat(state, params), state.people)


def get_chat_member(state: State, params: Params) -> dict[str, Any]:
    """What somebody is in a chat."""
    chat = readable_chat(state, params)
    user_id = params.integer("user_id")
    if not user_id:
        raise bad_request("invalid user_id specified")
    person = state.people.get(user_id)
    if person is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return member_json(person, chat.bot if person is state.bot else chat.membership(person))


def leave_chat(state: State, params: Params) -> bool:
    """Go away."""
    chat = readable_chat(state, params)
    if not chat.is_group:
        raise bad_request("chat member status can't be changed in private chats")
    state.announce(chat, state.bot, {"left_chat_member": state.bot.to_json()})
    state.set_bot_membership(chat, "left", state.bot)
    return True


def pin_chat_message(state: State, params: Params) -> bool:
    """Pin a message, with a service message about it."""
    chat = _pinnable(state, params)
    message = target_message(chat, params, "pin")
    chat.pinned = [*(each for each in chat.pinned if each != message.id), message.id]
    pinned = message_json(message, state.people, nested=True)
    state.announce(chat, state.bot, {"pinned_message": pinned}, message.thread_id)
    return True


def unpin_chat_message(state: State, params: Params) -> bool:
    """Unpin one message, or the newest pinned one."""
    chat = _pinnable(state, params)
    if params.text("message_id"):
        message_id = target_message(chat, params, "unpin").id
    else:
        message_id = chat.pinned[-1] if chat.pinned else 0
    chat.pinned = [each for each in chat.pinned if each != message_id]
    state.changes.notify()
    return True


def _pinnable(state: State, params: Params) -> Chat:
    chat = writable_chat(state, params)
    if chat.kind == "supergroup" and chat.bot != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def send_chat_action(state: State, params: Params) -> bool:
    """Show "typing…" for five seconds or until the next message."""
    action = params.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = writable_chat(state, params)
    thread_for(chat, params)
    chat.action, chat.action_until = action, state.now() + _ACTION_LASTS
    state.changes.notify()
    return True
