"""Cards of restores: which backups there are, what one would cost, and who has to agree."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from handlers.buttons import RestoreAction, RestoreButton
from handlers.cards.card import Button, Card, in_rows
from handlers.markup import Html, cut_text, folded
from ops.backups.restoring import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.i18n import Texts
    from ops.backups.aside import Aside
    from ops.backups.backup import Backup
    from ops.backups.loss import Loss
    from ops.backups.restoring import Prospect
    from ops.project import Project
    from ops.store.restores import Restore

_MOST = 8
_TABLES = 12
_LABEL_UNITS = 40


def offer_card(project: Project, backups: Sequence[Backup], t: Texts, now: datetime) -> Card:
    """Offer the newest backups of a project."""
    if not backups:
        return Card(t("restore-list-none", project=project.name))
    lines, buttons = [t("restore-list", project=project.name)], []
    for backup in backups[:_MOST]:
        sign = "✅" if backup.proven else "▫️"
        size, ago = t.size(backup.bytes), t.ago(backup.taken_at, now)
        lines.append(t("restore-list-line", sign=sign, name=backup.name, size=size, ago=ago))
        label = cut_text(f"{sign} {backup.subject} · {t.moment(backup.taken_at, now)}", _LABEL_UNITS)
        buttons.append(Button(label, RestoreButton(action=RestoreAction.PICK, row=backup.id).pack()))
    return Card(Html.join("\n", lines), in_rows(buttons, 2))


def restore_card(prospect: Prospect, t: Texts, now: datetime) -> Card:
    """Say what would be lost, how long it takes, and what to type."""
    restore, wish = prospect.restore, prospect.restore.wish
    first = prospect.backups[0]
    at, ago = t.moment(first.taken_at, now), t.ago(first.taken_at, now)
    facts = {
        "project": wish.project,
        "subject": ", ".join(backup.subject for backup in prospect.backups),
        "at": at,
        "ago": ago,
    }
    head = t("restore-ask-rollback", ref=wish.ref, **facts) if wish.kind == "rollback" else t("restore-ask", **facts)
    command = f"/restore {wish.name} {wish.word}"
    parts = [
        head,
        *loss_lines(prospect.loss, t, at),
        _proof_line(prospect.backups, t, now),
        t("restore-kept"),
        *([t("restore-needs-second")] if wish.production else []),
        t("restore-type", span=_patience(t), command=command),
    ]
    return Card(Html.join("\n", parts), ((_withdraw(restore, t),),))


def loss_lines(loss: Loss, t: Texts, at: str) -> list[Html]:
    """Say which rows would be gone, and which come back."""
    if not loss.known:
        return [t("restore-loss-unknown", at=at)]
    lines = [t("restore-loses-nothing")]
    if loss.rows_lost:
        tables = [t("restore-table", table=name, rows=str(count)) for name, count in loss.lost[:_TABLES]]
        left = len(loss.lost) - len(tables)
        more = [t("and-more", count=left)] if left else []
        lines = [t("restore-loses", count=loss.rows_lost), folded(Html.join("\n", tables + more))]
    return lines + ([t("restore-brings", count=loss.rows_back)] if loss.rows_back else [])


def second_card(restore: Restore, t: Texts) -> Card:
    """Ask for a second person."""
    wish = restore.wish
    text = t(
        "restore-second",
        project=wish.project,
        who=restore.asked_name,
        kind=wish.kind,
        subject=", ".join(target.subject for target in wish.targets),
        name=wish.name,
        ref=wish.ref or "-",
        span=_patience(t),
    )
    data = RestoreButton(action=RestoreAction.AGREE, row=restore.id).pack()
    return Card(text, ((Button(t("button-restore-agree"), data, "danger"), _withdraw(restore, t)),))


def undo_card(asides: Sequence[Aside], t: Texts, now: datetime) -> Card:
    """Ask which restore is to be undone, where several projects have one."""
    buttons = [
        Button(
            cut_text(f"{aside.project} · {t.moment(aside.at, now)}", _LABEL_UNITS),
            RestoreButton(action=RestoreAction.UNDO, row=aside.id).pack(),
        )
        for aside in asides
    ]
    return Card(t("restore-undo-which"), in_rows(buttons, 2))


def _proof_line(backups: Sequence[Backup], t: Texts, now: datetime) -> Html:
    """Return how long it takes, as the trial restores have shown; nothing is known while one is missing."""
    if not all(backup.proven and backup.proof.get("at") for backup in backups):
        return t("restore-unproven")
    seconds = sum(float(backup.proof.get("seconds") or 0) for backup in backups)
    oldest = min(datetime.fromisoformat(str(backup.proof["at"])) for backup in backups)
    return t("restore-proven", span=t.span(max(1.0, seconds)), ago=t.ago(oldest, now))


def _patience(t: Texts) -> str:
    return t.span(PATIENCE.total_seconds())


def _withdraw(restore: Restore, t: Texts) -> Button:
    return Button(t("button-restore-withdraw"), RestoreButton(action=RestoreAction.WITHDRAW, row=restore.id).pack())
