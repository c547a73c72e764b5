"""Fresh databases for tests, on the one embedded server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

import asyncpg

from bot.postgres import EmbeddedPostgres


@asynccontextmanager
async def fresh_database(server: EmbeddedPostgres, test_id: str) -> AsyncIterator[str]:
    """Yield the address of an empty database that lives as long as one test."""
    name = f"t{sha256(test_id.encode()).hexdigest()[:16]}"
    admin = await asyncpg.connect(server.dsn)
    try:
        await admin.execute(f"CREATE DATABASE {name}")
        yield server.dsn.replace("@/postgres?", f"@/{name}?")
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()
