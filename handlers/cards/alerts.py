"""Alerts from other programs in the chat: one message per group, and the answers to it. Nothing in them is trusted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from handlers.buttons import AlertButton
from handlers.cards.card import Button, Card, in_rows
from handlers.markup import MESSAGE_UNITS, Html, bold, code, cut, cut_text, escape, folded
from ops.watch.alertmanager import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.store.alerts import Episode
    from ops.watch.alertmanager import Alert

_SIGNS = {"critical": "🔥", "warning": "⚠️", "info": "ℹ️"}
_MOST_SHOWN = 6
_MOST_IN_DIGEST = 36
_MOST_WHOLE = 2
_MOST_LABELS = 4
_SUMMARY_UNITS = 300
_DESCRIPTION_UNITS = 600
_NAME_UNITS = 120
_LABEL_UNITS = 80
_LINK = re.compile(r"https?://[!-~]{1,2000}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z0-9-]+", re.ASCII)
_SUMMARIES = ("summary", "title", "message")
_UNSHOWN_LABELS = {"alertname", "severity", "priority", "grafana_folder"}


def alerts_card(episode: Episode, t: Texts, now: datetime) -> Card:
    """Return the message of a group: what fires, since when and why, and where to look."""
    over = episode.resolved_at is not None
    parts = [Html(f"{_sign(episode)} {bold(_title(episode, t))}{_group_labels(episode)}"), _when(episode, t, now)]
    shown = episode.alerts[:_MOST_SHOWN]
    parts += [_alert(alert, episode, t, whole=place < _MOST_WHOLE) for place, alert in enumerate(shown)]
    missing = len(episode.alerts) - len(shown) + episode.said.truncated
    if missing:
        parts.append(t("and-more", count=missing))
    if episode.acked_at is not None and not over:
        parts.append(t("alerts-acked", who=episode.acked_by, at=t.clock(episode.acked_at)))
    places = list(_links(episode, t))
    if places and not over:
        parts.append(Html.join(" · ", [Html(f'<a href="{escape(url)}">{label}</a>') for label, url in places]))
    return Card(cut(Html.join("\n", parts), MESSAGE_UNITS), () if over else (_ack(episode, t), *_buttons(places)))


def alerts_digest(episodes: Sequence[Episode], t: Texts, now: datetime) -> Card:
    """Return one message for many groups at once, the worst first."""
    ordered = sorted(episodes, key=lambda each: (each.resolved_at is not None, -_rank(each), each.began_at))
    parts = [t("alerts-digest", count=len(ordered))]
    for each in ordered[:_MOST_IN_DIGEST]:
        heading = Html(f"{_sign(each)} {bold(_title(each, t))}{_group_labels(each)}")
        first = next(iter(each.alerts), None)
        summary = escape(cut_text(_summary(first), _NAME_UNITS)) if first else Html()
        parts.append(Html.join(" · ", [heading, _when(each, t, now), *([summary] if summary else [])]))
    if len(ordered) > _MOST_IN_DIGEST:
        parts.append(t("and-more", count=len(ordered) - _MOST_IN_DIGEST))
    return Card(cut(Html.join("\n", parts), MESSAGE_UNITS))


def over_card(episode: Episode, t: Texts, now: datetime) -> Card:
    """Return the answer to the message when everything is over."""
    ended = episode.resolved_at or now
    span = t.span(max(0.0, (ended - episode.began_at).total_seconds()))
    return Card(t("alerts-over", name=_title(episode, t), span=span))


def lost_card(episode: Episode, t: Texts) -> Card:
    """Return the answer to the message when nothing has been heard of the group for too long."""
    return Card(t("alerts-lost", name=_title(episode, t)))


def worse_card(episode: Episode, severity: str, t: Texts) -> Card:
    """Return the answer to the message when it has become more urgent."""
    sign = _SIGNS.get(severity, "🔥")
    return Card(t("alerts-worse", sign=sign, name=_title(episode, t), severity=t(f"alerts-severity-{severity}")))


def _sign(episode: Episode) -> str:
    return "✅" if episode.resolved_at is not None else _SIGNS.get(episode.severity, "🔥")


def _rank(episode: Episode) -> int:
    return SEVERITIES.index(episode.severity) if episode.severity in SEVERITIES else len(SEVERITIES)


def _title(episode: Episode, t: Texts) -> str:
    """Return what the group is called: its alerts' common name."""
    names = {alert.name for alert in episode.alerts} - {""}
    said = episode.said
    name = said.group_labels.get("alertname") or said.common_labels.get("alertname")
    name = name or (names.pop() if len(names) == 1 else "")
    return cut_text(_one_line(name), _NAME_UNITS) if name else str(t("alerts-several"))


