"""Loopback: a web application on 127.0.0.1, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from aiohttp import web

if TYPE_CHECKING:
    from types import TracebackType

HOST = "127.0.0.1"


class Loopback:
    """Async context manager that serves an application. port 0: any free one; ``port`` and ``url`` tell which."""

    def __init__(self, app: web.Application, port: int = 0) -> None:
        self.port = port
        # Waiting polls and event streams never end by themselves, so there is nothing to wait for on the way out.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash."""
        return f"http://{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
