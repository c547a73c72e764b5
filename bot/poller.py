"""Poller: fetches updates, stores them, and only then tells Telegram that it has them.

aiogram's own polling confirms updates before they are handled and forgets what fails. Here every update
is a row first: a crash or a redelivery costs nothing.
"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import asyncpg
import structlog
from aiogram.types import Update

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from aiogram import Bot

    from ops.store.inbox import PostgresInbox

log = structlog.get_logger()

POLL_SECONDS = 50
_MOST_TRIES = 3
"""How often one process tries an update that is answered by an error."""
_MOST_ATTEMPTS = 10
"""How often an update is begun in all: processes that were ended meanwhile may have been so because of it."""
_MOST_PARTINGS = 3
"""How often it is then tried to say so."""
_PATIENCE = (0.5, 1.0, 2.0, 5.0, 10.0)
_UPDATES = json.dumps(["message", "edited_message", "channel_post", "edited_channel_post", "callback_query"])
_DATABASE_AWAY = (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError)


class Poller:
    """Feeds updates to ``handle`` until it is cancelled."""

    def __init__(
        self,
        bot: Bot,
        url: str,
        inbox: PostgresInbox,
        handle: Callable[[Update], Awaitable[Any]],
        set_aside: Callable[[Update], Awaitable[Any]],
        now: Callable[[], datetime],
        on_return: Callable[[], None],
    ) -> None:
        """url: of getUpdates, token and all; it is never logged.

        set_aside: tells whoever sent an update that it is not tried again.
        on_return: called when Telegram answers for the first time, and again after it did not.
        """
        self._bot = bot
        self._url = url
        self._inbox = inbox
        self._handle = handle
        self._set_aside = set_aside
        self._now = now
        self._on_return = on_return
        self._ahead = timedelta()
        self._in_touch = False
        self.last_answer: datetime | None = None
        """When Telegram last answered."""
        self.answered = asyncio.Event()
        """Set once Telegram has answered: people can reach us."""

    def telegram_now(self) -> datetime:
        """Return the time by Telegram's clock: messages carry its time, and ours may be wrong."""
        return self._now() + self._ahead

    async def run(self) -> None:
        """Poll for ever; what an earlier process left unhandled comes first."""
        timeout = aiohttp.ClientTimeout(total=POLL_SECONDS + 15)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
            for update_id, body, attempts in await self._left_over():
                group.create_task(self._take_up(update_id, json.loads(body), attempts))
            offset, failures = 0, 0
            while True:
                try:
                    updates = await self._fetch(session, offset)
                    fresh = set(await self._store(updates))
                except (aiohttp.ClientError, TimeoutError, ValueError, *_DATABASE_AWAY) as error:
                    log.warning("polling again soon", why=type(error).__name__, tries=failures + 1)
                    self._in_touch = False
                    await asyncio.sleep(_PATIENCE[min(failures, len(_PATIENCE) - 1)])
                    failures += 1
                    continue
                failures = 0
                for update in updates:
                    offset = update["update_id"] + 1
                    if update["update_id"] in fresh:
                        group.create_task(self._process(update["update_id"], update, first=True))

    async def _fetch(self, session: aiohttp.ClientSession, offset: int) -> list[dict[str, Any]]:
        """Return the next updates; none when Telegram wants us to wait, after waiting."""
        # The first answer, and the first after a silence, comes at once: it is what tells that people can reach us.
        patience = POLL_SECONDS if self._in_touch else 0
        query = {"timeout": patience, "allowed_updates": _UPDATES} | ({"offset": offset} if offset else {})
        async with session.post(self._url, data=query) as response:
            self._set_clock(response.headers.get("Date", ""))
            answer = json.loads(await response.read())
        if answer.get("ok"):
            self.last_answer = self._now()
            self.answered.set()
            if not self._in_touch:
                self._in_touch = True
                self._on_return()
            result: list[dict[str, Any]] = _storable(answer["result"])
            return result
        pause = answer.get("parameters", {}).get("retry_after", 3)
        log.error("Telegram refuses to be polled", code=answer.get("error_code"), why=answer.get("description"))
        await asyncio.sleep(pause)
        return []

    def _set_clock(self, date: str) -> None:
        """Learn from an answer's Date header how far Telegram's clock is ahead of ours."""
        try:
            self._ahead = parsedate_to_datetime(date) - self._now()
        except (ValueError, TypeError):  # no date that can be read, or one without a zone
            return

    async def _store(self, updates: list[dict[str, Any]]) -> list[int]:
        if not updates:
            return []
        rows = [(update["update_id"], json.dumps(update)) for update in updates]
        return await self._inbox.receive(rows, self._now())

    async def _left_over(self) -> list[tuple[int, str, int]]:
        while True:
            try:
                return await self._inbox.unhandled(_MOST_ATTEMPTS + _MOST_PARTINGS)
            except _DATABASE_AWAY as error:
                log.warning("looking later for what was left over", why=type(error).__name__)
                await asyncio.sleep(_PATIENCE[0])

    async def _take_up(self, update_id: int, raw: dict[str, Any], attempts: int) -> None:
        """Go on with what an earlier process has left."""
        if attempts < _MOST_ATTEMPTS:
            await self._process(update_id, raw, first=False)
        else:
            log.error("an update is set aside", update=update_id, attempts=attempts)
            await self._part_with(update_id, raw)

    async def _process(self, update_id: int, raw: dict[str, Any], *, first: bool) -> None:
        """Handle one update to the end: a database that is away is waited for, other errors get three tries."""
        failures = 0
        while True:
            try:
                if not first or failures:
                    await self._inbox.begin(update_id)
                await self._handle(Update.model_validate(raw, context={"bot": self._bot}))
                await self._inbox.handled(update_id, self._now())
            except _DATABASE_AWAY as error:
                log.warning("handling an update later", update=update_id, why=type(error).__name__)
            except Exception:  # a task's boundary: one bad update must not stop the others
                failures += 1
                log.exception("an update could not be handled", update=update_id, attempt=failures)
                if failures >= _MOST_TRIES:
                    await self._part_with(update_id, raw)
                    return
            else:
                return
            await asyncio.sleep(_PATIENCE[min(failures + 1, len(_PATIENCE) - 1)])

    async def _part_with(self, update_id: int, raw: dict[str, Any]) -> None:
        """Say that an update is not tried again: what a person asked for is never just forgotten."""
        while True:
            try:
                await self._inbox.begin(update_id)
                await self._set_aside(Update.model_validate(raw, context={"bot": self._bot}))
                await self._inbox.handled(update_id, self._now())
            except _DATABASE_AWAY as error:
                log.warning("setting an update aside later", update=update_id, why=type(error).__name__)
                await asyncio.sleep(_PATIENCE[0])
            except Exception:  # as above: the next process tries again, a few times
                log.exception("nobody could be told of an update", update=update_id)
                return
            else:
                return


def _storable(value: Any) -> Any:
    """Return JSON without what PostgreSQL cannot hold: NULs, which a forged press may send, and half characters."""
    match value:
        case str():
            return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_storable(item) for item in value]
        case dict():
            return {name: _storable(item) for name, item in value.items()}
        case _:
            return value
