"""Rows 1 to 3: how a call travels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import aiohttp
import pytest

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.world import World
    from tests.demo.botapi_client import Caller


async def test_an_unknown_method_is_not_found(call: Caller) -> None:
    assert (await call("sendMesage")).error == (404, "Not Found: method not found")


async def test_a_real_method_that_is_missing_here_is_not_found_and_recorded(call: Caller, world: World) -> None:
    assert (await call("sendDice", chat_id=1)).error == (404, "Not Found: method not found")
    assert [each.problem for each in world.failures] == [
        "sendDice is a real method, but this stand-in does not implement it"
    ]


async def test_an_invented_method_is_no_failure_of_the_stand_in(call: Caller, world: World) -> None:
    await call("sendMesage")
    assert world.failures == []


@pytest.mark.parametrize(
    ("token", "description"),
    [
        ("1:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "Unauthorized"),
        ("rubbish", "Unauthorized: invalid token specified"),
    ],
)
async def test_a_wrong_token_is_unauthorised(call: Caller, token: str, description: str) -> None:
    assert (await call.request("GET", f"/bot{token}/getMe")).error == (401, description)


async def test_a_path_without_a_bot_is_not_found(call: Caller) -> None:
    assert (await call.request("GET", "/index.html")).error == (404, "Not Found")


async def test_the_bot_is_told_who_it_is(call: Caller) -> None:
    me = (await call("getMe")).result
    assert (me["id"], me["is_bot"], me["first_name"], me["username"]) == (424242, True, "Lotsman", "lotsman_bot")
    assert me["can_read_all_group_messages"] is False


async def test_the_methods_name_may_be_written_in_any_case(call: Caller) -> None:
    assert (await call("GETme")).result["id"] == 424242


async def test_parameters_come_from_the_query(call: Caller, ops: Chat) -> None:
    path = f"/bot{call.token}/sendMessage"
    sent = await call.request(
        "GET", path, params={"chat_id": str(ops.id), "text": "query", "disable_notification": "1"}
    )
    assert sent.result["text"] == "query"
    assert ops.messages[0].silent


async def test_parameters_come_from_an_urlencoded_body(call: Caller, ops: Chat) -> None:
    sent = await call.request(
        "POST",
        f"/bot{call.token}/sendMessage",
        data={"chat_id": str(ops.id), "text": "форма", "disable_notification": "True"},
    )
    assert sent.result["text"] == "форма"
    assert ops.messages[0].silent


async def test_parameters_come_from_a_json_body(call: Caller, ops: Chat) -> None:
    sent = await call("sendMessage", chat_id=ops.id, text="json", disable_notification=True)
    assert sent.result["text"] == "json"
    assert ops.messages[0].silent


@pytest.mark.parametrize("no", ["false", "0", "", "on"])
async def test_only_true_yes_and_one_mean_true(call: Caller, ops: Chat, no: str) -> None:
    await call("sendMessage", chat_id=ops.id, text="loud", disable_notification=no)
    assert not ops.messages[0].silent


async def test_a_multipart_body_carries_values_and_attached_files(call: Caller, ops: Chat) -> None:
    form = aiohttp.FormData()
    form.add_field("chat_id", str(ops.id))
    form.add_field("caption", "лог")
    form.add_field("document", "attach://part7")
    form.add_field("reply_markup", json.dumps({"inline_keyboard": [[{"text": "ok", "callback_data": "ok"}]]}))
    form.add_field("part7", b"line\n", filename="app.log")
    sent = (await call.request("POST", f"/bot{call.token}/sendDocument", data=form)).result
    assert (sent["caption"], sent["document"]["file_name"], sent["document"]["file_size"]) == ("лог", "app.log", 5)
    assert (ops.messages[0].document, ops.messages[0].labels) == (b"line\n", [["ok"]])


async def test_a_file_may_stand_under_the_parameters_own_name(call: Caller, ops: Chat) -> None:
    form = aiohttp.FormData()
    form.add_field("chat_id", str(ops.id))
    form.add_field("document", b"line\n", filename="app.log")
    await call.request("POST", f"/bot{call.token}/sendDocument", data=form)
    assert ops.messages[0].document_name == "app.log"


async def test_broken_json_in_a_parameter_is_a_bad_request(call: Caller, ops: Chat) -> None:
    sent = await call("sendMessage", chat_id=ops.id, text="x", reply_markup="{")
    assert sent.error == (400, "Bad Request: can't parse reply keyboard markup JSON object")


async def test_every_call_is_remembered_with_its_outcome(call: Caller, ops: Chat, world: World) -> None:
    await call("sendMessage", chat_id=ops.id, text="x")
    await call("sendMessage", chat_id=5, text="x")
    good, bad = world.calls_of("sendMessage")
    assert (good.ok, good.params, good.at) == (True, {"chat_id": ops.id, "text": "x"}, world.now())
    assert (bad.ok, bad.error_code, bad.description) == (False, 400, "Bad Request: chat not found")
