"""SshSession: one channel of the asyncssh server, joined to one real ``sh`` process.

It behaves as OpenSSH's do: when the channel closes, the process is not killed, only its pipes are closed; and the
channel stays open until every process that holds its output has gone.

The pipes are read and written here, not by asyncio's transports or asyncssh's redirection: with both, 5 MB through
``cat`` came back without their end. A write transport that ends early leaves its descriptor's number registered,
and the next pipe that gets the number is not read.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import IO, TYPE_CHECKING

import asyncssh
from asyncssh.constants import EXTENDED_DATA_STDERR

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.sandbox.children import Child

    Start = Callable[[list[str], asyncssh.SSHServerChannel[bytes]], Child]
    """Starts an argv with three pipes, for a channel."""

CANNOT_START = 255
_CHUNK = 65536
_MUCH = 4 * _CHUNK


class SshSession(asyncssh.SSHServerSession[bytes]):
    """Serves one exec or shell request."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._argv = ["/bin/sh"]
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._child: Child | None = None
        self._input: _Input | None = None
        self._outputs: list[_Output] = []
        self._reporting: asyncio.Task[None] | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Take the channel."""
        self._channel = chan

    def shell_requested(self) -> bool:
        """Serve a shell without a terminal."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Serve a command."""
        self._argv = ["/bin/sh", "-c", command]
        return True

    def session_started(self) -> None:
        """Start the process."""
        if self._channel is None:
            return
        try:
            child = self._child = self._start(self._argv, self._channel)
        except OSError as error:  # such as a command longer than the kernel takes
            self._channel.write_stderr(f"{error.strerror}\n".encode())
            self._channel.exit(CANNOT_START)
            return
        pipes = child.process
        if pipes.stdin and pipes.stdout and pipes.stderr:
            self._input = _Input(pipes.stdin, self._channel)
            self._outputs = [
                _Output(pipes.stdout, self._channel, None),
                _Output(pipes.stderr, self._channel, EXTENDED_DATA_STDERR),
            ]
        self._reporting = asyncio.create_task(self._report(child))

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:  # noqa: ARG002 - asyncssh's signature
        """Hand input to the process."""
        if self._input is not None:
            self._input.write(data)

    def eof_received(self) -> bool:
        """Close the process's input after what is on its way; the channel stays open for the output."""
        if self._input is not None:
            self._input.finish()
        return True

    def signal_received(self, signal: str) -> None:
        """Signal the process's group, as sshd does."""
        number = _number(signal)
        if self._child is not None and number is not None and not self._child.exited.done():
            self._child.signal_group(number)

    def pause_writing(self) -> None:
        """Read no more output: the client is slow."""
        for output in self._outputs:
            output.pause()

    def resume_writing(self) -> None:
        """Go on reading output."""
        for output in self._outputs:
            output.resume()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncssh's signature
        """Close the pipes; the process goes on without them."""
        self._channel = None
        if self._input is not None:
            self._input.close()
        for output in self._outputs:
            output.close()

    async def _report(self, child: Child) -> None:
        """Tell the client how the process ended, once its output has ended too."""
        status = await child.exited
        for output in self._outputs:
            await output.ended
        if self._input is not None:
            self._input.close()
        if self._channel is None:
            return
        if status < 0:
            self._channel.exit_with_signal(signal.Signals(-status).name.removeprefix("SIG"))
        else:
            self._channel.exit(status)


class _Input:
    """Hands over what the client sends, and holds the client back while the process does not read."""

    def __init__(self, pipe: IO[bytes], channel: asyncssh.SSHServerChannel[bytes]) -> None:
        self._pipe = pipe
        self._channel = channel
        self._waiting = bytearray()
        self._finishing = False
        os.set_blocking(pipe.fileno(), False)

    def write(self, data: bytes) -> None:
        if not self._pipe.closed:
            self._waiting += data
            self._flush()

    def finish(self) -> None:
        self._finishing = True
        if not self._pipe.closed:
            self._flush()

    def close(self) -> None:
        if not self._pipe.closed:
            asyncio.get_running_loop().remove_writer(self._pipe.fileno())
            self._pipe.close()

    def _flush(self) -> None:
        loop, number = asyncio.get_running_loop(), self._pipe.fileno()
        try:
            while self._waiting:
                del self._waiting[: os.write(number, self._waiting[:_CHUNK])]
        except BlockingIOError:
            loop.add_writer(number, self._flush)
            if len(self._waiting) > _MUCH:
                self._channel.pause_reading()
            return
        except BrokenPipeError:
            self.close()  # the process reads no more: drop what still comes
        else:
            loop.remove_writer(number)
            if self._finishing:
                self.close()
        self._channel.resume_reading()


class _Output:
    """Sends what the process prints. ``ended``: nobody holds the other end any more."""

    def __init__(self, pipe: IO[bytes], channel: asyncssh.SSHServerChannel[bytes], datatype: asyncssh.DataType) -> None:
        self._pipe = pipe
        self._channel = channel
        self._datatype = datatype
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        os.set_blocking(pipe.fileno(), False)
        self.resume()

    def resume(self) -> None:
        if not self._pipe.closed:
            asyncio.get_running_loop().add_reader(self._pipe.fileno(), self._send)

    def pause(self) -> None:
        if not self._pipe.closed:
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())

    def close(self) -> None:
        if not self._pipe.closed:
            self.pause()
            self._pipe.close()
            self.ended.set_result(None)

    def _send(self) -> None:
        with suppress(BlockingIOError):
            data = os.read(self._pipe.fileno(), _CHUNK)
            if not data:
                self.close()
            else:
                with suppress(OSError):  # the channel closed a moment ago; connection_lost follows
                    self._channel.write(data, self._datatype)


def _number(name: str) -> signal.Signals | None:
    return getattr(signal, f"SIG{name}", None)
