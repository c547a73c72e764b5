"""View: messages, people and members as the Bot API shows them to the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from demo.botapi.chat import Chat, Membership
    from demo.botapi.message import Message
    from demo.botapi.person import Person

_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)
_NO_RIGHTS = ("can_be_edited", "can_promote_members", "is_anonymous", "can_send_welcome_messages")


def unix(moment: datetime) -> int:
    """Whole seconds, as every ``date`` of the Bot API."""
    return int(moment.timestamp())


def message_json(message: Message, people: Mapping[int, Person], *, nested: bool = False) -> dict[str, Any]:
    """The Bot API's Message. nested: as it is shown inside another message, without what it replies to."""
    shown: dict[str, Any] = {
        "message_id": message.id,
        "from": message.author.to_json(),
        "chat": message.chat.to_json(),
        "date": unix(message.date),
    }
    shown |= _origin(message) | _content(message, people) | message.service
    if message.thread_id:
        shown |= {"message_thread_id": message.thread_id, "is_topic_message": True}
    if not nested:
        shown |= _reply(message, people)
    if message.edited_at:
        shown["edit_date"] = unix(message.edited_at)
    if message.keyboard:
        shown["reply_markup"] = message.keyboard.to_json()
    return shown


def _origin(message: Message) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if message.sender_chat:
        shown["sender_chat"] = message.sender_chat.to_json()
    if message.forward_origin:
        shown["forward_origin"] = message.forward_origin
    if message.is_automatic_forward:
        shown["is_automatic_forward"] = True
    if message.via_bot:
        shown["via_bot"] = message.via_bot.to_json()
    return shown


def _reply(message: Message, people: Mapping[int, Person]) -> dict[str, Any]:
    # Inside a topic every message that is no reply answers the message that opened the topic.
    replied = message.reply_to or (message.chat.message(message.thread_id) if message.thread_id else None)
    if replied is None or replied is message:
        return {}
    return {"reply_to_message": message_json(replied, people, nested=True)}


def _content(message: Message, people: Mapping[int, Person]) -> dict[str, Any]:
    shown = message.attachment.fields() if message.attachment else {}
    shown |= message.content.fields(caption=message.attachment is not None)
    for entity in shown.get("entities", []) + shown.get("caption_entities", []):
        if "user" in entity and entity["user"]["id"] in people:
            entity["user"] = people[entity["user"]["id"]].to_json()
    return shown


def member_json(person: Person, membership: Membership) -> dict[str, Any]:
    """The Bot API's ChatMember."""
    status = {"creator": "creator", "administrator": "administrator"}.get(membership, membership)
    shown: dict[str, Any] = {"status": status, "user": person.to_json()}
    if membership == "creator":
        shown["is_anonymous"] = False
    if membership == "administrator":
        shown |= dict.fromkeys(_ADMIN_RIGHTS, True) | dict.fromkeys(_NO_RIGHTS, False)
    if membership == "kicked":
        shown["until_date"] = 0
    return shown


def full_chat_json(chat: Chat, people: Mapping[int, Person]) -> dict[str, Any]:
    """The Bot API's ChatFullInfo, as far as this stand-in knows it."""
    shown = chat.to_json() | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        ),
    }
    pinned = chat.message(chat.pinned[-1]) if chat.pinned else None
    if pinned:
        shown["pinned_message"] = message_json(pinned, people, nested=True)
    return shown
