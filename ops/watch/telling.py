"""Telling: what people hear of an incident, and when. Pure: everything is passed in, the clock's reading too.

An incident is what one message is about: all that fires of one project, or of one server. It is looked at again and
again, by any process; what follows depends on the rows alone, so nothing is lost and nothing told twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from ops.watch.observation import Subject  # noqa: TC001  dataclasses read annotations at run time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ops.watch.observation import Severity
    from ops.watch.rules import Rules

Overlay = Literal["", "muted", "maintenance", "probation", "inhibited"]
"""Why nothing is told of a subject though it fires; empty: it is told."""

_LINES = 10
"""Lines of evidence that a message shows at the most of one subject."""


class Word(StrEnum):
    """A letter that follows."""

    NEW = "new"  # a message of its own, that notifies
    EDIT = "edit"  # the message there is
    ENDED = "ended"  # the message there is, and a silent answer to it
    REMIND = "remind"
    AGAIN = "again"  # it was put off, and is still there
    ESCALATE = "escalate"  # the second list is named
    DIRECT = "direct"  # owners are written to


@dataclass(frozen=True, slots=True)
class Member:
    """One subject of an incident, as people are shown it."""

    subject: Subject
    severity: Severity
    since: datetime
    code: str
    facts: Mapping[str, str]
    lines: tuple[str, ...] = ()
    flapping: bool = False
    recovering: bool = False
    overlay: Overlay = ""
    overlay_note: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """What one message is about.

    group: see Subject.group. opened_at: when the first of it began. since: told of from then on. fired: how often it
    has, counting those soon after another. tell_at: not told before. told: how many messages of its own it has had;
    told_at: the newest. resolved_at: nothing fires any more; closed_at: and has not for long enough. escalated: 1 the
    second list, 2 the owners. revision: raised by every change that people are shown.
    """

    id: int
    group: str
    severity: Severity
    opened_at: datetime
    since: datetime
    tell_at: datetime
    members: tuple[Member, ...] = ()
    fired: int = 1
    told: int = 0
    told_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    acked_by: str = ""
    acked_at: datetime | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str = ""
    reminded_at: datetime | None = None
    escalated: int = 0
    revision: int = 0

    @property
    def project(self) -> str:
        """Its project; empty where none is concerned."""
        return next((member.subject.project for member in self.members if member.subject.project), "")

    @property
    def host(self) -> str:
        """The server concerned, where it is one."""
        hosts = {member.subject.host for member in self.members if member.subject.host}
        return hosts.pop() if len(hosts) == 1 else ""

    @property
    def shown(self) -> tuple[Member, ...]:
        """The members that people are told of."""
        return tuple(member for member in self.members if not member.overlay)

    @property
    def began(self) -> datetime:
        """When what fires now began."""
        return min((member.since for member in self.members), default=self.since)

    @property
    def quiet(self) -> bool:
        """Whether somebody has taken it on, or put it off."""
        return self.acked_at is not None or self.snoozed_until is not None


def worst(members: Sequence[Member]) -> Severity:
    """Return the highest severity there is."""
    return "critical" if any(member.severity == "critical" for member in members) else "warning"


def begin(group: str, members: Sequence[Member], rules: Rules, now: datetime) -> Incident | None:
    """Return the incident that these members make; None when nobody is to hear of any."""
    shown = [member for member in members if not member.overlay]
    if not shown:
        return None
    began = min(member.since for member in shown)
    return Incident(0, group, worst(shown), began, now, now + rules.wait, tuple(members))


def follow(
    incident: Incident, members: Sequence[Member], rules: Rules, now: datetime
) -> tuple[Incident, tuple[Word, ...]]:
    """Return what has become of an open incident whose subjects stand like this, and what people are told of it."""
    shown = [member for member in members if not member.overlay]
    if incident.told == 0:
        return _untold(incident, members, shown, now)
    if incident.resolved_at is not None:
        return _over(incident, members, shown, rules, now)
    if not members:
        ended = replace(incident, resolved_at=now, revision=incident.revision + 1)
        return ended, (Word.ENDED if incident.fired == 1 else Word.EDIT,)
    return _goes_on(incident, members, shown, rules, now)


def _untold(
    incident: Incident, members: Sequence[Member], shown: Sequence[Member], now: datetime
) -> tuple[Incident, tuple[Word, ...]]:
    """Gather; what is over before it was told is never told."""
    if not shown:
        return replace(incident, resolved_at=now, closed_at=now), ()
    incident = replace(incident, members=tuple(members), severity=worst(shown))
    return (_tell(incident, now), (Word.NEW,)) if now >= incident.tell_at else (incident, ())


def _over(
    incident: Incident, members: Sequence[Member], shown: Sequence[Member], rules: Rules, now: datetime
) -> tuple[Incident, tuple[Word, ...]]:
    """What fires again soon is the same incident; what comes and goes is edited, not told anew."""
    if shown:
        again = replace(
            incident,
            since=now,
            fired=incident.fired + 1,
            resolved_at=None,
            severity=worst(shown),
            members=tuple(members),
            **_UNTOUCHED,
        )
        if all(member.flapping for member in shown):
            return replace(again, told_at=now, revision=again.revision + 1), (Word.EDIT,)
        return _tell(again, now), (Word.NEW,)
    if incident.resolved_at is not None and now - incident.resolved_at >= rules.steady:
        closed = replace(incident, closed_at=now)
        return closed, (Word.ENDED,) if incident.fired > 1 else ()
    return incident, ()


_UNTOUCHED: dict[str, Any] = {
    "acked_by": "",
    "acked_at": None,
    "snoozed_until": None,
    "snoozed_by": "",
    "reminded_at": None,
    "escalated": 0,
}
"""Fields of an incident that nobody has taken on yet."""


def _goes_on(
    incident: Incident, members: Sequence[Member], shown: Sequence[Member], rules: Rules, now: datetime
) -> tuple[Incident, tuple[Word, ...]]:
    if shown and worst(shown) == "critical" and incident.severity == "warning":
        risen = replace(incident, severity="critical", since=now, members=tuple(members), **_UNTOUCHED)
        return _tell(risen, now), (Word.NEW,)
    words: list[Word] = []
    severity = worst(shown) if shown else incident.severity
    if (tuple(members), severity) != (incident.members, incident.severity):
        changed = replace(incident, members=tuple(members), severity=severity, revision=incident.revision + 1)
        incident, words = changed, [Word.EDIT]
    if not shown:  # all of it is muted, or being worked on: nobody is pressed
        return incident, tuple(words)
    if incident.snoozed_until is not None and incident.snoozed_until <= now:
        incident = replace(incident, snoozed_until=None, snoozed_by="", reminded_at=now, revision=incident.revision + 1)
        return incident, (*words, Word.AGAIN, *([] if Word.EDIT in words else [Word.EDIT]))
    if incident.quiet:
        return incident, tuple(words)
    incident, pressed = _press(incident, rules, now)
    return incident, (*words, *pressed)


def _press(incident: Incident, rules: Rules, now: datetime) -> tuple[Incident, tuple[Word, ...]]:
    """Return what follows when nobody takes it on."""
    if incident.severity == "critical" and now - incident.since >= rules.direct_after and incident.escalated < 2:  # noqa: PLR2004  the last rung
        return replace(incident, escalated=2), (Word.DIRECT,)
    if incident.severity == "critical" and now - incident.since >= rules.escalate_after and incident.escalated < 1:
        return replace(incident, escalated=1), (Word.ESCALATE,)
    every = rules.remind if incident.severity == "critical" else rules.remind_warnings
    last = max(filter(None, (incident.told_at, incident.reminded_at)), default=incident.since)
    if now - last >= every:
        return replace(incident, reminded_at=now), (Word.REMIND,)
    return incident, ()


def _tell(incident: Incident, now: datetime) -> Incident:
    return replace(incident, told=incident.told + 1, told_at=now, revision=incident.revision + 1)


def acked(incident: Incident, who: str, now: datetime) -> Incident:
    """Return it with somebody who has taken it on: no reminders and no escalation until it ends or grows worse."""
    return replace(
        incident, acked_by=who, acked_at=now, snoozed_until=None, snoozed_by="", revision=incident.revision + 1
    )


def given_back(incident: Incident) -> Incident:
    """Return it with nobody any more who has taken it on, or put it off."""
    return replace(
        incident, acked_by="", acked_at=None, snoozed_until=None, snoozed_by="", revision=incident.revision + 1
    )


def snoozed(incident: Incident, who: str, until: datetime) -> Incident:
    """Return it put off: it asks again when the time is over and it is still there."""
    return replace(
        incident, acked_by="", acked_at=None, snoozed_until=until, snoozed_by=who, revision=incident.revision + 1
    )
