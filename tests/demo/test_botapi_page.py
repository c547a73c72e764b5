"""The chat page over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

import demo.page
from demo.page.page import ChatPage
from tests.demo.botapi_client import button, keyboard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from demo.botapi.chat import Chat
    from demo.botapi.message import Message
    from demo.botapi.person import Person
    from demo.botapi.world import World
    from tests.demo.botapi_client import Caller

STATIC = Path(demo.page.__file__).parent / "static"
HOSTILE = "<img src=x onerror=alert(1)> \"'& </script><script>alert(2)</script>"


@pytest.fixture
async def page(world: World) -> AsyncIterator[ChatPage]:
    async with ChatPage(world) as served:
        yield served


async def _post(page: ChatPage, session: aiohttp.ClientSession, path: str, **body: Any) -> tuple[int, Any]:
    async with session.post(page.url + path, json=body) as response:
        return response.status, await response.json() if response.ok else await response.text()


async def _state(page: ChatPage, session: aiohttp.ClientSession, person: Person, chat_id: int) -> dict[str, Any]:
    async with session.get(f"{page.url}/state", params={"person": person.id, "chat": chat_id}) as response:
        state: dict[str, Any] = await response.json()
        return state


class Stream:
    """Reads server-sent events."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self, kind: str) -> Any:
        """The next event of a kind."""
        async with asyncio.timeout(5):
            while True:
                event = (await self._response.content.readuntil(b"\n\n")).decode()
                fields = dict(line.split(": ", 1) for line in event.strip().split("\n"))
                if fields.get("event") == kind:
                    return json.loads(fields["data"])


@pytest.fixture
async def events(page: ChatPage, session: aiohttp.ClientSession, ops: Chat, olena: Person) -> AsyncIterator[Stream]:
    async with session.get(f"{page.url}/events", params={"person": olena.id, "chat": ops.id}) as response:
        assert response.content_type == "text/event-stream"
        yield Stream(response)


async def test_the_page_and_its_parts_are_served_with_no_way_out(
    page: ChatPage, session: aiohttp.ClientSession
) -> None:
    for path in ("/", *(f"/static/{each.name}" for each in STATIC.iterdir())):
        async with session.get(page.url + path) as response:
            assert response.status == 200, path
            assert "script-src 'self'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", [each.name for each in STATIC.iterdir()])
def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    text = (STATIC / name).read_text().replace("http://www.w3.org/", "")
    assert not re.search(r"https?://|\bstyle=|onclick|<script>", text)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("127.0.0.1.evil.example:80", 421),
        ("10.0.0.1", 421),
        ("localhost:5", 200),
        ("127.0.0.1", 200),
    ],
)
async def test_only_loopback_names_are_answered(
    page: ChatPage, session: aiohttp.ClientSession, host: str, status: int
) -> None:
    async with session.get(page.url, headers={"Host": host}) as response:
        assert response.status == status


async def test_it_listens_on_loopback_only(page: ChatPage) -> None:
    assert [host for host, _ in page._loopback._runner.addresses] == ["127.0.0.1"]


async def test_another_site_cannot_speak_or_press(
    page: ChatPage, session: aiohttp.ClientSession, ops: Chat, olena: Person
) -> None:
    said = json.dumps({"person": olena.id, "chat": ops.id, "text": "/deploy"})
    for headers in (
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json", "Origin": "https://evil.example"},
        {"Content-Type": "application/json", "Origin": "null"},
    ):
        async with session.post(f"{page.url}/say", data=said, headers=headers) as response:
            assert response.status == 403
    assert ops.messages == []
    headers = {"Content-Type": "application/json", "Origin": page.url}
    async with session.post(f"{page.url}/say", data=said, headers=headers) as response:
        assert response.status == 200


async def test_what_a_person_says_reaches_chat_and_bot(
    page: ChatPage, session: aiohttp.ClientSession, ops: Chat, olena: Person
) -> None:
    first = await _post(page, session, "/say", person=olena.id, chat=ops.id, text=" /deploy main ")
    await _post(page, session, "/say", person=olena.id, chat=ops.id, text="/status", reply_to=1)
    assert first == (200, {"id": 1})
    said, answer = ops.messages
    assert (said.author, said.text, bool(said.update), answer.reply_to) == (olena, "/deploy main", True, said)


