"""The card of a log: its lines in the message, or as a file when they are many; and what was searched for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import ChooseLog, FollowLog, pack_ref
from handlers.cards.card import Button, Card, in_rows
from handlers.markup import MESSAGE_UNITS, Html, escape, pre, units
from handlers.telegram import Document
from handlers.wording import error_text
from ops.watch.logs import merged
from ops.watch.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.project import Project
    from ops.watch.log_query import LogQuery
    from ops.watch.logs import HostLog

_ROOM = MESSAGE_UNITS - 700
"""Units of log in a message; the rest is for headings."""
_MOST_BUTTONS = 9


def log_card(project: Project, query: LogQuery, found: Sequence[HostLog], t: Texts, now: datetime) -> Card:
    """Return the message; without the lines when these go into a file."""
    parts = [t("logs-heading", project=project.name, source=query.source, at=t.clock(now))]
    if asked := query_text(query, t, now):
        parts.append(asked)
    blocks = _blocks(found, query, now)
    in_file = not _fits(blocks)
    parts += [error_text(t, log.error, now) for log in found if log.error is not None]
    for host, lines in blocks:
        if host:
            parts.append(escape(host))
        if not any(lines):
            parts.append(t("logs-empty"))
        elif in_file:
            parts.append(t("logs-in-file", count=len(lines)))
        else:
            parts.append(pre("\n".join(lines).rstrip()))
    if searched := _searched(found, query, sum(len(lines) for _, lines in blocks), t):
        parts.append(searched)
    return Card(Html.join("\n", parts), _rows(project, query, t))


def log_document(
    project: Project, query: LogQuery, found: Sequence[HostLog], t: Texts, now: datetime
) -> Document | None:
    """Return the file, when the lines do not fit into a message."""
    blocks = _blocks(found, query, now)
    if _fits(blocks):
        return None
    texts = ["\n".join([*([f"== {host} =="] if host else []), *lines, ""]) for host, lines in blocks]
    stamp = t.stamp(now).translate({ord("-"): None, ord(":"): None, ord(" "): "_"})
    return Document(f"{project.name}-{query.source}_{stamp}.log", "\n".join(texts).encode(errors="replace"))


def query_text(query: LogQuery, t: Texts, now: datetime) -> Html:
    """Return what lines were asked for; empty for the last ones as they are."""
    said = []
    if query.level:
        said.append(t(f"logs-level-{query.level}"))
    if query.start is not None:
        said.append(t("logs-start", back=query.start))
    if query.since:
        said.append(t("logs-since", at=t.moment(query.since, now)))
    if query.until:
        said.append(t("logs-until", at=t.moment(query.until, now)))
    for each in query.filters:
        text = f"/{each.text}/" if each.regex else each.text
        said.append(t("logs-with" if each.wanted else "logs-without", words=text))
    return Html.join(" · ", said)


def _blocks(found: Sequence[HostLog], query: LogQuery, now: datetime) -> list[tuple[str, Sequence[str]]]:
    """Return the lines, host by host where they cannot be put in order of time; a name is empty where it needs none."""
    readable = [log for log in found if log.error is None]
    if len(readable) > 1:
        together = merged(readable, now, query.lines)
        return [("", together)] if together is not None else [(log.host, log.lines) for log in readable]
    return [(log.host if len(found) > 1 else "", log.lines) for log in readable]


def _searched(found: Sequence[HostLog], query: LogQuery, lines: int, t: Texts) -> Html:
    """Return how many lines there are, of how much that was looked at; empty where nothing was looked for."""
    if not query.narrowed:
        return Html()
    said = [t("logs-lines", count=lines)]
    if read := sum(log.bytes for log in found):
        said.append(t("logs-searched", size=t.size(read), count=sum(log.files for log in found)))
    if any(log.cut == "search" for log in found):
        said.append(t("logs-search-cut"))
    elif any(log.cut == "lines" or len(log.lines) >= query.lines for log in found):
        said.append(t("logs-only-last"))
    return Html.join(", ", said)


def _rows(project: Project, query: LogQuery, t: Texts) -> tuple[tuple[Button, ...], ...]:
    names = list(sources_of(project))[:_MOST_BUTTONS]
    buttons = [
        Button(
            name if name != query.source else f"🔄 {name}",
            ChooseLog(project=project.name, source=pack_ref(project.name, name)).pack(),
        )
        for name in names
    ]
    rows = in_rows(buttons, 3)
    if project.shell != "sh":
        return rows
    source = pack_ref(project.name, query.source)
    follow = FollowLog(project=project.name, source=source, level=query.level).pack()
    return (*rows, (Button(t("logs-follow"), follow),))


def _fits(blocks: Sequence[tuple[str, Sequence[str]]]) -> bool:
    return sum(units(line) + 1 for _, lines in blocks for line in lines) <= _ROOM
