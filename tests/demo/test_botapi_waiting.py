"""Waiting for something to happen, and reading what happened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.demo.botapi_client import button, keyboard

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.clock import Clock
    from demo.botapi.person import Person
    from demo.botapi.world import World
    from tests.demo.botapi_client import Caller


async def test_until_returns_what_the_predicate_found(call: Caller, world: World, ops: Chat) -> None:
    waiting = asyncio.create_task(world.until(lambda: world.messages(ops), timeout=5))
    await call("sendMessage", chat_id=ops.id, text="x")
    assert [each.text for each in await waiting] == ["x"]


async def test_until_gives_up_with_a_transcript(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    world.say(ops, olena, "/deploy main")
    await call("sendMessage", chat_id=ops.id, text="<b", parse_mode="HTML")
    with pytest.raises(AssertionError) as caught:
        await world.until(lambda: False, timeout=0.05)
    report = str(caught.value)
    assert report.startswith("not within 0.05 s")
    assert "Olena Koval:\n    /deploy main" in report
    assert "sendMessage: 400 Bad Request: can't parse entities: Unclosed start tag at byte offset 0" in report


async def test_a_transcript_reads_like_the_chat(
    call: Caller, world: World, ops: Chat, olena: Person, clock: Clock
) -> None:
    said = world.say(ops, olena, "/deploy main")
    clock.advance(5)
    markup = keyboard([button("Стоп", "stop"), button("Лог", "log")])
    await call("sendMessage", chat_id=ops.id, text="one\ntwo", reply_parameters={"message_id": said.id})
    await call("editMessageText", chat_id=ops.id, message_id=2, text="one\nthree", reply_markup=markup)
    file = world.files.store("document", "app.log", b"x" * 2048)
    await call("sendDocument", chat_id=ops.id, document=file.file_id, caption="log")
    world.promote(ops, world.bot)
    await call("pinChatMessage", chat_id=ops.id, message_id=2)
    assert (
        world.transcript(ops)
        == """\
# Ops (supergroup -1001700000001)
[09:00:00] Olena Koval:
    /deploy main
[09:00:05] Lotsman (edited 1×):
    > Olena Koval: /deploy main
    one
    three
    [Стоп] [Лог]
[09:00:05] Lotsman:
    log
    📎 app.log (2.0 KB)
[09:00:05] Lotsman * pinned_message"""
    )
