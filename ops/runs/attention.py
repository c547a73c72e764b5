"""Attention: a run that waits for a person says so again, until it is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ops.store.journal import PostgresJournal

REMIND_EVERY = timedelta(minutes=15)


def reminders_due(since: datetime, now: datetime) -> int:
    """Return how many reminders should have been given by now."""
    return max(0, (now - since) // REMIND_EVERY)


async def remind(journal: PostgresJournal, now: datetime) -> None:
    """Queue the newest reminder of every run that waits for an answer; one that was queued is not queued again."""
    for run_id, since in await journal.asking():
        if number := reminders_due(since, now):
            await journal.remind(run_id, number, since)
