"""World: Telegram with people in it.

Everything a person can do to a bot is a method here, for tests and for the chat page. What the bot does arrives over
HTTP through server.BotApi and can be looked at on the messages.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from demo.botapi.callbacks import Press
from demo.botapi.delivery import reaches_bot
from demo.botapi.formatted import typed
from demo.botapi.message import Message
from demo.botapi.person import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, TELEGRAM
from demo.botapi.places import Places
from demo.botapi.transcript import transcript
from demo.botapi.view import unix

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from demo.botapi.budget import FloodViolation
    from demo.botapi.calls import Call
    from demo.botapi.chat import Chat
    from demo.botapi.commands import Command
    from demo.botapi.person import Person
    from demo.botapi.updates import Update

T = TypeVar("T")


class World(Places):
    """Telegram with people in it."""

    def say(
        self,
        chat: Chat,
        person: Person,
        text: str,
        *,
        at: datetime | None = None,
        thread: int | None = None,
        reply_to: Message | None = None,
        anonymous: bool = False,
        forwarded: bool = False,
        as_channel: Chat | None = None,
        via_bot: bool = False,
    ) -> Message:
        """A person writes. at: the message's date, if it is not now.

        anonymous: as an admin who hides. as_channel: in a channel's name. forwarded: somebody else's words.
        via_bot: chosen from this bot's inline results. ``message.update`` tells whether the bot hears of it.
        """
        speaker = GROUP_ANONYMOUS_BOT if anonymous else CHANNEL_BOT if as_channel else person
        date = at or self.date()
        message = Message(chat.next_id(), chat, speaker, date, typed(text), thread_id=thread, reply_to=reply_to)
        message.sender_chat = chat if anonymous else as_channel
        message.via_bot = self.bot if via_bot else None
        if forwarded:
            message.forward_origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": unix(date) - 3600}
        chat.members.setdefault(person.id, "member")
        person.started = person.started or not chat.is_group
        return self._hand_over(message)

    def auto_forward(self, chat: Chat, channel: Chat, text: str) -> Message:
        """A post of the linked channel appears in its discussion group."""
        message = Message(chat.next_id(), chat, TELEGRAM, self.date(), typed(text), sender_chat=channel)
        message.is_automatic_forward = True
        origin = {"type": "channel", "chat": channel.to_json(), "message_id": 1, "date": unix(message.date)}
        message.forward_origin = origin
        return self._hand_over(message)

    def _hand_over(self, message: Message) -> Message:
        self.add(message)
        if reaches_bot(message, self.bot, privacy_mode=self.options.privacy_mode):
            message.update = self.tell("message", self.json(message), message.chat, message.date)
        return message

    def edit(self, message: Message, text: str) -> Update | None:
        """A person edits their message."""
        message.rewrite(self.date(), typed(text), message.keyboard, marked=True)
        self.touch(message)
        if not reaches_bot(message, self.bot, privacy_mode=self.options.privacy_mode):
            return None
        return self.tell("edited_message", self.json(message), message.chat, message.edited_at)

    def delete(self, message: Message) -> None:
        """A person deletes a message, whoever wrote it. The bot is not told."""
        self.remove(message)

    def press(self, message: Message, label_or_data: str, *, by: Person, replay: bool = False) -> Press:
        """A person presses a button, named by label or callback data.

        replay: press data that is no longer under the message, as an outdated client can.
        Raises AssertionError when there is no such button, or it cannot be pressed.
        """
        button = message.button(label_or_data)
        data = button.data if button else None
        if data is None and not replay:
            why = "is not a callback button" if button else "is not there"
            problem = f"[{label_or_data}] {why}; the buttons are {message.labels}\n{self.transcript(message.chat)}"
            raise AssertionError(problem)
        query_id = f"{self.bot.id}{len(self.callbacks.presses) + 1:010d}"
        press = Press(query_id, by, message, data or label_or_data, self.now(), self.changes)
        self.callbacks.add(press)
        payload = {
            "id": query_id,
            "from": by.to_json(),
            "message": self.json(message),
            "chat_instance": str(abs(message.chat.id) * 31 % 10**17),
            "data": press.data,
        }
        press.update = self.tell("callback_query", payload, message.chat)
        return press

    def redeliver(self, update: Update | None, times: int = 1) -> None:
        """Deliver an update again, confirmed or not, once in each of the next ``times`` answers."""
        if update is None:
            problem = "this never was an update: the bot was not told about it"
            raise AssertionError(problem)
        self.updates.redeliver(update, times)
        self.changes.notify()

    def menu(self, person: Person, chat: Chat) -> list[Command]:
        """The commands a person sees in a chat."""
        return list(self.commands.shown(chat, person))

    def transcript(self, chat: Chat) -> str:
        """A chat as plain text."""
        return transcript(chat)

    def messages(self, chat: Chat) -> list[Message]:
        """What the bot said in a chat and still stands there, oldest first."""
        return [each for each in chat.shown if each.author is self.bot and not each.service]

    def calls_of(self, method: str) -> list[Call]:
        """Every call of one method."""
        return [each for each in self.calls if each.method == method]

    @property
    def flood_violations(self) -> list[FloodViolation]:
        """Calls made inside a window the bot had been told to wait for."""
        return self.budget.violations

    async def until(self, predicate: Callable[[], T], *, timeout: float = 10.0) -> T:  # noqa: ASYNC109 - the caller's words: until(…, timeout=5)
        """Wait until a predicate is true and return what it gave. It is looked at again after every change.

        Raises AssertionError with a transcript of all chats after ``timeout`` real seconds.
        """
        try:
            async with asyncio.timeout(timeout):
                while not (found := predicate()):
                    await self.changes.next()
                return found
        except TimeoutError:
            raise AssertionError(self._report(timeout)) from None

    def _report(self, seconds: float) -> str:
        chats = [transcript(each) for each in self.chats.values() if each.messages]
        errors = [f"{each.method}: {each.error_code} {each.description}" for each in self.calls if each.description]
        parts = [f"not within {seconds:g} s", *chats, *(["# refused calls", *errors[-10:]] if errors else [])]
        return "\n".join([*parts, *(f"failure: {each.problem}" for each in self.failures)])

    def payload(self, message: Message) -> dict[str, Any]:
        """A message as the bot would see it now."""
        return self.json(message)
