"""Press: one tap on a button, its spinner and the bot's answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from demo.botapi.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.botapi.changes import Changes
    from demo.botapi.message import Message
    from demo.botapi.person import Person
    from demo.botapi.updates import Update

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
MAX_ANSWER = 200


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What the bot said to a press: a toast, or an alert the person must close."""

    at: datetime
    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(eq=False)
class Press:
    """A press. answered: None while the client still shows its spinner."""

    id: str
    by: Person
    message: Message
    data: str
    at: datetime
    changes: Changes = field(repr=False)
    update: Update | None = None
    answered: CallbackAnswer | None = None

    @property
    def spinning(self) -> bool:
        """Whether the button still shows its spinner."""
        return self.answered is None

    async def wait(self) -> CallbackAnswer:
        """Wait for the bot's answer, for ever if need be."""
        while self.answered is None:
            await self.changes.next()
        return self.answered

    async def answer(self, *, timeout: float = 10.0) -> CallbackAnswer:  # noqa: ASYNC109 - the caller's words: press.answer(timeout=5)
        """Wait for the bot's answer. Raises AssertionError after ``timeout`` real seconds."""
        try:
            async with asyncio.timeout(timeout):
                return await self.wait()
        except TimeoutError:
            message = (
                f"no answer within {timeout:g} s to {self.by.name}'s press of {self.data!r} (message {self.message.id})"
            )
            raise AssertionError(message) from None


class Callbacks:
    """The presses a bot may still answer. window: how long after the press."""

    def __init__(self, now: Callable[[], datetime], window: timedelta = timedelta(seconds=15)) -> None:
        self.window = window
        self.presses: list[Press] = []
        self._now = now

    def add(self, press: Press) -> None:
        """Remember a press."""
        self.presses.append(press)

    def answer(self, query_id: str, text: str, url: str, *, show_alert: bool) -> Press:
        """Stop a spinner. Raises Refusal when the query is unknown, answered or too old."""
        press = next((each for each in self.presses if each.id == query_id), None)
        if press is None or press.answered or self._now() - press.at > self.window:
            raise bad_request(TOO_OLD)
        if len(text) > MAX_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        press.answered = CallbackAnswer(self._now(), text, show_alert, url)
        return press
