"""FaultProxy: stands between a client and a server on TCP, and fails where it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from asyncio.trsock import TransportSocket
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_RESET = struct.pack("ii", 1, 0)


class FaultProxy:
    """Passes bytes on. ``connect``: opens the way to the server.

    deaf: what the server says is swallowed. delay: seconds that every piece is late. watch: sees each piece of the
    client before it is passed on; returns "before" or "after" to have the connection cut there, else None.
    """

    def __init__(self, connect: Callable[[], Awaitable[Streams]]) -> None:
        self._connect = connect
        self._writers: list[asyncio.StreamWriter] = []
        self._passing = asyncio.Event()
        self._passing.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.deaf = False
        self.delay = 0.0
        self.watch: Callable[[bytes], str | None] = lambda _: None
        self.cuts = 0
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._writers) // 2

    def cut(self) -> int:
        """Reset every connection; return how many there were."""
        cut, self._writers = self._writers, []
        for writer in cut:
            _reset(writer)
        self.cuts += len(cut) // 2
        return len(cut) // 2

    def swallow(self, *, silent: bool = True) -> None:
        """Pass nothing on in either direction, without a word to either side; or go on passing it."""
        if silent:
            self._passing.clear()
        else:
            self._passing.set()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ours = [writer]
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            upstream, server = await self._connect()
            ours.append(server)
            self._writers += ours
            up = asyncio.ensure_future(self._pump(reader, server, ours, from_client=True))
            down = asyncio.ensure_future(self._pump(upstream, writer, ours, from_client=False))
            try:
                await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                up.cancel()
                down.cancel()
                await asyncio.gather(up, down, return_exceptions=True)
        self._writers = [each for each in self._writers if each not in ours]
        for each in ours:
            _reset(each)

    async def _pump(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        both: list[asyncio.StreamWriter],
        *,
        from_client: bool,
    ) -> None:
        while data := await source.read(65536):
            await self._passing.wait()
            if self.delay:
                await asyncio.sleep(self.delay)
            verdict = self.watch(data) if from_client else None
            if verdict != "before" and (from_client or not self.deaf):
                target.write(data)
                await target.drain()
            if verdict:
                await asyncio.sleep(0.02 if verdict == "after" else 0)  # the server has it, its answer is lost
                self.cuts += 1
                for writer in both:
                    _reset(writer)
                return


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    if not writer.transport.is_closing() and isinstance(sock, TransportSocket):
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        writer.transport.abort()


def to_port(port: int) -> Callable[[], Awaitable[Streams]]:
    """Return what connects to a port of this machine."""
    return lambda: asyncio.open_connection("127.0.0.1", port)


def to_socket(path: str) -> Callable[[], Awaitable[Streams]]:
    """Return what connects to a Unix socket."""
    return lambda: asyncio.open_unix_connection(path)
