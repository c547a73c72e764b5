"""Person: somebody with a Telegram account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ANONYMOUS_ADMIN = 1087968824
CHANNEL_SENDER = 136817688
SERVICE_ACCOUNT = 777000


@dataclass(slots=True)
class Person:
    """started: has pressed Start, so the bot may write. blocked: has blocked the bot. deactivated: account gone."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def to_json(self) -> dict[str, Any]:
        """The Bot API's User."""
        shown: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            shown |= {name: getattr(self, name)} if getattr(self, name) else {}
        return shown


GROUP_ANONYMOUS_BOT = Person(ANONYMOUS_ADMIN, "Group", username="GroupAnonymousBot", is_bot=True)
CHANNEL_BOT = Person(CHANNEL_SENDER, "Channel", username="Channel_Bot", is_bot=True)
TELEGRAM = Person(SERVICE_ACCOUNT, "Telegram")
