"""The living message of an incident: which server, which service, why, since when, what to do, and who is on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handlers.buttons import IncidentAction, IncidentButton
from handlers.cards.card import Button, Card, in_rows
from handlers.i18n import MissingTextError
from handlers.markup import Html, cut_text, escape, pre
from ops.watch.cause import likely_cause
from ops.watch.telling import worst

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.watch.observation import Severity
    from ops.watch.telling import Incident, Member

SIGNS: Final[dict[Severity, str]] = {"critical": "🔴", "warning": "🟡"}
_MOST_MEMBERS = 12
_MOST_LINES = 6
_LINE_UNITS = 160
_FACT_UNITS = 200
_NO_ANSWER = "000"


def incident_card(incident: Incident, t: Texts, now: datetime) -> Card:
    """Return the message as it has to be now."""
    if incident.resolved_at is not None:
        return Card(_resolved(incident, t, now))
    head = t("incident-head", sign=SIGNS[incident.severity], since=t.moment(incident.began, now), **what(incident, t))
    parts = [Html(f"{head} · {t('incident-number', number=str(incident.id))}")]
    if incident.fired > 1:
        parts.append(t("incident-again", count=incident.fired))
    parts += [_member_line(member, incident, t) for member in incident.members[:_MOST_MEMBERS]]
    if len(incident.members) > _MOST_MEMBERS:
        parts.append(t("incident-more", count=len(incident.members) - _MOST_MEMBERS))
    parts += _why(incident, t)
    if any(member.flapping for member in incident.shown):
        parts.append(t("incident-flapping", count=3))
    if incident.acked_at is not None:
        parts.append(t("incident-acked", who=incident.acked_by, at=t.clock(incident.acked_at)))
    if incident.snoozed_until is not None:
        parts.append(t("incident-snoozed", who=incident.snoozed_by, until=t.moment(incident.snoozed_until, now)))
    return Card(Html.join("\n", parts), incident_buttons(incident, t))


def what(incident: Incident, t: Texts) -> dict[str, Html]:
    """Return what an incident is about, and the server where it is one, as facts of a text."""
    project, host = incident.project, incident.host
    name = project or host or incident.group.partition(":")[2]
    place = t("incident-place", host=host) if project and host else Html()
    return {"what": escape(name), "place": place}


def trouble_text(member: Member, t: Texts) -> Html:
    """Return what does not work, in one sentence."""
    facts = {name: cut_text(str(value), _FACT_UNITS) for name, value in member.facts.items()}
    subject = member.subject
    facts = {"name": subject.name or subject.check, "host": subject.host, "code": member.code, **facts}
    facts["name"] = facts["name"] or subject.check
    code = member.code
    if code == "http-status" and facts.get("http_status") == _NO_ANSWER:
        code = "http-silent"
    for key in (f"trouble-{code}", f"reason-{code}"):
        if t.has(key):
            try:
                return t(key, **facts)
            except MissingTextError:  # who has found it out has not told all that belongs to it
                continue
    return t("trouble-other", **facts)


def summary(incident: Incident, t: Texts) -> Html:
    """Return the worst of an incident in one sentence."""
    members = incident.shown or incident.members
    first = next((member for member in members if member.severity == worst(members)), None)
    return trouble_text(first, t) if first else Html("—")


def _member_line(member: Member, incident: Incident, t: Texts) -> Html:
    text = trouble_text(member, t)
    if member.overlay:
        text = t(f"incident-{member.overlay}", text=text, note=member.overlay_note)
        return text if incident.host else _at(member, text, t, "")
    if member.recovering:
        text = t("incident-recovering", text=text)
        return text if incident.host else _at(member, text, t, "")
    sign = "❌" if member.severity == "critical" else "⚠️"
    return _at(member, text, t, sign) if not incident.host else t("incident-member", sign=sign, text=text)


def _at(member: Member, text: Html, t: Texts, sign: str) -> Html:
    if not member.subject.host:
        return t("incident-member", sign=sign, text=text)
    return t("incident-member-at", sign=sign, host=member.subject.host, text=text)


def _why(incident: Incident, t: Texts) -> list[Html]:
    """Return the last lines, what they point to, and what can be done."""
    shown = sorted(incident.shown, key=lambda member: (member.severity != "critical", not member.lines))
    if not shown:
        return []
    first = shown[0]
    lines = [cut_text(line, _LINE_UNITS) for line in first.lines if line.strip()][-_MOST_LINES:]
    parts = [pre("\n".join(lines))] if lines else []
    cause = next(filter(None, (likely_cause(each.code, each.facts, each.lines) for each in shown)), "")
    if cause and first.subject.check != cause:
        parts.append(t("incident-cause", cause=t(f"cause-{cause}")))
    keys = (f"advice-{cause}", f"advice-{first.code}", f"advice-{first.subject.check}")
    key = next((key for key in keys if t.has(key)), "")
    return [*parts, t("incident-advice", advice=t(key, host=first.subject.host))] if key else parts


def _resolved(incident: Incident, t: Texts, now: datetime) -> Html:
    until = incident.resolved_at or now
    span = t.span((until - incident.opened_at).total_seconds())
    times = {"since": t.moment(incident.opened_at, now), "until": t.moment(until, now)}
    parts = [t("incident-resolved", **what(incident, t)), t("incident-lasted", span=span, **times)]
    parts += [t("incident-was", text=trouble_text(member, t)) for member in incident.members[:_MOST_MEMBERS]]
    if any(member.flapping for member in incident.members):
        parts.append(t("incident-flapping", count=3))
    return Html.join("\n", parts)


def over_card(incident: Incident, t: Texts, now: datetime) -> Card:
    """Return the silent answer to a message whose incident is over."""
    span = t.span(((incident.resolved_at or now) - incident.opened_at).total_seconds())
    return Card(t("incident-over", what=what(incident, t)["what"], span=span))


def note_card(incident: Incident, kind: str, names: Html, t: Texts, now: datetime) -> Card:
    """Return a reminder, a call to the second list, or what an owner is written.

    names: who is called, as mentions.
    """
    facts = {"what": what(incident, t)["what"], "span": t.span((now - incident.began).total_seconds())}
    match kind:
        case "escalate":
            return Card(t("incident-escalate", names=names, **facts))
        case "direct":
            text = Html.join("\n", [t("incident-direct", **facts), incident_card(incident, t, now).text])
            return Card(text, incident_buttons(incident, t))
        case "again":
            return Card(t("incident-remind-again", **facts), incident_buttons(incident, t))
        case _:
            return Card(t("incident-remind", **facts))


def digest_card(incidents: Sequence[Incident], t: Texts, now: datetime) -> Card:
    """Return one message for many incidents at once, the worst first."""
    ordered = sorted(incidents, key=lambda each: (each.resolved_at is not None, each.severity != "critical", each.id))
    parts = [t("incident-digest", count=len(ordered))]
    for incident in ordered[: _MOST_MEMBERS * 3]:
        sign = "✅" if incident.resolved_at else SIGNS[incident.severity]
        facts = {"since": t.moment(incident.opened_at, now), "text": summary(incident, t), **what(incident, t)}
        parts.append(t("incident-digest-line", sign=sign, **facts))
    if len(ordered) > _MOST_MEMBERS * 3:
        parts.append(t("incident-more", count=len(ordered) - _MOST_MEMBERS * 3))
    return Card(Html.join("\n", [*parts, t("incident-digest-more")]))


def incident_buttons(incident: Incident, t: Texts) -> tuple[tuple[Button, ...], ...]:
    """Return what can be done about an incident that goes on."""
    if incident.resolved_at is not None:
        return ()

    def button(action: IncidentAction, style: str = "") -> Button:
        return Button(t(f"button-incident-{action}"), IncidentButton(action=action, incident=incident.id).pack(), style)

    taken = IncidentAction.UNACK if incident.quiet else IncidentAction.ACK
    first = [button(taken, "" if incident.quiet else "primary")]
    first += [button(action) for action in (IncidentAction.SNOOZE_1, IncidentAction.SNOOZE_4, IncidentAction.MUTE)]
    rows = in_rows(first, 2)
    if incident.project:
        rows = (*rows, (button(IncidentAction.LOGS), button(IncidentAction.RESTART), button(IncidentAction.ROLLBACK)))
    return rows
