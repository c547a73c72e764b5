"""The card of a run: one message that shows every step as it happens, and the short result at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import RunAction, RunButton, ref_button
from handlers.cards.card import Button, Card
from handlers.markup import CAPTION_UNITS, MESSAGE_UNITS, Html, cut, cut_text, escape, folded, pre, units
from handlers.wording import failure_reason, reason_of, step_title
from ops.runs.events import Outcome, Result

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.cards.card import Rows
    from handlers.i18n import Texts
    from ops.runs.plan import Step
    from ops.runs.run import Attempt, Run

_SIGNS = {
    Outcome.OK: "✅",
    Outcome.SKIPPED: "➖",
    Outcome.REFUSED: "⛔",
    Outcome.FAILED: "❌",
    Outcome.TIMED_OUT: "❌",
    Outcome.SILENT: "❌",
    Outcome.FLOODED: "❌",
    Outcome.CANCELLED: "🚫",
    Outcome.UNKNOWN: "❓",
}
RESULT_SIGNS = {
    Result.SUCCEEDED: "✅",
    Result.REJECTED: "⛔",
    Result.FAILED: "❌",
    Result.ROLLED_BACK: "↩️",
    Result.ROLLBACK_FAILED: "🆘",
    Result.CANCELLED: "🚫",
    Result.UNKNOWN: "❓",
}
_LINE_UNITS = 110
_TAIL_UNITS = 500


def run_card(run: Run, t: Texts, now: datetime) -> Card:
    """Return the living message of a run."""
    parts = [_heading(run, t), _change(run, t), *_step_lines(run, t, now)]
    until = run.end.at if run.end else now
    elapsed = t("run-elapsed", span=t.span((until - run.accepted_at).total_seconds()))
    state = _state_line(run, t)
    text = Html.join("\n", [part for part in (*parts, Html(), state, elapsed) if part is not None])
    return Card(cut(text, MESSAGE_UNITS), _running_rows(run, t))


def result_card(run: Run, t: Texts) -> Card:
    """Return the message that tells how a run ended; it carries the log, so it is a caption."""
    if run.end is None:
        raise ValueError
    span = t.span((run.end.at - run.accepted_at).total_seconds())
    head = t(
        next(key for key in (f"result-{run.runbook}-{run.end.result}", f"result-{run.end.result}") if t.has(key)),
        sign=RESULT_SIGNS[run.end.result],
        runbook=t(f"runbook-{run.runbook}"),
        project=run.project,
        run=str(run.id),
        old=_name(run, "previous"),
        new=_name(run, "commit"),
        who=run.cancel.by if run.cancel else run.actor_name,
        span=span,
        changed="yes" if run.changed else "no",
    )
    parts = [head, *_failure_parts(run, t), *_warnings(run, t), *_backups(run, t)]
    return Card(cut(Html.join("\n", parts), CAPTION_UNITS), _ended_rows(run, t))


def _heading(run: Run, t: Texts) -> Html:
    sign = RESULT_SIGNS[run.end.result] if run.end else "🚢"
    runbook = t(f"runbook-{run.runbook}")
    return t("run-heading", sign=sign, runbook=runbook, project=run.project, run=str(run.id), who=run.actor_name)


def _name(run: Run, which: str) -> str:
    """Return a version as people call it: its tag, or a short commit; "?" before it is known."""
    facts = run.facts()
    full = facts.get(f"{which}_commit" if which == "previous" else "commit", "")
    return facts.get(f"{which}_name") or full[:8] or "?"


def _change(run: Run, t: Texts) -> Html | None:
    """Return what changes: from, to, and what lies between."""
    if not run.ref:
        return None
    facts = run.facts()
    if not run.previous_commit():
        return t("run-wanted", ref=cut_text(run.ref, 60))
    old, new = _name(run, "previous"), _name(run, "commit")
    key = "run-change" if new == run.ref else "run-change-ref"
    lines = [t(key, old=old, new=new, ref=cut_text(run.ref, 60))]
    ahead, behind = int(facts.get("ahead") or 0), int(facts.get("behind") or 0)
    notes = []
    if ahead:
        notes.append(t("run-commits", count=ahead))
    if behind:
        notes.append(t("run-undone", count=behind))
    if migrations := run.items("migrations"):
        notes.append(t("run-migrations", count=len(migrations)))
    if facts.get("requirements_changed"):
        notes.append(t("run-requirements"))
    if notes:
        lines.append(Html.join(" · ", notes))
    commits = run.items("commits") or run.items("undone")
    if commits:
        listed = [escape(cut_text(line, _LINE_UNITS)) for line in commits]
        left = (ahead or behind) - len(commits)
        lines.append(folded(Html.join("\n", listed + ([t("and-more", count=left)] if left > 0 else []))))
    return Html.join("\n", lines)


def _step_lines(run: Run, t: Texts, now: datetime) -> list[Html]:
    lines = [Html()]
    for step in run.plan.steps:
        for host in run.plan.hosts_of(step):
            tries = [a for a in run.tries(step, host) if run.undo_from is None or a in run.attempts[: run.undo_from]]
            # What a run that has given up never came to is left out rather than standing there like a promise.
            if tries or (run.end is None and run.undo_from is None):
                lines.append(_line(run, t, step, host, tries[-1] if tries else None, now))
    if run.undo_from is not None:
        lines.append(t("run-undoing"))
        lines += [
            _line(run, t, run.plan.by_key[a.started.step], a.started.host, a, now)
            for a in run.attempts[run.undo_from :]
        ]
    return lines


def _line(run: Run, t: Texts, step: Step, host: str, attempt: Attempt | None, now: datetime) -> Html:
    title = step_title(t, step, undo=bool(attempt and attempt.started.undo))
    if len(run.plan.hosts) > 1:
        title = escape(f"{host}: ") + title
    if attempt is None:
        return Html(f"▫️ {title}")
    if attempt.ended is None:
        span = t.span((now - attempt.started.at).total_seconds())
        return Html(f"⏳ {title} · {span}")
    ended = attempt.ended
    line = f"{_SIGNS[ended.outcome]} {title} · "
    if ended.outcome is Outcome.SKIPPED:
        return Html(line + reason_of(t, ended.code))
    return Html(line + t.span(ended.seconds))


def _state_line(run: Run, t: Texts) -> Html | None:
    """Return what is the matter, in words, when it is not simply going on."""
    if run.end is not None:
        return t(f"ended-{run.end.result}", old=_name(run, "previous"), new=_name(run, "commit"))
    if run.undo_from is not None:
        return t("state-undoing", old=_name(run, "previous"))
    if run.cancel is not None:
        return t("state-cancelling", who=run.cancel.by)
    return None


def _failure_parts(run: Run, t: Texts) -> list[Html]:
    """Return where and why a run failed, its last lines, and what to do next."""
    failure = run.failure
    if failure is None or failure.ended is None or run.cancel is not None:
        return []
    step = run.plan.by_key[failure.started.step]
    exit_code = failure.ended.exit_code
    code = "none" if exit_code is None else str(exit_code)
    place = t("failed-where", host=failure.started.host, step=step_title(t, step), code=code)
    parts = [Html(f"{place} {failure_reason(t, run, failure)}")]
    if failure.ended.tail and failure.ended.outcome is not Outcome.REFUSED:
        parts.append(pre(_last_lines(failure.ended.tail)))
    if run.end:
        if hint := t.first_of(f"hint-{failure.ended.code}", "hint-none"):
            parts.append(hint)
        if run.end.result is Result.ROLLBACK_FAILED:
            parts += _undo_failure(run, t)
    return parts


def _undo_failure(run: Run, t: Texts) -> list[Html]:
    bad = next((attempt for attempt in run.attempts[run.undo_from :] if attempt.bad), None)
    if bad is None:
        return []
    title = step_title(t, run.plan.by_key[bad.started.step], undo=bad.started.undo)
    return [Html(f"{t('failed-back', step=title)} {failure_reason(t, run, bad)}")]


def _last_lines(lines: tuple[str, ...]) -> str:
    kept: list[str] = []
    telling = [line for line in lines if line.strip(" ^~")]  # Python underlines; there is no room for that
    for line in reversed(telling):
        short = cut_text(line, 160)
        if units("\n".join([short, *kept])) > _TAIL_UNITS:
            break
        kept.insert(0, short)
    return "\n".join(kept)


def _warnings(run: Run, t: Texts) -> list[Html]:
    codes = dict.fromkeys(code for attempt in run.attempts if attempt.ended for code in attempt.ended.warnings)
    return [Html("⚠️ ") + reason_of(t, code) for code in codes]


def _backups(run: Run, t: Texts) -> list[Html]:
    """Return the files that a backup run made: they are what it was asked for."""
    if run.runbook != "backup":
        return []
    lines = []
    for attempt in run.attempts:
        if attempt.good and attempt.ended and (path := attempt.ended.facts.get("backup_path")):
            size = t.size(int(attempt.ended.facts.get("backup_bytes") or 0))
            lines.append(t("backup-line", path=path, size=size))
    return lines


def _running_rows(run: Run, t: Texts) -> Rows:
    if run.end is not None or run.cancel is not None or run.undo_from is not None:
        return ()
    return ((_button(run, t, RunAction.CANCEL, "danger"),),)


def _ended_rows(run: Run, t: Texts) -> Rows:
    """Return what a person may want next: after a failure the log, another try, the way back."""
    if run.end is None or run.end.result is Result.SUCCEEDED:
        return ()
    if run.failure and run.failure.ended and run.failure.ended.code == "already-live":
        data = ref_button(run.runbook, run.project, run.ref, again=True)
        return ((Button(t("button-again"), data),),)
    buttons = [_button(run, t, RunAction.LOG)]
    if run.end.result is not Result.UNKNOWN:
        buttons.append(_button(run, t, RunAction.RETRY, "primary"))
    if run.changed:
        buttons.append(_button(run, t, RunAction.BACK, "danger"))
    return (tuple(buttons),)


def _button(run: Run, t: Texts, action: RunAction, style: str = "") -> Button:
    return Button(t(f"button-{action}"), RunButton(action=action, run=run.id).pack(), style)
