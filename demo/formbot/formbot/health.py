"""What /health answers."""

import asyncio
import subprocess
import time
from dataclasses import dataclass, field

import asyncpg
from formbot_durations import in_words  # type: ignore[import-not-found]  # since #43

from . import __version__
from .database import connect, pending
from .settings import ROOT

WARM_UP_SECONDS = 0


def commit() -> str:
    """The checkout's commit, or "" where there is no Git."""
    try:
        asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return asked.stdout.strip()


@dataclass
class Health:
    database_url: str
    commit: str = field(default_factory=commit)
    started: float = field(default_factory=time.monotonic)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def warm_up(self) -> None:
        await asyncio.sleep(WARM_UP_SECONDS)
        self.ready.set()

    async def answer(self) -> tuple[int, dict[str, object]]:
        """HTTP status and body."""
        body: dict[str, object] = {"status": "ok", "version": __version__, "commit": self.commit}
        body["up_seconds"] = round(time.monotonic() - self.started, 1)
        body["up"] = in_words(time.monotonic() - self.started)  # since #43
        if not self.ready.is_set():
            return 503, {**body, "status": "starting"}
        try:
            connection = await connect(self.database_url)
            try:
                waiting = [path.stem for path in await pending(connection)]
            finally:
                await connection.close()
        except (OSError, asyncpg.PostgresError, TimeoutError) as error:
            return 503, {**body, "status": "error", "database": "down", "error": str(error)}
        return 200, {**body, "status": "degraded" if waiting else "ok", "database": "ok", "pending_migrations": waiting}
