"""What all tests share."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import bot  # noqa: F401  first of all: it has aiogram imported the cheap way
from bot.postgres import EmbeddedPostgres
from ops.store.postgres import open_pool
from tests.databases import fresh_database

if TYPE_CHECKING:
    from ops.store.postgres import Pool

# The machine's own PostgreSQL must never be what makes a test pass: users have none.
os.environ["PATH"] = os.pathsep.join(
    part for part in os.environ["PATH"].split(os.pathsep) if not (Path(part) / "initdb").exists()
)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One embedded server for all tests."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres") / "data", max_connections=60)
    asyncio.run(server.start())
    yield server
    asyncio.run(server.stop())


@pytest.fixture
async def dsn(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A fresh database."""
    async with fresh_database(postgres, request.node.nodeid) as dsn:
        yield dsn


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    """Connections to a fresh database with our schema."""
    async with await open_pool(dsn) as pool:
        yield pool
