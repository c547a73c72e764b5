"""Parts: what is slow to build, built once for the same inputs and kept in the sandbox's folder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path


class Parts:
    """Remembers, in one folder, of which inputs each part was built."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def forget(self, name: str) -> None:
        """Let a part be built again."""
        self._mark(name).unlink(missing_ok=True)

    def _mark(self, name: str) -> Path:
        return self._folder / f"{name}.inputs"

    async def build(self, name: str, inputs: str, build: Callable[[], Awaitable[None]]) -> None:
        """Run ``build`` unless the part was last built of these very inputs, and to its end."""
        mark = self._mark(name)
        wanted = hashlib.sha256(inputs.encode()).hexdigest()
        if mark.exists() and mark.read_text() == wanted:
            return
        mark.unlink(missing_ok=True)
        await build()
        mark.write_text(wanted)
