"""Messages about downtime that was announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import Withdraw
from handlers.cards.card import Button, Card
from handlers.markup import Html, escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.store.announcements import Announcement


def announcement_card(announcement: Announcement, what: str, t: Texts, now: datetime) -> Card:
    """Return the message. ``what``: made, soon (a reminder) or withdrawn."""
    text = t(f"announce-{what}", **_facts(announcement, t, now), by=announcement.withdrawn_by or "")
    return Card(Html.join("\n", [text, *_words(announcement, what)]))


def planned_card(planned: Sequence[Announcement], t: Texts, now: datetime) -> Card:
    """Return what is planned, each with a button that calls it off."""
    if not planned:
        return Card(t("announce-none"))
    lines, rows = [t("announce-heading")], []
    for each in planned:
        facts = _facts(each, t, now)
        lines.append(t("announce-line", **facts))
        label = t("button-withdraw", project=each.project, at=facts["at"])
        rows.append((Button(label, Withdraw(announcement=each.id).pack(), "danger"),))
    return Card(Html.join("\n", lines), tuple(rows))


def announced_line(announcement: Announcement, t: Texts, now: datetime) -> Html:
    """Return the line of a run that was begun in an announced time."""
    return t("announce-ours", **_facts(announcement, t, now), until=t.clock(announcement.ends_at))


def _facts(announcement: Announcement, t: Texts, now: datetime) -> dict[str, object]:
    minutes = round((announcement.ends_at - announcement.starts_at).total_seconds() / 60)
    return {
        "project": announcement.project,
        "at": t.moment(announcement.starts_at, now),
        "minutes": minutes,
        "who": announcement.actor_name,
    }


def _words(announcement: Announcement, what: str) -> list[Html]:
    return [escape(announcement.words)] if announcement.words and what != "withdrawn" else []
