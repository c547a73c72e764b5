"""Incidents: takes what is found out, decides what people hear of it, and remembers all of it as rows."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog

from ops.store.incidents import members_of
from ops.watch.incident import State, advance
from ops.watch.observation import HOST_CHECK
from ops.watch.telling import acked, begin, follow, given_back, snoozed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from ops.store.incidents import PostgresIncidents, Standing
    from ops.store.mutes import Mute, PostgresMutes
    from ops.watch.maintenance import Maintenance, Windows
    from ops.watch.observation import Observation, Subject
    from ops.watch.rules import Rules
    from ops.watch.telling import Incident, Overlay

log = structlog.get_logger()

_LOOK_SECONDS = 2.0
"""How often it is looked unasked whether something is due."""


@dataclass(frozen=True, slots=True)
class Counts:
    """For metrics. firing: open incidents by severity. untold: subjects that fire and are not told, by why.

    phases: how each subject stands: ok, suspect, firing, recovering or unknown.
    """

    firing: Mapping[str, int]
    untold: Mapping[str, int]
    phases: Mapping[Subject, str]


@dataclass(frozen=True, slots=True)
class Overlaid:
    """Why trouble is not told, at one moment."""

    windows: Windows
    mutes: Sequence[Mute]
    down: set[str]

    def of(self, subject: Subject) -> tuple[Overlay, str]:
        """Return why, and what there is to say about it: a run's number, a mute's reason; empty when it is told."""
        mute = next((mute for mute in self.mutes if mute.covers(subject)), None)
        if mute is not None:
            return "muted", mute.reason
        overlay, note = self.windows.of(subject)
        if overlay:
            return overlay, note
        inhibited = subject.host in self.down and subject.check != HOST_CHECK
        return ("inhibited", subject.host) if inhibited else ("", "")


class Incidents:
    """Any number of processes may have one. told: called when something was queued for people.

    rules: returns what lotsman.yml says by now, for a check of this kind; owners: whom to write to in the end.
    """

    def __init__(
        self,
        store: PostgresIncidents,
        mutes: PostgresMutes,
        maintenance: Maintenance,
        *,
        rules: Callable[[str], Rules],
        owners: Callable[[], Sequence[int]],
        told: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self.store = store
        self.mutes = mutes
        self._maintenance = maintenance
        self._rules = rules
        self._owners = owners
        self._told = told
        self._now = now
        self._nudged = asyncio.Event()

    async def observe(self, observation: Observation) -> None:
        """Take note of one look; the same one (by its time) twice is one."""
        await self.observe_all([observation])

    async def observe_all(self, observations: Sequence[Observation]) -> None:
        """Take note of looks, those of one moment together."""
        now = self._now()
        windows = await self._maintenance.now(now)

        def judge(state: State, seen: Observation) -> State:
            calm = bool(windows.of(seen.subject)[0])
            return advance(state, seen, self._rules(seen.subject.check), now, calm=calm)[0]

        if observations and await self.store.note(observations, judge):
            self._nudged.set()

    async def run(self) -> None:
        """Tell people what they are to hear, until cancelled, through every restart of the database."""
        while True:
            self._nudged.clear()
            try:
                await self.look()
            except Exception:  # a task's boundary: what was not written is done again
                log.exception("incidents are looked at later")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._nudged.wait()

    async def look(self) -> None:
        """Have every incident follow what fires by now."""
        firing, incidents = await self.store.troubled()
        if not firing and not incidents:
            return
        now, overlaid = self._now(), await self.overlaid()
        changed = False
        for group in sorted(firing.keys() | incidents.keys()):
            if self._stirs(group, firing.get(group, ()), incidents.get(group), overlaid, now):
                settle = partial(self.store.settle, group, overlaid.of, self._rules(""), now)
                changed = await settle(owners=self._owners()) or changed
        if changed:
            self._told()

    def _stirs(
        self, group: str, firing: Iterable[Standing], incident: Incident | None, overlaid: Overlaid, now: datetime
    ) -> bool:
        """Whether a group has to be looked at under its lock."""
        members, rules = members_of(firing, overlaid.of), self._rules("")
        if incident is None:
            return begin(group, members, rules, now) is not None
        return follow(incident, members, rules, now) != (incident, ())

    async def overlaid(self) -> Overlaid:
        """Return what is not told at the moment, and why."""
        now = self._now()
        return Overlaid(await self._maintenance.now(now), await self.mutes.in_force(now), await self.store.hosts_down())

    async def open(self) -> list[Incident]:
        """Return the incidents in which something fires, the oldest first."""
        return await self.store.open()

    async def counts(self) -> Counts:
        """Return the figures of this moment."""
        overlaid, standings = await self.overlaid(), await self.store.standings()
        firing, untold = (
            {"warning": 0, "critical": 0},
            dict.fromkeys(("muted", "maintenance", "probation", "inhibited"), 0),
        )
        for incident in await self.open():
            firing[incident.severity] += 1
        for each in standings:
            overlay, _ = overlaid.of(each.subject)
            if each.state.phase.trouble and overlay:
                untold[overlay] += 1
        return Counts(firing, untold, {each.subject: each.state.phase.value for each in standings})

    async def ack(self, number: int, who: str) -> Incident | None:
        """Have somebody take an incident on; None when it is over."""
        return await self._change(number, lambda incident: acked(incident, who, self._now()))

    async def give_back(self, number: int) -> Incident | None:
        """Have nobody take care of an incident any more; None when it is over."""
        return await self._change(number, given_back)

    async def snooze(self, number: int, who: str, span: timedelta) -> Incident | None:
        """Put an incident off; None when it is over."""
        return await self._change(number, lambda incident: snoozed(incident, who, self._now() + span))

    async def _change(self, number: int, change: Callable[[Incident], Incident]) -> Incident | None:
        changed = await self.store.change(number, change, self._now())
        self._told()
        return changed
