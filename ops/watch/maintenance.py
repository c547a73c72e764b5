"""Maintenance: what is being worked on right now, so that nobody is alarmed by their own restart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ops.store.postgres import Pool
    from ops.watch.observation import Subject
    from ops.watch.telling import Overlay

_TOLD = timedelta(minutes=30)
"""For how long trouble that a probation has told of is not told a second time."""


@dataclass(frozen=True, slots=True)
class Windows:
    """What is worked on at one moment. runs: by project and host, the run; probation: by project, the run as well."""

    runs: Mapping[tuple[str, str], int]
    probation: Mapping[str, int]

    def of(self, subject: Subject) -> tuple[Overlay, str]:
        """Return why a subject is left alone, and the number of the run; empty when it is not."""
        run = self.runs.get((subject.project, subject.host)) or (
            next((run for (project, _), run in self.runs.items() if project == subject.project), 0)
            if subject.project and not subject.host
            else 0
        )
        if run:
            return "maintenance", str(run)
        if subject.project in self.probation:
            return "probation", str(self.probation[subject.project])
        return "", ""


class Maintenance:
    """Reads the windows from the journal: a run that can change a project opens one, and its end closes it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def now(self, at: datetime) -> Windows:
        """Return what is worked on now."""
        rows = await self._pool.fetch(_RUNS)
        runs = {(row["project"], host): row["id"] for row in rows for host in json.loads(row["hosts"])}
        watches = await self._pool.fetch(_PROBATIONS, at - _TOLD)
        return Windows(runs, {row["project"]: row["run_id"] for row in watches})


_RUNS = """
    SELECT id, project, plan -> 'hosts' AS hosts FROM runs
    WHERE result IS NULL AND begun_at IS NOT NULL AND plan -> 'steps' @> '[{"changes": true}]' ORDER BY id
"""
# A later run that changes the project ends what its probation has to say; it is in its own window then.
_PROBATIONS = """
    SELECT project, run_id FROM watches
    WHERE state IN ('watching', 'back') OR (state IN ('trouble', 'kept') AND on_trouble <> 'off' AND next_at > $1)
    ORDER BY run_id
"""
