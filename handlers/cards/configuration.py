"""The message that tells what a reload has changed, or why it has changed nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.cards.card import Card
from handlers.markup import Html
from handlers.wording import error_text
from ops.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from handlers.i18n import Texts

_SIGNS = {"added": "+", "changed": "~", "removed": "−"}


def configuration_card(said: Mapping[str, Any], t: Texts, now: datetime) -> Card:
    """Return the message. ``said``: a letter's body, as bot/configuration.py writes it."""
    facts = {"where": said["where"] or "no", "by": said["by"] or "no"}
    if error := said.get("error"):
        return Card(Html.join("\n", [t("config-kept", **facts), error_text(t, BadFile(**error), now)]))
    lines = [t(f"config-{kind}", names=_names(each)) for kind, each in said["changes"].items()]
    if said["texts"]:
        lines.append(t("config-texts", count=said["texts"]))
    if not lines:
        return Card(t("config-same", **facts))
    return Card(Html.join("\n", [t("config-reloaded", **facts), *lines]))


def _names(difference: Mapping[str, list[str]]) -> str:
    """Return ``+ shop, ~ formbot, − old``."""
    return ", ".join(f"{sign} {name}" for kind, sign in _SIGNS.items() for name in difference[kind])
