"""Cards that offer versions: branches and tags for a deploy, earlier releases for a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import ref_button
from handlers.cards.card import Button, Card, in_rows
from handlers.cards.run_lines import ref_name
from handlers.markup import Html, cut_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.i18n import Texts
    from ops.project import Project
    from ops.releases.refs import KnownRef
    from ops.store.releases import Release

_MOST = 10
_LABEL_UNITS = 28


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
    project: Project, releases: Sequence[Release], refs: Sequence[KnownRef], t: Texts, now: datetime
) -> Card:
    """Offer what was live before, newest first; then tags, for a project we have not deployed often."""
    lines = [t("versions-rollback", project=project.name)]
    buttons = []
    named = {ref.commit: ref.ref for ref in refs if ref.kind == "tag"}
    for number, release in enumerate(releases):
        name = named.get(release.commit, release.commit[:8])
        facts = {"name": name, "ref": ref_name(release.ref), "who": release.who, "ago": t.ago(release.live_at, now)}
        kind = "live" if number == 0 else "earlier"
        lines.append(
            t(f"release-{kind}" if release.ref not in {name, release.commit} else f"release-{kind}-tag", **facts)
        )
        if number > 0:
            ref = name if release.commit in named else release.commit[:12]
            buttons.append(Button(cut_text(f"↩️ {name}", _LABEL_UNITS), ref_button("rollback", project.name, ref)))
    offered = {release.commit for release in releases}
    tags = [ref for ref in refs if ref.kind == "tag" and ref.commit not in offered]
    buttons += [_known_button("rollback", project, ref, t, now) for ref in tags[: _MOST - len(buttons)]]
    if not buttons:
        return Card(t("versions-no-way-back", project=project.name))
    return Card(Html.join("\n", lines), in_rows(buttons, 2))


def _known_button(command: str, project: Project, ref: KnownRef, t: Texts, now: datetime) -> Button:
    sign = "🏷" if ref.kind == "tag" else "🌿"
    label = f"{sign} {cut_text(ref.ref, _LABEL_UNITS)} · {t.ago(ref.at, now)}"
    return Button(label, ref_button(command, project.name, ref.ref))
