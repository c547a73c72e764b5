"""/plan: what a deploy would do, with its scripts, before anybody does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import Router
from aiogram.filters import Command

from handlers.cards.plan import plan_card, plan_document
from handlers.commands.which import which_project
from ops.actor import Right
from ops.errors import BadRef
from ops.ref import Ref
from ops.releases.outlook import look_ahead
from ops.runs.launcher import Ask

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import Message

    from handlers.desk import Talk


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="plan")
    router.message.register(plan, Command("plan"), flags={"right": Right.OPERATE})
    return router


async def plan(_: Message, command: CommandObject, talk: Talk) -> None:
    """Show steps, hosts, scripts and commits. Raises UnknownProject, NotAllowed, BadRef, HostError."""
    library = talk.desk.launcher.library
    words = (command.args or "").split()
    project, rest = await which_project(
        talk, "plan", words, Right.OPERATE, able=lambda project: library.has(project, "deploy")
    )
    if project is None:
        return
    if len(rest) > 1:
        raise BadRef(" ".join(rest), "characters")
    ref = Ref(rest[0]) if rest else Ref(project.branch)
    ask = Ask(f"update:{talk.reply.update_id}", talk.actor, "deploy", project.name, {"REF": ref})
    intended = talk.desk.launcher.plan(ask)
    outlook = await look_ahead(talk.desk.questions, project, ref)
    document = plan_document(project, ref, intended, outlook, talk.t)
    await talk.reply.say(plan_card(project, ref, intended, outlook, talk.t), document)
