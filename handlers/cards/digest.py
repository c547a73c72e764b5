"""The weekly digest of backups: a letter that anybody can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.cards.card import Card
from handlers.markup import Html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.i18n import Texts
    from ops.backups.digest import Digest


def digest_card(digest: Digest, t: Texts, keys: Sequence[str] = ()) -> Card:
    """Say in whole sentences how the backups stand. keys: those that nobody has shown in time."""
    well = digest.proven == digest.targets and not digest.late and not digest.bad and not keys
    lines = [
        t("digest-heading", sign="🟢" if well else "🟡"),
        t("digest-proven", count=digest.targets, proven=digest.proven),
    ]
    if digest.oldest is not None:
        lines.append(t("digest-oldest", day=t.stamp(digest.oldest)[:10], files=digest.files, size=t.size(digest.bytes)))
    lines.append(t("digest-freed", size=t.size(digest.freed)) if digest.freed else t("digest-nothing-freed"))
    if digest.late:
        lines.append(t("digest-late", names=", ".join(digest.late)))
    if digest.unproven:
        lines.append(t("digest-unproven", names=", ".join(digest.unproven)))
    if digest.bad:
        lines.append(t("digest-bad", count=digest.bad))
    if digest.uncopied:
        lines.append(t("digest-uncopied", count=digest.uncopied))
    if keys:
        lines.append(t("digest-keys", keys=", ".join(keys)))
    lines.append(t("digest-more"))
    return Card(Html.join("\n", lines))
