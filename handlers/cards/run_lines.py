"""The lines of a run's card: a step each for one host; for several, what they do together, then a host each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.markup import Html, cut_text, escape
from handlers.wording import reason_of, step_title
from ops.runs.events import Outcome, Result
from ops.runs.rollout import is_back

if TYPE_CHECKING:
    from datetime import datetime

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
    Outcome.NEVER_BEGAN: "➖",
    Outcome.UNKNOWN: "❓",
}
RESULT_SIGNS = {
    Result.SUCCEEDED: "✅",
    Result.REJECTED: "⛔",
    Result.FAILED: "❌",
    Result.ROLLED_BACK: "↩️",
    Result.ROLLBACK_FAILED: "🆘",
    Result.PARTIAL: "⚠️",
    Result.CANCELLED: "🚫",
    Result.UNKNOWN: "❓",
}

_COMMIT = re.compile(r"[0-9a-f]{40}")


def version_name(run: Run, host: str = "", *, previous: bool = False) -> str:
    """Return a version as people call it: its tag, or a short commit; "?" before it is known."""
    facts, which = run.facts(host), "previous" if previous else "commit"
    full = facts.get("previous_commit" if previous else "commit", "")
    return facts.get(f"{which}_name") or full[:8] or "?"


def who_asked(run: Run, t: Texts) -> str:
    """Return the name of whoever asked for a run; what is nobody's own wish is named in the reader's language."""
    key = f"actor-{run.actor_name}"
    return t(key) if run.actor_id == 0 and t.has(key) else run.actor_name


def ref_name(ref: str) -> str:
    """Return what was asked for as a card shows it: a whole commit id is eight digits there."""
    return ref[:8] if _COMMIT.fullmatch(ref) else cut_text(ref, 60)


def step_line(t: Texts, step: Step, attempt: Attempt | None, now: datetime) -> Html:
    """Return how a step stands on the only host."""
    title = step_title(t, step, attempt.started.part if attempt else None)
    if attempt is None:
        return Html(f"▫️ {title}")
    if attempt.ended is None or attempt.outcome is None:
        return Html(f"⏳ {title} · {t.span((now - attempt.started.at).total_seconds())}")
    line = f"{_SIGNS[attempt.outcome]} {title} · "
    if attempt.settled and attempt.settled.by:
        return Html(line + t(f"settled-{attempt.settled.outcome}", who=attempt.settled.by))
    if attempt.outcome is Outcome.SKIPPED:
        return Html(line + reason_of(t, attempt.ended.code))
    return Html(line + t.span(attempt.ended.seconds))


def together_lines(run: Run, t: Texts, now: datetime) -> list[Html]:
    """Return how the steps stand that all hosts take together."""
    lines = []
    for step in run.plan.prologue:
        hosts = run.plan.hosts_of(step)
        latest = [tries[-1] for host in hosts if (tries := run.tries(step, host))]
        if latest or run.end is None:
            lines.append(_together_line(t, step, latest, len(hosts), now))
    return lines


def _together_line(t: Texts, step: Step, latest: list[Attempt], hosts: int, now: datetime) -> Html:
    title = step_title(t, step)
    if not latest:
        return Html(f"▫️ {title}")
    bad = next((attempt for attempt in latest if attempt.bad), None)
    if bad is not None and bad.outcome is not None:
        return Html(f"{_SIGNS[bad.outcome]} {title} · ") + escape(bad.started.host)
    good = sum(attempt.good for attempt in latest)
    if good < hosts:
        since = min(attempt.started.at for attempt in latest)
        return Html(f"⏳ {title} · {good}/{hosts} · {t.span((now - since).total_seconds())}")
    skipped = all(attempt.outcome is Outcome.SKIPPED for attempt in latest)
    seconds = max(attempt.ended.seconds for attempt in latest if attempt.ended)
    return Html(f"{_SIGNS[Outcome.SKIPPED if skipped else Outcome.OK]} {title} · {t.span(seconds)}")


def host_lines(run: Run, t: Texts, now: datetime) -> list[Html]:
    """Return where each host stands, and which version it has."""
    return [_host_line(run, t, host, now) for host in run.plan.hosts] if run.plan.rollout else []


def _host_line(run: Run, t: Texts, host: str, now: datetime) -> Html:
    name, new, old = escape(host), escape(version_name(run, host)), escape(version_name(run, host, previous=True))
    if run.updated(host):
        return Html(f"✅ {name} · <code>{new}</code>")
    running = next((attempt for attempt in run.attempts if attempt.started.host == host and not attempt.ended), None)
    if running is not None and run.plan.by_key[running.started.step] in run.plan.rollout:
        title = step_title(t, run.plan.by_key[running.started.step], running.started.part)
        sign = "↩️" if running.way_back else "⏳"
        return Html(f"{sign} {name} · {title} · {t.span((now - running.started.at).total_seconds())}")
    asked = next((attempt for attempt in run.asked if attempt.started.host == host), None)
    if asked is not None:
        return Html(f"❓ {name} · {step_title(t, run.plan.by_key[asked.started.step])}")
    if host in run.gave_up:
        sign = "↩️" if is_back(run, host) else "🆘"
        failure = run.failure_on(host)
        why = Html()
        if failure is not None:
            why = Html(" · ") + t("host-failed", step=step_title(t, run.plan.by_key[failure.started.step]))
        return Html(f"{sign} {name} · <code>{old}</code>") + why
    if run.changed_on(host):
        return Html(f"❗ {name} · ") + t("host-halfway")
    return Html(f"▫️ {name}") + (Html(f" · <code>{old}</code>") if run.previous_commit(host) else Html())
