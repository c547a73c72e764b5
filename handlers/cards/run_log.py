"""The log of a run as a file: one stamped line after the other, in English, made to be searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.i18n import LOCALES, Texts
from handlers.markup import plain_text
from ops.runs.events import Outcome, Part

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

    from ops.runs.run import Attempt, Run


class RunLog:
    """Writes logs. The words are English whatever the team speaks: scripts and searches rely on them."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._words = Texts("en", zone, [LOCALES / "en" / "log.ftl"])

    def name(self, run: Run) -> str:
        """Return the file's name: ``deploy_20251010_153000.log``."""
        return f"{run.runbook}_{run.accepted_at.astimezone(self._zone):%Y%m%d_%H%M%S}.log"

    def text(self, run: Run, rows: Iterable[tuple[str, datetime, list[str]]]) -> str:
        """Return the file. ``rows``: what the steps printed, as the journal keeps it."""
        entries: list[tuple[datetime, str]] = [(run.accepted_at, self._say("log-start", run))]
        about = self._say("log-about", run, project=run.project, ref=run.ref or "-", who=run.actor_name)
        entries.append((run.accepted_at, about))
        printed: dict[str, list[tuple[datetime, str]]] = {}
        for job, at, lines in rows:
            printed.setdefault(job, []).extend((at, f"    {line}") for line in lines if line.strip())
        for attempt in run.attempts:
            entries.append((attempt.started.at, self._step(run, attempt, "start")))
            entries += printed.get(attempt.started.job, [])
            if attempt.ended is not None:
                entries.append((attempt.ended.at, self._end(run, attempt)))
            if attempt.settled is not None:
                entries.append((attempt.settled.at, self._settled(run, attempt)))
        if run.cancel is not None:
            entries.append((run.cancel.at, self._say("log-cancel", run, who=run.cancel.by)))
        if run.unlocked is not None:
            said = self._say("log-unlocked", run, who=run.unlocked.by, reason=run.unlocked.reason)
            entries.append((run.unlocked.at, said))
        if run.end is not None:
            entries.append((run.end.at, self._say(f"log-{run.end.result}", run)))
        return "".join(f"[{self._words.stamp(at)}] {line}\n" for at, line in entries)

    def _say(self, key: str, run: Run, **facts: str) -> str:
        runbook = self._words.first_of(f"log-runbook-{run.runbook}", "log-runbook-other", name=run.runbook.upper())
        return plain_text(self._words(key, runbook=runbook, run=str(run.id), **facts))

    def _step(self, run: Run, attempt: Attempt, kind: str) -> str:
        step = run.plan.by_key[attempt.started.step]
        stems = {Part.UNDO: "log-undo", Part.PROBE: "log-probe", Part.DO: f"log-step-{step.name}"}
        stem = stems[attempt.started.part]
        words = self._words.first_of(stem, "log-step-other", subject=step.subject, name=step.name)
        where = f"{attempt.started.host}: " if len(run.plan.hosts) > 1 else ""
        return where + plain_text(words) + ("..." if kind == "start" else "")

    def _settled(self, run: Run, attempt: Attempt) -> str:
        if attempt.settled is None:
            raise ValueError
        outcome = self._say(f"log-outcome-{attempt.settled.outcome}", run, code="")
        who = attempt.settled.by or "probe"
        return f"{self._step(run, attempt, 'end')}: {self._say('log-settled', run, outcome=outcome, who=who)}"

    def _end(self, run: Run, attempt: Attempt) -> str:
        ended = attempt.ended
        if ended is None:
            raise ValueError
        facts = ended.facts
        if ended.outcome is Outcome.OK and "backup_path" in facts:
            return self._say("log-backup-made", run, name=_file_name(facts["backup_path"]))
        code = ended.code or (f"exit {ended.exit_code}" if ended.exit_code else "")
        passed = ended.outcome is Outcome.OK and run.plan.by_key[attempt.started.step].check
        outcome = "passed" if passed else ended.outcome.value
        return f"{self._step(run, attempt, 'end')}: {self._say(f'log-outcome-{outcome}', run, code=code)}"


def _file_name(path: str) -> str:
    """Return the last part of a path of any server."""
    return path.replace("\\", "/").rpartition("/")[2]
