"""Booting: an engine for a test module, or a skip that says why there is none."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.engine.image import BuildFailed, EngineImpossible, built, check
from tests.e2e.engine.server import EngineServer


@contextlib.asynccontextmanager
async def booting(folder: Path) -> AsyncIterator[EngineServer]:
    """Start one, and end it."""
    try:
        check()
        server = await EngineServer.boot(await asyncio.to_thread(built), folder)
    except EngineImpossible as error:
        pytest.skip(f"no Docker engine: {error}")
    except BuildFailed as error:
        if os.environ.get("LOTSMAN_CI") == "1":
            raise
        pytest.skip(f"no images for a Docker engine: {error}")
    try:
        yield server
    finally:
        await server.stop()
