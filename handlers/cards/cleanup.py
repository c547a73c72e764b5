"""The card of a cleaning: what would stay and what would go, with a reason for each file, before anything does."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from handlers.buttons import CleanUp
from handlers.cards.card import Button, Card
from handlers.markup import Html, escape, folded, plain_text
from handlers.telegram import Document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.backups.keeper import Cleaning
    from ops.backups.retention import Decision, Retention
    from ops.project import Project

_SHOWN = 14
_UNKNOWN = 6


def plan_hash(cleanings: Sequence[Cleaning]) -> str:
    """Return what tells one plan from another: a press means exactly what was shown."""
    gone = [
        (cleaning.host, place, backup.id)
        for cleaning in cleanings
        for place, retention in (("here", cleaning.local), ("copy", cleaning.copies))
        for backup in retention.dropped
    ]
    return hashlib.sha256(repr(sorted(gone)).encode()).hexdigest()[:12]


def cleanup_card(
    project: Project, cleanings: Sequence[Cleaning], t: Texts, now: datetime
) -> tuple[Card, Document | None]:
    """Return the dry run, and a file with every decision where there are more than fit."""
    freed = sum(cleaning.freed for cleaning in cleanings)
    count = sum(len(cleaning.local.dropped) + len(cleaning.copies.dropped) for cleaning in cleanings)
    if not count:
        lines = [t("cleanup-nothing", project=project.name)]
    else:
        lines = [t("cleanup-heading", project=project.name, count=count, size=t.size(freed))]
    for cleaning in cleanings:
        lines += _host_lines(cleaning, t, now)
    refusal = next((cleaning.refusal for cleaning in cleanings if cleaning.refusal), "")
    if refusal:
        lines.append(t(f"cleanup-refused-{refusal}"))
    text = Html.join("\n", lines)
    if not count or refusal == "all":
        return Card(text), _document(project, cleanings, t, now)
    label = t("button-cleanup-all-the-same" if refusal else "button-cleanup", count=count)
    data = CleanUp(project=project.name, plan=plan_hash(cleanings)).pack()
    return Card(text, ((Button(label, data, "danger"),),)), _document(project, cleanings, t, now)


def _host_lines(cleaning: Cleaning, t: Texts, now: datetime) -> list[Html]:
    lines = []
    for place, retention in (("here", cleaning.local), ("copies", cleaning.copies)):
        gone = [decision for decision in retention.decisions if not decision.keep]
        stay = [decision for decision in retention.decisions if decision.keep]
        if not retention.decisions:
            continue
        lines.append(t(f"cleanup-{place}", host=cleaning.host, gone=len(gone), stay=len(stay)))
        if gone:
            listed = [_line(decision, t, now) for decision in gone[:_SHOWN]]
            left = len(gone) - len(listed)
            lines.append(folded(Html.join("\n", listed + ([t("and-more", count=left)] if left else []))))
        lines += _unknown_lines(retention, t)
    return lines


def _unknown_lines(retention: Retention, t: Texts) -> list[Html]:
    if not retention.unknown:
        return []
    listed = [escape(path) for path in retention.unknown[:_UNKNOWN]]
    left = len(retention.unknown) - len(listed)
    more = [t("and-more", count=left)] if left else []
    return [folded(Html.join("\n", [t("cleanup-unknown", count=len(retention.unknown)), *listed, *more]))]


def _line(decision: Decision, t: Texts, now: datetime) -> Html:
    backup = decision.backup
    return t(
        "cleanup-line",
        sign="✔️" if decision.keep else "🗑",
        name=backup.name,
        size=t.size(backup.bytes),
        ago=t.ago(backup.taken_at, now),
        why=t(f"{'keep' if decision.keep else 'drop'}-{decision.why}"),
    )


def _document(project: Project, cleanings: Sequence[Cleaning], t: Texts, now: datetime) -> Document | None:
    """Return every decision, line by line."""
    lines = []
    for cleaning in cleanings:
        for place, retention in (("here", cleaning.local), ("copies", cleaning.copies)):
            ordered = sorted(retention.decisions, key=lambda each: (each.keep, each.backup.path))
            if not ordered and not retention.unknown:
                continue
            gone = len(retention.dropped)
            stay = len(ordered) - gone
            lines.append(plain_text(t(f"cleanup-{place}", host=cleaning.host, gone=gone, stay=stay)))
            lines += [plain_text(_line(decision, t, now)) for decision in ordered]
            lines += [f"? {path}" for path in retention.unknown]
    return Document(f"cleanup_{project.name}.txt", ("\n".join(lines) + "\n").encode()) if lines else None
