"""One ground for all tests here; the short form of every fault is made at the same time as others."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from demo.sandbox.openssh import SshdMissing
from tests.faults.row import Ground, Row, prepared
from tests.faults.table import FAULTS, Fault

AT_ONCE = 6
"""Faults made at the same time: most of what they do is wait."""
_LONGEST = {"F1", "F2", "F10"}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """A server, PostgreSQL, and processes to fork."""
    folder = tmp_path_factory.mktemp("faults")
    if os.geteuid() == 0:
        folder.parent.chmod(0o711)  # PostgreSQL runs as somebody else then
        folder.chmod(0o711)
    try:
        async with prepared(folder) as ground:
            yield ground
    except SshdMissing as error:
        pytest.skip(f"no sshd: {error.install}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def trials(ground: Ground, request: pytest.FixtureRequest) -> AsyncIterator[dict[str, asyncio.Task[Row]]]:
    """The faults that this session's tests ask for, under way."""
    places = asyncio.Semaphore(AT_ONCE)
    given = [getattr(item, "callspec", None) for item in request.session.items]
    params = [callspec.params.get("fault") for callspec in given if callspec is not None]
    asked = {fault.key for fault in params if isinstance(fault, Fault)}  # others have faults of their own

    async def make(number: int) -> Row:
        async with places:
            return await FAULTS[number].case(ground, False)

    # The longest first, so that it is not the last one that all wait for.
    order = sorted(range(len(FAULTS)), key=lambda i: FAULTS[i].key not in _LONGEST)
    tasks = {FAULTS[i].key: asyncio.create_task(make(i)) for i in order if FAULTS[i].key in asked}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)
