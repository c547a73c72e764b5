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

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from ops.store.alerts import PostgresAlerts
    from ops.store.people import PostgresAudit
    from ops.watch.alertmanager import Notification

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
    """``POST /hooks/alertmanager``. told: called when something was queued for people."""

    def __init__(
        self, doorkeeper: Doorkeeper, alerts: PostgresAlerts, told: Callable[[], None], now: Callable[[], datetime]
    ) -> None:
        self._doorkeeper = doorkeeper
        self._alerts = alerts
        self._told = told
        self._now = now

    def add_to(self, app: web.Application) -> None:
        """Serve them."""
        app.router.add_post("/hooks/alertmanager", self._alertmanager)

    async def _alertmanager(self, request: web.Request) -> web.Response:
        await self._doorkeeper.admit(request)
        try:
            notification = read_notification(await request.read())
        except BadNotification as error:
            log.warning("a notification cannot be read", why=str(error))
            return web.json_response({"error": str(error)}, status=400)
        return await self._stored(lambda: self._take(notification))

    async def _take(self, notification: Notification) -> str:
        watchdogs = [alert for alert in notification.alerts if alert.name == WATCHDOG]
        if any(alert.status == "firing" for alert in watchdogs):
            await self._alerts.heard(notification.external_url, self._now())
        rest = tuple(alert for alert in notification.alerts if alert.name != WATCHDOG)
        if not rest:
            return "alive"
        changed = await self._alerts.take(notification.model_copy(update={"alerts": rest}), self._now())
        return "stored" if changed else "known"

    async def _stored(self, store: Callable[[], Awaitable[str]]) -> web.Response:
        """Answer once it is stored; that it has to come again when it could not be."""
        try:
            result = await store()
        except _DATABASE_AWAY as error:
            log.warning("a hook has to come again", why=type(error).__name__)
            return web.json_response({"error": "the database is away: again, please"}, status=503)
        if result == "stored":
            self._told()
        return web.json_response({"result": result})
