"""FormbotDatabase: the sandbox's database, made once as a template and copied from it at every reset."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from demo.sandbox.ports import ADDRESS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.postgres import EmbeddedPostgres

NAME = "formbot"
TEMPLATE = "formbot_template"
ROWS = 2000


class FormbotDatabase:
    """The database and its owner, both called formbot, in a server of the sandbox's own."""

    def __init__(self, server: EmbeddedPostgres, password: str) -> None:
        self._server = server
        self._password = password

    def url(self, name: str = NAME) -> str:
        """Return the owner's DSN over TCP. Holds the password."""
        return f"postgresql://{NAME}:{self._password}@{ADDRESS}:{self._server.port}/{name}"

    async def make_empty_template(self) -> None:
        """Make the template, without tables, and its owner, who may make more databases, for trial restores."""
        await self._drop((TEMPLATE,))
        await self._server.create_database(TEMPLATE, NAME, self._password)
        async with _connected(self._server.dsn) as connection:
            await connection.execute(f"ALTER ROLE {NAME} CREATEDB")

    async def reset(self) -> None:
        """Make the database anew from the template, and drop all others."""
        await self._server.create_database(TEMPLATE, NAME, self._password)
        async with _connected(self._server.dsn) as connection:
            names = await connection.fetch("SELECT datname FROM pg_database WHERE NOT datistemplate")
        await self._drop(tuple(row["datname"] for row in names if row["datname"] not in ("postgres", TEMPLATE)))
        async with _connected(self._server.dsn) as connection:
            await connection.execute(f"CREATE DATABASE {NAME} TEMPLATE {TEMPLATE} OWNER {NAME}")

    async def rows(self) -> int:
        """Return how many submissions there are."""
        async with _connected(self.url()) as connection:
            return int(await connection.fetchval("SELECT count(*) FROM submissions"))

    async def _drop(self, names: tuple[str, ...]) -> None:
        async with _connected(self._server.dsn) as connection:
            for name in names:
                quoted = name.replace('"', '""')
                await connection.execute(f'DROP DATABASE IF EXISTS "{quoted}" WITH (FORCE)')


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
