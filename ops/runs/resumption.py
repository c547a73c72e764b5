"""Resumption: a run that goes on where another one stopped. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ops.runs.events import Part, Result

if TYPE_CHECKING:
    from ops.runs.events import Event
    from ops.runs.run import Run

_RESUMABLE = {Result.FAILED, Result.REJECTED, Result.CANCELLED, Result.UNKNOWN}


def may_resume(run: Run) -> bool:
    """Whether there is something to go on from: it stopped half way, and nothing was taken back.

    What people have agreed to restore they have agreed to once.
    """
    if run.plan.values.get("RESTORE"):
        return False
    return run.result in _RESUMABLE and not run.undoing and len(inherited_events(run)) > 0


def inherited_events(run: Run) -> tuple[Event, ...]:
    """Return the events of the steps that ended well, on each host up to the first whose failure stopped it."""
    events: list[Event] = []
    for host in run.plan.hosts:
        for step in run.plan.steps:
            if host not in run.plan.hosts_of(step):
                continue
            if not run.done(step, host):
                if step.keep_going:
                    continue
                break
            last = run.tries(step, host, Part.DO, way_back=False)[-1]
            if last.ended is not None and last.outcome is not None:
                events += [last.started, replace(last.ended, outcome=last.outcome)]
    return tuple(events)
