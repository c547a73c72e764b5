"""Downtime: how long a run has kept a project from answering, host by host. Pure; the seconds are the servers' own.

Scripts tell of it by facts, each a whole second since 1970: ``stopped_at`` before the first service is stopped,
``up_at`` after the last one was started, ``answered_at`` at a healthy answer or when a container was found healthy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ops.runs.run import Attempt, Run

_ANSWERING = "check-http"
_STOPS = {"stop", "down"}
"""Steps from which on nobody is served; whoever restarts only, or replaces a container, is too quick to announce it."""


@dataclass(frozen=True, slots=True)
class Downtime:
    """seconds: of all gaps that are over. since: when, by our own clock, one began that is not over; else None."""

    seconds: int = 0
    since: datetime | None = None
    measured: bool = False


def downtime(run: Run, host: str) -> Downtime:
    """Return how long a host's services were down because of a run: from the stop to the first healthy answer.

    Where no URL is asked, a service that was started is taken to be up.
    """
    awaits_answer = any(step.name == _ANSWERING for step in run.plan.steps)
    total, stopped, since, measured = 0, 0, None, False
    for name, second, attempt in _moments(run, host):
        if name == "stopped_at" and not stopped:
            stopped, since, measured = second, attempt.started.at, True
        elif stopped and (name == "answered_at" or (name == "up_at" and not awaits_answer)):
            total, stopped, since = total + max(0, second - stopped), 0, None
    return Downtime(total, since, measured)


def will_stop(run: Run) -> bool:
    """Whether services are yet to be stopped: the team is told before."""
    stops = [step for step in run.plan.rollout if step.name in _STOPS]
    return run.end is None and bool(stops) and not any(run.tries(step, run.plan.hosts[0]) for step in stops)


def _moments(run: Run, host: str) -> Iterator[tuple[str, int, Attempt]]:
    """Yield what the host has told, in the order of the steps."""
    for attempt in run.attempts:
        if attempt.ended is None or attempt.started.host != host:
            continue
        for name in ("stopped_at", "up_at", "answered_at"):
            if (value := attempt.ended.facts.get(name, "")).isdigit():
                yield name, int(value), attempt
