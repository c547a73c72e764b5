"""Evidence: what is left after the faults, and what is wrong with it. The server's own record is the judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True)
class Evidence:
    """commands: how many were typed that each should make a run. results: of each run, "" while it is under way.

    events: (run, event) in order. witnesses: (job, begun or ended) as the steps themselves put it on record,
    project by project. told: how often the end of each run stands in the chat. violations: calls to Telegram
    within a wait that it asked for.
    """

    commands: int
    results: dict[int, str]
    projects: dict[int, str]
    events: list[tuple[int, dict[str, Any]]]
    witnesses: list[tuple[str, str]]
    told: Counter[int]
    locks: int = 0
    violations: int = 0

    @property
    def executions(self) -> Counter[str]:
        """How often each attempt was executed."""
        return Counter(job for job, word in self.witnesses if word == "begun")

    @property
    def duplicates(self) -> int:
        """How many ends were told once too often."""
        return sum(times - 1 for times in self.told.values() if times > 1)


def problems(found: Evidence, *, most_told: int = 1) -> list[str]:
    """Return everything that breaks a promise. most_told: how often an end may be told."""
    return [*_runs(found), *_steps(found), *_telling(found, most_told)]


def _runs(found: Evidence) -> Iterator[str]:
    if len(found.results) != found.commands:
        yield f"{found.commands} commands made {len(found.results)} runs"
    for run, result in found.results.items():
        if not result:
            yield f"run {run} never ended"
    ends = Counter(run for run, event in found.events if event["kind"] == "run-ended")
    yield from (f"run {run} ended {times} times" for run, times in ends.items() if times > 1)
    if found.locks:
        yield f"{found.locks} projects are still held"


def _steps(found: Evidence) -> Iterator[str]:
    for job, times in found.executions.items():
        if times > 1:
            yield f"attempt {job} was executed {times} times"
    # Steps of the tests' runbook may not be repeated, so a second attempt of one is only allowed where the
    # first never began: and then it left no witness.
    steps = Counter((run_of(job), job.rpartition("-")[2].rstrip("0123456789")) for job in found.executions)
    yield from (
        f"step {step} of run {run} was executed {times} times" for (run, step), times in steps.items() if times > 1
    )
    for run, event in found.events:
        if event["kind"] == "step-ended" and event["outcome"] == "ok":
            seen = [job for job in found.executions if job.endswith(f"-{event['job']}")]
            if not seen:
                yield f"attempt {event['job']} of run {run} ended well and was never executed"
    ended = Counter(event["job"] for _, event in found.events if event["kind"] == "step-ended")
    yield from (f"attempt {job} has {times} ends" for job, times in ended.items() if times > 1)
    for project in sorted(set(found.projects.values())):
        order = [run_of(job) for job, _ in found.witnesses if found.projects.get(run_of(job)) == project]
        turns = Counter(run for run, _ in groupby(order))
        yield from (f"run {run} was not alone on {project}" for run, times in turns.items() if times > 1)


def _telling(found: Evidence, most_told: int) -> Iterator[str]:
    for run in found.results:
        if not found.told[run]:
            yield f"the end of run {run} was never told"
        elif found.told[run] > most_told:
            yield f"the end of run {run} was told {found.told[run]} times"
    if found.violations:
        yield f"{found.violations} calls to Telegram were made while it had asked for quiet"


def run_of(job: str) -> int:
    """Return the run of an attempt: ``installation-run-3s1``."""
    return int(job.split("-")[1])