async def test_speaking_in_private_starts_the_chat(
    page: ChatPage, session: aiohttp.ClientSession, world: World, olena: Person
) -> None:
    before = await _state(page, session, olena, olena.id)
    assert [each["started"] for each in before["chats"] if each["kind"] == "private"] == [False]
    status, _ = await _post(page, session, "/say", person=olena.id, chat=olena.id, text="/start")
    assert (status, olena.started, world.chats[olena.id].messages[0].text) == (200, True, "/start")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 400),
        ({"text": "x" * 4097}, 400),
        ({"text": 7}, 400),
        ({"text": "x", "chat": 5}, 404),
        ({"text": "x", "chat": "five"}, 400),
        ({"text": "x", "person": 5}, 404),
        ({"text": "x", "chat": 1002}, 404),
        ({"text": "x", "thread": 9}, 404),
    ],
)
async def test_nonsense_is_refused(
    page: ChatPage, session: aiohttp.ClientSession, ops: Chat, body: dict[str, Any], status: int
) -> None:
    given = {"person": 1001, "chat": ops.id} | body
    assert (await _post(page, session, "/say", **given))[0] == status
    assert ops.messages == []


async def test_a_message_arrives_in_the_stream_and_changes_in_place(
    call: Caller, events: Stream, ops: Chat, olena: Person, world: World
) -> None:
    world.say(ops, olena, "/deploy")
    (said,) = await events.next("messages")
    assert (said["own"], said["html"][-12:], said["author"]["admin"]) == (True, ">/deploy</a>", True)
    await call(
        "sendMessage", chat_id=ops.id, text="<b>one</b>", parse_mode="HTML", reply_markup=keyboard([button("Go", "go")])
    )
    (sent,) = await events.next("messages")
    assert (sent["own"], sent["html"], sent["edited"], sent["author"]["bot"]) == (False, "<b>one</b>", False, True)
    assert sent["keyboard"][0][0] == {"text": "Go", "kind": "callback", "style": None, "url": None, "copy": None}
    await call("editMessageText", chat_id=ops.id, message_id=2, text="two")
    (edited,) = await events.next("messages")
    assert (edited["id"], edited["html"], edited["edited"], edited["keyboard"]) == (2, "two", True, [])
    await call("deleteMessage", chat_id=ops.id, message_id=2)
    assert await events.next("messages") == [{"id": 2, "deleted": True}]


async def test_a_broken_stream_goes_on_where_it_was(
    page: ChatPage, session: aiohttp.ClientSession, world: World, ops: Chat, olena: Person
) -> None:
    seen = world.say(ops, olena, "one")
    world.say(ops, olena, "two")
    path, query = f"{page.url}/events", {"person": olena.id, "chat": ops.id}
    async with session.get(path, params=query, headers={"Last-Event-ID": str(seen.revision)}) as response:
        assert [each["html"] for each in await Stream(response).next("messages")] == ["two"]


async def test_nobody_reads_another_persons_private_chat(
    page: ChatPage, session: aiohttp.ClientSession, world: World, olena: Person, ihor: Person
) -> None:
    world.say(world.private(ihor), ihor, "secret")
    async with session.get(f"{page.url}/events", params={"person": olena.id, "chat": ihor.id}) as response:
        assert response.status == 404


async def test_commands_typing_and_pins_arrive_around_the_messages(
    call: Caller, events: Stream, world: World, ops: Chat
) -> None:
    assert (await events.next("about"))["menu"] == []
    await call("setMyCommands", commands=[{"command": "deploy", "description": "Викотити"}], language_code="uk")
    assert (await events.next("about"))["menu"] == [{"command": "deploy", "description": "Викотити"}]
    await call("sendChatAction", chat_id=ops.id, action="typing")
    assert (await events.next("about"))["chats"][0]["action"] == "typing"
    world.promote(ops, world.bot)
    await call("sendMessage", chat_id=ops.id, text="pin me")
    await call("pinChatMessage", chat_id=ops.id, message_id=1)
    while (about := await events.next("about"))["chats"][0]["pinned"] is None:
        pass
    assert about["chats"][0]["pinned"] == {"id": 1, "text": "pin me"}


@pytest.fixture
async def question(call: Caller, ops: Chat) -> Message:
    markup = keyboard([button("Docs", url="https://example.org/"), button("Так", "yes:7")])
    await call("sendMessage", chat_id=ops.id, text="Deploy?", reply_markup=markup)
    return ops.messages[0]


