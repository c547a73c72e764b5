"""What the page is told: messages, people and chats as one person sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo.botapi.person import ANONYMOUS_ADMIN, SERVICE_ACCOUNT
from demo.botapi.transcript import file_size

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.files import Attachment
    from demo.botapi.keyboard import Button
    from demo.botapi.message import Message
    from demo.botapi.person import Person
    from demo.botapi.world import World

COLOURS = 7
_BOT_COLOUR = 5
_SNIPPET = 80
_PINNED = 40


def people(world: World) -> list[Person]:
    """Everybody one can be on the page."""
    return [each for each in world.people.values() if not each.is_bot and each.id != SERVICE_ACCOUNT]


def about(world: World, person: Person, chat: Chat | None) -> dict[str, Any]:
    """Everything around the messages. chat: None for a private chat nobody opened yet."""
    groups = [each for each in world.chats.values() if each.is_group and not each.migrated_to]
    return {
        "bot": {"id": world.bot.id, "name": world.bot.name, "username": world.bot.username},
        "people": [_person(world, each) for each in people(world)],
        "person": person.id,
        "language": person.language_code,
        "chats": [*(_chat(world, each) for each in groups), _private(world, person)],
        "menu": [each.to_json() for each in world.menu(person, chat)] if chat else [],
    }


def _colour(world: World, somebody: int) -> int:
    """Neighbours in the list get different colours, everybody keeps theirs."""
    if somebody == world.bot.id:
        return _BOT_COLOUR
    everybody = [*world.people, *world.chats]
    return everybody.index(somebody) * 3 % COLOURS if somebody in everybody else abs(somebody) % COLOURS


def _person(world: World, person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "username": person.username,
        "language": person.language_code,
        "colour": _colour(world, person.id),
    }


def _chat(world: World, chat: Chat) -> dict[str, Any]:
    acts = bool(chat.action and chat.action_until and world.now() < chat.action_until)
    pinned = chat.message(chat.pinned[-1]) if chat.pinned else None
    topics = [each for each in chat.topics.values() if not each.deleted]
    return {
        "id": chat.id,
        "kind": chat.kind,
        "title": chat.name,
        "members": len(chat.members) + (chat.bot not in {"left", "kicked"}),
        "colour": _colour(world, chat.id),
        "topics": [{"id": each.thread_id, "name": each.name, "closed": each.closed} for each in topics],
        "pinned": {"id": pinned.id, "text": _snippet(pinned)} if pinned else None,
        "action": chat.action if acts else "",
        "last": _last(chat),
    }


def _private(world: World, person: Person) -> dict[str, Any]:
    """The person's chat with the bot: it is listed under the bot's name, opened or not."""
    chat = world.chats.get(person.id)
    shown = _chat(world, chat) if chat else {"id": person.id, "kind": "private", "topics": [], "pinned": None}
    shown |= {"title": world.bot.name, "colour": _BOT_COLOUR, "started": person.started}
    return {"action": "", "last": None, "members": 2} | shown


def _last(chat: Chat) -> dict[str, Any] | None:
    message = next((each for each in reversed(chat.shown) if not each.service), None)
    if message is None:
        return None
    return {"author": message.author.first_name, "text": _snippet(message), "date": _seconds(message)}


def _snippet(message: Message) -> str:
    text = message.text or message.document_name or ""
    return " ".join(text.split())[:_SNIPPET]


def _seconds(message: Message) -> int:
    return int(message.date.timestamp())


def message(world: World, person: Person, shown: Message) -> dict[str, Any]:
    """One message; of a deleted one only the fact."""
    if shown.deleted:
        return {"id": shown.id, "deleted": True}
    chat = shown.chat
    sender = shown.sender_chat
    return {
        "id": shown.id,
        "own": shown.author is person,
        "author": {
            "id": sender.id if sender else shown.author.id,
            "name": _speaker(shown),
            "colour": _colour(world, sender.id if sender else shown.author.id),
            "bot": shown.author is world.bot,
            "admin": chat.is_group and sender is None and chat.is_admin(shown.author),
        },
        "date": _seconds(shown),
        "edited": shown.edited_at is not None,
        "html": shown.html,
        "keyboard": [[_button(each) for each in row] for row in shown.keyboard.rows],
        "file": _file(shown, shown.attachment) if shown.attachment else None,
        "reply": _reply(world, shown.reply_to),
        "forwarded": _forwarded(shown),
        "reactions": list(shown.reactions),
        "thread": shown.thread_id,
        "service": _service(world, shown),
    }


def _speaker(shown: Message) -> str:
    """Who seems to speak: anonymous admins do so in the name of their chat."""
    if shown.sender_chat:
        return shown.sender_chat.name
    return shown.chat.name if shown.author.id == ANONYMOUS_ADMIN else shown.author.name


def _button(button: Button) -> dict[str, Any]:
    if button.disabled:
        kind = "disabled"
    elif button.data is not None:
        kind = "callback"
    else:
        kind = "url" if button.url else "copy" if button.copy_text else "other"
    return {"text": button.text, "kind": kind, "style": button.style, "url": button.url, "copy": button.copy_text}


def _file(shown: Message, attachment: Attachment) -> dict[str, Any]:
    return {
        "kind": attachment.kind,
        "name": attachment.name,
        "size": file_size(len(attachment.content)),
        "url": f"/file/{shown.chat.id}/{shown.id}",
        "text": attachment.mime_type.startswith("text/") or attachment.mime_type == "application/json",
        "image": attachment.kind == "photo",
        "width": attachment.width,
        "height": attachment.height,
    }


def _reply(world: World, replied: Message | None) -> dict[str, Any] | None:
    if replied is None or replied.deleted:
        return None
    colour = _colour(world, replied.sender_chat.id if replied.sender_chat else replied.author.id)
    return {"id": replied.id, "author": _speaker(replied), "text": _snippet(replied), "colour": colour}


def _forwarded(shown: Message) -> str:
    origin = shown.forward_origin or {}
    return str(origin.get("sender_user_name") or origin.get("chat", {}).get("title") or "")


def _service(world: World, shown: Message) -> dict[str, Any] | None:
    """Kind and what it is about; the words are the page's."""
    if not shown.service:
        return None
    kind, value = next(iter(shown.service.items()))
    about_what = ""
    if kind == "forum_topic_created":
        about_what = value["name"]
    elif kind == "pinned_message":
        about_what = value.get("text") or value.get("caption") or ""
    elif kind in {"new_chat_members", "left_chat_member"}:
        about_what = world.bot.name
    return {"kind": kind, "about": " ".join(about_what.split())[:_PINNED]}
