"""Places: people, the chats they are in, and their coming and going."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.botapi.chat import GENERAL_TOPIC, Chat, Topic, group_kind
from demo.botapi.person import GROUP_ANONYMOUS_BOT, Person
from demo.botapi.state import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from demo.botapi.chat import Membership

_FIRST_GROUP = -1_001_700_000_001
_FIRST_CHANNEL = -1_001_900_000_001
_TOPIC_COLOUR = 7322096


class Places(State):
    """Makes people and chats, and changes who is where."""

    def person(self, id: int, name: str = "", *, language_code: str = "", username: str = "") -> Person:  # noqa: A002 - reads as Telegram's own field
        """A person, made on first mention; given fields overwrite. Without a name they get a plausible one."""
        person = self.people.get(id)
        if person is None:
            person = self.people[id] = Person(id, f"User {id}", username=f"user{id}", language_code="en")
        if name:
            person.first_name, _, person.last_name = name.partition(" ")
            person.username = ""
        person.language_code = language_code or person.language_code
        person.username = username or person.username
        self.changes.notify()
        return person

    def group(
        self,
        title: str,
        *,
        id: int | None = None,  # noqa: A002 - as in person()
        topics: Sequence[str] | None = None,
        members: Iterable[Person] = (),
        admins: Iterable[Person] = (),
        bot: Membership = "member",
    ) -> Chat:
        """A group with the bot in it. Ids below -10^12 make supergroups, others basic groups.

        topics: names, the group is then a forum; their ids are in ``chat.topics``.
        """
        chat_id = id if id is not None else _FIRST_GROUP - len(self.chats)
        chat = Chat(chat_id, group_kind(chat_id), title, is_forum=topics is not None, bot=bot)
        chat.members |= {each.id: "member" for each in members}
        chat.members |= {each.id: "administrator" for each in admins}
        self.chats[chat_id] = chat
        for name in topics or ():
            self.topic(chat, name)
        self.changes.notify()
        return chat

    def channel(self, title: str, *, username: str = "") -> Chat:
        """A channel somebody may speak as."""
        chat = Chat(_FIRST_CHANNEL - len(self.chats), "channel", title, username, bot="left")
        self.chats[chat.id] = chat
        return chat

    def private(self, person: Person, *, started: bool = True) -> Chat:
        """A person's chat with the bot. started=False: opened, but Start was never pressed."""
        chat = self.chats.get(person.id)
        if chat is None:
            chat = self.chats[person.id] = Chat(person.id, "private", person=person)
        person.started = person.started or started
        self.changes.notify()
        return chat

    def topic(self, chat: Chat, name: str, *, by: Person | None = None) -> Topic:
        """A new topic in a forum."""
        chat.last_id = max(chat.last_id, GENERAL_TOPIC)
        service = {"forum_topic_created": {"name": name, "icon_color": _TOPIC_COLOUR}}
        opening = self.announce(chat, by or GROUP_ANONYMOUS_BOT, service, chat.last_id + 1)
        return chat.topics.setdefault(opening.id, Topic(opening.id, name))

    def close_topic(self, chat: Chat, topic: Topic, *, by: Person, closed: bool = True) -> None:
        """Close a topic, or open it again."""
        topic.closed = closed
        name = "forum_topic_closed" if closed else "forum_topic_reopened"
        self.announce(chat, by, {name: {}}, topic.thread_id)

    def delete_topic(self, chat: Chat, topic: Topic) -> None:
        """Delete a topic with everything in it. The bot is not told."""
        topic.deleted = True
        for message in chat.shown:
            if message.thread_id == topic.thread_id:
                self.remove(message)

    def promote(self, chat: Chat, person: Person) -> None:
        """Make somebody an administrator; the bot too."""
        if person is self.bot:
            self.set_bot_membership(chat, "administrator", GROUP_ANONYMOUS_BOT)
        else:
            chat.members[person.id] = "administrator"
            self.changes.notify()

    def migrate(self, group: Chat) -> Chat:
        """A basic group becomes a supergroup, with a new id and message ids starting anew."""
        if group.kind != "group":
            problem = f"only a basic group can be migrated; {group.id} is a {group.kind}"
            raise ValueError(problem)
        new = self.group(group.title, bot=group.bot)
        new.members = dict(group.members)
        group.migrated_to = new.id
        self.announce(group, GROUP_ANONYMOUS_BOT, {"migrate_to_chat_id": new.id})
        self.announce(new, GROUP_ANONYMOUS_BOT, {"migrate_from_chat_id": group.id})
        return new

    def kick_bot(self, chat: Chat, *, by: Person | None = None) -> None:
        """Throw the bot out."""
        self.set_bot_membership(chat, "kicked", by or GROUP_ANONYMOUS_BOT)

    def add_bot(self, chat: Chat, by: Person) -> None:
        """Bring the bot (back) in."""
        self.set_bot_membership(chat, "member", by)
        self.announce(chat, by, {"new_chat_members": [self.bot.to_json()]})

    def mute_bot(self, chat: Chat, *, muted: bool = True) -> None:
        """Take away the bot's right to write, or give it back."""
        chat.muted = muted

    def block(self, person: Person, *, blocked: bool = True) -> None:
        """A person blocks the bot, or unblocks it."""
        person.blocked = blocked
        self.set_bot_membership(self.private(person, started=False), "kicked" if blocked else "member", person)

    def deactivate(self, person: Person) -> None:
        """A person deletes their account."""
        person.deactivated = True
