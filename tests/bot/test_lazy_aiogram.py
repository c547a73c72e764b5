"""aiogram imported the cheap way reads and writes what it does when imported its own way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent.parent

# Reads updates, writes them and some calls; prints all of it.
ROUND_TRIP = """
import bot, json, pickle
from aiogram import methods, types
from aiogram.fsm.context import FSMContext
from aiogram.types import Update

olena = {"id": 1001, "is_bot": False, "first_name": "Olena", "language_code": "uk"}
chat = {"id": -1001, "type": "supergroup", "title": "t", "is_forum": True}
message = {"message_id": 5, "date": 1760099400, "chat": chat, "from": olena, "text": "/deploy main",
           "entities": [{"type": "bot_command", "offset": 0, "length": 7}], "message_thread_id": 3,
           "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": "x", "style": "primary"}]]}}
updates = [
    {"message": message},
    {"message": {**message, "reply_to_message": message, "forward_origin":
        {"type": "hidden_user", "sender_user_name": "S", "date": 1}}},
    {"edited_message": {**message, "edit_date": 1760099401}},
    {"callback_query": {"id": "1", "from": olena, "message": message, "chat_instance": "1", "data": "x"}},
    {"callback_query": {"id": "1", "from": olena, "chat_instance": "1", "data": "x",
        "message": {"chat": chat, "message_id": 5, "date": 0}}},
    {"my_chat_member": {"chat": chat, "from": olena, "date": 1,
        "old_chat_member": {"user": olena, "status": "member"}, "new_chat_member": {"user": olena, "status": "left"}}},
]
for i, update in enumerate(updates):
    read = Update.model_validate({"update_id": i, **update})
    assert pickle.loads(pickle.dumps(read)) == read
    print(read.event_type, json.dumps(read.model_dump(mode="json", exclude_none=True), sort_keys=True))
keyboard = types.InlineKeyboardMarkup(inline_keyboard=[[types.InlineKeyboardButton(text="b", callback_data="d")]])
for call in (
    methods.SendMessage(chat_id=1, text="t", reply_markup=keyboard,
                        reply_parameters=types.ReplyParameters(message_id=1)),
    methods.EditMessageText(chat_id=1, message_id=2, text="t"),
    methods.SetMyCommands(commands=[types.BotCommand(command="a", description="b")],
                          scope=types.BotCommandScopeChat(chat_id=1)),
    methods.GetUpdates(timeout=5, allowed_updates=["message"]),
):
    print(type(call).__name__, call.model_dump_json(warnings=False, exclude_unset=True))
    print(call.__returning__)
"""

# Builds every type and every method there is, one after the other.
EVERYTHING = """
import bot, inspect, sys
from aiogram import methods, types
from pydantic import BaseModel

models = [each for module in (types, methods) for each in vars(module).values()
          if inspect.isclass(each) and issubclass(each, BaseModel)]
before = sum(each.__pydantic_complete__ for each in models)
for each in models:
    each.model_rebuild()
    assert each.__pydantic_complete__, each
print(len(models), before)
"""

WHAT_IS_IMPORTED = "import bot.app, sys; print(*sorted(sys.modules))"


def run(program: str, **env: str) -> str:
    everything = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), **env}
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, env=everything, capture_output=True, text=True, check=True).stdout


def test_both_ways_read_and_write_the_same() -> None:
    lazy, eager = run(ROUND_TRIP), run(ROUND_TRIP, LOTSMAN_EAGER_AIOGRAM="1")
    assert lazy == eager
    assert json.loads(lazy.splitlines()[0].partition(" ")[2])["message"]["text"] == "/deploy main"


def test_every_type_and_method_can_still_be_built_but_few_are_at_first() -> None:
    count, before = map(int, run(EVERYTHING).split())
    assert count > 400
    assert before < count / 3


def test_starting_the_bot_imports_nothing_it_never_uses() -> None:
    heavy = {"demo", "pytest", "hypothesis", "selenium", "redis", "motor", "pymongo"}
    assert heavy & set(run(WHAT_IS_IMPORTED).split()) == set()


def test_pydantic_is_left_as_it_was_for_everybody_else() -> None:
    program = """
import bot
from pydantic import BaseModel

class Late(BaseModel):
    other: "Later"

class Later(BaseModel):
    name: str

Late.model_rebuild(_types_namespace={"Later": Later})
print(Late(other={"name": "x"}).other.name)
"""
    assert run(program) == "x\n"
