"""WebhookSender: carries updates to a bot's webhook.

Source: telegram-bot-api, WebhookActor.cpp: in order within a chat, in parallel between chats, again after a growing
pause when the answer is not 2xx, and the answer may itself be a call.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp

from demo.botapi.dispatch import method_named, perform
from demo.botapi.errors import Refusal
from demo.botapi.methods import HANDLERS
from demo.botapi.params import Params

if TYPE_CHECKING:
    from demo.botapi.state import State
    from demo.botapi.updates import Update

MAX_PAUSE = 60.0
_TIMEOUT = aiohttp.ClientTimeout(total=60)


class WebhookSender:
    """Runs until cancelled."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._busy: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Send whatever is pending whenever something changes."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            try:
                while True:
                    self._start(session)
                    await self._state.changes.next()
            finally:
                for task in self._busy.values():
                    task.cancel()
                await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def _start(self, session: aiohttp.ClientSession) -> None:
        webhook = self._state.webhook
        for update in self._state.updates.pending if webhook.url else ():
            if update.queue not in self._busy and len(self._busy) < webhook.max_connections:
                self._busy[update.queue] = asyncio.create_task(self._deliver(session, update))

    async def _deliver(self, session: aiohttp.ClientSession, update: Update) -> None:
        pause = self._state.options.webhook_retry.total_seconds()
        try:
            while self._state.webhook.url and update in self._state.updates.pending:
                problem = await self._post(session, update)
                if not problem:
                    self._state.updates.confirm(update)
                    return
                self._state.webhook.last_error_at, self._state.webhook.last_error = self._state.now(), problem
                self._state.changes.notify()
                await asyncio.sleep(pause)
                pause = min(pause * 2, MAX_PAUSE)
        finally:
            del self._busy[update.queue]
            self._state.changes.notify()

    async def _post(self, session: aiohttp.ClientSession, update: Update) -> str:
        """Send one update. Returns what went wrong, empty for nothing."""
        webhook = self._state.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret_token} if webhook.secret_token else {}
        update.deliveries.append(self._state.now())
        try:
            async with session.post(webhook.url, json=update.to_json(), headers=headers) as response:
                if not response.ok:
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
                self._answer(await response.json() if response.content_type == "application/json" else None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return f"Connection failed: {type(error).__name__}"
        return ""

    def _answer(self, answer: Any) -> None:
        """An answer may name a method and its parameters; nobody hears how that call went."""
        if not isinstance(answer, dict) or "method" not in answer:
            return
        given = {name: value for name, value in answer.items() if name != "method"}
        try:
            method = method_named(self._state, str(answer["method"]))
        except Refusal:
            return
        if method in HANDLERS:
            perform(self._state, method, Params(given))
