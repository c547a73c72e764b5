"""Hooks: what other programs post to us. It is stored first and answered afterwards; whoever has no token is not read.

A sender repeats what was answered with 5xx, and drops what was answered with 4xx: so only what can never be taken
gets the latter.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg
import structlog
from aiohttp import web

from ops.watch.alertmanager import WATCHDOG, BadNotification, read_notification
from ops.watch.inbound import read_word, word_observed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from ops.inventory import Inventory
    from ops.store.alerts import PostgresAlerts
    from ops.store.people import PostgresAudit
    from ops.watch.inbound import Monitors
    from ops.watch.incidents import Incidents

log = structlog.get_logger()

MOST_BYTES = 1 << 20
_AUDIT_EVERY = timedelta(minutes=1)
_MOST_STRANGERS = 1000
_DATABASE_AWAY = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.PostgresError)


def bears(request: web.Request, token: str) -> bool:
    """Whether a request has the token, in a time that does not depend on how much of it is right."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(errors="replace"), token.encode())


class Doorkeeper:
    """Lets in whoever has the token, and notes who has not: each address once a minute."""

    def __init__(self, token: str, audit: PostgresAudit, now: Callable[[], datetime]) -> None:
        self._token = token
        self._audit = audit
        self._now = now
        self._noted: dict[str, datetime] = {}

    async def admit(self, request: web.Request) -> None:
        """Let a request pass. Raises HTTPUnauthorized."""
        if bears(request, self._token):
            return
        await self._note(request)
        raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"}, text="a bearer token is needed\n")

    async def _note(self, request: web.Request) -> None:
        address, now = request.remote or "", self._now()
        if now - self._noted.get(address, now - _AUDIT_EVERY) < _AUDIT_EVERY:
            return
        if len(self._noted) >= _MOST_STRANGERS:
            self._noted.clear()
        self._noted[address] = now
        detail = {"path": request.path[:200], "address": address, "token": "Authorization" in request.headers}
        try:
            await self._audit.note(now, actor_id=0, chat_id=0, action="hook", verdict="unauthorized", detail=detail)
        except _DATABASE_AWAY:
            log.warning("a stranger at the hooks could not be noted", **detail)


class Hooks:
    """``POST /hooks/alertmanager``, and ``/hooks/NAME`` for each of lotsman.yml. None of them starts anything.

    clean: masks secrets in a text. told: called when something was queued for people.
    """

    def __init__(
        self,
        doorkeeper: Doorkeeper,
        inventory: Inventory,
        alerts: PostgresAlerts,
        incidents: Incidents,
        monitors: Monitors,
        *,
        clean: Callable[[str], str],
        told: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._doorkeeper = doorkeeper
        self._inventory = inventory
        self._alerts = alerts
        self._incidents = incidents
        self._monitors = monitors
        self._clean = clean
        self._told = told
        self._now = now

    def add_to(self, app: web.Application) -> None:
        """Serve them."""
        app.router.add_post("/hooks/alertmanager", self._alertmanager)
        app.router.add_post("/hooks/{name}", self._simple)

    async def _alertmanager(self, request: web.Request) -> web.Response:
        await self._doorkeeper.admit(request)
        return await self._stored(await request.read(), self._take)

    async def _simple(self, request: web.Request) -> web.Response:
        await self._doorkeeper.admit(request)
        name = request.match_info["name"]
        hook = self._inventory.hooks.get(name)
        if hook is None:
            return _answer(404, error="lotsman.yml has no hook of this name")

        async def observe(body: bytes) -> str:
            word = read_word(body)
            await self._incidents.observe(word_observed(name, hook.project, word, self._clean, self._now()))
            return "stored"

        return await self._stored(await request.read(), observe)

    async def _take(self, body: bytes) -> str:
        """Store what Alertmanager says; its Watchdog is only a sign of life."""
        notification = read_notification(body)
        watchdogs = [alert for alert in notification.alerts if alert.name == WATCHDOG]
        if any(alert.status == "firing" for alert in watchdogs):
            await self._monitors.heard(notification.external_url, self._now())
        rest = tuple(alert for alert in notification.alerts if alert.name != WATCHDOG)
        if not rest:
            return "alive"
        changed = await self._alerts.take(notification.model_copy(update={"alerts": rest}), self._now())
        return "stored" if changed else "known"

    async def _stored(self, body: bytes, store: Callable[[bytes], Awaitable[str]]) -> web.Response:
        """Answer once it is stored, or why it never can be, or that it has to come again."""
        try:
            result = await store(body)
        except BadNotification as error:
            log.warning("what was posted cannot be read", why=str(error))
            return _answer(400, error=str(error))
        except _DATABASE_AWAY as error:
            log.warning("what was posted has to come again", why=type(error).__name__)
            return _answer(503, error="it cannot be stored now: again, please")
        if result == "stored":
            self._told()
        return _answer(200, result=result)


def _answer(status: int, **said: str) -> web.Response:
    return web.json_response(said, status=status)
