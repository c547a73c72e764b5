"""Judgement: what a step has found may have to be refused, and that is decided before its end is written down."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from ops.releases.fate import judge_commit
from ops.releases.migrations import judge_migrations
from ops.runs.events import Outcome, StepEnded

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.runs.journal import Journal
    from ops.runs.plan import Step
    from ops.runs.run import Run

log = structlog.get_logger()


async def judged(run: Run, step: Step, ended: StepEnded, journal: Journal, clean: Callable[[str], str]) -> StepEnded:
    """Return how a step ended once its judge, if it has one, has looked at what it found.

    ``clean`` masks secrets in what is kept. The same end is always judged the same: a process that takes the run up
    reads it again.
    """
    if ended.outcome is not Outcome.OK:
        return ended
    match step.judge:
        case "migrations":
            return await _migrations(run, ended, clean)
        case "commit":
            fate = await journal.fate(run.project, ended.facts.get("commit", ""), before=run.id)
            return judge_commit(ended, fate, run.plan.values.get("KNOWN_BAD_CONFIRMED", ""))
        case _:
            return ended


async def _migrations(run: Run, ended: StepEnded, clean: Callable[[str], str]) -> StepEnded:
    confirmed = run.plan.values.get("MIGRATIONS_CONFIRMED", "")
    try:
        # Parsing much SQL takes seconds: other runs go on meanwhile.
        return await asyncio.to_thread(judge_migrations, ended, confirmed, clean)
    except Exception:  # a parser's flaw must neither stop the run for ever nor let anything through
        log.exception("migrations could not be judged", run=run.id)
        unseen = replace(ended, facts={**ended.facts, "migrations_unseen": "yes"})
        return judge_migrations(unseen, confirmed, clean)
