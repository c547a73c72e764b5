"""/deploy and /rollback: put a version live; without one, offer those there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import ChooseProject, ChooseRef, ChooseWay, is_hashed, unpack_ref
from handlers.cards.card import Card
from handlers.commands import restore
from handlers.commands.line import launch
from handlers.commands.start import begin, offer, start_packed
from ops.actor import Right
from ops.ref import read_ref
from ops.releases.refs import list_refs
from ops.runs.launcher import Ask

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk

_RIGHT = {"right": Right.OPERATE}
_COMMANDS = ("deploy", "rollback")
_RELEASES = 8


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="versions")
    router.message.register(deploy_or_rollback, Command(*_COMMANDS), flags=_RIGHT)
    router.callback_query.register(project_chosen, ChooseProject.filter(F.command.in_(_COMMANDS)), flags=_RIGHT)
    router.callback_query.register(way_chosen, ChooseWay.filter(), flags=_RIGHT)
    router.callback_query.register(ref_chosen, ChooseRef.filter(F.command.in_(_COMMANDS)), flags=_RIGHT)
    return router


async def deploy_or_rollback(_: Message, command: CommandObject, talk: Talk) -> None:
    """Start what was named, or offer what could be."""
    await begin(talk, command.command, (command.args or "").split())


async def project_chosen(_: CallbackQuery, callback_data: ChooseProject, talk: Talk) -> None:
    """Go on with the project that was chosen."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE)
    if callback_data.ref:
        await start_packed(talk, callback_data.command, project, callback_data.ref)
    else:
        await offer(talk, callback_data.command, project)


async def ref_chosen(_: CallbackQuery, callback_data: ChooseRef, talk: Talk) -> None:
    """Start the version that was chosen."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE)
    await start_packed(talk, callback_data.command, project, callback_data.ref, again=callback_data.again)


async def way_chosen(_: CallbackQuery, callback_data: ChooseWay, talk: Talk) -> None:
    """Go back, with the migrations, with the data of then, or with neither. Raises NotAllowed, CannotRestore."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE)
    known = await list_refs(talk.desk.questions, project) if is_hashed(callback_data.ref) else []
    ref = unpack_ref(project.name, callback_data.ref, [each.ref for each in known])
    if ref is None:
        await talk.reply.say(Card(talk.t("version-gone")))
        return
    values: dict[str, str] = {"REF": read_ref("rollback", ref)}
    if callback_data.data:
        await restore.ask_rollback(talk, project, values["REF"])
        return
    if callback_data.down:
        values["MIGRATE_DOWN"] = "yes"
    if callback_data.steps:
        values["STEPS_BACK"] = str(callback_data.steps)
    key, chat_id = f"update:{talk.reply.update_id}", talk.reply.to.chat_id
    await launch(talk, Ask(key, talk.actor, "rollback", project.name, values, chat_id))
