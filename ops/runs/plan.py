"""Plan: everything a run will do, fixed when it is accepted: steps, scripts, values, hosts."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  pydantic reads annotations at run time
from dataclasses import dataclass, field
from functools import cached_property

from ops.runs.script import Script  # noqa: TC001  as above

MINUTE = 60.0


@dataclass(frozen=True)
class Step:
    """One script with its values, its limits and its undo.

    key: unique within the plan. name: what kind of step it is; locales know it as ``step-<name>``.
    subject: of what, where a plan has several of a kind (a database, a unit, a URL).
    changes: it touches what the project runs, so a failure from here on is undone.
    verify: it only looks, and is asked again after an undo.
    first_host: it runs on the first host only, and its facts are true for all.
    timeout, silence: seconds it may take, and seconds it may print nothing; kept by the server.
    """

    key: str
    name: str
    script: Script
    subject: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    undo: Script | None = None
    changes: bool = False
    verify: bool = False
    first_host: bool = False
    timeout: float = 10 * MINUTE
    silence: float = 5 * MINUTE


@dataclass(frozen=True)
class Plan:
    """Steps in order, for the hosts in order. ``values`` are common to all steps."""

    hosts: tuple[str, ...]
    steps: tuple[Step, ...]
    values: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[str, Step]:
        """The steps by their keys."""
        return {step.key: step for step in self.steps}

    def hosts_of(self, step: Step) -> tuple[str, ...]:
        """Return the hosts on which a step runs."""
        return self.hosts[:1] if step.first_host else self.hosts

    @cached_property
    def scripts(self) -> dict[str, Script]:
        """Every script of the plan by its hash."""
        every = [script for step in self.steps for script in (step.script, step.undo) if script]
        return {script.sha256: script for script in every}
