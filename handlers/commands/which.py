"""Which project a command is about: named, the only one there is, or to be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import ChooseProject, pack_ref
from handlers.cards.card import Button, Card, in_rows
from ops.errors import UnknownProject
from ops.ref import Ref, nearest

if TYPE_CHECKING:
    from handlers.desk import Talk
    from ops.actor import Right
    from ops.project import Project

_OF_VERSIONS = ("deploy", "rollback")
"""Commands that take a version, so that a lone word that is no project is one."""


async def which_project(talk: Talk, command: str, words: list[str], right: Right) -> tuple[Project | None, list[str]]:
    """Return the project and the words that are left; None when the person is being asked which one.

    Raises UnknownProject, NotAllowed, BadRef.
    """
    inventory, actor = talk.desk.inventory, talk.actor
    names = [project.name for project in inventory.visible(actor)]
    if words and words[0] in inventory.projects:
        return inventory.project(words[0], actor, right), words[1:]
    if len(names) == 1:
        return inventory.project(names[0], actor, right), words
    if not names or len(words) > 1:
        # Two words, and the first is no project: a slip in its name rather than a version of some project.
        raise UnknownProject(words[0] if words else "", nearest(words[0], names) if words else ())
    # Only a version goes into a button: any other text might not fit, or hold what parts its fields.
    ref = Ref(words[0]) if words and command in _OF_VERSIONS else ""
    buttons = [
        Button(name, ChooseProject(command=command, project=name, ref=pack_ref(name, ref)).pack()) for name in names
    ]
    await talk.reply.say(Card(talk.t("choose-project"), in_rows(buttons, 2)))
    return None, words
