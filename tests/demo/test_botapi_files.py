"""Row 21: uploads and downloads."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from demo.botapi.files import FileLimits
from demo.botapi.server import BotApi
from demo.botapi.state import Options
from demo.botapi.world import World
from tests.demo.botapi_client import Answer, Caller

if TYPE_CHECKING:
    from demo.botapi.chat import Chat

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (40).to_bytes(4, "big") + (30).to_bytes(4, "big")
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + (30).to_bytes(2, "big") + (40).to_bytes(2, "big")


@pytest.fixture
def world() -> World:
    return World(options=Options(files=FileLimits(upload=1000, photo=100, download=500)))


async def _upload(call: Caller, chat: Chat, content: bytes, kind: str = "document", name: str = "a.log") -> Answer:
    form = aiohttp.FormData()
    form.add_field("chat_id", str(chat.id))
    form.add_field(kind, io.BytesIO(content), filename=name)
    return await call.request("POST", f"/bot{call.token}/send{kind.capitalize()}", data=form)


async def test_what_was_uploaded_can_be_downloaded(call: Caller, ops: Chat) -> None:
    file_id = (await _upload(call, ops, b"line\n")).result["document"]["file_id"]
    path = (await call("getFile", file_id=file_id)).result["file_path"]
    async with call.session.get(f"{call.url}/file/bot{call.token}/{path}") as response:
        assert (response.status, await response.read()) == (200, b"line\n")


async def test_downloads_need_the_token_and_a_known_path(call: Caller) -> None:
    assert (await call.request("GET", "/file/bot1:x/documents/a")).error == (401, "Unauthorized")
    assert (await call.request("GET", f"/file/bot{call.token}/documents/a")).error == (404, "Not Found")


async def test_a_file_over_the_limit_is_refused(call: Caller, ops: Chat) -> None:
    assert (await _upload(call, ops, b"x" * 1000)).status == 200
    assert (await _upload(call, ops, b"x" * 1001)).error == (413, "Request Entity Too Large")


async def test_telegrams_own_limits_are_the_default() -> None:
    assert FileLimits() == FileLimits(upload=52_428_800, photo=10_485_760, download=20_971_520)


async def test_an_empty_file_is_refused(call: Caller, ops: Chat) -> None:
    assert (await _upload(call, ops, b"")).error == (400, "Bad Request: file must be non-empty")


async def test_a_big_file_can_be_sent_but_not_fetched(call: Caller, ops: Chat) -> None:
    file_id = (await _upload(call, ops, b"x" * 501)).result["document"]["file_id"]
    assert (await call("getFile", file_id=file_id)).error == (400, "Bad Request: file is too big")


async def test_an_unknown_file_is_refused(call: Caller) -> None:
    text = "Bad Request: wrong file_id or the file is temporarily unavailable"
    assert (await call("getFile", file_id="nope")).error == (400, text)


async def test_a_file_can_be_sent_again_by_its_id(call: Caller, ops: Chat) -> None:
    sent = (await _upload(call, ops, b"line\n")).result["document"]
    again = (await call("sendDocument", chat_id=ops.id, document=sent["file_id"])).result["document"]
    assert again == sent


@pytest.mark.parametrize(
    ("document", "description"),
    [
        ("", "there is no document in the request"),
        ("attach://nothing", "there is no document in the request"),
        ("nope", "wrong file identifier/HTTP URL specified"),
        ("https://example.org/a.log", "failed to get HTTP URL content"),
    ],
)
async def test_a_document_that_is_none_is_refused(call: Caller, ops: Chat, document: str, description: str) -> None:
    refused = await call("sendDocument", chat_id=ops.id, document=document)
    assert refused.error == (400, f"Bad Request: {description}")


@pytest.mark.parametrize("picture", [PNG, JPEG])
async def test_a_photo_is_measured(call: Caller, ops: Chat, picture: bytes) -> None:
    size: dict[str, Any] = (await _upload(call, ops, picture, "photo", "plot.png")).result["photo"][0]
    assert (size["width"], size["height"], size["file_size"]) == (40, 30, len(picture))


@pytest.mark.parametrize(
    ("picture", "description"),
    [
        (b"GIF89a", "IMAGE_PROCESS_FAILED"),
        (PNG + b"x" * 100, "file of size 124 bytes is too big for a photo"),
        (PNG[:16] + (4000).to_bytes(4, "big") + (10).to_bytes(4, "big"), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_a_photo_that_is_none_is_refused(call: Caller, ops: Chat, picture: bytes, description: str) -> None:
    refused = await _upload(call, ops, picture, "photo", "plot.png")
    assert refused.error == (400, f"Bad Request: {description}")


async def test_a_caption_can_be_edited(call: Caller, ops: Chat) -> None:
    message_id = (await _upload(call, ops, b"line\n")).result["message_id"]
    edited = await call(
        "editMessageCaption", chat_id=ops.id, message_id=message_id, caption="<b>done</b>", parse_mode="HTML"
    )
    assert (edited.result["caption"], edited.result["caption_entities"][0]["type"]) == ("done", "bold")
    refused = await call("editMessageText", chat_id=ops.id, message_id=message_id, text="x")
    assert refused.error == (400, "Bad Request: there is no text in the message to edit")


async def test_fifty_megabytes_and_one_byte_are_refused_by_default(session: aiohttp.ClientSession) -> None:
    world = World()
    group = world.group("Ops")
    async with BotApi(world) as api:
        call = Caller(session, api.url, world.token)
        refused = await _upload(call, group, b"x" * (50 * 2**20 + 1))
        assert refused.error == (413, "Request Entity Too Large")
