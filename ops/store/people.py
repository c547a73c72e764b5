"""People: what persons have chosen, and the record of who asked for what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from ops.store.postgres import Pool


class PostgresPeople:
    """Chosen languages, by numeric id. Read once; written through."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._languages: dict[int, str] | None = None

    async def language(self, person_id: int) -> str | None:
        """Return the language a person has chosen, if any."""
        if self._languages is None:
            rows = await self._pool.fetch("SELECT id, language FROM people")
            self._languages = {row["id"]: row["language"] for row in rows}
        return self._languages.get(person_id)

    async def choose_language(self, person_id: int, language: str) -> None:
        """Remember a choice."""
        await self._pool.execute(
            "INSERT INTO people (id, language) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET language = $2",
            person_id,
            language,
        )
        if self._languages is not None:
            self._languages[person_id] = language


class PostgresAudit:
    """Who asked for what, and what became of it. Only ever added to."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def note(
        self, at: datetime, *, actor_id: int, chat_id: int, action: str, verdict: str, detail: dict[str, Any]
    ) -> None:
        """Add an entry. ``verdict``: accepted, or why not; ``detail``: whatever helps to understand it later."""
        await self._pool.execute(
            "INSERT INTO audit (at, actor_id, chat_id, action, verdict, detail) VALUES ($1, $2, $3, $4, $5, $6)",
            at,
            actor_id,
            chat_id,
            action,
            verdict,
            json.dumps(detail),
        )
