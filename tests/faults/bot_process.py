"""``python -m tests.faults.bot_process``: forks bots. Each is ``python -m bot run`` with imports done, and a seam.

Reads lines of JSON, each an Order; answers each with the process id of a fork that carries it out.
The seam: the tests' runbooks, a moment to die at, a clock that is wrong, and bugs put in on purpose.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bot.app
import bot.driver
import bot.poller
import handlers.access
import handlers.outbox
import ops.hosts.session
import ops.runs.library
import ops.store.journal
from bot import __main__ as command_line
from handlers.budget import Budget, Pace
from handlers.letters import Letters
from ops.hosts.session import Session
from ops.runs.events import CancelRequested, StepEnded, StepStarted, UndoBegan
from ops.store.inbox import PostgresInbox
from ops.store.journal import PostgresJournal

RUNBOOKS = Path(__file__).parent / "runbooks"
QUICK = Pace(per_minute=6000, gap=0.0, edit_gap=0.2, reserve=0)


@dataclass(frozen=True, slots=True)
class Order:
    """folder: has .env; the working directory. runbooks: instead of those that ship. die_at: a name of POINTS.

    ahead: seconds that the clock is wrong by. bug: a name of BUGS. quick: without the pacing that Telegram's
    limits call for.
    """

    folder: str
    runbooks: str
    command: str = "run"
    die_at: str = ""
    ahead: float = 0.0
    bug: str = ""
    quick: bool = True


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _has(kind: type, *, end: bool | None = None) -> Callable[..., bool]:
    def when(_journal: object, run: Any, _epoch: int, events: Any, *_: object) -> bool:
        return any(isinstance(event, kind) for event in events) and end in {None, run.end is not None}

    return when


def _ended(_journal: object, run: Any, *_: object) -> bool:
    return run.end is not None


def _is_end(_letters: object, letter: Any, *_: object) -> bool:
    return bool(letter.kind == "run-ended")


def _starts(_session: object, text: str) -> bool:
    return text.startswith("run ")


Point = tuple[type, str, str, Callable[..., bool]]

POINTS: dict[str, Point] = {
    "update fetched": (PostgresInbox, "receive", "before", lambda _, updates, __: bool(updates)),
    "inbox row committed": (PostgresInbox, "receive", "after", lambda _, updates, __: bool(updates)),
    "run, lock and audit committed": (PostgresJournal, "accept", "after", lambda *_: True),
    "step-started committed": (PostgresJournal, "append", "after", _has(StepStarted)),
    "script stored": (Session, "store", "after", lambda *_: True),
    "start sent": (Session, "_send", "soon", _starts),
    "log piece stored": (PostgresJournal, "note", "after", lambda *_: True),
    "end written on the server": (PostgresJournal, "append", "before", _has(StepEnded)),
    "step result committed": (PostgresJournal, "append", "after", _has(StepEnded, end=False)),
    "run end committed": (PostgresJournal, "append", "after", _ended),
    "letter taken up": (Letters, "deliver", "before", _is_end),
    "message sent, its id unsaved": (Letters, "deliver", "after", _is_end),
    "way back decided": (PostgresJournal, "append", "after", _has(UndoBegan)),
    "cancel stored": (PostgresJournal, "tell", "after", lambda *_: True),
    "cancel heard": (PostgresJournal, "append", "after", _has(CancelRequested)),
}
"""Where a process can be made to die: at a method, before or after it, for some of its calls."""


def _put_in(owner: type, name: str, where: str, when: Callable[..., bool]) -> None:
    original = getattr(owner, name)

    if where == "soon":

        @functools.wraps(original)
        def send(*args: Any) -> None:
            original(*args)
            if when(*args):
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.setitimer(signal.ITIMER_REAL, 0.03)  # the default of SIGALRM is to die, as abruptly

        setattr(owner, name, send)
        return

    @functools.wraps(original)
    async def method(*args: Any, **kwargs: Any) -> Any:
        hit = when(*args)
        if hit and where == "before":
            _die()
        result = await original(*args, **kwargs)
        if hit:
            _die()
        return result

    setattr(owner, name, method)


def _acknowledge_before_storing() -> None:
    """Tell Telegram that we have updates, and only then store them: what a hasty poller does."""

    async def fetch(self: Any, session: Any, offset: int) -> Any:
        updates = await original(self, session, offset)
        if updates:
            query = {"offset": updates[-1]["update_id"] + 1, "timeout": 0}
            async with session.post(self._url, data=query) as response:
                await response.read()
        return updates

    original = bot.poller.Poller._fetch
    bot.poller.Poller._fetch = fetch  # type: ignore[method-assign]


def _skip_fencing() -> None:
    """Write events whoever drives the run by now."""
    journal = ops.store.journal
    journal._INSERT_EVENTS = journal._INSERT_EVENTS.replace(" AND epoch = $4", " AND $4::integer > 0").replace(
        "$2 + ordinality", "(SELECT coalesce(max(seq), 0) FROM events e WHERE e.run_id = $1) + ordinality + 0 * $2::int"
    )


def _ignore_retry_after() -> None:
    Budget.block = lambda *_: None  # type: ignore[method-assign]


def _forget_what_was_seen() -> None:
    """Take every update for a new one, and every request for another."""
    accept, receive, count = PostgresJournal.accept, PostgresInbox.receive, iter(range(10**6))

    async def accept_again(self: PostgresJournal, request: Any) -> Any:
        return await accept(self, replace(request, key=f"{request.key}:{next(count)}"))

    async def receive_again(self: PostgresInbox, updates: Any, at: datetime) -> list[int]:
        await receive(self, updates, at)
        return [update_id for update_id, _ in updates]

    PostgresJournal.accept = accept_again  # type: ignore[method-assign]
    PostgresInbox.receive = receive_again  # type: ignore[method-assign]


def _run_what_is_old() -> None:
    handlers.access.FRESH = timedelta(days=365)  # type: ignore[misc]


BUGS: dict[str, Callable[[], None]] = {
    "acknowledge before storing": _acknowledge_before_storing,
    "skip fencing": _skip_fencing,
    "ignore retry_after": _ignore_retry_after,
    "forget what was seen": _forget_what_was_seen,
    "run what is old": _run_what_is_old,
}
"""What a checker has to find."""


def _carry_out(order: Order) -> int:
    log = os.open(f"{order.folder}/bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.chdir(order.folder)
    ops.runs.library.SHIPPED = Path(order.runbooks)  # type: ignore[attr-defined]  # not exported, on purpose
    if order.quick:
        defaults: dict[str, Any] = getattr(handlers.outbox.Postman.__init__, "__kwdefaults__", {})
        defaults.update(group=QUICK, private=QUICK)
    if order.ahead:
        shift = timedelta(seconds=order.ahead)
        bot.app.utc_now = command_line.utc_now = lambda: datetime.now(UTC) + shift  # type: ignore[attr-defined]
    if order.bug:
        BUGS[order.bug]()
    if order.die_at:
        _put_in(*POINTS[order.die_at])
    return command_line.main([order.command])


def serve() -> None:
    """Fork a bot for every line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever dies here is gone, not a zombie
    for line in sys.stdin:
        order = Order(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            code = 70
            try:
                code = _carry_out(order)
            except BaseException:  # noqa: BLE001  the fork's own end, seen nowhere else
                traceback.print_exc()
            finally:
                os._exit(code)
        print(pid, flush=True)  # noqa: T201  whoever gave the order reads it


def written(order: Order) -> bytes:
    """Return an order as a line."""
    return json.dumps(asdict(order)).encode() + b"\n"


if __name__ == "__main__":
    serve()
