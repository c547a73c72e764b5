"""BotApi: the Bot API over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from demo.botapi import dispatch
from demo.botapi.errors import Refusal
from demo.botapi.faults import Fault, FaultKind
from demo.botapi.polling import Poller
from demo.botapi.request import read_params
from demo.botapi.sender import WebhookSender
from demo.botapi.serving import Loopback

if TYPE_CHECKING:
    from types import TracebackType

    from demo.botapi.params import Params
    from demo.botapi.state import State

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_BODY_LIMIT = 256 << 20
_RESET = struct.pack("ii", 1, 0)
_SILENT = {FaultKind.LOST_REQUEST, FaultKind.LOST_ANSWER}
_CUT = {FaultKind.RESET, FaultKind.RESET_AFTER}
_BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx/1.18.0</body>\r\n</html>\r\n"
_NOT_FOUND = Refusal(404, "Not Found")


class BotApi:
    """Async context manager that serves a world to its bot. ``url`` suits ``TelegramAPIServer.from_base``."""

    def __init__(self, world: State, port: int = 0) -> None:
        self._state = world
        self._poller = Poller(world)
        app = web.Application(client_max_size=_BODY_LIMIT)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._loopback = Loopback(app, port)
        self._sender: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._loopback.url

    async def __aenter__(self) -> Self:
        await self._loopback.__aenter__()
        self._sender = asyncio.create_task(WebhookSender(self._state).run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sender:
            self._sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sender
        await self._loopback.__aexit__(kind, error, trace)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self._state.faults.down:
            return _reset(request)
        try:
            if request.path.startswith("/file/bot"):
                return self._download(request)
            method = self._method(request)
            params = await read_params(request, self._state.files.limits.upload)
            dispatch.check(self._state, method, params)
        except Refusal as refusal:
            return _answer(refusal.body())
        return await self._answer_call(request, method, params)

    def _authorised(self, segment: str) -> None:
        token = segment.removeprefix("bot")
        if not _TOKEN.fullmatch(token):
            raise Refusal(401, "Unauthorized: invalid token specified")
        if token != self._state.token:
            raise Refusal(401, "Unauthorized")

    def _method(self, request: web.Request) -> str:
        segment, _, name = request.path.removeprefix("/").partition("/")
        if not segment.startswith("bot"):
            raise _NOT_FOUND
        self._authorised(segment)
        return dispatch.method_named(self._state, name)

    def _download(self, request: web.Request) -> web.Response:
        segment, _, path = request.path.removeprefix("/file/").partition("/")
        self._authorised(segment)
        file = self._state.files.at_path(path)
        if file is None:
            raise _NOT_FOUND
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def _answer_call(self, request: web.Request, method: str, params: Params) -> web.StreamResponse:
        fault = dispatch.pick_fault(self._state, method, params)
        if fault and fault.kind in _SILENT | _CUT and not fault.kind.applies:
            dispatch.swallow(self._state, method, params, fault)
            return await _without_answer(request, fault)
        body = await self._carry_out(method, params, fault)
        if self._state.faults.down or (fault and fault.kind in _CUT):
            return _reset(request)
        if fault and fault.kind in _SILENT:
            return await _without_answer(request, fault)
        if fault and fault.kind is FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind is FaultKind.BAD_GATEWAY:
            return web.Response(status=502, content_type="text/html", text=_BAD_GATEWAY)
        return _answer(body)

    async def _carry_out(self, method: str, params: Params, fault: Fault | None) -> dict[str, Any]:
        polls = method == "getUpdates" and (fault is None or fault.kind.applies)
        if not polls:
            return dispatch.perform(self._state, method, params, fault)
        try:
            self._state.budget.heed(method, method)
            updates = await self._poller.poll(params)
        except Refusal as refusal:
            dispatch.record(self._state, method, params, refusal=refusal)
            return refusal.body()
        dispatch.record(self._state, method, params, result=updates)
        return {"ok": True, "result": updates}


def _answer(body: dict[str, Any]) -> web.Response:
    status = body.get("error_code", 200)
    retry_after = body.get("parameters", {}).get("retry_after")
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    return web.json_response(body, status=status, headers=headers)


async def _without_answer(request: web.Request, fault: Fault) -> web.Response:
    """Say nothing for a while, then hang up."""
    if fault.kind in _SILENT:
        await asyncio.sleep(fault.seconds)
    return _reset(request)


def _reset(request: web.Request) -> web.Response:
    """Cut the connection with RST instead of a polite FIN."""
    transport = request.transport
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()
    return web.Response()
