"""Birth: when a bot's process began, and from which commit. What it may acknowledge follows from that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.runs.events import Part

if TYPE_CHECKING:
    from datetime import datetime

    from ops.runs.run import Attempt, Run


@dataclass(frozen=True, slots=True)
class Birth:
    """commit: 40 or 64 hex digits; empty when nobody can say for certain from which one it runs."""

    at: datetime
    commit: str

    def awaited_by(self, run: Run) -> tuple[Attempt, ...]:
        """Return the attempts that restarted the bot and wait for exactly this process.

        A process that is older than the attempt is the one to be replaced. A younger one may be the version before
        as well, when it crashed meanwhile or is the way back: so it must also be what the run puts live.
        """
        if not self.commit or self.commit != run.commit:
            return ()
        return tuple(
            attempt
            for attempt in run.running
            if attempt.started.part is Part.DO
            and attempt.started.at < self.at
            and run.plan.by_key[attempt.started.step].ack
        )
