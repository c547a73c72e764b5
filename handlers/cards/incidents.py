"""Lists of incidents and of mutes: what /incidents shows, and what /status adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import IncidentAction, IncidentButton, MuteButton, MuteWhy
from handlers.cards.card import Button, Card, in_rows
from handlers.cards.incident import SIGNS, summary, what
from handlers.markup import Html

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.store.mutes import Mute
    from ops.watch.telling import Incident


def incidents_card(
    going_on: Sequence[Incident], over: Sequence[Incident], mutes: Sequence[Mute], t: Texts, now: datetime
) -> Card:
    """Return what hurts, with a button for each, what is over, and what nobody wants to hear of."""
    parts = [t("incidents-heading", at=t.clock(now)) if going_on else t("incidents-none")]
    for incident in going_on:
        facts = {"number": str(incident.id), "since": t.moment(incident.began, now), **what(incident, t)}
        head = t("incidents-line", sign=SIGNS[incident.severity], **facts)
        parts.append(Html(f"{head}\n{summary(incident, t)}"))
    closed = [_closed(incident, t, now) for incident in over]
    quiet = [mute_line(mute, t, now) for mute in mutes]
    blocks = [Html.join("\n", lines) for lines in (parts, closed, quiet) if lines]
    buttons = [
        Button(
            t("button-incident-show", number=str(incident.id)),
            IncidentButton(action=IncidentAction.SHOW, incident=incident.id).pack(),
        )
        for incident in going_on
    ]
    return Card(Html.join("\n\n", blocks), in_rows(buttons, 4))


def _closed(incident: Incident, t: Texts, now: datetime) -> Html:
    until = incident.resolved_at or now
    span = t.span((until - incident.opened_at).total_seconds())
    facts = {"number": str(incident.id), "ago": t.ago(until, now), "what": what(incident, t)["what"]}
    return t("incidents-closed", span=span, **facts)


def mute_line(mute: Mute, t: Texts, now: datetime) -> Html:
    """Return what is muted, until when, why and by whom."""
    facts = {"target": mute.target, "reason": mute.reason, "who": mute.actor_name}
    return t("incidents-muted", until=t.moment(mute.until, now), **facts)


def mute_offer_card(incident: Incident, target: str, t: Texts) -> Card:
    """Return for how long, and why, something can be muted at a tap."""
    buttons = [Button(t(f"mute-{why}"), MuteButton(why=why, incident=incident.id).pack()) for why in MuteWhy]
    return Card(t("mute-offer", what=what(incident, t)["what"], target=target), (tuple(buttons),))
