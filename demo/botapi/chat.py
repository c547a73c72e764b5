"""Chat: a group, a channel or a person's private chat with the bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from demo.botapi.message import Message
    from demo.botapi.person import Person

Kind = Literal["private", "group", "supergroup", "channel"]
Membership = Literal["creator", "administrator", "member", "left", "kicked"]
GENERAL_TOPIC = 1
FIRST_SUPERGROUP = -1_000_000_000_000


def group_kind(chat_id: int) -> Kind:
    """Which kind of group an id belongs to: supergroups start with -100."""
    return "supergroup" if chat_id < FIRST_SUPERGROUP else "group"


@dataclass(slots=True)
class Topic:
    """One topic of a forum; thread_id is what messages carry."""

    thread_id: int
    name: str
    closed: bool = False
    deleted: bool = False


@dataclass(eq=False)
class Chat:
    """One chat.

    person: whose private chat it is. bot: the bot's membership. members: everybody else's, by user id.
    muted: the bot may not write. migrated_to: id of the supergroup it became.
    commands_go_elsewhere: another bot spoke last, so bare commands do not reach this one in privacy mode.
    action, action_until: the last chat action ("typing") and when it fades.
    """

    id: int
    kind: Kind
    title: str = ""
    username: str = ""
    person: Person | None = None
    is_forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)
    members: dict[int, Membership] = field(default_factory=dict)
    bot: Membership = "member"
    muted: bool = False
    migrated_to: int | None = None
    commands_go_elsewhere: bool = False
    messages: list[Message] = field(default_factory=list)
    pinned: list[int] = field(default_factory=list)
    action: str = ""
    action_until: datetime | None = None
    last_id: int = 0

    @property
    def is_group(self) -> bool:
        """A group of either kind."""
        return self.kind in {"group", "supergroup"}

    @property
    def name(self) -> str:
        """Title of a group or channel, name of the person otherwise."""
        return self.person.name if self.person else self.title

    @property
    def shown(self) -> list[Message]:
        """The messages that stand in the chat, oldest first."""
        return [each for each in self.messages if not each.deleted]

    def next_id(self) -> int:
        """A fresh message id. Telegram counts basic groups and private chats together; here each chat counts alone."""
        self.last_id += 1
        return self.last_id

    def message(self, message_id: int) -> Message | None:
        """The message with that id, unless it was deleted."""
        return next((each for each in self.messages if each.id == message_id and not each.deleted), None)

    def membership(self, person: Person) -> Membership:
        """What a person is in this chat."""
        return self.members.get(person.id, "left")

    def is_admin(self, person: Person) -> bool:
        """Whether a person administers the chat."""
        return self.membership(person) in {"creator", "administrator"}

    def to_json(self) -> dict[str, Any]:
        """The Bot API's Chat."""
        shown: dict[str, Any] = {"id": self.id, "type": self.kind}
        if self.person:
            shown["first_name"] = self.person.first_name
            for name in ("last_name", "username"):
                shown |= {name: getattr(self.person, name)} if getattr(self.person, name) else {}
            return shown
        shown["title"] = self.title
        shown |= {"username": self.username} if self.username else {}
        return shown | ({"is_forum": True} if self.is_forum else {})
