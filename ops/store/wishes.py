"""Wishes: what somebody asked for while another run held the project, kept for the button that waits in line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ops.runs.launcher import Ask
    from ops.store.postgres import Pool


@dataclass(frozen=True, slots=True)
class Wish:
    """A run that could not begin yet. Who presses the button asks for it anew, with rights of their own."""

    project: str
    runbook: str
    values: Mapping[str, str]
    hosts: tuple[str, ...]


class PostgresWishes:
    """Wishes by their numbers: a button has room for nothing more."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, ask: Ask, at: datetime) -> int:
        """Keep what was asked for; the same asking has one number, however often it is kept."""
        number: int = await self._pool.fetchval(
            "INSERT INTO wishes (key, project, runbook, given, hosts, made_at) VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (key) DO UPDATE SET key = wishes.key RETURNING id",
            ask.key,
            ask.project,
            ask.runbook,
            json.dumps(dict(ask.values)),
            list(ask.hosts),
            at,
        )
        return number

    async def find(self, number: int) -> Wish | None:
        """Return a wish; None when it is no longer kept."""
        row = await self._pool.fetchrow("SELECT project, runbook, given, hosts FROM wishes WHERE id = $1", number)
        return Wish(row["project"], row["runbook"], json.loads(row["given"]), tuple(row["hosts"])) if row else None
