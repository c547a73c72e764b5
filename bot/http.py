"""HTTP: whether the bot is well, for a container's or a monitor's health check."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime

_STALE = timedelta(seconds=120)
"""Two long polls and a little: a silence longer than that means that Telegram is out of reach."""


def health_app(
    last_answer: Callable[[], datetime | None],
    ping: Callable[[], Awaitable[object]],
    now: Callable[[], datetime],
    commit: str = "",
) -> web.Application:
    """Return the application. ping: raises when the database does not answer. commit: what runs here, if known."""

    async def healthz(_: web.Request) -> web.Response:
        answered = last_answer()
        telegram = answered is not None and now() - answered < _STALE
        database = await _answers(ping)
        state = {"telegram": telegram, "database": database, "commit": commit}
        return web.json_response(state, status=200 if telegram and database else 503)

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    return app


@asynccontextmanager
async def serving(app: web.Application, listen: str) -> AsyncIterator[str]:
    """Serve an application on ``address:port`` (port 0: a free one); yields the real one."""
    address, _, port = listen.rpartition(":")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, address.strip("[]"), int(port)).start()
        yield f"{address}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _answers(ping: Callable[[], Awaitable[object]]) -> bool:
    try:
        await ping()
    except Exception:  # noqa: BLE001  whatever it is, the answer is no
        return False
    return True
