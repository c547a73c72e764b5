"""The card of /status: every project, host by host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.cards.card import Card
from handlers.cards.incident import summary, what
from handlers.cards.incidents import mute_line
from handlers.cards.run_lines import RESULT_SIGNS
from handlers.markup import Html
from handlers.wording import error_text, run_title, runbook_title
from ops.watch.incident import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.errors import ProjectLocked
    from ops.project import Project
    from ops.releases.live import LiveState, UnitState, UrlState
    from ops.runs.run import Run
    from ops.store.mutes import Mute
    from ops.watch.telling import Incident


@dataclass(frozen=True, slots=True)
class ProjectState:
    """A project, what its hosts say, who is changing it, what was done last, how its checks stand, and what hurts."""

    project: Project
    live: Sequence[LiveState]
    holder: ProjectLocked | None
    last: Run | None
    checks: tuple[Phase, ...] = ()
    incidents: tuple[Incident, ...] = ()


def status_card(
    states: Sequence[ProjectState],
    t: Texts,
    now: datetime,
    *,
    others: Sequence[Incident] = (),
    mutes: Sequence[Mute] = (),
) -> Card:
    """Return the state of all projects. others: incidents that are of no project."""
    blocks = [_project(state, t, now) for state in states]
    elsewhere = [Html(f"{what(each, t)['what']}: {summary(each, t)}") for each in others]
    blocks += [Html.join("\n", [t("status-trouble", text=text) for text in elsewhere])] if elsewhere else []
    blocks += [Html.join("\n", [mute_line(mute, t, now) for mute in mutes])] if mutes else []
    heading = t("status-heading", at=t.clock(now))
    return Card(Html.join("\n\n", [heading, *blocks]) if blocks else t("status-none"))


def _project(state: ProjectState, t: Texts, now: datetime) -> Html:
    well = all(live.healthy for live in state.live) and not state.incidents
    lines = [t("status-project", sign="🟢" if well else "🔴", project=state.project.name)]
    for live in state.live:
        lines += _host(live, t, now)
    lines += _checks(state.checks, t)
    lines += [t("status-trouble", text=summary(incident, t)) for incident in state.incidents]
    if state.holder is not None:
        runbook = runbook_title(t, state.holder.runbook, state.holder.title)
        lines.append(t("status-busy", run=str(state.holder.run), runbook=runbook, holder=state.holder.holder))
    elif state.last is not None and state.last.end is not None:
        facts = {"run": str(state.last.id), "sign": RESULT_SIGNS[state.last.end.result]}
        runbook = run_title(t, state.last)
        lines.append(t("status-last", **facts, runbook=runbook, ago=t.ago(state.last.end.at, now)))
    return Html.join("\n", lines)


def _checks(phases: Sequence[Phase], t: Texts) -> list[Html]:
    bad = sum(phase.trouble for phase in phases)
    unknown = sum(phase is Phase.UNKNOWN for phase in phases)
    lines = [t("status-checks-bad", bad=bad, count=len(phases))] if bad else []
    if phases and not bad and unknown < len(phases):
        lines.append(t("status-checks-good", count=len(phases) - unknown))
    return [*lines, t("status-checks-unknown", count=unknown)] if unknown else lines


def _host(live: LiveState, t: Texts, now: datetime) -> list[Html]:
    if live.error is not None:
        return [Html("🔴 ") + error_text(t, live.error, now)]
    known = t("status-host", host=live.host, name=live.name, commit=live.commit[:8])
    lines = [known if live.commit else t("status-reached", host=live.host)]
    lines += [_unit(unit, t, now) for unit in live.units]
    lines += [_url(url, t) for url in live.urls]
    if live.dirty:
        lines.append(t("status-dirty"))
    return lines


def _unit(unit: UnitState, t: Texts, now: datetime) -> Html:
    sign = "✅" if unit.state == "active" else "❌"
    since = t.ago(t.from_unix(str(unit.since)), now) if unit.since else Html("?")
    return t(
        "status-unit", sign=sign, unit=unit.name, state=t.first_of(f"unit-{unit.state}", "unit-other"), since=since
    )


def _url(url: UrlState, t: Texts) -> Html:
    sign = "✅" if url.status == "200" else "❌"
    return t("status-url", sign=sign, url=url.url, status=url.status if url.status != "000" else t("no-answer"))
