"""Follow: messages that show a log as it grows, a while each, within what their chats may be sent."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from handlers.cards.card import Card
from handlers.cards.follow import SHOWN_UNITS, end_card, follow_card
from handlers.cards.logs import query_text
from handlers.markup import last_units
from ops.store.follows import Followed
from ops.watch.follow import LogFollower, Window
from ops.watch.log_query import FOLLOW
from ops.watch.logs import filters_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from handlers.desk import Talk
    from handlers.i18n import Languages
    from ops.hosts.questions import Questions
    from ops.project import Project
    from ops.store.follows import PostgresFollows
    from ops.store.outbox import Destination
    from ops.watch.log_query import LogQuery

log = structlog.get_logger()

MOST: Final = 3
"""Messages at once: every one of them asks servers, and its chat has room for few edits."""
LOOK_SECONDS: Final = 2.5
"""Between two looks: a chat's budget allows an edit every three seconds."""
_REST_SECONDS: Final = 10.0
"""Between two drawings of what is too fast to be read: only its speed changes."""
_AGAIN_SECONDS: Final = 2.0
"""Until a database that is away is asked again."""


@dataclass(eq=False)
class _Live:
    """A message under way."""

    followed: Followed
    follower: LogFollower
    to: Destination
    window: Window = field(default_factory=Window)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    why: str = "time"
    by: str = ""
    drawn: tuple[object, ...] = ()
    drawn_at: float = 0.0


class Follows:
    """Begins, draws and ends them. redraw: has a message drawn when its chat's turn comes. wake: there are letters."""

    def __init__(
        self,
        rows: PostgresFollows,
        questions: Questions,
        languages: Languages,
        *,
        redraw: Callable[[str], None],
        wake: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._rows = rows
        self._questions = questions
        self._languages = languages
        self._redraw = redraw
        self._wake = wake
        self._now = now
        self._live: dict[int, _Live] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, talk: Talk, project: Project, query: LogQuery) -> None:
        """Follow a log in a message of its own; at the same place, the same log is followed once."""
        for live in [each for each in self._live.values() if each.to == talk.reply.to]:
            if (live.followed.project, live.followed.source) == (project.name, query.source):
                self._stop(live, "replaced", talk.actor.name)
        if sum(not live.stopped.is_set() for live in self._live.values()) >= MOST:
            await talk.reply.say(Card(talk.t("follow-many", count=MOST)))
            return
        now = self._now()
        followed = Followed(
            0,
            project.name,
            query.source,
            query.level,
            str(query_text(query, talk.t, now)),
            talk.t.language,
            now + (query.follow or FOLLOW),
        )
        number = await self._rows.begin(followed, talk.reply.to, now)
        follower = LogFollower(self._questions, project, query, filters_here(self._questions, project, query.filters))
        stored = await self._rows.load(number)
        if stored is None:
            raise KeyError(number)
        live = self._live[number] = _Live(stored, follower, talk.reply.to)
        self._wake()
        task = asyncio.create_task(self._serve(live), name=f"follow {number}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def press(self, number: int, action: str, by: str) -> None:
        """Do what a button says; one of a message that has ended does nothing."""
        live = self._live.get(number)
        if live is None:
            return
        if action == "stop":
            self._stop(live, "stopped", by)
        else:
            live.window.paused = action == "pause"
            self._redraw(live.followed.key)

    def project_of(self, number: int) -> str:
        """Return the project of a message under way; empty when it is over."""
        return self._live[number].followed.project if number in self._live else ""

    async def run(self) -> None:
        """End what a restart has cut short, then wait to be cancelled: those under way are left to the next start."""
        while True:
            try:
                cut_short = await self._rows.end_all("restart", self._now(), spared=self._live)
                break
            except Exception:  # a task's boundary: a database that is away must not take the bot along
                log.exception("what a restart has cut short is ended later")
                await asyncio.sleep(_AGAIN_SECONDS)
        if cut_short:
            self._wake()
        try:
            await asyncio.Event().wait()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def card(self, number: int) -> Card | None:
        """Return a message as it is now; None when there is none of that number."""
        live = self._live.get(number)
        followed = live.followed if live else await self._rows.load(number)
        if followed is None:
            return None
        t = self._languages[followed.language]
        if live is None or followed.ended:
            return end_card(followed, t)
        return follow_card(followed, live.window, live.follower.failures, t, self._now())

    async def draw(self, number: int) -> Card | None:
        """Return a message as it is to be drawn now; None when it has ended."""
        live = self._live.get(number)
        if live is None or live.stopped.is_set():
            return None
        shown = last_units("\n".join(live.window.lines), SHOWN_UNITS)
        if not await self._rows.show(number, shown, live.window.total):
            self._stop(live, "replaced", "")
            return None
        return await self.card(number)

    def _stop(self, live: _Live, why: str, by: str) -> None:
        if not live.stopped.is_set():
            live.why, live.by = why, by
            live.stopped.set()

    async def _serve(self, live: _Live) -> None:
        try:
            await self._follow(live)
        except asyncio.CancelledError:
            raise
        except Exception:  # a task's boundary: a log that cannot be followed must not take the bot along
            log.exception("a log is followed no longer", project=live.followed.project)
        await self._end(live)

    async def _follow(self, live: _Live) -> None:
        clock = asyncio.get_running_loop().time
        lines, _ = await live.follower.look(self._now())
        live.window.begin_with(lines)
        asked = clock()
        while not live.stopped.is_set() and self._now() < live.followed.until:
            self._draw_soon(live, clock())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await live.stopped.wait()
            lines, count = await live.follower.look(self._now())
            live.window.take(lines, count, clock() - asked)
            asked = clock()

    def _draw_soon(self, live: _Live, at: float) -> None:
        """Have it drawn if that would show anything new: an edit is spent whether or not it changes anything."""
        window = live.window
        state = (window.total, window.rate, window.paused, window.flooded, len(live.follower.failures))
        resting = window.flooded and live.drawn[3:4] == (True,) and at - live.drawn_at < _REST_SECONDS
        if state != live.drawn and not resting:
            live.drawn, live.drawn_at = state, at
            self._redraw(live.followed.key)

    async def _end(self, live: _Live) -> None:
        live.stopped.set()
        shown = last_units("\n".join(live.window.lines), SHOWN_UNITS)
        await self._rows.show(live.followed.id, shown, live.window.total)
        await self._rows.end(live.followed.id, live.why, live.to, self._now(), by=live.by)
        del self._live[live.followed.id]
        self._wake()
