"""Access: may the bot speak here? Every refusal that depends on the chat, in Telegram's order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo.botapi.chat import Chat
from demo.botapi.errors import Refusal, bad_request, forbidden

if TYPE_CHECKING:
    from demo.botapi.message import Message
    from demo.botapi.params import Params
    from demo.botapi.state import State


def known_chat(state: State, params: Params) -> Chat:
    """The chat named by ``chat_id``, whether or not the bot may write there. Raises Refusal."""
    given = params.text("chat_id").strip()
    if not given:
        raise bad_request("chat_id is empty")
    if given.startswith("@"):
        chat = next((each for each in state.chats.values() if each.username.lower() == given[1:].lower()), None)
    else:
        chat_id = params.integer("chat_id")
        chat = state.chats.get(chat_id) or _unopened(state, chat_id)
    if chat is None:
        raise bad_request("chat not found")
    return chat


def _unopened(state: State, chat_id: int) -> Chat | None:
    """A private chat nobody has started, when the person exists."""
    person = state.people.get(chat_id)
    return Chat(chat_id, "private", person=person) if person and not person.is_bot else None


def readable_chat(state: State, params: Params) -> Chat:
    """The chat named by ``chat_id``, if the bot is in it. Raises Refusal."""
    chat = known_chat(state, params)
    if chat.migrated_to:
        raise Refusal(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=chat.migrated_to,
        )
    if chat.person:
        return chat
    if chat.bot == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if chat.bot == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def writable_chat(state: State, params: Params, what: str = "text messages") -> Chat:
    """The chat named by ``chat_id``, if the bot may send ``what`` there. Raises Refusal."""
    chat = readable_chat(state, params)
    if chat.person:
        _check_person(chat)
    if chat.muted:
        raise bad_request(f"not enough rights to send {what} to the chat")
    return chat


def _check_person(chat: Chat) -> None:
    person = chat.person
    if person and person.deactivated:
        raise forbidden("user is deactivated")
    if person and person.blocked:
        raise forbidden("bot was blocked by the user")
    if person and not person.started:
        raise forbidden("bot can't initiate conversation with a user")


def thread_for(chat: Chat, params: Params) -> int | None:
    """The topic to post in. General has no id: naming it is an error, as is any topic in a chat without topics."""
    thread_id = params.integer("message_thread_id")
    if not thread_id:
        return None
    topic = chat.topics.get(thread_id)
    if topic is None or topic.deleted:
        raise bad_request("message thread not found")
    if topic.closed and chat.bot != "administrator":
        raise bad_request("TOPIC_CLOSED")
    return thread_id


def replied_message(chat: Chat, params: Params) -> Message | None:
    """The message to reply to. Raises Refusal when it is gone, unless the bot said it does not mind."""
    given = params.json("reply_parameters")
    parameters: dict[str, Any] = given if isinstance(given, dict) else {}
    message_id = int(parameters.get("message_id") or 0) or params.integer("reply_to_message_id")
    if not message_id:
        return None
    message = chat.message(message_id)
    lenient = parameters.get("allow_sending_without_reply") or params.boolean("allow_sending_without_reply")
    if message is None and not lenient:
        raise bad_request("message to be replied not found")
    return message


def target_message(chat: Chat, params: Params, purpose: str) -> Message:
    """The message named by ``message_id``. purpose: as in "message to edit not found". Raises Refusal."""
    message_id = params.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.message(message_id)
    if message is None:
        raise bad_request(f"message to {purpose} not found")
    return message
