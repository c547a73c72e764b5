"""Access: who speaks, may they, and in which language. Whatever is not allowed here goes no further.

A person is a numeric id from lotsman.yml or ADMIN_IDS, speaking in the team's chat or in private. Being
an administrator of the chat means nothing: every anonymous one has the same id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import CallbackQuery, Message, Update, User

from handlers.buttons import RunStale
from handlers.cards.card import Button, Card
from handlers.desk import Talk
from handlers.reply import Reply
from handlers.wording import error_text
from ops.actor import Right
from ops.errors import NotAllowed, OpsError
from ops.project import ANONYMOUS_ADMIN
from ops.store.outbox import Destination

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from handlers.i18n import Languages, Texts
    from handlers.outbox import Postman
    from ops.actor import Actor
    from ops.inventory import Inventory
    from ops.store.outbox import PostgresOutbox
    from ops.store.people import PostgresAudit, PostgresPeople

    Handler = Callable[[Any, dict[str, Any]], Awaitable[Any]]

_NOBODY: Final = frozenset({ANONYMOUS_ADMIN, 777000, 136817688})
"""Ids behind which anybody may be: anonymous administrators, Telegram itself, channels."""

FRESH: Final = timedelta(minutes=2)
"""How old a command may be and still be run unasked."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What access decided. ``refusal``: why not, as the audit names it; empty for yes."""

    refusal: str = ""
    actor: Actor | None = None


