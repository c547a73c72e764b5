"""Row 8: which buttons Telegram accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.demo.botapi_client import button, keyboard

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from tests.demo.botapi_client import Caller

_BUTTON = "can't parse inline keyboard button"


@pytest.mark.parametrize(
    ("given", "description"),
    [
        (button("x", ""), "BUTTON_DATA_INVALID"),
        (button("x", "я" * 33), "BUTTON_DATA_INVALID"),
        (button("x"), f"{_BUTTON}: Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "x"}, f'{_BUTTON}: Can\'t find field "text"'),
        (
            button("x", url="http://localhost:8080"),
            "inline keyboard button URL 'http://localhost:8080' is invalid: Wrong HTTP URL",
        ),
        (button("x", url="ftp://a.b"), "inline keyboard button URL 'ftp://a.b' is invalid: Unsupported URL protocol"),
        (button("x", "x", style="red"), f"{_BUTTON}: Invalid button style specified"),
        (button("x", copy_text={"text": "x" * 257}), "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_a_bad_button_is_refused_with_telegrams_words(
    call: Caller, ops: Chat, given: dict[str, Any], description: str
) -> None:
    sent = await call("sendMessage", chat_id=ops.id, text="x", reply_markup=keyboard([given]))
    assert sent.error == (400, f"Bad Request: {description}")


async def test_32_cyrillic_letters_are_64_bytes_and_fit(call: Caller, ops: Chat) -> None:
    sent = await call("sendMessage", chat_id=ops.id, text="x", reply_markup=keyboard([button("x", "я" * 32)]))
    assert sent.result["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "я" * 32


async def test_more_than_a_hundred_buttons_are_too_many(call: Caller, ops: Chat) -> None:
    rows = [[button(str(number), str(number))] for number in range(101)]
    sent = await call("sendMessage", chat_id=ops.id, text="x", reply_markup=keyboard(*rows))
    assert sent.error == (400, "Bad Request: reply markup is too long")


async def test_a_markup_that_is_no_object_is_refused(call: Caller, ops: Chat) -> None:
    sent = await call("sendMessage", chat_id=ops.id, text="x", reply_markup=[[button("x", "x")]])
    assert sent.error == (400, "Bad Request: object expected as reply markup")


async def test_every_kind_of_button_comes_back_as_it_was_sent(call: Caller, ops: Chat) -> None:
    markup = keyboard(
        [button("Go", "go", style="danger"), button("Docs", url="https://example.org/")],
        [button("Copy", copy_text={"text": "/rollback v1"}), button("Wait", disabled={})],
        [button("App", switch_inline_query="x")],
    )
    sent = (await call("sendMessage", chat_id=ops.id, text="x", reply_markup=markup)).result
    assert sent["reply_markup"] == markup
    assert ops.messages[0].labels == [["Go", "Docs"], ["Copy", "Wait"], ["App"]]


async def test_an_empty_keyboard_is_none(call: Caller, ops: Chat) -> None:
    sent = (await call("sendMessage", chat_id=ops.id, text="x", reply_markup=keyboard([]))).result
    assert "reply_markup" not in sent
