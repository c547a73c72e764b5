"""Letters about backups: a file that somebody wants to have, a picture of growth, the digest, proofs of keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from handlers.cards.backups import too_large_card
from handlers.cards.card import Card
from handlers.cards.digest import digest_card
from handlers.picture import draw_growth
from handlers.telegram import Delivery, Document, Sender
from handlers.wording import error_text
from ops.backups.fetching import by_hand
from ops.backups.proof import shortened, tail, wanted
from ops.errors import HostError
from ops.store.proofs import KIND

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from handlers.i18n import Languages
    from ops.backups.fetching import Fetcher
    from ops.backups.keeper import Keeper
    from ops.backups.proving import KeyProofs
    from ops.inventory import Inventory
    from ops.store.backups import PostgresBackups
    from ops.store.keeping import PostgresKeeping
    from ops.store.outbox import Destination

_GROWTH_SHOWN = timedelta(days=90)


class VaultLetters:
    """Draws and sends what is about backups. ``kinds``: by the kind of an outbox row."""

    def __init__(
        self,
        sender: Sender,
        inventory: Inventory,
        backups: PostgresBackups,
        keeping: PostgresKeeping,
        keeper: Keeper,
        fetcher: Fetcher,
        proofs: KeyProofs,
        languages: Languages,
        now: Callable[[], datetime],
    ) -> None:
        self._sender = sender
        self._inventory = inventory
        self._backups = backups
        self._keeping = keeping
        self._keeper = keeper
        self._fetcher = fetcher
        self._proofs = proofs
        self._languages = languages
        self._now = now
        self.kinds: dict[str, Callable[[dict[str, Any], Destination], Awaitable[int | None]]] = {
            "backup-file": self._send_file,
            "growth": self._send_growth,
            "digest": self._send_digest,
            KIND: self._send_challenge,
        }

    async def _send_file(self, body: dict[str, Any], to: Destination) -> int | None:
        """Fetch a backup's file and send it; where that cannot be, say why and how else to get it."""
        t = self._languages[body["language"]]
        backup = await self._backups.get(body["backup"])
        project = self._inventory.projects.get(backup.project) if backup else None
        if backup is None or project is None:
            return None
        try:
            content = await self._fetcher.fetch(backup)
        except HostError as error:
            lines = by_hand(backup, project, self._inventory.hosts)
            card = too_large_card(backup, lines, "failed", t)
            return await self._sender.send(Delivery(to, Card(error_text(t, error, self._now()) + "\n" + card.text)))
        caption = Card(t("download-done", subject=backup.subject, at=t.stamp(backup.taken_at), sha256=backup.sha256))
        return await self._sender.send(Delivery(to, caption, Document(backup.name, content)))

    async def _send_growth(self, body: dict[str, Any], to: Destination) -> int | None:
        t = self._languages[body["language"]]
        growth = await self._keeping.growth(body["project"], (self._now() - _GROWTH_SHOWN).date())
        picture = await draw_growth(body["project"], growth, t) if growth else None
        if picture is None:
            return None
        document = Document(f"{body['project']}_growth.png", picture, picture=True)
        return await self._sender.send(Delivery(to, Card(t("growth-caption", project=body["project"])), document))

    async def _send_digest(self, _body: dict[str, Any], to: Destination) -> int | None:
        digest = await self._keeper.digest()
        if not digest.targets:
            return None
        keys = await self._proofs.overdue(self._inventory.projects.values())
        return await self._sender.send(Delivery(to, digest_card(digest, self._languages.team, keys)))

    async def _send_challenge(self, body: dict[str, Any], to: Destination) -> int | None:
        """Send a word that only the holder of a key can read, and say what to do with it."""
        challenge = await self._proofs.store.get(body["challenge"])
        if challenge is None:
            return None
        t = self._languages[body["language"]] if "language" in body else self._languages.team
        want = wanted(self._inventory.projects.values()).get(challenge.recipient)
        names = ", ".join(want.projects) if want else challenge.project
        file = f"proof_{tail(challenge.recipient)}.age"
        caption = t("proof-asked", projects=names, recipient=shortened(challenge.recipient), file=file)
        return await self._sender.send(Delivery(to, Card(caption), Document(file, challenge.sealed.encode())))
