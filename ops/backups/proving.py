"""Proving: asks from time to time for a proof that backup keys are still held, and hears the answers."""

from __future__ import annotations

import hmac
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import structlog

from ops.actor import Right
from ops.backups.proof import Challenge, Wanted, hashed, is_due, is_unproven, judge, shortened, wanted
from ops.errors import HostError, ScriptRefused
from ops.runs.runbook import shared_script

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from ops.actor import Actor
    from ops.hosts.questions import Questions
    from ops.inventory import Inventory
    from ops.project import Project
    from ops.store.keeping import PostgresKeeping
    from ops.store.proofs import PostgresProofs
    from ops.watch.observation import Observation

log = structlog.get_logger()

EVERY = timedelta(hours=1)
_SEALED = re.compile(r"-----BEGIN AGE ENCRYPTED FILE-----\n[A-Za-z0-9+/=\n]+\n-----END AGE ENCRYPTED FILE-----")

Answer = Literal["right", "old", "wrong"]


class KeyProofs:
    """Any number of processes may have one: each round is made by one of them.

    word: returns a fresh random word that nobody could guess. observe: takes what was seen. told: called when
    something was queued for people.
    """

    def __init__(
        self,
        inventory: Inventory,
        store: PostgresProofs,
        keeping: PostgresKeeping,
        questions: Questions,
        *,
        word: Callable[[], str],
        observe: Callable[[Observation], Awaitable[None]],
        told: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._inventory = inventory
        self.store = store
        self._keeping = keeping
        self._questions = questions
        self._word = word
        self._observe = observe
        self._told = told
        self._now = now

    async def look(self) -> None:
        """Once an hour ask what is due, and say of every key whether it is proved."""
        now = self._now()
        if not await self._keeping.claim("key-proofs", now, now + EVERY):
            return
        needed = wanted(self._inventory.projects.values())
        known = {each.recipient: each for each in await self.store.newest()}
        for recipient, want in needed.items():
            if is_due(known.get(recipient), want.every, now) and await self._is_settled(want.project):
                await self._ask_about(recipient, want, known.get(recipient))
        for recipient, newest in known.items():
            await self._observe(judge(newest, now, needed=recipient in needed))

    async def _is_settled(self, project: Project) -> bool:
        """Whether a project has been there for a while: a key that was only just typed may be a mistake."""
        return self._now() - await self._keeping.scheduled_since(project.name, "key-proof", self._now()) >= EVERY

    async def _ask_about(self, recipient: str, want: Wanted, newest: Challenge | None) -> None:
        word, number = self._word(), newest.number + 1 if newest else 1
        try:
            sealed = await self._seal(want.project.hosts[0], recipient, word)
        except HostError as error:
            log.info("a key is asked about later", project=want.project.name, why=str(error))
            return
        if await self.store.ask(recipient, number, want.project.name, hashed(word), sealed, self._now()):
            self._told()

    async def _seal(self, host: str, recipient: str, word: str) -> str:
        """Return the word, encrypted on a server as its backups are. Raises HostError."""
        values = {"RECIPIENT": recipient, "WORD": word}
        found = await self._questions.ask(host, shared_script("seal-word.sh"), values)
        sealed = _SEALED.search("\n".join(found.lines))
        if sealed is None:
            raise ScriptRefused(host, "backup-failed", "")
        return sealed[0] + "\n"

    async def overdue(self, projects: Iterable[Project]) -> tuple[str, ...]:
        """Return the keys of these projects that nobody has shown in time, shortened."""
        needed, now = wanted(projects), self._now()
        late = [each for each in await self.store.newest() if each.recipient in needed and is_unproven(each, now)]
        return tuple(shortened(each.recipient) for each in late)

    async def open(self, actor: Actor) -> list[Challenge]:
        """Return the challenges that wait for an answer which this person may give."""
        return [each for each in await self._answerable(actor) if each.proven_at is None]

    async def answer(self, word: str, actor: Actor) -> tuple[Answer, Challenge | None]:
        """Take a word that somebody says; return what it was, and the challenge that it answers or has answered."""
        given, now = hashed(word), self._now()
        for each in await self._answerable(actor):
            same = hmac.compare_digest(each.word_hash, given)
            if same and each.proven_at is None and await self.store.proven(each.id, actor.name, now):
                await self._observe(judge(replace(each, proven_at=now, waiting_since=None), now))
                return "right", each
        old = await self.store.by_word(given)
        return ("old", old) if old is not None and actor.may(Right.OPERATE, old.project) else ("wrong", None)

    async def _answerable(self, actor: Actor) -> list[Challenge]:
        return [each for each in await self.store.newest() if actor.may(Right.OPERATE, each.project)]
