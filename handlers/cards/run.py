"""The card of a run: one message that shows every step as it happens, and the short result at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import AnswerButton, RunAction, RunButton, ref_button
from handlers.cards.card import Button, Card, in_rows
from handlers.cards.checklist import checklist_lines
from handlers.cards.downtime import down_in_all, down_now
from handlers.cards.findings import findings_lines
from handlers.cards.performance import performance_lines
from handlers.cards.run_lines import (
    RESULT_SIGNS,
    host_lines,
    ref_name,
    step_line,
    together_lines,
    version_name,
    who_asked,
)
from handlers.markup import CAPTION_UNITS, MESSAGE_UNITS, Html, cut, cut_text, escape, folded, pre, units
from handlers.wording import failure_reason, run_title, step_title, warning_text
from ops.releases.confirmation import confirmation
from ops.runs.events import Choice, Outcome, Part, Result
from ops.runs.resumption import may_resume

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.cards.card import Rows
    from handlers.i18n import Texts
    from ops.runs.run import Run

_LINE_UNITS = 110
_TAIL_UNITS = 500
_COLLEAGUES = 4
_FINDINGS_UNITS = 1500
_NOTE_UNITS = 90
_NOTE_LINES = 6
_FINDINGS_CAPTION_UNITS = 450


def run_card(run: Run, t: Texts, now: datetime, notes: tuple[Html, ...] = ()) -> Card:
    """Return the living message of a run. ``notes``: lines about what is not part of the run itself."""
    parts = [_heading(run, t), *notes, _change(run, t), *_step_lines(run, t, now)]
    parts += findings_lines(run, t, _FINDINGS_UNITS)
    until = run.end.at if run.end else now
    elapsed = t("run-elapsed", span=t.span((until - run.accepted_at).total_seconds()))
    state = _state_line(run, t)
    down = down_now(run, t, now) if run.end is None else []
    if checklist := checklist_lines(run, t):
        parts += [Html(), *checklist]
    text = Html.join("\n", [part for part in (*parts, Html(), *down, state, elapsed) if part is not None])
    return Card(cut(text, MESSAGE_UNITS), _running_rows(run, t))


def result_card(run: Run, t: Texts, notes: tuple[Html, ...] = ()) -> Card:
    """Return the message that tells how a run ended; it carries the log, so it is a caption. ``notes``: as above."""
    if run.end is None:
        raise ValueError
    span = t.span((run.end.at - run.accepted_at).total_seconds())
    head = t(
        _versioned(_result_key(run, t), run),
        sign=RESULT_SIGNS[run.end.result],
        runbook=t("runbook-titled", title=run_title(t, run)) if run.plan.title else run_title(t, run),
        project=run.project,
        run=str(run.id),
        old=version_name(run, previous=True),
        new=version_name(run),
        who=_who_ended(run, t),
        span=span,
        changed=_left_behind(run),
        why="unlocked" if run.unlocked else "aborted" if run.aborted else "lost",
        reason=run.unlocked.reason if run.unlocked else "",
    )
    hosts = host_lines(run, t, run.end.at) if len(run.plan.hosts) > 1 and run.changed else []
    parts = [
        head,
        *notes,
        *hosts,
        *_failure_parts(run, t),
        *down_in_all(run, t),
        *performance_lines(run, t),
        *_warnings(run, t),
        *_backups(run, t),
    ]
    return Card(cut(Html.join("\n", parts), CAPTION_UNITS), _ended_rows(run, t))


def _heading(run: Run, t: Texts) -> Html:
    sign = RESULT_SIGNS[run.end.result] if run.end else "🕐" if run.position else "🚢"
    runbook = run_title(t, run)
    return t("run-heading", sign=sign, runbook=runbook, project=run.project, run=str(run.id), who=who_asked(run, t))


def _change(run: Run, t: Texts) -> Html | None:
    """Return what changes: from, to, and what lies between."""
    if not run.ref:
        return None
    facts = run.facts()
    if not run.previous_commit():
        return t("run-wanted", ref=ref_name(run.ref))
    old, new = version_name(run, previous=True), version_name(run)
    key = "run-change" if run.ref in {new, run.commit} else "run-change-ref"
    lines = [t(key, old=old, new=new, ref=ref_name(run.ref))]
    ahead, behind = int(facts.get("ahead") or 0), int(facts.get("behind") or 0)
    notes = [*change_notes(t, ahead=ahead, behind=behind), *_notes(run, t)]
    if notes:
        lines.append(Html.join(" · ", notes))
    commits = run.items("commits") or run.items("undone")
    if commits:
        lines.append(_commit_list(commits, ahead or behind, t))
    for name, key in (("changelog", "run-changelog"), ("todos", "run-todos")):
        if found := run.items(name):
            listed = [escape(cut_text(line, _NOTE_UNITS)) for line in found[:_NOTE_LINES]]
            lines.append(folded(Html.join("\n", [t(key), *listed])))
    return Html.join("\n", lines)


def _notes(run: Run, t: Texts) -> list[Html]:
    """Return what else is worth knowing about the change, in a few words each."""
    facts, notes = run.facts(), []
    if migrations := run.items("migrations"):
        notes.append(t("run-migrations", count=len(migrations)))
    if kept := run.items("migrations_kept"):
        notes.append(t("run-kept-migrations", count=len(kept)))
    if facts.get("requirements_changed"):
        notes.append(t("run-requirements"))
    if facts.get("changelog_unchanged") and facts.get("ahead", "0") != "0":
        notes.append(t("run-changelog-unchanged"))
    return notes


def _commit_list(commits: Sequence[str], count: int, t: Texts) -> Html:
    """Return commits a line each, and how many are left out."""
    listed = [escape(cut_text(line, _LINE_UNITS)) for line in commits]
    left = count - len(commits)
    return folded(Html.join("\n", listed + ([t("and-more", count=left)] if left > 0 else [])))


def change_notes(t: Texts, *, ahead: int, behind: int) -> list[Html]:
    """Return how many commits come, and how many go."""
    notes = [t("run-commits", count=ahead)] if ahead else []
    return notes + ([t("run-undone", count=behind)] if behind else [])


def _step_lines(run: Run, t: Texts, now: datetime) -> list[Html]:
    if run.position:
        return []
    if len(run.plan.hosts) > 1:
        return [Html(), *together_lines(run, t, now), Html(), *host_lines(run, t, now)]
    host, lines = run.plan.hosts[0], [Html()]
    for step in run.plan.steps:
        tries = run.tries(step, host, way_back=False)
        # What a run that has given up never came to is left out rather than standing there like a promise.
        if tries or (run.end is None and not run.undoing):
            lines.append(step_line(t, step, tries[-1] if tries else None, now))
        lines += [step_line(t, step, probe, now) for probe in run.tries(step, host, Part.PROBE)[-1:]]
    if run.undoing:
        lines.append(t("run-undoing"))
        back = {(a.started.step, a.started.part): a for a in run.attempts if a.way_back}
        lines += [step_line(t, run.plan.by_key[a.started.step], a, now) for a in back.values()]
    return lines


def _state_line(run: Run, t: Texts) -> Html | None:
    """Return what is the matter, in words, when it is not simply going on."""
    if run.end is not None:
        facts = {"old": version_name(run, previous=True), "new": version_name(run), "changed": _left_behind(run)}
        ended = f"ended-{run.end.result}"
        of_runbook = f"ended-{run.runbook}-{run.end.result}"
        return t(of_runbook if t.has(of_runbook) else _versioned(ended, run), **facts)
    if run.position:
        return t("state-waiting", position=run.position)
    if run.asked:
        step = run.plan.by_key[run.asked[0].started.step]
        return t("state-asking", step=step_title(t, step), host=run.asked[0].started.host)
    back = [attempt.started.host for attempt in run.running if attempt.way_back]
    old = version_name(run, back[0] if back else "", previous=True)
    if run.cancel is not None:
        key = _versioned("state-cancelling-back", run) if back else "state-cancelling"
        return t(key, who=run.cancel.by, old=old)
    if back and len(run.plan.hosts) > 1:
        return t("state-undoing-on", hosts=", ".join(dict.fromkeys(back)), old=old)
    return t(_versioned("state-undoing", run), old=old) if back else None


_PLAIN = {
    "result-rolled-back": "result-rolled-back-plain",
    "result-rollback-failed": "result-rollback-failed-plain",
    "ended-rolled-back": "ended-rolled-back-plain",
    "ended-rollback-failed": "ended-rollback-failed-plain",
    "state-undoing": "state-undoing-plain",
    "state-cancelling-back": "state-cancelling-back-plain",
}
"""Texts for runs that never learnt which version there was: not every runbook is about versions."""


def _result_key(run: Run, t: Texts) -> str:
    """Return the text for how a run ended: that of its runbook, unless it speaks of versions and there are none."""
    result = run.end.result if run.end else ""
    own = f"result-{run.runbook}-{result}"
    speaks_of_versions = run.runbook in {"deploy", "rollback", "preflight"} and result == Result.SUCCEEDED
    return own if t.has(own) and (run.commit or not speaks_of_versions) else f"result-{result}"


def _versioned(key: str, run: Run) -> str:
    return key if run.previous_commit() else _PLAIN.get(key, key)


def _failure_parts(run: Run, t: Texts) -> list[Html]:
    """Return where and why a run failed, its last lines, and what to do next."""
    failure = run.failure
    if failure is None or failure.ended is None or run.cancel is not None:
        return []
    step = run.plan.by_key[failure.started.step]
    exit_code = failure.ended.exit_code
    code = "none" if exit_code is None else str(exit_code)
    place = t("failed-where", host=failure.started.host, step=step_title(t, step), code=code)
    parts = [Html(f"{place} {failure_reason(t, run, failure)}"), *_other_failures(run, t)]
    parts += findings_lines(run, t, _FINDINGS_CAPTION_UNITS)
    if colleagues := failure.ended.items.get("colleagues"):
        parts.append(_commit_list(colleagues[:_COLLEAGUES], len(colleagues), t))
    if failure.ended.tail and failure.ended.outcome is not Outcome.REFUSED:
        parts.append(pre(_last_lines(failure.ended.tail)))
    if run.end:
        if hint := t.first_of(f"hint-{failure.ended.code}", "hint-none"):
            parts.append(hint)
        if run.end.result is Result.ROLLBACK_FAILED:
            parts += _undo_failure(run, t)
    return parts


def _other_failures(run: Run, t: Texts) -> list[Html]:
    """Return what else has failed, where one failure did not keep the others from being tried."""
    lines = []
    for attempt in run.failures[1:]:
        title = step_title(t, run.plan.by_key[attempt.started.step])
        where = t("failed-where", host=attempt.started.host, step=title, code="none")
        lines.append(Html(f"{where} {failure_reason(t, run, attempt)}"))
    return [] if run.changed else lines  # of hosts that roll out each has its own line


def _undo_failure(run: Run, t: Texts) -> list[Html]:
    bad = next((attempt for attempt in run.attempts if attempt.way_back and attempt.bad), None)
    if bad is None:
        return []
    title = step_title(t, run.plan.by_key[bad.started.step], bad.started.part)
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
    return [Html("⚠️ ") + warning_text(t, run, code) for code in codes]


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


def _who_ended(run: Run, t: Texts) -> str:
    by = [run.cancel.by if run.cancel else "", run.aborted.by if run.aborted else ""]
    by.append(run.unlocked.by if run.unlocked else "")
    return next((name for name in by if name), who_asked(run, t))


def _left_behind(run: Run) -> str:
    """Return what a cancelled run leaves: ``no`` change, everything taken ``back``, or things ``halfway``.

    ``undone``: taken back as well, and no version to name.
    """
    if not run.changed:
        return "no"
    if not run.undoing:
        return "halfway"
    return "back" if run.previous_commit() else "undone"


def _running_rows(run: Run, t: Texts) -> Rows:
    """Return what can be done about a run now."""
    if run.end is not None:
        return ()
    if run.asked:
        return answer_rows(run, t)
    if (run.cancel is not None and run.cancel.back) or (run.undoing and all(a.way_back for a in run.running)):
        return ()
    if not run.changed:
        return () if run.cancel else ((_button(run, t, RunAction.CANCEL, "danger"),),)
    stop = () if run.cancel else (_button(run, t, RunAction.STOP),)
    return ((*stop, _button(run, t, RunAction.STOP_BACK, "danger")),)


def answer_rows(run: Run, t: Texts, *, alone: bool = False) -> Rows:
    """Return the answers to the first question that a run waits with. alone: under the question itself."""
    job = run.asked[0].started.job
    styles = {Choice.RETRY: "primary", Choice.BACK: "danger"}
    buttons = []
    for choice in Choice:
        data = AnswerButton(run=run.id, job=job, choice=choice, alone=alone).pack()
        buttons.append(Button(t(f"answer-{choice}"), data, styles.get(choice, "")))
    return in_rows(buttons, 2)


def _ended_rows(run: Run, t: Texts) -> Rows:
    """Return what a person may want next: the log, the rest, another try, the way back."""
    if run.end is None:
        return ()
    if run.end.result is Result.SUCCEEDED:
        ready = run.runbook == "preflight" and run.commit and run.commit != run.previous_commit()
        return ((Button(t("menu-deploy"), ref_button("deploy", run.project, run.ref), "primary"),),) if ready else ()
    if run.failure and run.failure.ended and run.failure.ended.code == "already-live":
        data = ref_button(run.runbook, run.project, run.ref, again=True)
        return ((Button(t("button-again"), data),),)
    log = _button(run, t, RunAction.LOG)
    if go_on := confirmation(run):
        label = t(f"button-go-on-{go_on.code}")
        button = Button(label, RunButton(action=RunAction.GO_ON, run=run.id).pack(), "danger")
        return ((button,), (log, _button(run, t, RunAction.RETRY, "primary")))
    if run.end.result is Result.PARTIAL:
        choices = (_button(run, t, RunAction.FINISH, "primary"), _button(run, t, RunAction.ALL_BACK, "danger"))
        return (choices, (log,))
    buttons = [log]
    halfway = run.changed and not run.undoing
    if may_resume(run) and run.end.result is not Result.REJECTED:
        buttons.append(_button(run, t, RunAction.RESUME, "primary" if halfway else ""))
    if not halfway:
        buttons.append(_button(run, t, RunAction.RETRY, "primary"))
    if run.changed and run.previous_commit():
        buttons.append(_button(run, t, RunAction.BACK, "danger"))
    return (tuple(buttons),)


def _button(run: Run, t: Texts, action: RunAction, style: str = "") -> Button:
    return Button(t(f"button-{action}"), RunButton(action=action, run=run.id).pack(), style)
