"""/deploy and /rollback: put a version live; without one, offer those there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import ChooseProject, ChooseRef, is_hashed, unpack_ref
from handlers.cards.card import Card
from handlers.cards.versions import refs_card, releases_card
from handlers.commands.line import launch
from handlers.commands.which import which_project
from ops.actor import Right
from ops.errors import BadRef
from ops.ref import Ref
from ops.releases.refs import list_refs
from ops.runs.launcher import Ask

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk
    from ops.project import Project

_RIGHT = {"right": Right.OPERATE}
_COMMANDS = ("deploy", "rollback")


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="versions")
    router.message.register(deploy_or_rollback, Command(*_COMMANDS), flags=_RIGHT)
    router.callback_query.register(project_chosen, ChooseProject.filter(F.command.in_(_COMMANDS)), flags=_RIGHT)
    router.callback_query.register(ref_chosen, ChooseRef.filter(F.command.in_(_COMMANDS)), flags=_RIGHT)
    return router


async def deploy_or_rollback(_: Message, command: CommandObject, talk: Talk) -> None:
    """Start what was named, or offer what could be."""
    await begin(talk, command.command, (command.args or "").split())


async def project_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """Go on with the project that was chosen."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE)
    if callback_data.ref:
        await _start_packed(talk, callback_data.command, project, callback_data.ref)
    else:
        await offer(talk, callback_data.command, project)


async def ref_chosen(_: CallbackQuery, callback_data: ChooseRef, talk: Talk) -> None:
    """Start the version that was chosen."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE)
    await _start_packed(talk, callback_data.command, project, callback_data.ref, again=callback_data.again)


async def begin(talk: Talk, command: str, words: list[str]) -> None:
    """Start with the words of the command. Raises UnknownProject, NotAllowed, BadRef, ProjectLocked."""
    project, rest = await which_project(talk, command, words, Right.OPERATE)
    if project is None:
        return
    if not rest:
        await offer(talk, command, project)
    elif len(rest) > 1:
        raise BadRef(" ".join(rest), "characters")
    else:
        await start(talk, command, project, rest[0])


async def start(talk: Talk, command: str, project: Project, ref: str, *, again: bool = False) -> None:
    """Launch the run; its card appears in the team's chat."""
    values = {"REF": Ref(ref)} | ({"AGAIN": "yes"} if again else {})
    ask = Ask(f"update:{talk.reply.update_id}", talk.actor, command, project.name, values, talk.reply.to.chat_id)
    await launch(talk, ask)


async def offer(talk: Talk, command: str, project: Project) -> None:
    """Show the versions there are, newest first."""
    refs = await list_refs(talk.desk.questions, project)
    if command == "deploy":
        card = refs_card(project, refs, talk.t, talk.desk.now())
    else:
        releases = await talk.desk.releases.latest(project.name, 6)
        card = releases_card(project, releases, refs, talk.t, talk.desk.now())
    await talk.reply.say(card)


async def _start_packed(talk: Talk, command: str, project: Project, packed: str, *, again: bool = False) -> None:
    known = await list_refs(talk.desk.questions, project) if is_hashed(packed) else []
    ref = unpack_ref(project.name, packed, [each.ref for each in known])
    if ref is None:
        await talk.reply.say(Card(talk.t("version-gone")))
    else:
        await start(talk, command, project, ref, again=again)
