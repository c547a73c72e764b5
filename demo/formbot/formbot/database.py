"""The database: migrations, sample rows and what the pages need."""

from pathlib import Path

import asyncpg

from .settings import ROOT

MIGRATIONS_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())
"""


def migration_files() -> list[Path]:
    return sorted((ROOT / "migrations").glob("[0-9]*.sql"))


async def connect(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(url, timeout=5, server_settings={"application_name": "formbot"})


async def applied(connection: asyncpg.Connection) -> list[str]:
    if await connection.fetchval("SELECT to_regclass('schema_migrations')") is None:
        return []
    return [row["name"] for row in await connection.fetch("SELECT name FROM schema_migrations ORDER BY name")]


async def pending(connection: asyncpg.Connection) -> list[Path]:
    done = await applied(connection)
    return [path for path in migration_files() if path.stem not in done]


async def migrate(connection: asyncpg.Connection) -> list[str]:
    """Apply what is pending, each file in a transaction of its own. Returns the names."""
    await connection.execute(MIGRATIONS_TABLE)
    names = []
    for path in await pending(connection):
        async with connection.transaction():
            await connection.execute(path.read_text())
            await connection.execute("INSERT INTO schema_migrations (name) VALUES ($1)", path.stem)
        names.append(path.stem)
    return names


async def seed(connection: asyncpg.Connection, count: int) -> None:
    await connection.execute(
        "INSERT INTO forms (slug, title) SELECT 'form-' || n, 'Form ' || n FROM generate_series(1, 12) n"
        " ON CONFLICT DO NOTHING"
    )
    await connection.execute(
        "INSERT INTO submissions (form_id, email, body, created_at)"
        " SELECT 1 + n % 12, 'visitor' || n || '@example.test', 'Message ' || n || repeat('.', n % 80),"
        " now() - n * interval '17 minutes' FROM generate_series(1, $1::int) n",
        count,
    )


async def counts(connection: asyncpg.Connection) -> dict[str, int]:
    return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in ("forms", "submissions")}  # noqa: S608 - fixed names
