"""Configuration: lotsman.yml and the texts, read again while the process runs: all put in place at once, or nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import structlog

from ops.errors import BadFile
from ops.store.hints import RELOAD_CHANNEL
from ops.store.outbox import NOTICE, Draft
from ops.store.people import PostgresAudit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from datetime import datetime

    from ops.actor import Actor
    from ops.inventory import Difference, Inventory
    from ops.store.outbox import Destination, PostgresOutbox
    from ops.store.postgres import Pool

    Part = Callable[[Inventory], tuple[dict[str, Difference[str]], Callable[[], None]]]

log = structlog.get_logger()

_BUCKET_SECONDS = 30
"""Processes that hear the same call within so long say the same thing once."""


class Configuration:
    """Reloads what a process was configured with.

    parts: each is given the new inventory, reads and checks what follows from it, and returns what is different and
    what puts that in place; it raises BadFile, touches nothing before, and may run in a thread.
    after: told what is different, once all is in place. where: the name by which a process that is not the bot itself
    reports, else empty.
    """

    def __init__(
        self,
        inventory: Inventory,
        read: Callable[[], Inventory],
        *,
        pool: Pool,
        outbox: PostgresOutbox,
        team: Destination,
        now: Callable[[], datetime],
        where: str = "",
    ) -> None:
        self.parts: list[Part] = [lambda fresh: (inventory.differences(fresh), partial(inventory.adopt, fresh))]
        self.texts: Callable[[], tuple[int, Callable[[], None]]] = lambda: (0, lambda: None)
        self.after: list[Callable[[dict[str, Difference[str]], int], Awaitable[None]]] = []
        self.wake: Callable[[], None] = lambda: None
        self.where = where
        self._read = read
        self._pool = pool
        self._outbox = outbox
        self._team = team
        self._now = now
        self._turn = asyncio.Lock()
        self._own_calls: set[str] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._listening = False

    async def reload(self, call: str = "", actor: Actor | None = None, *, quiet: bool = False) -> BadFile | None:
        """Read everything again, and tell the team what is different; a file that is bad changes nothing.

        call: names what asked for it, so that several processes say the same thing once. quiet: say nothing when
        nothing is different. Returns what was wrong, if anything was.
        """
        async with self._turn:
            call = call or secrets.token_hex(8)
            try:
                differences, texts = await self._replace()
            except BadFile as error:
                log.warning("the configuration stays as it was", why=str(error))
                await self._tell(call, actor, {"error": error.facts()}, "bad-file")
                return error
            changes = {kind: asdict(each) for kind, each in differences.items() if each}
            log.info("reloaded", **changes, texts=texts)
            for told in self.after:
                await told(differences, texts)
            # The bot tells for all of them what there is now.
            if not self.where and (changes or texts or not quiet):
                await self._tell(call, actor, {"changes": changes, "texts": texts}, "accepted")
            return None

    async def reload_everywhere(self, actor: Actor) -> BadFile | None:
        """Reload here, and have every other process do the same. Returns what was wrong here, if anything was."""
        call = secrets.token_hex(8)
        self._own_calls.add(call)
        wrong = await self.reload(call, actor)
        await self._pool.execute("SELECT pg_notify($1, $2)", RELOAD_CHANNEL, call)
        return wrong

    def call(self, payload: str = "", sender: int = 0) -> None:
        """Reload soon: another process calls for it, or a signal does."""
        if payload in self._own_calls:
            self._own_calls.discard(payload)
            return
        if sender and not payload:
            payload = f"{sender}-{int(self._now().timestamp()) // _BUCKET_SECONDS}"
        self.begin(self._heed(payload))

    def listening_again(self) -> None:
        """Reload when calls may have been missed: the database was away."""
        if self._listening:
            self.begin(self._heed("", quiet=True))
        self._listening = True

    def begin(self, work: Coroutine[None, None, None]) -> None:
        """Begin something that ends with the process at the latest."""
        task = asyncio.create_task(work, name="reload")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def close(self) -> None:
        """Let go of what is under way."""
        for task in tuple(self._calls):
            task.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _heed(self, call: str, *, quiet: bool = False) -> None:
        try:
            await self.reload(call, quiet=quiet)
        except Exception:  # a task's boundary: what there is goes on as it was
            log.exception("reloading failed")

    async def _replace(self) -> tuple[dict[str, Difference[str]], int]:
        differences, texts, adopt = await asyncio.to_thread(self._prepare)
        for each in adopt:
            each()
        return differences, texts

    def _prepare(self) -> tuple[dict[str, Difference[str]], int, list[Callable[[], None]]]:
        fresh = self._read()
        differences: dict[str, Difference[str]] = {}
        adopt = []
        for part in self.parts:
            different, put_in_place = part(fresh)
            differences |= different
            adopt.append(put_in_place)
        texts, adopt_texts = self.texts()
        return differences, texts, [*adopt, adopt_texts]

    async def _tell(self, call: str, actor: Actor | None, said: dict[str, object], verdict: str) -> None:
        digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
        body = json.dumps({**said, "by": actor.name if actor else "", "where": self.where})
        told = await self._outbox.add(Draft(self._team, f"config:{call}:{digest}", "config", body, NOTICE, self._now()))
        self.wake()
        if told:
            audit, actor_id = PostgresAudit(self._pool), actor.id if actor else 0
            await audit.note(self._now(), actor_id=actor_id, chat_id=0, action="reload", verdict=verdict, detail=said)
