"""The button under a run that was refused: the same again, with what was refused allowed by whoever presses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router

from handlers.buttons import RunAction, RunButton
from handlers.commands.line import launch
from handlers.commands.runs import visible
from ops.actor import Right
from ops.releases.confirmation import confirmation
from ops.runs.launcher import Ask

if TYPE_CHECKING:
    from aiogram.types import CallbackQuery

    from handlers.desk import Talk


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="go-on")
    # Some of it only an admin may allow: the launcher looks at each value that it is given.
    router.callback_query.register(
        go_on_pressed, RunButton.filter(F.action == RunAction.GO_ON), flags={"right": Right.OPERATE}
    )
    return router


async def go_on_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Launch the run once more. Raises NotAllowed."""
    run = await visible(talk, callback_data.run)
    allowed = confirmation(run)
    if allowed is not None:
        key, chat_id = f"update:{talk.reply.update_id}", talk.reply.to.chat_id
        await launch(
            talk, Ask(key, talk.actor, run.runbook, run.project, allowed.values, chat_id, hosts=run.plan.hosts)
        )