class Access(BaseMiddleware):
    """The outermost middleware: resolves the Actor or stops the update; denies by default."""

    def __init__(
        self,
        *,
        inventory: Inventory,
        team_chat: Callable[[], int],
        outbox: PostgresOutbox,
        postman: Postman,
        people: PostgresPeople,
        audit: PostgresAudit,
        languages: Languages,
        now: Callable[[], datetime],
    ) -> None:
        """team_chat: returns the team's chat id; it changes when a group becomes a supergroup."""
        self._inventory = inventory
        self._team_chat = team_chat
        self.bot_name = ""
        """Our own name, once it is known: commands may be addressed to other bots."""
        self._outbox = outbox
        self._postman = postman
        self._people = people
        self._audit = audit
        self._languages = languages
        self._now = now

    async def __call__(self, handler: Handler, event: Any, data: dict[str, Any]) -> Any:
        """Let an update through with a ``talk``, or stop it."""
        if not isinstance(event, Update):
            return None
        if event.message is not None:
            return await self._message(handler, event, event.message, data)
        if event.callback_query is not None:
            return await self._press(handler, event, event.callback_query, data)
        other = event.edited_message or event.channel_post or event.edited_channel_post
        if other is not None and (other.text or "").startswith("/"):
            kind = "edited" if event.edited_message else "channel"
            await self._refuse(other.from_user.id if other.from_user else 0, other.chat.id, other.text or "", kind)
        return None

    async def set_aside(self, event: Update) -> None:
        """Tell who sent an update that it is not tried again; a command gets a button that tries it once more."""
        message, press = event.message, event.callback_query
        if message is not None and self._is_for_us(message) and self._judge_message(message).actor is not None:
            t = await self._texts(message.from_user)
            button = Button(t("button-run-late"), RunStale(update=event.update_id).pack(), "primary")
            card = Card(t("command-set-aside", command=message.text or ""), ((button,),))
            await self._answer_to(event, message).say(card)
        elif press is not None and isinstance(press.message, Message) and self._judge_press(press).actor is not None:
            t = await self._texts(press.from_user)
            await self._answer_to(event, press.message).say(Card(t("press-set-aside")))

    async def _message(self, handler: Handler, event: Update, message: Message, data: dict[str, Any]) -> Any:
        if message.migrate_to_chat_id is not None and message.chat.id == self._team_chat():
            await self._postman.move(message.chat.id, message.migrate_to_chat_id)
            return None
        if not self._is_for_us(message):
            return None
        verdict = self._judge_message(message)
        person = message.from_user
        t = await self._texts(person)
        reply = self._answer_to(event, message)
        if verdict.actor is None:
            await self._refuse(person.id if person else 0, message.chat.id, message.text or "", verdict.refusal)
            await self._explain(verdict.refusal, message, reply, t)
            return None
        if self._now() - message.date > FRESH:
            button = Button(t("button-run-late"), RunStale(update=event.update_id).pack(), "primary")
            text = t("late-command", command=message.text or "", ago=t.ago(message.date, self._now()))
            await reply.say(Card(text, ((button,),)))
            return None
        return await self._answered(handler, event, data, Talk(verdict.actor, t, reply, data["desk"]))

    async def _press(self, handler: Handler, event: Update, press: CallbackQuery, data: dict[str, Any]) -> Any:
        chat = press.message.chat if press.message else None
        t = await self._texts(press.from_user)
        verdict = self._judge_press(press)
        if chat is None or verdict.actor is None:
            await self._refuse(press.from_user.id, chat.id if chat else 0, press.data or "", verdict.refusal)
            await answer_press(press, t(f"refused-{verdict.refusal}", id=str(press.from_user.id)), alert=True)
            return None
        message = press.message
        thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
        shown = message.message_id if message else None
        reply = self._reply(event, Destination(chat.id, thread), message_id=shown)
        # Answered at once: until then the button shows that it waits, and after some seconds it cannot be.
        await answer_press(press)
        return await self._answered(handler, event, data, Talk(verdict.actor, t, reply, data["desk"]))

    async def _answered(self, handler: Handler, event: Update, data: dict[str, Any], talk: Talk) -> Any:
        """Run the handler; what ops refuses is told to whoever asked."""
        try:
            return await handler(event, data | {"talk": talk})
        except OpsError as error:
            if isinstance(error, NotAllowed):
                await self._refuse(talk.actor.id, talk.reply.to.chat_id, error.right, "not-allowed")
            await talk.reply.say(Card(error_text(talk.t, error, self._now())))
            return None

    def _is_for_us(self, message: Message) -> bool:
        """Whether it is a command, and not one for another bot."""
        command = (message.text or message.caption or "").split(maxsplit=1)[:1]
        if not command or not command[0].startswith("/"):
            return False
        _, _, addressee = command[0].partition("@")
        return not addressee or addressee.lower() == self.bot_name.lower()

    def _judge_message(self, message: Message) -> Verdict:
        person = message.from_user
        if person is None or person.id in _NOBODY or message.sender_chat is not None:
            return Verdict("anonymous")
        if message.forward_origin is not None or message.via_bot is not None or message.is_automatic_forward:
            return Verdict("forwarded")
        return self._judge(person.id, message.chat.id)

    def _judge_press(self, press: CallbackQuery) -> Verdict:
        return self._judge(press.from_user.id, press.message.chat.id if press.message else None)

    def _judge(self, person_id: int, chat_id: int | None) -> Verdict:
        if chat_id not in (self._team_chat(), person_id):
            return Verdict("other-chat")
        actor = self._inventory.actor(person_id)
        return Verdict("stranger") if actor is None else Verdict(actor=actor)

    async def _explain(self, refusal: str, message: Message, reply: Reply, t: Texts) -> None:
        """Say why, where a person may be at the other end; never in chats that are none of ours."""
        ours = message.chat.id == self._team_chat()
        greeting = message.chat.type == "private" and (message.text or "").startswith("/start")
        if refusal != "other-chat" and (ours or greeting):
            await reply.say(Card(t(f"refused-{refusal}", id=str(message.from_user.id if message.from_user else 0))))

    async def _refuse(self, person_id: int, chat_id: int, action: str, verdict: str) -> None:
        await self._audit.note(
            self._now(),
            actor_id=person_id,
            chat_id=chat_id,
            action=action.split(maxsplit=1)[0][:64] if action.strip() else "",
            verdict=verdict,
            detail={"text": action[:200]},
        )

    async def _texts(self, person: User | None) -> Texts:
        known = await self._people.language(person.id if person else 0)
        return self._languages.person(known, person.language_code if person else None)

    def _answer_to(self, event: Update, message: Message) -> Reply:
        """Answer below a message, in its topic where it is in one."""
        thread = message.message_thread_id if message.is_topic_message else None
        return self._reply(event, Destination(message.chat.id, thread), asked=message.message_id)

    def _reply(
        self, event: Update, to: Destination, *, asked: int | None = None, message_id: int | None = None
    ) -> Reply:
        return Reply(
            self._outbox,
            self._postman.wake,
            self._now,
            to=to,
            update_id=event.update_id,
            asked=asked,
            message_id=message_id,
        )


class Demand(BaseMiddleware):
    """The innermost middleware: the actor has the right that the handler declares. None declared: refused."""

    async def __call__(self, handler: Handler, event: Any, data: dict[str, Any]) -> Any:
        """Run the handler, or raise NotAllowed."""
        right = get_flag(data, "right")
        if not isinstance(right, Right):
            raise NotAllowed("")
        talk: Talk = data["talk"]
        talk.desk.demand(talk.actor, right)
        return await handler(event, data)


async def answer_press(press: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Answer a press; one that is too old, or answered already, needs no answer any more."""
    try:
        await press.answer(text, show_alert=alert or None)
    except TelegramBadRequest as error:
        if "query is too old" not in error.message:
            raise
    except TelegramAPIError:
        return  # it is a courtesy; what was pressed counts
