"""Proof: whether somebody still holds the secret key that backups are encrypted for. Pure.

Encrypted backups die with their key, and nothing notices: dumps go on, checksums are right. So now and then a word is
sealed for the key, and whoever can say it has the key.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ops.watch.observation import Observation, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.project import Project

ANSWER_WITHIN = timedelta(days=7)
"""How long a challenge may be out before it is trouble."""
_ENDS = 12, 6


@dataclass(frozen=True, slots=True)
class Challenge:
    """The newest question to the holders of one key.

    number: counts from 1. sealed: armored text of age. waiting_since: when the first question was asked that nobody
    has answered since the last proof; None while the newest is answered.
    """

    id: int
    recipient: str
    number: int
    project: str
    word_hash: str
    sealed: str
    asked_at: datetime
    proven_at: datetime | None = None
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key that is to be proved: the project that was named first for it, all that use it, and how often."""

    project: Project
    projects: tuple[str, ...]
    every: timedelta


def wanted(projects: Iterable[Project]) -> dict[str, Wanted]:
    """Return the keys of age to be proved, once each; of several projects' wishes the most frequent counts."""
    found: dict[str, Wanted] = {}
    for project in projects:
        every = project.backups.key_proof
        if every is None:
            continue
        for recipient in project.backups.encrypt_to:
            known = found.get(recipient)
            if known is None:
                found[recipient] = Wanted(project, (project.name,), every)
            elif project.name not in known.projects:
                found[recipient] = Wanted(known.project, (*known.projects, project.name), min(known.every, every))
    return found


def is_due(newest: Challenge | None, every: timedelta, now: datetime) -> bool:
    """Whether to ask anew: nobody was asked yet, or the last answer, or question without one, is that old."""
    return newest is None or now - (newest.proven_at or newest.asked_at) >= every


def is_unproven(newest: Challenge, now: datetime) -> bool:
    """Whether a question has waited too long for its answer; another one that came after it changes nothing."""
    return newest.waiting_since is not None and now - newest.waiting_since >= ANSWER_WITHIN


def judge(newest: Challenge, now: datetime, *, needed: bool = True) -> Observation:
    """Say whether a key is proved well enough. needed: whether lotsman.yml still asks for it."""
    days = (now - (newest.waiting_since or now)).days
    facts = {"recipient": shortened(newest.recipient), "days": str(days)}
    ok = not needed or not is_unproven(newest, now)
    return Observation(_subject(newest), ok, now, "warning", "key-unproven", facts, event=True)


def _subject(newest: Challenge) -> Subject:
    return Subject(newest.project, "", "key-proof", tail(newest.recipient))


def hashed(word: str) -> str:
    """Return what is kept of a word. It is random and long enough not to be found out from this."""
    return hashlib.sha256(word.strip().lower().encode()).hexdigest()


def shortened(recipient: str) -> str:
    """Return a public key as people tell keys apart: by its ends."""
    begin, end = _ENDS
    return f"{recipient[:begin]}…{recipient[-end:]}"


def tail(recipient: str) -> str:
    """Return the end of a public key, fit for names."""
    return re.sub("[^A-Za-z0-9]", "", recipient)[-_ENDS[1] :]
