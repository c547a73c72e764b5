"""Which project a command is about: named, the only one there is, or to be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import ChooseProject, pack_command, pack_ref
from handlers.cards.card import Button, Card, in_rows
from ops.errors import UnknownProject
from ops.ref import nearest, read_ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.desk import Talk
    from ops.actor import Right
    from ops.project import Project


async def which_project(
    talk: Talk,
    command: str,
    words: list[str],
    right: Right,
    able: Callable[[Project], bool] = lambda _: True,
) -> tuple[Project | None, list[str]]:
    """Return the project and the words that are left; None when the person is being asked which one.

    able: whether a project can do it at all; where none can, all are offered, and the one chosen says what it can.
    Raises UnknownProject, NotAllowed, BadRef.
    """
    inventory, actor = talk.desk.inventory, talk.actor
    visible = inventory.visible(actor)
    names = [project.name for project in visible if able(project)] or [project.name for project in visible]
    if words and words[0] in inventory.projects:
        return inventory.project(words[0], actor, right), words[1:]
    if len(names) == 1:
        return inventory.project(names[0], actor, right), words
    if not names or len(words) > 1:
        # Two words, and the first is no project: a slip in its name rather than a version of some project.
        raise UnknownProject(words[0] if words else "", nearest(words[0], names) if words else ())
    asked = _first_asked(talk, command, names) if words else ""
    if asked not in {"", "REF"}:
        raise UnknownProject(words[0], nearest(words[0], names))
    # Only a version goes into a button: any other text might not fit, or hold what parts its fields.
    ref = read_ref(command, words[0]) if asked else ""
    buttons = [
        Button(name, ChooseProject(command=pack_command(command), project=name, ref=pack_ref(name, ref)).pack())
        for name in names
    ]
    await talk.reply.say(Card(talk.t("choose-project"), in_rows(buttons, 2)))
    return None, words


def _first_asked(talk: Talk, command: str, names: list[str]) -> str:
    """Return what the first word behind the command means, project aside; empty where it takes none."""
    library, projects = talk.desk.launcher.library, talk.desk.inventory.projects
    able = [projects[name] for name in names if library.has(projects[name], command)]
    asked = {(library.find(project, command).asked or [""])[0] for project in able}
    return asked.pop() if len(asked) == 1 else ""
