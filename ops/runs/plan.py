"""Plan: everything a run will do, fixed when it is accepted: steps, scripts, values, hosts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping  # noqa: TC003  pydantic reads annotations at run time
from dataclasses import dataclass, field
from functools import cached_property

from ops.runs.script import Script  # noqa: TC001  as above

MINUTE = 60.0

_OF_THE_MOMENT = frozenset({"STAMP", "BACKUP_MARK", "ACTOR", "ACTOR_GIT"})
"""Values that differ each time a plan is made, or with whoever asks for it."""


@dataclass(frozen=True)
class Step:
    """One script with its values, its limits and its undo.

    key: unique within the plan. name: what kind of step it is; locales know it as ``step-<name>``.
    subject: of what, where a plan has several of a kind (a database, a unit, a URL).
    changes: it touches what the project runs, so a failure from here on is undone.
    check: it asks whether the project is well, and is asked again after an undo.
    first_host: it runs on the first host only, and its facts are true for all.
    repeatable: running it twice does no harm, so one whose end nobody saw is simply run again.
    probe: finds out what became of one whose end nobody saw: exit 0, it has done its work; ``fail not-done``,
    it has not; anything else, a person must look.
    judge: who looks at what it has found, and may refuse it; nobody when empty.
    keep_going: when it fails, those after it are done all the same, up to the first change; the run fails then.
    ack: it goes on only after the bot has said that it is there again (it restarts the bot).
    secrets: names of what only the bot has, and tells this step's scripts beside their values.
    timeout, silence: seconds it may take, and seconds it may print nothing; kept by the server.
    title: what it is called, by language, where its own runbook says so.
    """

    key: str
    name: str
    script: Script
    subject: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    undo: Script | None = None
    probe: Script | None = None
    changes: bool = False
    check: bool = False
    first_host: bool = False
    repeatable: bool = False
    ack: bool = False
    judge: str = ""
    keep_going: bool = False
    secrets: tuple[str, ...] = ()
    timeout: float = 10 * MINUTE
    silence: float = 5 * MINUTE
    title: Mapping[str, str] = field(default_factory=dict)

    @property
    def scripts(self) -> tuple[Script, ...]:
        """All its scripts."""
        return tuple(script for script in (self.script, self.undo, self.probe) if script)


@dataclass(frozen=True)
class Plan:
    """Steps in order, for the hosts in order. ``values`` are common to all steps.

    Up to the first step that changes something, all hosts go step by step together: nothing is touched
    anywhere before everything was looked at everywhere. From there on each host goes its own way: the first
    one alone, the others ``serial`` at a time, and no more of them once over ``max_failures`` have failed.
    title: what the runbook is called, by language, where it says so itself.
    """

    hosts: tuple[str, ...]
    steps: tuple[Step, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    serial: int = 1
    max_failures: int = 0
    title: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[str, Step]:
        """The steps by their keys."""
        return {step.key: step for step in self.steps}

    @cached_property
    def _first_change(self) -> int:
        return next((i for i, step in enumerate(self.steps) if step.changes), len(self.steps))

    @cached_property
    def prologue(self) -> tuple[Step, ...]:
        """The steps that all hosts take together."""
        return self.steps[: self._first_change]

    @cached_property
    def rollout(self) -> tuple[Step, ...]:
        """The steps that each host takes on its own."""
        return self.steps[self._first_change :]

    @cached_property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """The hosts in the order in which they roll out, those together that go together."""
        rest = self.hosts[1:]
        size = max(1, self.serial)
        return (self.hosts[:1], *(rest[i : i + size] for i in range(0, len(rest), size)))

    def hosts_of(self, step: Step) -> tuple[str, ...]:
        """Return the hosts on which a step runs."""
        return self.hosts[:1] if step.first_host else self.hosts

    @cached_property
    def scripts(self) -> dict[str, Script]:
        """Every script of the plan by its hash."""
        return {script.sha256: script for step in self.steps for script in step.scripts}

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hex, over all that the plan would do; equal for plans that do the same."""
        steps = [
            [
                *(step.key, step.subject, step.changes, step.check, step.first_host, step.repeatable, step.ack),
                *(step.timeout, step.silence, sorted(step.values.items())),
                *([step.judge] if step.judge else []),
                *(["keep-going"] if step.keep_going else []),
                *(script.sha256 if script else "" for script in (step.script, step.undo, step.probe)),
            ]
            for step in self.steps
        ]
        values = sorted((name, value) for name, value in self.values.items() if name not in _OF_THE_MOMENT)
        return hashlib.sha256(json.dumps([self.hosts, steps, values]).encode()).hexdigest()
