"""HTTP: whether the bot is well, for a container's or a monitor's health check; figures; and what is posted to us."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from bot.hooks import MOST_BYTES, bears

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.health import Health
    from bot.hooks import Hooks
    from bot.metrics import Metrics


def http_app(
    health: Health, metrics: Metrics | None = None, hooks: Hooks | None = None, *, metrics_token: str = ""
) -> web.Application:
    """Return the application. metrics_token: what whoever reads the figures has to show; empty: nothing."""

    async def healthz(_: web.Request) -> web.Response:
        state = await health.look()
        return web.json_response(state.to_data(), status=200 if state.well else 503)

    async def figures(request: web.Request) -> web.Response:
        if metrics is None:
            raise web.HTTPNotFound
        if metrics_token and not bears(request, metrics_token):
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
        return web.Response(body=await metrics.scrape(), headers={"Content-Type": metrics.content_type})

    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", figures)
    if hooks is not None:
        hooks.add_to(app)
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