async def test_a_press_waits_for_the_bots_answer(
    call: Caller, page: ChatPage, session: aiohttp.ClientSession, question: Message, world: World
) -> None:
    body = {"person": 1002, "chat": question.chat.id, "message": 1, "row": 0, "column": 1, "text": "Так"}
    pressing = asyncio.create_task(_post(page, session, "/press", **body))
    press = await world.until(lambda: world.callbacks.presses and world.callbacks.presses[0])
    assert press
    assert (press.by.id, press.data, pressing.done()) == (1002, "yes:7", False)
    await call("answerCallbackQuery", callback_query_id=press.id, text="Їдемо", show_alert=True)
    assert await pressing == (200, {"answered": True, "text": "Їдемо", "alert": True})


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ({"row": 0, "column": 0, "text": "Docs"}, 409),
        ({"row": 0, "column": 1, "text": "Ні"}, 409),
        ({"row": 3, "column": 0, "text": "Так"}, 409),
        ({"row": 0, "column": -1, "text": "Так"}, 409),
        ({"row": 0, "column": 1, "text": "Так", "message": 9}, 404),
    ],
)
async def test_a_button_that_is_gone_or_sends_nothing_is_not_pressed(
    page: ChatPage, session: aiohttp.ClientSession, question: Message, place: dict[str, Any], status: int
) -> None:
    body = {"person": 1002, "chat": question.chat.id, "message": 1} | place
    assert (await _post(page, session, "/press", **body))[0] == status


async def test_the_language_switch_sets_the_persons_telegram_language(
    page: ChatPage, session: aiohttp.ClientSession, olena: Person, ops: Chat
) -> None:
    await _post(page, session, "/language", person=olena.id, language="ru")
    assert (olena.language_code, (await _state(page, session, olena, ops.id))["language"]) == ("ru", "ru")
    assert (await _post(page, session, "/language", person=olena.id, language="<b>"))[0] == 400


async def test_hostile_text_stays_text_wherever_it_is_shown(
    call: Caller, events: Stream, world: World, ops: Chat, ihor: Person
) -> None:
    ihor.first_name = HOSTILE
    world.say(ops, ihor, HOSTILE)
    file = world.files.store("document", HOSTILE, b"x")
    await call(
        "sendDocument", chat_id=ops.id, document=file.file_id, caption=HOSTILE, reply_parameters={"message_id": 1}
    )
    said = await events.next("messages")
    sent = said[1:] or await events.next("messages")
    for message in (said[0], sent[0]):
        assert "<" not in message["html"]
        assert message["html"].startswith("&lt;img")


async def test_a_file_is_shown_as_text_and_never_as_a_page(
    page: ChatPage, session: aiohttp.ClientSession, call: Caller, world: World, ops: Chat
) -> None:
    file = world.files.store("document", "звіт.html", b"<script>alert(1)</script>")
    await call("sendDocument", chat_id=ops.id, document=file.file_id)
    async with session.get(f"{page.url}/file/{ops.id}/1") as response:
        assert (response.content_type, await response.read()) == ("text/plain", b"<script>alert(1)</script>")
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.headers["Content-Disposition"].startswith("inline; filename*=UTF-8''%D0%B7")
    async with session.get(f"{page.url}/file/{ops.id}/1?download") as response:
        assert response.headers["Content-Disposition"].startswith("attachment")
    async with session.get(f"{page.url}/file/{ops.id}/2") as response:
        assert response.status == 404


def _shape(words: Any) -> Any:
    """Keys and what is filled in; plural forms differ between languages."""
    if isinstance(words, dict):
        return {key: _shape(value) for key, value in words.items() if key not in {"one", "few", "many"}}
    return sorted(re.findall(r"\{\w+\}", words))


def test_the_pages_words_exist_in_every_language() -> None:
    words = json.loads((STATIC / "words.json").read_text())
    assert set(words) == {"uk", "ru", "en"}
    assert _shape(words["uk"]) == _shape(words["ru"]) == _shape(words["en"])
    for language, forms in (("uk", 4), ("ru", 4), ("en", 2)):
        assert len(words[language]["members"]) == forms


def test_every_word_the_page_uses_exists_and_is_used() -> None:
    code = "".join(each.read_text() for each in STATIC.iterdir() if each.suffix in {".js", ".html"})
    words = json.loads((STATIC / "words.json").read_text())["en"]
    asked = set(re.findall(r'word\("(\w+)"', code)) | set(
        re.findall(r'data-word(?:-label|-placeholder)?="(\w+)"', code)
    )
    assert asked <= set(words)
    assert {key for key in words if f'"{key}"' not in code} <= {"service"}
