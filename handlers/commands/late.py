"""The button under a command that came too late: run it now, in the name of whoever presses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiogram import Router
from aiogram.types import Update

from handlers.buttons import RunStale
from ops.actor import Right

if TYPE_CHECKING:
    from aiogram.types import CallbackQuery

    from handlers.desk import Talk


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="late")
    router.callback_query.register(run_now, RunStale.filter(), flags={"right": Right.TALK})
    return router


async def run_now(press: CallbackQuery, callback_data: RunStale, talk: Talk) -> None:
    """Handle the old command as if the presser had typed it just now, rights and all."""
    body = await talk.desk.inbox.body(callback_data.update)
    message = json.loads(body).get("message") if body else None
    if message is None or message["chat"]["id"] != talk.reply.to.chat_id:
        return
    message["from"] = press.from_user.model_dump(mode="json", exclude_none=True)
    message["date"] = int(talk.desk.chat_now().timestamp())
    update = Update.model_validate({"update_id": talk.reply.update_id, "message": message}, context={"bot": press.bot})
    await talk.desk.handle(update)
