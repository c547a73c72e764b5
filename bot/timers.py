"""Timers: what happens by the clock."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from datetime import tzinfo

_TICK_SECONDS = 15
_GRACE_SECONDS = 6 * 3600
"""APScheduler's own default is one second: a restart at the hour would skip the day."""


@contextmanager
def timers(
    zone: tzinfo,
    *,
    clean: Callable[[], Awaitable[object]],
    remind: Callable[[], Awaitable[object]],
    tick: Callable[[], Awaitable[object]],
) -> Iterator[AsyncIOScheduler]:
    """Run the timers.

    clean: called every night; it removes what nobody needs any more. remind: called every minute. tick: called
    often, and at once: whoever looks at it knows that these timers run.
    """
    scheduler = AsyncIOScheduler(
        timezone=zone, job_defaults={"misfire_grace_time": _GRACE_SECONDS, "coalesce": True, "max_instances": 1}
    )
    scheduler.add_job(clean, "cron", hour=4, minute=30, id="clean")
    scheduler.add_job(remind, "interval", minutes=1, id="remind")
    scheduler.add_job(tick, "interval", seconds=_TICK_SECONDS, id="tick", next_run_time=datetime.now(zone))
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=False)


@contextmanager
def every_minute(zone: tzinfo, call: Callable[[], Awaitable[object]]) -> Iterator[AsyncIOScheduler]:
    """Call something at the beginning of every minute."""
    scheduler = AsyncIOScheduler(
        timezone=zone, job_defaults={"misfire_grace_time": _GRACE_SECONDS, "coalesce": True, "max_instances": 1}
    )
    scheduler.add_job(call, "cron", second=0, id="every-minute")
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=False)