def _group_labels(episode: Episode) -> Html:
    labels = [(name, value) for name, value in episode.said.group_labels.items() if name not in _UNSHOWN_LABELS]
    return Html("".join(f" · {_label(name, value)}" for name, value in labels[:_MOST_LABELS]))


def _when(episode: Episode, t: Texts, now: datetime) -> Html:
    began, ended = t.moment(episode.began_at, now), episode.resolved_at
    if ended is not None:
        span = t.span(max(0.0, (ended - episode.began_at).total_seconds()))
        return t("alerts-was", began=began, ended=t.moment(ended, now), span=span)
    firing, over = len(episode.firing), len(episode.alerts) - len(episode.firing)
    return t("alerts-firing", count=firing, began=began) + (Html(" · ") + t("alerts-ended", count=over) if over else "")


def _alert(alert: Alert, episode: Episode, t: Texts, *, whole: bool) -> Html:
    """Return one alert: what tells it from the others, and what it says."""
    fires = alert.status == "firing"
    common = {**episode.said.group_labels, **(episode.said.common_labels if len(episode.alerts) > 1 else {})}
    own = [(k, v) for k, v in alert.labels.items() if k not in _UNSHOWN_LABELS and common.get(k) != v]
    first = sorted(own, key=lambda label: (label[0] not in {"instance", "host", "target"}, label[0]))[:_MOST_LABELS]
    words = [_label(name, value) for name, value in first]
    if alert.name and alert.name != _title(episode, t):
        words.insert(0, escape(cut_text(_one_line(alert.name), _NAME_UNITS)))
    summary = _summary(alert)
    if summary:
        words.append(escape(cut_text(summary, _SUMMARY_UNITS)))
    line = Html("🔴 " if fires else "▫️ ") + Html.join(" · ", words or [escape(alert.name or "…")])
    description = alert.annotations.get("description", "").strip()
    if not whole or not fires or description in {"", summary}:
        return line
    return Html(f"{line}\n{folded(escape(cut_text(description, _DESCRIPTION_UNITS)))}")


def _summary(alert: Alert) -> str:
    return _one_line(next((alert.annotations[key] for key in _SUMMARIES if alert.annotations.get(key)), ""))


def _label(name: str, value: str) -> Html:
    return code(f"{cut_text(_one_line(name), _LABEL_UNITS)}={cut_text(_one_line(value), _LABEL_UNITS)}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _links(episode: Episode, t: Texts) -> Iterator[tuple[Html, str]]:
    """Yield where to look, each place once: the first alert's own, then the sender itself."""
    alert = next(iter(episode.firing or episode.alerts), None)
    offered: list[tuple[str, str]] = []
    if alert is not None:
        said = alert.annotations
        offered = [
            ("runbook", said.get("runbook_url") or said.get("runbook", "")),
            ("dashboard", alert.dashboard_url or said.get("dashboard_url") or said.get("dashboard", "")),
            ("panel", alert.panel_url),
            ("silence", alert.silence_url),
            ("source", alert.generator_url),
        ]
    seen: set[str] = set()
    for kind, url in (*offered, ("sender", episode.said.external_url)):
        if url not in seen and _safe(url):
            seen.add(url)
            yield t(f"alerts-link-{kind}"), url


def _safe(url: str) -> bool:
    """Whether a link leads to where it says it does: over HTTP, and without a login in front of the name."""
    if not _LINK.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and "@" not in parts.netloc and "\\" not in url
    except ValueError:
        return False


def _ack(episode: Episode, t: Texts) -> tuple[Button, ...]:
    """Return the row in which somebody takes it on, or gives it back."""
    acked = episode.acked_at is not None
    button = AlertButton(group=episode.group, episode=episode.number, back=acked)
    return (Button(str(t("button-incident-unack" if acked else "button-incident-ack")), button.pack()),)


def _buttons(places: Iterable[tuple[Html, str]]) -> tuple[tuple[Button, ...], ...]:
    """Return buttons for what Telegram opens: HTTPS, at a name that is known everywhere."""
    fit = [
        Button(str(label), "", url=url)
        for label, url in places
        if url.startswith("https://") and _HOST.fullmatch(urlsplit(url).hostname or "")
    ]
    return in_rows(fit, 3)
