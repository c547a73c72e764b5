"""Row 24: mistakes that Telegram passes over in silence."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiogram.methods
import aiogram.types
import pytest

from demo.botapi.methods import HANDLERS
from demo.botapi.schema import METHODS, NOT_HERE, OBJECTS, UNSUPPORTED
from tests.demo.botapi_client import button, keyboard

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.world import World
    from tests.demo.botapi_client import Caller


_ROOT = Path(__file__).parents[2]


def _public(module: Any) -> list[Any]:
    return [each for each in vars(module).values() if inspect.isclass(each)]


_CLASSES: dict[str, Any] = {
    each.__api_method__: each
    for each in _public(aiogram.methods)
    if isinstance(getattr(each, "__api_method__", None), str)
}


@pytest.mark.parametrize("method", METHODS)
def test_the_table_of_parameters_is_aiograms(method: str) -> None:
    assert set(_CLASSES[method].model_fields) == METHODS[method]


@pytest.mark.parametrize("kind", OBJECTS)
def test_the_table_of_objects_is_aiograms(kind: str) -> None:
    assert set(getattr(aiogram.types, kind).model_fields) == OBJECTS[kind]


def test_every_real_method_is_either_here_or_known_to_be_missing() -> None:
    assert set(_CLASSES) == set(METHODS) | NOT_HERE
    assert set(HANDLERS) | {"getUpdates"} == set(METHODS)


def test_every_unsupported_parameter_is_a_real_one() -> None:
    assert set().union(*METHODS.values()) >= UNSUPPORTED


def test_the_stand_in_itself_does_without_aiogram() -> None:
    program = "import sys, demo.botapi.server, demo.botapi.world, demo.page.page; sys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=_ROOT, check=False).returncode == 0


async def test_a_misspelt_parameter_is_answered_but_recorded(call: Caller, world: World, ops: Chat) -> None:
    sent = await call("sendMessage", chat_id=ops.id, text="<b>x</b>", parsemode="HTML")
    assert sent.result["text"] == "<b>x</b>"
    assert [(each.method, each.problem) for each in world.failures] == [
        ("sendMessage", "sendMessage has no parameter 'parsemode'")
    ]


async def test_a_misspelt_field_of_a_button_is_recorded(call: Caller, world: World, ops: Chat) -> None:
    await call("sendMessage", chat_id=ops.id, text="x", reply_markup=keyboard([button("x", "x", colour="red")]))
    assert [each.problem for each in world.failures] == ["InlineKeyboardButton has no field 'colour'"]


async def test_a_misspelt_field_of_an_encoded_object_is_recorded(call: Caller, world: World, ops: Chat) -> None:
    await call.request(
        "GET",
        f"/bot{call.token}/sendMessage",
        params={"chat_id": str(ops.id), "text": "x", "link_preview_options": '{"disabled": true}'},
    )
    assert [each.problem for each in world.failures] == ["LinkPreviewOptions has no field 'disabled'"]


async def test_a_real_parameter_without_effect_here_is_recorded(call: Caller, world: World, ops: Chat) -> None:
    await call("sendMessage", chat_id=ops.id, text="x", business_connection_id="b")
    problem = "sendMessage: 'business_connection_id' is a real parameter, but this stand-in does not implement it"
    assert [each.problem for each in world.failures] == [problem]


async def test_a_correct_call_leaves_no_trace(call: Caller, world: World, ops: Chat) -> None:
    await call(
        "sendMessage",
        chat_id=ops.id,
        text="x",
        reply_markup=keyboard([button("x", "x", style="danger")]),
        link_preview_options={"is_disabled": True},
        reply_parameters={"message_id": 9, "allow_sending_without_reply": True},
    )
    assert world.failures == []
