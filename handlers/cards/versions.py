"""Cards that offer versions: branches and tags for a deploy, earlier releases for a way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handlers.buttons import ChooseWay, pack_ref, ref_button
from handlers.cards.card import Button, Card, in_rows
from handlers.cards.restore import loss_lines
from handlers.cards.run_lines import ref_name
from handlers.markup import Html, cut_text, escape, folded
from ops.backups.loss import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.backups.backup import Backup
    from ops.backups.loss import Loss
    from ops.project import Project
    from ops.releases.refs import KnownRef
    from ops.releases.way_back import Place, WayBack
    from ops.store.releases import Release, Saved

_MOST = 10
_LABEL_UNITS = 28
_ABOUT_UNITS = 70
_MIGRATIONS = 12
_MOST_STEPS = 99


def refs_card(project: Project, refs: Sequence[KnownRef], t: Texts, now: datetime, command: str = "deploy") -> Card:
    """Offer branches and tags for a command, newest first."""
    if not refs:
        return Card(t("versions-none", project=project.name))
    buttons = [_known_button(command, project, ref, t, now) for ref in refs[:_MOST]]
    typed = f"/{command.replace('-', '_')}"
    text = t("versions-deploy" if command == "deploy" else "versions-other", project=project.name, command=typed)
    if len(refs) > _MOST:
        text = Html(f"{text}\n{t('versions-more', count=len(refs) - _MOST, command=typed)}")
    return Card(text, in_rows(buttons, 2))


def releases_card(
    project: Project, releases: Sequence[Release], found: WayBack, saved: Saved | None, t: Texts, now: datetime
) -> Card:
    """Offer what was live before, newest first, and mark what failed; then tags, for a project with few deploys.

    found: what the server knows of these commits.
    """
    lines = [t("versions-rollback", project=project.name)]
    buttons = []
    named = {tag.commit: tag.ref for tag in found.tags}
    live = found.live or next((release.commit for release in releases if release.was_live), "")
    for release in releases:
        name = named.get(release.commit, release.commit[:8])
        lines.append(_release_line(release, name, live, found.places.get(release.commit), t, now))
        if release.was_live and not release.bad_run and release.commit != live:
            ref = name if release.commit in named else release.commit[:12]
            buttons.append(Button(cut_text(f"↩️ {name}", _LABEL_UNITS), ref_button("rollback", project.name, ref)))
    offered = {release.commit for release in releases} | {live}
    tags = [tag for tag in found.tags if tag.commit not in offered]
    buttons += [_known_button("rollback", project, tag, t, now) for tag in tags[: _MOST - len(buttons)]]
    if not buttons:
        return Card(t("versions-no-way-back", project=project.name))
    return Card(Html.join("\n", [*lines, *backup_line(saved, t, now)]), in_rows(buttons, 2))


def _release_line(release: Release, name: str, live: str, place: Place | None, t: Texts, now: datetime) -> Html:
    """Return how a release is called, who put it live and when, who wrote it, and what stays when it comes back."""
    kind = "failed" if release.bad_run else "live" if release.commit == live else "earlier"
    tag = "" if release.ref not in {name, release.commit} else "-tag"
    facts = {"name": name, "ref": ref_name(release.ref), "who": release.who, "ago": t.ago(release.live_at, now)}
    line = t(f"release-{kind}{tag}", **facts, run=str(release.bad_run))
    if place is None:
        return line
    if place.migrations and kind == "earlier":
        line = Html(f"{line} · {t('release-migrations', count=place.migrations)}")
    return Html(f"{line}\n    {escape(release.commit[:8])} {escape(cut_text(place.about, _ABOUT_UNITS))}")


@dataclass(frozen=True, slots=True)
class Ways:
    """What can come back besides the code.

    between: the migrations that the version does not know. counted: so many of the last ones are taken back, rather
    than all down to its own. data: the dumps from before it was left. loss: what restoring those would cost.
    """

    between: tuple[str, ...] = ()
    counted: bool = False
    data: tuple[Backup, ...] = ()
    loss: Loss = UNKNOWN


def way_card(project: Project, ref: str, ways: Ways, saved: Saved | None, t: Texts, now: datetime) -> Card:
    """Ask what comes back: the code alone, the migrations that lie between, or the data of then."""
    parts, packed = [], pack_ref(project.name, ref)

    def button(label: Html, style: str = "danger", **how: Any) -> Button:
        return Button(label, ChooseWay(project=project.name, ref=packed, **how).pack(), style)

    buttons = [button(t("button-way-code"), "primary")]
    if ways.between:
        listed = [escape(cut_text(name, _ABOUT_UNITS)) for name in ways.between[:_MIGRATIONS]]
        left = len(ways.between) - len(listed)
        more = [t("and-more", count=left)] if left else []
        parts += [
            t("way-back-migrations", project=project.name, ref=ref_name(ref), count=len(ways.between)),
            folded(Html.join("\n", listed + more)),
            t("way-back-how"),
        ]
        count = min(len(ways.between), _MOST_STEPS)
        steps = t("button-way-steps", count=count)
        buttons.append(button(steps, steps=count) if ways.counted else button(t("button-way-down"), down=True))
    if ways.data:
        at = t.moment(ways.data[0].taken_at, now)
        parts += [t("way-back-data", project=project.name, ref=ref_name(ref), at=at), *loss_lines(ways.loss, t, at)]
        buttons.append(button(_data_label(ways.loss, t, at), data=True))
    else:
        parts += backup_line(saved, t, now)
    return Card(Html.join("\n", parts), in_rows(buttons, 2))


def _data_label(loss: Loss, t: Texts, at: str) -> Html:
    if not loss.rows_lost:
        return t("button-way-data", at=at)
    return t("button-way-data-rows", at=at, rows=str(loss.rows_lost))


def backup_line(saved: Saved | None, t: Texts, now: datetime) -> list[Html]:
    """Return where the newest backup of a database is, and how old; nothing where there is none."""
    if saved is None:
        return []
    return [t("way-back-backup", path=saved.path, size=t.size(saved.bytes), ago=t.ago(saved.taken_at, now))]


def _known_button(command: str, project: Project, ref: KnownRef, t: Texts, now: datetime) -> Button:
    sign = "🏷" if ref.kind == "tag" else "🌿"
    label = f"{sign} {cut_text(ref.ref, _LABEL_UNITS)} · {t.ago(ref.at, now)}"
    return Button(label, ref_button(command, project.name, ref.ref))
