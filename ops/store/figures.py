"""Figures: what monitoring wants to know, counted over the rows at the moment it asks. Nothing of it is kept twice.

Names follow lotsman.yml: app is a project, target a host, db what a backup is of. What people or other programs have
written is never among them: a figure's name stays small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.store.postgres import Pool

    Sample = tuple[tuple[str, ...], float]
    """The values of the labels, and the figure itself."""

DEPLOY_BUCKETS: Final = (10, 30, 60, 120, 300, 600, 1800)
"""Seconds that a deploy takes: the upper ends of what is counted together."""

# Each: the labels' values in their order, then the figure.
_QUERIES: Final[Mapping[str, str]] = {
    "deploys": """
        SELECT project, result, count(*)::float8 FROM runs
        WHERE runbook = 'deploy' AND result IS NOT NULL GROUP BY 1, 2
    """,
    # How many took between two edges: numbered from 0, below the first, to their number, over the last.
    "deploy_duration_buckets": """
        SELECT project,
            width_bucket(extract(epoch FROM ended_at - coalesce(begun_at, accepted_at))::float8, $1::float8[])::text,
            count(*)::float8
        FROM runs WHERE runbook = 'deploy' AND result IS NOT NULL GROUP BY 1, 2
    """,
    "deploy_duration_sum": """
        SELECT project, sum(extract(epoch FROM ended_at - coalesce(begun_at, accepted_at)))::float8 FROM runs
        WHERE runbook = 'deploy' AND result IS NOT NULL GROUP BY 1
    """,
    "last_deploy_timestamp_seconds": """
        SELECT project, host, extract(epoch FROM max(live_at))::float8 FROM releases GROUP BY 1, 2
    """,
    "runs": "SELECT project, runbook, result, count(*)::float8 FROM runs WHERE result IS NOT NULL GROUP BY 1, 2, 3",
    "runs_open": """
        SELECT project,
            CASE WHEN asked_at IS NOT NULL THEN 'asking' WHEN begun_at IS NULL THEN 'waiting' ELSE 'running' END,
            count(*)::float8
        FROM runs WHERE result IS NULL GROUP BY 1, 2
    """,
    "backup_last_attempt_timestamp_seconds": """
        SELECT project, extract(epoch FROM max(accepted_at))::float8 FROM runs WHERE runbook = 'backup' GROUP BY 1
    """,
    "backup_failures": """
        SELECT project, count(*) FILTER (WHERE result NOT IN ('succeeded', 'cancelled'))::float8
        FROM runs WHERE runbook = 'backup' AND result IS NOT NULL GROUP BY 1
    """,
    "backup_last_success_timestamp_seconds": """
        SELECT project, host, subject, tier, extract(epoch FROM max(taken_at))::float8
        FROM backups WHERE bad IS NULL AND level >= 1 GROUP BY 1, 2, 3, 4
    """,
    "backup_last_verified_timestamp_seconds": """
        SELECT project, host, subject, tier, extract(epoch FROM max(verified_at))::float8
        FROM backups WHERE bad IS NULL AND level >= 2 AND verified_at IS NOT NULL GROUP BY 1, 2, 3, 4
    """,
    "backup_size_bytes": """
        SELECT DISTINCT ON (project, host, subject, tier) project, host, subject, tier, bytes::float8 FROM backups
        WHERE bad IS NULL AND level >= 1 ORDER BY project, host, subject, tier, taken_at DESC
    """,
    "backup_duration_seconds": """
        SELECT DISTINCT ON (project, host, subject, tier)
            project, host, subject, tier, (manifest ->> 'seconds')::float8
        FROM backups WHERE bad IS NULL AND level >= 1 AND manifest ? 'seconds'
        ORDER BY project, host, subject, tier, taken_at DESC
    """,
    "backups_kept": """
        SELECT project, host, subject, tier, count(*)::float8
        FROM backups WHERE bad IS NULL AND level >= 1 AND removed_at IS NULL GROUP BY 1, 2, 3, 4
    """,
    "backups_bad": """
        SELECT project, host, subject, tier, bad, count(*)::float8
        FROM backups WHERE bad IS NOT NULL AND removed_at IS NULL GROUP BY 1, 2, 3, 4, 5
    """,
    "backup_copies_missing": """
        SELECT project, host, copy_state, count(*)::float8
        FROM backups WHERE copy_state IN ('pending', 'failed') AND removed_at IS NULL GROUP BY 1, 2, 3
    """,
    "restore_drill_duration_seconds": """
        SELECT DISTINCT ON (project, host, subject) project, host, subject, (proof ->> 'seconds')::float8
        FROM backups WHERE bad IS NULL AND level >= 2 AND proof ? 'seconds'
        ORDER BY project, host, subject, verified_at DESC NULLS LAST
    """,
    "alert_groups_firing": "SELECT severity, count(*)::float8 FROM alert_episodes WHERE resolved_at IS NULL GROUP BY 1",
    "check_round_seconds": "SELECT host, seconds::float8 FROM rounds WHERE seconds IS NOT NULL",
    "check_last_round_timestamp_seconds": """
        SELECT host, extract(epoch FROM seen_at)::float8 FROM rounds WHERE seen_at IS NOT NULL
    """,
    "notifications_waiting": """
        SELECT count(*)::float8 FROM outbox WHERE sent_at IS NULL AND dropped IS NULL
    """,
    "notifications_oldest_timestamp_seconds": """
        SELECT extract(epoch FROM min(created_at))::float8 FROM outbox
        WHERE sent_at IS NULL AND dropped IS NULL HAVING min(created_at) IS NOT NULL
    """,
    "notifications_failed": """
        SELECT CASE WHEN dropped ILIKE ANY (ARRAY['%kicked%', '%blocked%', '%not a member%']) THEN 'kicked'
            WHEN dropped ILIKE '%chat not found%' THEN 'no-chat' ELSE 'other' END, count(*)::float8
        FROM outbox WHERE dropped IS NOT NULL GROUP BY 1
    """,
    "monitor_last_heard_timestamp_seconds": """
        SELECT extract(epoch FROM max(heard_at))::float8 FROM monitors HAVING max(heard_at) IS NOT NULL
    """,
}


async def read_figures(pool: Pool) -> dict[str, list[Sample]]:
    """Return every figure, all of one moment. Raises asyncpg's errors."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        found = {}
        for name, query in _QUERIES.items():
            rows = await connection.fetch(query, *([DEPLOY_BUCKETS] if "$1" in query else []))
            found[name] = [(tuple(row)[:-1], row[-1]) for row in rows]
        return found
