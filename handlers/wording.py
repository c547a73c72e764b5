"""Wording: facts of ops become sentences in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.i18n import LANGUAGES, MissingTextError
from handlers.markup import Html, code, cut_text, escape
from ops.errors import (
    BadFile,
    JobAlive,
    NoRunbook,
    NotAllowed,
    OpsError,
    PostgresUnavailable,
    ProjectLocked,
    ScriptRefused,
    UnknownBackup,
    UnknownProject,
)
from ops.ref import nearest
from ops.runs.events import Outcome, Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.runs.plan import Step
    from ops.runs.run import Attempt, Run

_DETAIL_UNITS = 300


def step_title(t: Texts, step: Step, part: Part | None = None) -> Html:
    """Return what a part of a step is called. A step of a project's own runbook is called what it is called there."""
    if part is Part.PROBE:
        return t("probe", step=step_title(t, step))
    if step.title:
        own = escape(_in_language(step.title, t.language))
        return t("undo-titled", title=own) if part is Part.UNDO else own
    stem = "undo" if part is Part.UNDO else "step"
    return t.first_of(f"{stem}-{step.name}", f"{stem}-other", name=step.name, subject=step.subject)


def runbook_title(t: Texts, name: str, title: Mapping[str, str]) -> Html:
    """Return what a runbook is called: as it says itself, as we call ours, or by its name."""
    if title:
        return escape(_in_language(title, t.language))
    return t.first_of(f"runbook-{name}", "runbook-other", name=name)


def run_title(t: Texts, run: Run) -> Html:
    """Return what a run's runbook is called."""
    return runbook_title(t, run.runbook, run.plan.title)


def _in_language(title: Mapping[str, str], language: str) -> str:
    """Return a title in a language, else in the first one that there is."""
    return title.get(language) or next(title[other] for other in LANGUAGES if other in title)


def error_text(t: Texts, error: OpsError, now: datetime) -> Html:
    """Return what happened, where, since when, and what to do next."""
    facts: dict[str, Any] = {name: cut_text(str(value), _DETAIL_UNITS) for name, value in error.facts().items()}
    match error:
        case ProjectLocked():
            title = runbook_title(t, error.runbook, error.title)
            facts |= {"run": str(error.run), "since": t.ago(error.since, now), "runbook": title}
        case NotAllowed() | BadFile():
            # A selector in a text cannot ask for emptiness.
            facts = {name: value or "no" for name, value in facts.items()}
            if isinstance(error, NotAllowed):
                facts["right"] = t(f"right-{error.right or 'none'}")
            else:
                facts["problem"] = t.first_of(f"problem-{error.problem}", "problem-invalid", detail=error.detail)
        case PostgresUnavailable():
            facts["what"] = t(f"postgres-{error.what}")
            facts["hints"] = Html(", ".join(t(f"postgres-hint-{hint}") for hint in error.hints))
        case UnknownProject() | UnknownBackup():
            facts["near"] = near_text(t, error.near)
        case NoRunbook():
            facts["command"] = f"/{error.name.replace('-', '_')}"
            facts["known"] = Html(", ".join(code(f"/{name}") for name in error.known) or "—")
        case JobAlive():
            name, _, subject = error.step.partition(".")
            facts["step"] = t.first_of(f"step-{name}", "step-other", name=name, subject=subject)
            facts["run"] = str(error.run)
        case ScriptRefused():
            return _script_refused(t, error)
    return t(f"error-{error.code}", **facts)


def failure_reason(t: Texts, run: Run, attempt: Attempt) -> Html:
    """Return why an attempt ended badly, in one or two sentences."""
    ended = attempt.ended
    if ended is None:
        raise ValueError
    if attempt.settled is not None:
        return t("reason-not-done")
    if ended.code:
        facts: dict[str, Any] = {**run.facts(attempt.started.host), **ended.facts}
        facts = {name: cut_text(value, _DETAIL_UNITS) for name, value in facts.items()}
        facts["ref"] = run.ref
        facts["near"] = near_text(t, nearest(run.ref, ended.items.get("refs", ())))
        facts["files"] = ", ".join(ended.items.get("dirty", ()))
        facts["count"] = len(ended.items.get("colleagues", ()))
        return _reason(t, ended.code, facts)
    if ended.outcome is Outcome.FAILED and ended.exit_code is None:
        return t("outcome-unknown")
    step = run.plan.by_key[attempt.started.step]
    limit = step.silence if ended.outcome is Outcome.SILENT else step.timeout
    return t(f"outcome-{ended.outcome}", limit=t.span(limit))


def reason_of(t: Texts, reason_code: str, **facts: str) -> Html:
    """Return the short reason for which a step was skipped, or the text of a warning, with what belongs to it."""
    return _reason(t, reason_code, {name: cut_text(value, _DETAIL_UNITS) for name, value in facts.items()})


def warning_text(t: Texts, run: Run, code: str) -> Html:
    """Return the text of a warning, with what was learnt on the host that gave it."""
    told = next((each for each in run.attempts if each.ended and code in each.ended.warnings), None)
    learnt = run.facts(told.started.host if told else "")
    facts: dict[str, Any] = {name: cut_text(value, _DETAIL_UNITS) for name, value in learnt.items()}
    facts["count"] = len(run.items("todos"))
    return _reason(t, code, facts)


def _reason(t: Texts, reason_code: str, facts: dict[str, Any]) -> Html:
    """Return the text of a reason; one of a project's own scripts has no text, and is shown as it is."""
    key = next((key for key in (f"reason-{reason_code}", f"error-{reason_code}") if t.has(key)), "reason-other")
    try:
        return t(key, **{"code": reason_code} | facts)
    except MissingTextError:  # the script named the reason, but not all that belongs to it
        return t("reason-other", code=reason_code)


def _script_refused(t: Texts, error: ScriptRefused) -> Html:
    found = {name: cut_text(value, _DETAIL_UNITS) for name, value in error.found.items()}
    reason = _reason(t, error.why, {"detail": error.detail, **found})
    text = t("error-script-refused", host=error.host, reason=reason)
    return Html(f"{text}\n{code(cut_text(error.detail, _DETAIL_UNITS))}") if error.detail else text


def near_text(t: Texts, names: tuple[str, ...]) -> Html:
    """Return " Perhaps ...?" with the names to copy, or nothing."""
    if not names:
        return Html()
    listed = Html(", ".join(code(name) for name in names))
    return Html(" ") + t("near", names=listed)
