"""Cards about backups: what there is, one of them, when the next ones are made, and how large everything is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import (
    BackupAction,
    BackupButton,
    BackupsAbout,
    BackupsPage,
    RestoreAction,
    RestoreButton,
    RunAction,
    RunButton,
)
from handlers.cards.card import Button, Card, in_rows
from handlers.markup import Html, cut_text, escape, folded
from ops.backups.manifest import rows_in_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.backups.backup import Backup
    from ops.backups.schedule import Slot
    from ops.project import Project

PAGE = 6
"""Backups on a page."""
_TABLES = 12
_NAME_UNITS = 80


def sign_of(backup: Backup) -> str:
    """Return a green tick for what was restored on trial, and for nothing else."""
    if backup.bad:
        return "❌"
    return "✅" if backup.proven else "▫️" if backup.good else "❔"


def marks_of(backup: Backup) -> str:
    """Return signs for a pin and for the copy elsewhere."""
    copy = {"done": " ☁️", "pending": " ☁️⏳", "failed": " ☁️⚠️"}.get(backup.copy_state or "", "")
    return (" 📌" if backup.pinned_by else "") + copy


def backups_card(project: Project, backups: Sequence[Backup], page: int, t: Texts, now: datetime) -> Card:
    """Return a page of what there is, the newest first; a number for each opens it."""
    about = [
        Button(t(f"button-backups-{what}"), BackupsAbout(what=what, project=project.name).pack())
        for what in ("schedule", "dbsize", "cleanup")
    ]
    if not backups:
        return Card(t("backups-none", project=project.name), (tuple(about),))
    pages = -(-len(backups) // PAGE)
    page = min(page, pages - 1)
    shown = backups[page * PAGE : (page + 1) * PAGE]
    lines = [t("backups-heading", project=project.name, count=len(backups), page=page + 1, pages=pages)]
    lines += [_line(number, backup, t, now) for number, backup in enumerate(shown, 1)]
    lines.append(t("backups-legend"))
    numbers = [
        Button(f"{number} {sign_of(backup)}", BackupButton(action=BackupAction.SHOW, backup=backup.id).pack())
        for number, backup in enumerate(shown, 1)
    ]
    turns = [
        Button(label, BackupsPage(project=project.name, page=target).pack())
        for label, target in (("◀️", page - 1), ("▶️", page + 1))
        if 0 <= target < pages
    ]
    return Card(Html.join("\n", lines), (*in_rows(numbers, PAGE), *([tuple(turns)] if turns else []), tuple(about)))


def _line(number: int, backup: Backup, t: Texts, now: datetime) -> Html:
    return t(
        "backups-line",
        number=str(number),
        sign=sign_of(backup),
        name=cut_text(backup.name, _NAME_UNITS),
        tier=t(f"tier-{backup.tier}"),
        size=t.size(backup.bytes),
        ago=t.ago(backup.taken_at, now),
        marks=Html(marks_of(backup)),
    )


def backup_card(backup: Backup, t: Texts, now: datetime) -> Card:
    """Return everything that is known about one backup, and what can be done with it."""
    lines = [
        t("backup-heading", sign=sign_of(backup), name=backup.name),
        t("backup-of", subject=backup.subject, project=backup.project, host=backup.host, tier=t(f"tier-{backup.tier}")),
        t("backup-taken", at=t.stamp(backup.taken_at), ago=t.ago(backup.taken_at, now), size=t.size(backup.bytes)),
        _proof(backup, t, now),
        t("backup-encrypted" if backup.encrypted else "backup-plain"),
    ]
    if backup.pinned_by:
        lines.append(t("backup-pinned", who=backup.pinned_by))
    if backup.copy_state:
        lines.append(t(f"backup-copy-{backup.copy_state}"))
    if backup.manifest.get("rows"):
        lines.append(_tables(backup, t))
    return Card(Html.join("\n", lines), _backup_rows(backup, t))


def _proof(backup: Backup, t: Texts, now: datetime) -> Html:
    if backup.bad:
        return t("backup-bad", reason=t.first_of(f"bad-{backup.bad}", "bad-other", code=backup.bad))
    if backup.proven and backup.verified_at:
        seconds = float(backup.proof.get("seconds") or 0)
        return t("backup-proven", ago=t.ago(backup.verified_at, now), span=t.span(seconds))
    return t("backup-decoded" if backup.good else "backup-unverified")


def _tables(backup: Backup, t: Texts) -> Html:
    rows = backup.manifest["rows"]
    largest = sorted(rows.items(), key=lambda each: -each[1])
    listed = [escape(f"{name}: {count}") for name, count in largest[:_TABLES]]
    left = len(largest) - len(listed)
    head = t("backup-rows", count=rows_in_all(backup.manifest), tables=len(rows))
    return folded(Html.join("\n", [head, *listed, *([t("and-more", count=left)] if left > 0 else [])]))


def _backup_rows(backup: Backup, t: Texts) -> tuple[tuple[Button, ...], ...]:
    pin = BackupAction.UNPIN if backup.pinned_by else BackupAction.PIN
    buttons = [
        Button(t(f"button-backup-{action.value}"), BackupButton(action=action, backup=backup.id).pack())
        for action in (BackupAction.DOWNLOAD, BackupAction.VERIFY, pin)
    ]
    back = Button(t("button-backups-list"), BackupsPage(project=backup.project).pack())
    log = Button(t("button-log"), RunButton(action=RunAction.LOG, run=backup.run_id).pack())
    if not backup.good or backup.engine == "config":
        return (tuple(buttons), (log, back))
    data = RestoreButton(action=RestoreAction.PICK, row=backup.id).pack()
    return (tuple(buttons), (Button(t("button-backup-restore"), data), log, back))


def schedule_card(found: Sequence[tuple[Project, Sequence[Slot]]], t: Texts) -> Card:
    """Say when the next backups and drills are, project by project."""
    lines = [t("schedule-heading")]
    for project, slots in found:
        lines.append(t("schedule-project", project=project.name))
        lines += [t("schedule-line", kind=t(f"schedule-{slot.kind}"), at=t.planned(slot.at)) for slot in slots]
        if slots:
            keep = project.backups.keep
            lines.append(t("schedule-keep", daily=keep.daily, weekly=keep.weekly, monthly=keep.monthly))
        else:
            lines.append(t("schedule-off"))
    return Card(Html.join("\n", lines) if found else t("schedule-none"))


def too_large_card(backup: Backup, lines: Sequence[str], why: str, t: Texts) -> Card:
    """Say how to fetch what is not sent here. why: ``large`` or ``plain``."""
    commands = Html.join("\n", [Html(f"<code>{escape(line)}</code>") for line in lines])
    return Card(t(f"download-{why}", name=backup.name, size=t.size(backup.bytes), commands=commands))
