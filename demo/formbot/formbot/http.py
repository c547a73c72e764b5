"""The HTTP side: one request per connection, JSON answers."""

import asyncio
import json
import logging
from http import HTTPStatus

import asyncpg

from . import __version__
from .database import connect, counts
from .health import Health

log = logging.getLogger("formbot")


class Pages:
    def __init__(self, health: Health) -> None:
        self.health = health

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode("latin-1")
            path = request.split()[1]
            status, body = await self.answer(path)
            log.info("GET %s %d", path, status)
            data = json.dumps(body).encode() + b"\n"
            head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n"
            writer.write(f"{head}Content-Length: {len(data)}\r\nConnection: close\r\n\r\n".encode() + data)
            await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError):
            log.debug("a client went away")
        finally:
            writer.close()

    async def answer(self, path: str) -> tuple[int, object]:
        if path == "/health":
            return await self.health.answer()
        if path == "/version":
            return 200, {"version": __version__, "commit": self.health.commit}
        if path == "/stats":
            return await self.stats()
        return 404, {"error": "not found"}

    async def stats(self) -> tuple[int, object]:
        try:
            connection = await connect(self.health.database_url)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            log.exception("stats: no connection")  # since #44
            return 503, {"error": "busy"}
        try:
            return 200, await counts(connection)
        finally:
            await connection.close()
