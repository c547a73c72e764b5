"""State: everything Telegram knows, and the few things that both bots and people do to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from demo.botapi.budget import Budget, FloodLimits
from demo.botapi.callbacks import Callbacks
from demo.botapi.changes import Changes
from demo.botapi.commands import CommandMenu
from demo.botapi.faults import Faults
from demo.botapi.files import FileLimits, Files
from demo.botapi.message import Message
from demo.botapi.person import Person
from demo.botapi.updates import CALLBACK_LIFETIME, MESSAGE_LIFETIME, Update, UpdateQueue
from demo.botapi.view import member_json, message_json, unix
from demo.botapi.webhook import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.botapi.calls import Call, Failure
    from demo.botapi.chat import Chat, Membership

DEFAULT_TOKEN = "424242:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # noqa: S105 - opens nothing but this stand-in


def wall_clock() -> datetime:
    """The real time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Options:
    """Numbers and switches; the defaults are Telegram's.

    flood: see FloodLimits; NO_FLOOD_LIMITS switches it off. callback_window: how long a press can be answered.
    privacy_mode: in groups only commands, replies to the bot and service messages reach it.
    repeated_poll: a getUpdates with the same offset within this time waits at least as long.
    poll_conflict: 409 answers to competing polls are this far apart.
    clock_skew: added to every date, a server's clock that is wrong.
    webhook_retry: first pause after a webhook's failure, doubled up to a minute. local: webhooks may be plain HTTP.
    """

    flood: FloodLimits = field(default_factory=FloodLimits)
    files: FileLimits = field(default_factory=FileLimits)
    callback_window: timedelta = timedelta(seconds=15)
    privacy_mode: bool = True
    repeated_poll: timedelta = timedelta(seconds=3)
    poll_conflict: timedelta = timedelta(seconds=3)
    clock_skew: timedelta = timedelta()
    webhook_retry: timedelta = timedelta(seconds=1)
    local: bool = True


class State:
    """What the Bot API serves.

    token: "<bot id>:<secret>". now: the time, aware UTC.
    calls: every call so far. failures: mistakes Telegram would not have mentioned.
    """

    def __init__(
        self,
        token: str = DEFAULT_TOKEN,
        now: Callable[[], datetime] = wall_clock,
        *,
        bot_name: str = "Lotsman",
        bot_username: str = "lotsman_bot",
        options: Options | None = None,
    ) -> None:
        self.token = token
        self.now = now
        self.options = options or Options()
        self.bot = Person(int(token.partition(":")[0]), bot_name, username=bot_username, is_bot=True)
        self.people: dict[int, Person] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.changes = Changes()
        self.updates = UpdateQueue(now)
        self.budget = Budget(self.options.flood, now)
        self.callbacks = Callbacks(now, self.options.callback_window)
        self.commands = CommandMenu()
        self.files = Files(self.options.files)
        self.faults = Faults(self.changes)
        self.webhook = Webhook()
        self.calls: list[Call] = []
        self.failures: list[Failure] = []

    def date(self) -> datetime:
        """The time Telegram puts on things."""
        return self.now() + self.options.clock_skew

    def bot_json(self) -> dict[str, Any]:
        """The answer of getMe."""
        return self.bot.to_json() | {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.options.privacy_mode,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
        }

    def json(self, message: Message) -> dict[str, Any]:
        """A message as the bot sees it."""
        return message_json(message, self.people)

    def add(self, message: Message) -> Message:
        """Put a message into its chat."""
        message.record(self.now())
        message.chat.messages.append(message)
        if message.author is self.bot:
            message.chat.action = ""
            message.chat.commands_go_elsewhere = False
        return self.touch(message)

    def touch(self, message: Message) -> Message:
        """Say that a message has changed."""
        message.revision = self.changes.notify()
        return message

    def remove(self, message: Message) -> None:
        """Delete a message for everybody."""
        message.deleted = True
        if message.id in message.chat.pinned:
            message.chat.pinned.remove(message.id)
        self.touch(message)

    def announce(self, chat: Chat, author: Person, service: dict[str, Any], thread_id: int | None = None) -> Message:
        """Put a service message into a chat and tell the bot."""
        message = Message(chat.next_id(), chat, author, self.date(), thread_id=thread_id, service=service)
        self.add(message)
        message.update = self.tell("message", self.json(message), chat, message.date)
        return message

    def tell(self, kind: str, payload: dict[str, Any], chat: Chat, date: datetime | None = None) -> Update | None:
        """Queue an update about a chat. None: the bot is not there, or did not ask for this kind."""
        if chat.bot in {"left", "kicked"} and kind != "my_chat_member":
            return None
        lifetime = CALLBACK_LIFETIME if kind == "callback_query" else MESSAGE_LIFETIME
        # Presses and messages are different queues: a webhook may see them out of order.
        queue = f"press {payload['from']['id']}" if kind == "callback_query" else f"chat {chat.id}"
        update = self.updates.add(kind, payload, date or self.date(), lifetime, queue)
        self.changes.notify()
        return update

    def set_bot_membership(self, chat: Chat, membership: Membership, by: Person) -> Update | None:
        """Let the bot's standing in a chat change, and tell it."""
        old = member_json(self.bot, chat.bot)
        chat.bot = membership
        payload = {
            "chat": chat.to_json(),
            "from": by.to_json(),
            "date": unix(self.date()),
            "old_chat_member": old,
            "new_chat_member": member_json(self.bot, membership),
        }
        return self.tell("my_chat_member", payload, chat)
