"""Cards that list runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import RunAction, RunButton
from handlers.cards.card import Button, Card, in_rows
from handlers.cards.run_lines import RESULT_SIGNS, ref_name
from handlers.markup import Html
from handlers.wording import run_title

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.runs.run import Run


def runs_card(runs: Sequence[Run], t: Texts, now: datetime) -> Card:
    """List the latest runs, newest first."""
    if not runs:
        return Card(t("runs-none"))
    return Card(Html.join("\n", [t("runs-heading"), *(_line(run, t, now) for run in runs)]))


def cancel_card(runs: Sequence[Run], t: Texts) -> Card:
    """Ask which run to cancel."""
    if not runs:
        return Card(t("cancel-nothing"))
    buttons = [
        Button(
            f"#{run.id} {run.project} {run_title(t, run)}",
            RunButton(action=RunAction.CANCEL, run=run.id).pack(),
            "danger",
        )
        for run in runs
    ]
    return Card(t("cancel-which"), in_rows(buttons, 1))


def how_card(run: Run, t: Texts) -> Card:
    """Ask how to cancel a run that has changed something."""
    actions = ((RunAction.STOP, ""), (RunAction.STOP_BACK, "danger"))
    buttons = [
        Button(t(f"button-{action}"), RunButton(action=action, run=run.id).pack(), style) for action, style in actions
    ]
    return Card(t("cancel-how", run=str(run.id), project=run.project), in_rows(buttons, 1))


def _line(run: Run, t: Texts, now: datetime) -> Html:
    until = run.end.at if run.end else now
    return t(
        "runs-line",
        sign=RESULT_SIGNS[run.end.result] if run.end else "❓" if run.asked else "🕐" if run.position else "⏳",
        run=str(run.id),
        project=run.project,
        runbook=run_title(t, run),
        ref=ref_name(run.ref),
        has_ref="yes" if run.ref else "no",
        who=run.actor_name,
        at=t.moment(run.accepted_at, now),
        span=t.span((until - run.accepted_at).total_seconds()),
    )
