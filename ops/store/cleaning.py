"""Cleaning: removes rows that nobody needs any more. Runs, events, releases, backups and audit stay."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ops.store.postgres import Pool

KEEP_INBOX = timedelta(days=7)
KEEP_OUTBOX = timedelta(days=90)
KEEP_LOGS = timedelta(days=365)
KEEP_INCIDENTS = timedelta(days=365)
KEEP_PATTERNS = 5000
"""Of a project; a log whose errors are all different would make any number of them."""
KEEP_JOBS_DAYS = 14
"""For how many days a server keeps the traces of a job after its end; by then they are rows long since."""


async def clean(pool: Pool, now: datetime) -> None:
    """Remove handled updates, old wishes, delivered letters, alerts that are over and logs past their time."""
    await pool.execute("DELETE FROM inbox WHERE handled_at < $1", now - KEEP_INBOX)
    await pool.execute("DELETE FROM wishes WHERE made_at < $1", now - KEEP_INBOX)
    await pool.execute("DELETE FROM outbox WHERE coalesce(sent_at, created_at) < $1", now - KEEP_OUTBOX)
    await pool.execute("DELETE FROM alerts WHERE status <> 'firing' AND changed_at < $1", now - KEEP_OUTBOX)
    await pool.execute("DELETE FROM log_pieces WHERE at < $1", now - KEEP_LOGS)
    await pool.execute("DELETE FROM incidents WHERE closed_at < $1", now - KEEP_INCIDENTS)
    await pool.execute("DELETE FROM mutes WHERE until < $1", now - KEEP_INCIDENTS)
    await pool.execute("DELETE FROM follows WHERE ended_at < $1", now - KEEP_OUTBOX)
    await pool.execute("DELETE FROM log_patterns WHERE last_at < $1", now - KEEP_LOGS)
    await pool.execute(_CROWDED, KEEP_PATTERNS)


_CROWDED = """
    DELETE FROM log_patterns USING (
        SELECT project, hash, row_number() OVER (PARTITION BY project ORDER BY last_at DESC) AS place FROM log_patterns
    ) AS ranked
    WHERE log_patterns.project = ranked.project AND log_patterns.hash = ranked.hash AND place > $1
"""
