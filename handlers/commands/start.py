"""Starting a runbook for whoever asks: in which project, with which values, and versions to choose from without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import is_hashed, unpack_ref
from handlers.cards.card import Card
from handlers.cards.versions import Ways, refs_card, releases_card, way_card
from handlers.commands import restore
from handlers.commands.line import launch
from handlers.commands.which import which_project
from ops.actor import Right
from ops.errors import HostError
from ops.ref import read_ref
from ops.releases.refs import list_refs
from ops.releases.way_back import look_back
from ops.runs.launcher import Ask
from ops.runs.restoring import RESTORE
from ops.runs.value import missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.desk import Talk
    from ops.project import Project
    from ops.runs.run import Run


_RELEASES = 8
"""How many releases a way back is offered to."""


async def begin(talk: Talk, name: str, words: list[str]) -> None:
    """Start a runbook with the words behind its command.

    Raises UnknownProject, NotAllowed, NoRunbook, BadRef, BadValue.
    """
    library = talk.desk.launcher.library
    project, rest = await which_project(
        talk, name, words, Right.OPERATE, able=lambda project: library.has(project, name)
    )
    if project is not None:
        await begin_in(talk, name, project, rest)


async def begin_in(talk: Talk, name: str, project: Project, words: list[str]) -> None:
    """Start a runbook of a project with the words that are left; without a version, offer those there are."""
    runbook = talk.desk.launcher.library.find(project, name)
    talk.desk.inventory.project(project.name, talk.actor, runbook.right)
    given = runbook.read_words(project.name, words)
    if not given and missing(runbook.values, given) == ["REF"]:
        await offer(talk, name, project)
    else:
        await start(talk, name, project, given)


async def start(talk: Talk, name: str, project: Project, given: Mapping[str, str]) -> None:
    """Launch the run; its card appears in the team's chat."""
    if name == "rollback" and given.keys() == {"REF"} and await _asked_how(talk, project, given["REF"]):
        return
    key, chat_id = f"update:{talk.reply.update_id}", talk.reply.to.chat_id
    await launch(talk, Ask(key, talk.actor, name, project.name, given, chat_id))


async def start_packed(talk: Talk, name: str, project: Project, packed: str, *, again: bool = False) -> None:
    """Start the version that a button names. ``again``: even though it is live already."""
    taken = talk.desk.launcher.library.find(project, name).values
    known = await list_refs(talk.desk.questions, project) if is_hashed(packed) else []
    ref = unpack_ref(project.name, packed, [each.ref for each in known])
    if ref is None or "REF" not in taken:
        await talk.reply.say(Card(talk.t("version-gone")))
        return
    offered = {"REF": read_ref(name, ref), "AGAIN": "yes" if again else ""}
    await start(talk, name, project, {key: value for key, value in offered.items() if value and key in taken})


async def repeat(talk: Talk, run: Run) -> None:
    """Do the same again, as a new run; a restore is asked about anew.

    Raises UnknownProject, NotAllowed, NoRunbook, BadValue.
    """
    project = talk.desk.inventory.project(run.project, talk.actor, Right.OPERATE)
    if run.runbook == "restore":
        await restore.offer(talk, project)
        return
    # What is restored was agreed to once.
    repeated = set(talk.desk.launcher.library.find(project, run.runbook).repeated) - {RESTORE}
    given = {name: run.plan.values[name] for name in repeated if run.plan.values.get(name)}
    await start(talk, run.runbook, project, given)


async def offer(talk: Talk, name: str, project: Project) -> None:
    """Show the versions there are, newest first. Raises NoRunbook, HostError."""
    talk.desk.launcher.library.find(project, name)
    if name == "rollback":
        releases = await talk.desk.releases.latest(project.name, _RELEASES)
        found = await look_back(talk.desk.questions, project, [release.commit for release in releases])
        saved = await talk.desk.releases.last_backup(project.name)
        card = releases_card(project, releases, found, saved, talk.t, talk.desk.now())
    else:
        refs = await list_refs(talk.desk.questions, project)
        card = refs_card(project, refs, talk.t, talk.desk.now(), name)
    await talk.reply.say(card)


async def _asked_how(talk: Talk, project: Project, ref: str) -> bool:
    """Ask what comes back besides the code, where there is a choice: migrations that lie between, the data of then."""
    takes = talk.desk.launcher.library.find(project, "rollback").values
    migrations = "STEPS_BACK" in takes or ("MIGRATE_DOWN" in takes and project.migrations == "alembic")
    if not migrations and RESTORE not in takes:
        return False
    try:
        found = await look_back(talk.desk.questions, project, (), ref)
    except HostError:
        return False  # the run itself will say what is the matter
    restoring = talk.desk.restoring
    data = await restoring.data_before(project, found.target) if RESTORE in takes and found.target else []
    between = found.between if migrations else ()
    if not between and not data:
        return False
    loss = await restoring.loss(data, project)
    saved = await talk.desk.releases.last_backup(project.name)
    ways = Ways(between, "STEPS_BACK" in takes, tuple(data), loss)
    await talk.reply.say(way_card(project, ref, ways, saved, talk.t, talk.desk.now()))
    return True
