"""Message: what stands in a chat now, and everything it ever said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from demo.botapi.formatted import EMPTY, FormattedText
from demo.botapi.keyboard import NO_KEYBOARD, Button, Keyboard
from demo.botapi.rendering import to_html

if TYPE_CHECKING:
    from datetime import datetime

    from demo.botapi.chat import Chat
    from demo.botapi.entities import Entity
    from demo.botapi.files import Attachment
    from demo.botapi.person import Person
    from demo.botapi.updates import Update


@dataclass(frozen=True, slots=True)
class Revision:
    """What a message showed from a moment on."""

    at: datetime
    text: str
    keyboard: Keyboard
    html: str = ""


@dataclass(eq=False)
class Message:
    """One message.

    service: the Bot API fields of a service message ("new_chat_members" and the like), empty for ordinary ones.
    sender_chat: who speaks instead of the author (anonymous admin, channel).
    history: every state, the first at sending, the last is the present one.
    revision: the world's change counter when it last changed.
    """

    id: int
    chat: Chat
    author: Person
    date: datetime
    content: FormattedText = EMPTY
    keyboard: Keyboard = NO_KEYBOARD
    attachment: Attachment | None = None
    thread_id: int | None = None
    reply_to: Message | None = None
    sender_chat: Chat | None = None
    forward_origin: dict[str, Any] | None = None
    via_bot: Person | None = None
    is_automatic_forward: bool = False
    service: dict[str, Any] = field(default_factory=dict)
    edited_at: datetime | None = None
    deleted: bool = False
    reactions: tuple[str, ...] = ()
    silent: bool = False
    revision: int = 0
    update: Update | None = None
    history: list[Revision] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Plain text now: the text, or the caption of a file."""
        return self.content.text

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Entities of the text or caption."""
        return self.content.entities

    @property
    def html(self) -> str:
        """The text as safe HTML."""
        return to_html(self.content)

    @property
    def labels(self) -> list[list[str]]:
        """What is written on the buttons, row by row."""
        return self.keyboard.labels

    @property
    def document(self) -> bytes | None:
        """The attached file's content."""
        return self.attachment.content if self.attachment else None

    @property
    def document_name(self) -> str | None:
        """The attached file's name."""
        return self.attachment.name if self.attachment else None

    @property
    def edits(self) -> list[Revision]:
        """Every state after the first."""
        return self.history[1:]

    def button(self, label_or_data: str) -> Button | None:
        """The button with that label or callback data."""
        for button in self.keyboard.buttons:
            if label_or_data in (button.text, button.data):
                return button
        return None

    def record(self, at: datetime) -> None:
        """Add the present state to the history."""
        self.history.append(Revision(at, self.text, self.keyboard, self.html))

    def rewrite(self, at: datetime, content: FormattedText, keyboard: Keyboard, *, marked: bool) -> None:
        """Show something else. marked: Telegram shows "edited" for new content, not for new buttons."""
        self.content, self.keyboard = content, keyboard
        if marked:
            self.edited_at = at
        self.record(at)

    def is_same(self, content: FormattedText, keyboard: Keyboard) -> bool:
        """Whether an edit would change nothing."""
        return (self.content, self.keyboard) == (content, keyboard)
