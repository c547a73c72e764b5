"""Probation in the chat: a quiet line on the run's card, and an alert with what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import WatchAction, WatchButton
from handlers.cards.card import Button, Card
from handlers.cards.run_lines import version_name
from handlers.i18n import MissingTextError
from handlers.markup import Html, code, cut_text
from handlers.wording import step_title

if TYPE_CHECKING:
    from handlers.i18n import Texts
    from ops.runs.run import Run
    from ops.store.watches import Watch

_DETAIL_UNITS = 300
_STYLES = {WatchAction.BACK: "danger"}


def probation_line(watch: Watch, run: Run, t: Texts) -> Html:
    """Return the line of a run's card."""
    if watch.trouble is not None and watch.state != "kept":
        return Html("🚨 ") + _reason(watch, run, t)
    span = t.span((watch.until - watch.began_at).total_seconds())
    return t(f"probation-{watch.state}", until=t.clock(watch.until), span=span)


def trouble_card(watch: Watch, run: Run, t: Texts) -> Card:
    """Return the alert: what does not hold and why, what is being done about it, and what can be done."""
    parts = [t("trouble", project=run.project, run=str(run.id), new=version_name(run)), _reason(watch, run, t)]
    if watch.trouble is not None and watch.trouble.detail:
        parts.append(code(cut_text(watch.trouble.detail, _DETAIL_UNITS)))
    if watch.back_run:
        parts.append(t("trouble-returning", old=version_name(run, previous=True), back=str(watch.back_run)))
    elif watch.kept_by:
        parts.append(t("trouble-kept", who=watch.kept_by))
    elif watch.busy_run:
        parts.append(t("trouble-busy", busy=str(watch.busy_run)))
    text = Html.join("\n", parts)
    if watch.back_run or watch.kept_by:
        return Card(text)
    buttons = (
        Button(t(f"trouble-{action}"), WatchButton(action=action, run=run.id).pack(), _STYLES.get(action, ""))
        for action in WatchAction
    )
    return Card(text, (tuple(buttons),))


def _reason(watch: Watch, run: Run, t: Texts) -> Html:
    trouble = watch.trouble
    if trouble is None:
        raise ValueError
    step = run.plan.by_key[trouble.step]
    facts = {**run.facts(trouble.host), "code": trouble.why, "detail": trouble.detail}
    key = next((key for key in (f"reason-{trouble.why}", "reason-other") if t.has(key)), "")
    try:
        why = t(key, **facts)
    except MissingTextError:  # the check named the reason, and a fact of its own that is not kept
        why = t("trouble-failing")
    said = t("trouble-reason", host=trouble.host, step=step_title(t, step), why=why)
    return said if trouble.times == 1 else Html(f"{said} {t('trouble-times', count=trouble.times)}")
