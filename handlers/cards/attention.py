"""The question that a run asks when nobody can say how a step ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.cards.card import Card
from handlers.cards.run import answer_rows
from handlers.markup import Html, pre
from handlers.wording import step_title

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.runs.events import Choice
    from ops.runs.run import Run

_TAIL = 5


def attention_card(run: Run, t: Texts, now: datetime) -> Card:
    """Return what happened, where, since when, and the four ways on. ``run`` has an open question."""
    attempt = run.asked[0]
    step = run.plan.by_key[attempt.started.step]
    text = t(
        "attention",
        project=run.project,
        run=str(run.id),
        host=attempt.started.host,
        step=step_title(t, step, attempt.started.part),
        since=t.ago(attempt.started.at, now),
    )
    parts = [text]
    if attempt.ended and attempt.ended.tail:
        parts.append(pre("\n".join(line[:160] for line in attempt.ended.tail[-_TAIL:])))
    parts.append(t("attention-ways"))
    return Card(Html.join("\n", parts), answer_rows(run, t, alone=True))


def answered_card(run: Run, job: str, choice: Choice, who: str, t: Texts) -> Card:
    """Return what stands in place of the question once somebody has answered it: the question, and no buttons."""
    attempt = next(attempt for attempt in run.attempts if attempt.started.job == job)
    step = run.plan.by_key[attempt.started.step]
    return Card(
        t(
            "attention-answered",
            project=run.project,
            run=str(run.id),
            host=attempt.started.host,
            step=step_title(t, step, attempt.started.part),
            answer=t(f"answer-{choice}"),
            who=who,
        )
    )
