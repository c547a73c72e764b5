"""Guard: keeps other web sites away from a page that listens on loopback.

A site that a developer visits can send requests to 127.0.0.1, and by rebinding its own name can even read answers. So
the Host must be loopback, and whatever changes something must come from this page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_HOSTS = {"127.0.0.1", "localhost"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse foreign hosts with 421 and foreign senders with 403."""
    if urlsplit(f"//{request.host}").hostname not in _HOSTS:
        raise web.HTTPMisdirectedRequest(text="This page answers to 127.0.0.1 and localhost only.")
    if request.method != "GET" and not _from_this_page(request):
        raise web.HTTPForbidden(text="This did not come from this page.")
    return await handler(request)


def _from_this_page(request: web.Request) -> bool:
    """JSON cannot be posted across sites without asking first, and nobody here says yes."""
    origin = request.headers.get("Origin")
    return request.content_type == "application/json" and origin in {None, f"http://{request.host}"}


async def secure(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that keep a page to itself; an ``on_response_prepare`` signal."""
    del request
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
