"""Desk: what every conversation works with, built once; and Talk: one person's side of one conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from aiogram.types import Update

    from handlers.cards.card import Card
    from handlers.cards.run_log import RunLog
    from handlers.follow import Follows
    from handlers.i18n import Languages, Texts
    from handlers.reply import Reply
    from ops.actor import Actor, Right
    from ops.backups.keeper import Keeper
    from ops.backups.patrol import Patrol
    from ops.backups.proving import KeyProofs
    from ops.backups.restoring import Restoring
    from ops.errors import OpsError
    from ops.hosts.questions import Questions
    from ops.inventory import Inventory
    from ops.runs.launcher import Launcher
    from ops.store.alerts import PostgresAlerts
    from ops.store.announcements import PostgresAnnouncements
    from ops.store.backups import PostgresBackups
    from ops.store.inbox import PostgresInbox
    from ops.store.journal import PostgresJournal
    from ops.store.keeping import PostgresKeeping
    from ops.store.people import PostgresPeople
    from ops.store.releases import PostgresReleases
    from ops.store.watches import PostgresWatches
    from ops.store.wishes import PostgresWishes
    from ops.watch.incidents import Incidents


@dataclass(frozen=True, slots=True)
class Desk:
    """The services behind the commands."""

    inventory: Inventory
    launcher: Launcher
    journal: PostgresJournal
    releases: PostgresReleases
    inbox: PostgresInbox
    people: PostgresPeople
    questions: Questions
    languages: Languages
    run_log: RunLog
    now: Callable[[], datetime]
    chat_now: Callable[[], datetime]
    """The time by Telegram's clock: what messages are dated by."""
    team_chat: Callable[[], int]
    handle: Callable[[Update], Awaitable[None]]
    """Handles an update as if it had just come in."""
    announcements: PostgresAnnouncements
    backups: PostgresBackups
    keeping: PostgresKeeping
    keeper: Keeper
    patrol: Patrol
    proofs: KeyProofs
    watches: PostgresWatches
    incidents: Incidents
    alerts: PostgresAlerts
    wishes: PostgresWishes
    follows: Follows
    restoring: Restoring
    tell_team: Callable[[str, Card], Awaitable[None]]
    """Says something in the team's chat, once for each key."""
    wake: Callable[[], None]
    """Has what was queued delivered now."""
    reload: Callable[[Actor], Awaitable[OpsError | None]]
    """Reloads files and texts in every process; returns what was wrong here, if anything was."""

    @staticmethod
    def demand(actor: Actor, right: Right) -> None:
        """Insist on a right. Raises NotAllowed."""
        if not actor.may(right):
            raise NotAllowed(right.value)


@dataclass(frozen=True, slots=True)
class Talk:
    """Who asks, in which language, and how to answer."""

    actor: Actor
    t: Texts
    reply: Reply
    desk: Desk
