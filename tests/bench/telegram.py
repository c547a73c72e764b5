"""Telegram: the stand-in with one team in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from demo.botapi.budget import NO_FLOOD_LIMITS
from demo.botapi.server import BotApi
from demo.botapi.state import Options
from demo.botapi.world import World

if TYPE_CHECKING:
    from types import TracebackType

TOKEN = "4200:bench-token-of-a-bot-that-does-not-exist"
OLENA = 1001


class Telegram:
    """Answers one bot for as long as the block lasts. It sets no limits: how fast we can be is the question."""

    def __init__(self) -> None:
        self._world = World(TOKEN, options=Options(flood=NO_FLOOD_LIMITS))
        self._olena = self._world.person(OLENA, "Olena", language_code="en")
        self._team = self._world.group("bench", members=(self._olena,))
        self._api = BotApi(self._world)

    async def __aenter__(self) -> Self:
        await self._api.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._api.__aexit__(kind, error, trace)

    @property
    def settings(self) -> dict[str, str]:
        """The bot's settings, as environment variables."""
        return {"BOT_TOKEN": TOKEN, "BOT_API_URL": self._api.url, "TEAM_CHAT_ID": str(self._team.id)}

    def say(self, text: str) -> None:
        """Have an update for the bot."""
        self._world.say(self._team, self._olena, text)

    async def answered(self, messages: int, seconds: float = 60) -> None:
        """Wait until the bot has sent that many messages in all, files included."""
        calls = self._world.calls_of
        await self._world.until(
            lambda: len(calls("sendMessage")) + len(calls("sendDocument")) >= messages, timeout=seconds
        )

    @property
    def messages(self) -> int:
        """How many messages the bot has sent."""
        return len(self._world.calls_of("sendMessage")) + len(self._world.calls_of("sendDocument"))

    async def first_poll(self) -> None:
        """Wait until somebody asks for updates."""
        await self._world.until(lambda: self._api._poller._last_start is not None, timeout=60)

    def forget_polls(self) -> None:
        """Be as if nobody had asked for updates yet."""
        self._api._poller._last_start = None
