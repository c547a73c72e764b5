"""Checks: every server is looked at again and again, all that is watched there in one conversation."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from ops.errors import HostError, OpsError, ScriptRefused
from ops.runs.runbook import shared_script, watch_script
from ops.watch.incident import HOST_DOWN
from ops.watch.log_query import LogQuery
from ops.watch.logs import read_logs
from ops.watch.observation import Observation
from ops.watch.probes import (
    FIGURES,
    OURS,
    Said,
    gone,
    host_subject,
    judge,
    judge_host,
    probes_of,
    read_round,
    round_values,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from ops.hosts.questions import Questions
    from ops.inventory import Inventory
    from ops.store.incidents import Standing
    from ops.store.rounds import PostgresRounds, Round
    from ops.watch.incidents import Incidents
    from ops.watch.probes import Probe

log = structlog.get_logger()

_LOOK_SECONDS = 5.0
_SOONEST_SECONDS = 0.05
_LINES = 8
"""Of a project's log, that are shown with what fails."""
_AT_ONCE = 16
"""Servers that one process looks at side by side."""


class Checks:
    """Looks, and has Incidents decide what it means; any number of processes may do so at once.

    learn: called with a project and a host before something of them is read: learns what to redact.
    """

    def __init__(
        self,
        inventory: Inventory,
        rounds: PostgresRounds,
        incidents: Incidents,
        questions: Questions,
        *,
        learn: Callable[[str, str], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._inventory = inventory
        self._rounds = rounds
        self._incidents = incidents
        self._questions = questions
        self._learn = learn
        self._now = now
        self._learnt: set[tuple[str, str]] = set()
        self._expected: frozenset[str] = frozenset()
        self._busy: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Serve until cancelled, through every restart of the database."""
        try:
            while True:
                self._ended.clear()
                pause = _LOOK_SECONDS
                try:
                    pause = await self._begin_rounds()
                except Exception:  # a task's boundary: what was not written is done again
                    log.exception("checks go on later")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._ended.wait()
        finally:
            for task in self._busy:
                task.cancel()
            await asyncio.gather(*self._busy, return_exceptions=True)

    async def _begin_rounds(self) -> float:
        """Begin the rounds that are due, as many as there is room for; return after how many seconds to look again."""
        every, hosts = self._inventory.alerts.every, tuple(self._inventory.hosts)
        if every is None:
            return _LOOK_SECONDS
        if self._expected != frozenset(hosts):
            # Spread over the first interval: nobody is asked by everybody at once, and a restart asks nobody sooner.
            first = {host: self._now() + every * (i + 1) / len(hosts) for i, host in enumerate(hosts)}
            await self._rounds.expect(first)
            await self._incidents.store.forget_hosts(hosts)
            self._expected = frozenset(hosts)
        room = _AT_ONCE - len(self._busy)
        for made in await self._rounds.claim(hosts, room, self._now()) if room else ():
            task = asyncio.create_task(self._attend(made, every), name=f"checks of {made.host}")
            self._busy.add(task)
            task.add_done_callback(self._over)
        if len(self._busy) >= _AT_ONCE:
            return _LOOK_SECONDS
        due = await self._rounds.next_at(hosts)
        wait = (due - self._now()).total_seconds() if due else _LOOK_SECONDS
        return min(_LOOK_SECONDS, max(_SOONEST_SECONDS, wait))

    def _over(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._ended.set()

    async def _attend(self, made: Round, every: timedelta) -> None:
        """Make one round of one server; who is stopped meanwhile leaves it to another process at once."""
        began = asyncio.get_running_loop().time()
        try:
            await self.look_at(made.host)
        except asyncio.CancelledError:
            await self._rounds.let_go(made, self._now())
            raise
        except Exception:  # a task's boundary: the next round comes
            log.exception("a round came to nothing", host=made.host)
        seconds = asyncio.get_running_loop().time() - began
        with contextlib.suppress(Exception):  # the database is away: the claim runs out by itself
            retry = self._inventory.alerts.retry
            await self._rounds.end(made, self._now(), every=every, retry=retry, seconds=seconds)

    async def look_at(self, host: str) -> None:
        """Look at all that is watched on one server, and take note of it."""
        known = await self._incidents.store.standings(host=host)
        before = {each.subject.key: each for each in known}
        memos = {key: each.state.memo for key, each in before.items() if each.state.memo}
        probes = probes_of(self._inventory, host, await self._rounds.released(host), memos)
        try:
            await self._learn_all(host)
            seen = await self._ask(host, probes, before)
        except HostError as error:
            await self._incidents.observe_all(self._no_answer(host, known, error))
            return
        looked_at = {each.subject.key for each in seen}
        whole = self._inventory.hosts[host].shell != "sh" or any(each.subject.check in FIGURES for each in seen)
        if whole and (lost := gone([each.subject for each in known], host, looked_at)):
            await self._incidents.store.forget(lost)
        await self._incidents.observe_all(await self._with_evidence(host, seen, before))

    async def _with_evidence(
        self, host: str, seen: Sequence[Observation], before: Mapping[str, Standing]
    ) -> list[Observation]:
        """Add the last lines of its project's log to trouble that is about to be told and has none of its own."""
        read: dict[str, tuple[str, ...]] = {}
        found = []
        for each in seen:
            name, known = each.subject.project, before.get(each.subject.key)
            bare = each.ok is False and not each.lines and each.severity == "critical" and known is not None
            if bare and known is not None and known.state.bad + 1 == self._inventory.alerts.fire_after:
                if name not in read:
                    read[name] = await self._last_lines(name, host)
                found.append(replace(each, lines=read[name]))
            else:
                found.append(each)
        return found

    async def _last_lines(self, name: str, host: str) -> tuple[str, ...]:
        project = self._inventory.projects.get(name)
        if project is None or not project.logs:
            return ()
        query = LogQuery(next(iter(project.logs)), lines=_LINES)
        try:
            (log_there,) = await read_logs(
                self._questions, project.model_copy(update={"hosts": (host,)}), query, self._now()
            )
        except OpsError:  # what cannot be read says nothing; that the check failed is told all the same
            return ()
        return log_there.lines[-_LINES:]

    async def _learn_all(self, host: str) -> None:
        for project in self._inventory.projects.values():
            if host in project.hosts and (project.name, host) not in self._learnt:
                await self._learn(project.name, host)
                self._learnt.add((project.name, host))

    async def _ask(self, host: str, probes: Sequence[Probe], before: Mapping[str, Standing]) -> list[Observation]:
        """Ask, and judge the answers. Raises HostError when the server does not answer at all."""
        together = [probe for probe in probes if probe.script is None]
        alone = [probe for probe in probes if probe.script is not None]
        said: dict[int, Said] = {}
        figures: Said | None = None
        if self._inventory.hosts[host].shell == "sh":
            values = round_values(self._inventory, host, together)
            heard = (await self._questions.look(host, watch_script(), values)).said.items
            said = read_round(heard, self._questions.longest_secret)
            figures = said.get(1)
        own = [await self._ask_alone(host, probe) for probe in alone]
        if not alone and not said:  # nothing is asked there: does it answer at all?
            await self._questions.look(host, shared_script("reach.sh", self._inventory.hosts[host].shell), {})
        at = self._now()
        states = {key: each.state for key, each in before.items()}
        limits = self._inventory.hosts[host].limits or self._inventory.alerts.limits
        return [
            Observation(host_subject(host), ok=True, at=at),
            *judge_host(host, figures, limits, states, at),
            *(judge(probe, said.get(i), states.get(probe.subject.key), at) for i, probe in enumerate(together, 2)),
            *(judge(probe, heard, states.get(probe.subject.key), at) for probe, heard in zip(alone, own, strict=True)),
        ]

    async def _ask_alone(self, host: str, probe: Probe) -> Said:
        """Ask with a script of its own. Raises HostError when the server does not answer at all."""
        if probe.script is None:
            raise ValueError
        try:
            found = await self._questions.ask(host, probe.script, probe.values)
        except ScriptRefused as error:
            return _refused(error, own=probe.subject.check == "script")
        return Said(0, facts=found.said.facts, lines=found.lines[-8:])

    def _no_answer(self, host: str, known: Sequence[Standing], error: HostError) -> list[Observation]:
        """A server that does not answer is trouble; of what is on it nothing is known."""
        at = self._now()
        facts = {name: str(value) for name, value in error.facts().items()}
        down = Observation(host_subject(host), ok=False, at=at, code=error.code, facts=facts)
        blind = [Observation(each.subject, None, at, code=HOST_DOWN) for each in known if each.subject.check in OURS]
        return [down, *blind]


def _refused(error: ScriptRefused, *, own: bool) -> Said:
    """Return what a script said that did not end well: a project's own ones say so by any status."""
    lines = [error.detail] if error.detail else []
    if error.why == "timeout":
        return Said(None, facts=error.found, lines=lines)
    if own and error.why == "exit":
        return Said(1, facts=error.found, lines=lines)
    return Said(65, failed=error.why, facts=error.found, lines=lines)
