"""Hints: that something has changed in the database. They may be lost; whoever listens looks by itself as well."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.store.postgres import Pool

log = structlog.get_logger()

_CHANNEL = "lotsman_hints"
RELOAD_CHANNEL = "reload_config"
"""Without our name in front: people and their programs say ``NOTIFY reload_config``."""
_RETURN_SECONDS = 1.0
_ALIVE_SECONDS = 20.0


def run_hint(run_id: int) -> tuple[str, str]:
    """Return channel and payload that say: this run has changed."""
    return _CHANNEL, json.dumps(["run", run_id])


def signal_hint(run_id: int) -> tuple[str, str]:
    """Return channel and payload that say: somebody has told this run something."""
    return _CHANNEL, json.dumps(["signal", run_id])


class Hints:
    """Listens, through every restart of the database.

    on_run, on_signal: called with a run's number. on_reload: called with what was sent along, and the sender's
    process id. on_return: called when hints may have been missed.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        on_run: Callable[[int], None],
        on_signal: Callable[[int], None],
        on_reload: Callable[[str, int], None],
        on_return: Callable[[], None],
    ) -> None:
        self._pool = pool
        self._callbacks = {"run": on_run, "signal": on_signal}
        self._on_reload = on_reload
        self._on_return = on_return

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001  a task's boundary: hints come back when the database does
                _insist_on_going_on()  # what fails while we are being cancelled takes the cancel's place
                log.info("listening again soon", why=type(error).__name__)
            await asyncio.sleep(_RETURN_SECONDS)

    async def _listen(self) -> None:
        lost = asyncio.Event()

        def hear(_connection: object, _pid: object, _channel: object, payload: object) -> None:
            kind, run_id = json.loads(str(payload))
            self._callbacks[kind](run_id)

        def hear_reload(_connection: object, pid: int, _channel: object, payload: object) -> None:
            self._on_reload(str(payload), pid)

        def end(_connection: object) -> None:
            lost.set()

        async with self._pool.acquire() as connection:
            connection.add_termination_listener(end)
            try:
                await connection.add_listener(_CHANNEL, hear)
                await connection.add_listener(RELOAD_CHANNEL, hear_reload)
                self._on_return()
                while not lost.is_set():
                    try:
                        async with asyncio.timeout(_ALIVE_SECONDS):
                            await lost.wait()
                    except TimeoutError:
                        await connection.execute("SELECT 1")  # a connection cut in silence is found out here
            finally:
                connection.remove_termination_listener(end)
                await connection.remove_listener(_CHANNEL, hear)
                await connection.remove_listener(RELOAD_CHANNEL, hear_reload)


def _insist_on_going_on() -> None:
    """Raise CancelledError when this task is to end."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
