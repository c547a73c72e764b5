"""The card of a followed log: what came last, how quickly it comes, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handlers.buttons import ChooseLog, FollowAction, FollowButton, FollowLog, pack_ref
from handlers.cards.card import Button, Card
from handlers.markup import MESSAGE_UNITS, Html, last_units, pre
from handlers.wording import error_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.errors import HostError
    from ops.store.follows import Followed
    from ops.watch.follow import Window

SHOWN_UNITS: Final = MESSAGE_UNITS - 1400
"""Units of log in the message: it is read while it changes."""
_FEW: Final = 9.95
"""Lines a second from which on a tenth of one says nothing."""


def follow_card(followed: Followed, window: Window, failures: Sequence[HostError], t: Texts, now: datetime) -> Card:
    """Return the message while it goes on."""
    heading = t("follow-heading", project=followed.project, source=followed.source, until=t.clock(followed.until))
    parts = [heading, *([Html(followed.heading)] if followed.heading else [])]
    text = last_units("\n".join(window.lines), SHOWN_UNITS)
    parts.append(pre(text) if text.strip() else t("logs-empty"))
    rate = round(window.rate) if window.rate > _FEW else round(window.rate, 1)
    if window.flooded:
        parts.append(t("follow-flooded", rate=rate, hidden=window.hidden))
    elif window.paused:
        parts.append(t("follow-paused", rate=rate, hidden=window.hidden))
    else:
        parts.append(t("follow-rate", rate=rate, total=window.total))
    parts += [error_text(t, error, now) for error in failures]
    pause = FollowAction.RESUME if window.paused else FollowAction.PAUSE
    buttons = tuple(
        Button(t(f"follow-{action}"), FollowButton(action=action, follow=followed.id).pack())
        for action in (pause, FollowAction.STOP)
    )
    return Card(Html.join("\n", parts), (buttons,))


def end_card(followed: Followed, t: Texts) -> Card:
    """Return the message as it stays."""
    parts = [t("follow-over-heading", project=followed.project, source=followed.source)]
    parts += [Html(followed.heading)] if followed.heading else []
    if followed.shown.strip():
        parts.append(pre(followed.shown))
    parts.append(t(f"follow-ended-{followed.ended or 'restart'}", who=followed.ended_by or "—", total=followed.lines))
    source = pack_ref(followed.project, followed.source)
    buttons = (
        Button(f"🔄 {followed.source}", ChooseLog(project=followed.project, source=source).pack()),
        Button(t("logs-follow"), FollowLog(project=followed.project, source=source, level=followed.level).pack()),
    )
    return Card(Html.join("\n", parts), (buttons,))
