"""One sandbox for all end-to-end tests; a fresh world, database and bot for each."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import pytest_asyncio

from bot.postgres import EmbeddedPostgres
from demo.sandbox.sandbox import Sandbox
from demo.sandbox.server import Sibling
from tests.databases import fresh_database
from tests.e2e.harbour import Harbour

Opening = Callable[..., AbstractAsyncContextManager[Harbour]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all of these in one loop: the sandbox lives in it."""
    for item in items:
        if item.path.parent == Path(__file__).parent and inspect.iscoroutinefunction(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def built_sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandbox]:
    """A server of asyncssh's own making; test_openssh has one with OpenSSH."""
    async with await Sandbox.create(tmp_path_factory.mktemp("sandbox"), slow_start_seconds=3) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(built_sandbox: Sandbox) -> Sandbox:
    """The sandbox as it was built."""
    await built_sandbox.reset()
    return built_sandbox


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def built_siblings(built_sandbox: Sandbox) -> AsyncIterator[tuple[Sibling, ...]]:
    """Two more servers beside the first."""
    siblings = [await built_sandbox.add_sibling(name) for name in ("web2", "web3")]
    yield tuple(siblings)
    for sibling in siblings:
        await built_sandbox.remove_sibling(sibling)


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_dsn(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A fresh database."""
    async with fresh_database(postgres, request.node.nodeid) as dsn:
        yield dsn


@pytest.fixture
def opening(sandbox: Sandbox, fresh_dsn: str, tmp_path: Path) -> Opening:
    """Opens a harbour; keyword arguments change the project or the pace."""

    def open_harbour(**options: object) -> AbstractAsyncContextManager[Harbour]:
        return Harbour(sandbox, fresh_dsn, tmp_path, **options).open()  # type: ignore[arg-type]

    return open_harbour


@pytest_asyncio.fixture(loop_scope="session")
async def harbour(opening: Opening) -> AsyncIterator[Harbour]:
    """The usual one."""
    async with opening() as harbour:
        yield harbour
        assert harbour.world.failures == []
