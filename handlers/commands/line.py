"""Launching what somebody asked for, or offering a place in line where another run is first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aiogram import Router

from handlers.buttons import StandInLine, is_hashed, pack_command, pack_ref, unpack_command, unpack_ref
from handlers.cards.card import Button, Card
from handlers.wording import error_text
from ops.actor import Right
from ops.errors import ProjectLocked
from ops.ref import read_ref
from ops.releases.refs import list_refs
from ops.runs.launcher import Ask

if TYPE_CHECKING:
    from aiogram.types import CallbackQuery

    from handlers.desk import Talk


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="line")
    router.callback_query.register(stand_in_line, StandInLine.filter(), flags={"right": Right.OPERATE})
    return router


async def launch(talk: Talk, ask: Ask) -> None:
    """Launch a run; its card appears in the team's chat. Where another run is first, offer to wait for it.

    Raises UnknownProject, NotAllowed, BadRef.
    """
    try:
        run = await talk.desk.launcher.launch(ask)
    except ProjectLocked as error:
        data = StandInLine(
            command=pack_command(ask.runbook),
            project=ask.project,
            ref=pack_ref(ask.project, ask.values.get("REF", "")),
        )
        # What a button cannot carry has to be typed again.
        carried = not ask.hosts and not ask.values.keys() - {"REF", "AGAIN"}
        rows = ((Button(talk.t("button-wait"), data.pack(), "primary"),),) if carried else ()
        await talk.reply.say(Card(error_text(talk.t, error, talk.desk.now()), rows))
        return
    if talk.reply.to.chat_id != talk.desk.team_chat():
        await talk.reply.say(Card(talk.t("run-accepted", run=str(run.id), project=run.project)))


async def stand_in_line(_: CallbackQuery, callback_data: StandInLine, talk: Talk) -> None:
    """Have the run begin when its turn comes."""
    project = talk.desk.inventory.project(callback_data.project, talk.actor, Right.OPERATE)
    known = [runbook.name for runbook in talk.desk.launcher.library.all(project)]
    ask = Ask(
        key=f"update:{talk.reply.update_id}",
        actor=talk.actor,
        runbook=unpack_command(callback_data.command, known),
        project=project.name,
        chat_id=talk.reply.to.chat_id,
        wait=True,
    )
    if callback_data.ref:
        refs = await list_refs(talk.desk.questions, project) if is_hashed(callback_data.ref) else []
        ref = unpack_ref(project.name, callback_data.ref, [each.ref for each in refs])
        if ref is None:
            await talk.reply.say(Card(talk.t("version-gone")))
            return
        if "REF" in talk.desk.launcher.library.find(project, ask.runbook).values:
            ask = replace(ask, values={"REF": read_ref(callback_data.command, ref)})
    await launch(talk, ask)
