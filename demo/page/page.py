"""ChatPage: the routes of the chat page."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from aiohttp import web

from demo.botapi.serving import Loopback
from demo.page import shown
from demo.page.events import stream
from demo.page.guard import guard, secure

if TYPE_CHECKING:
    from types import TracebackType

    from demo.botapi.chat import Chat
    from demo.botapi.message import Message
    from demo.botapi.person import Person
    from demo.botapi.world import World

_STATIC = Path(__file__).parent / "static"
_MAX_TEXT = 4096
_ANSWER_WITHIN = 20.0


class ChatPage:
    """Async context manager that serves the page of a world on loopback. ``url`` is what to open."""

    def __init__(self, world: World, port: int = 0) -> None:
        self._world = world
        self._loopback = Loopback(self.application(), port)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._loopback.url

    async def __aenter__(self) -> Self:
        await self._loopback.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._loopback.__aexit__(kind, error, trace)

    def application(self) -> web.Application:
        """The routes, behind the guard."""
        app = web.Application(middlewares=[guard])
        app.on_response_prepare.append(secure)
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/state", self._state),
                web.get("/events", self._events),
                web.get("/file/{chat}/{message}", self._file),
                web.post("/say", self._say),
                web.post("/press", self._press),
                web.post("/language", self._language),
                web.static("/static", _STATIC),
            ]
        )
        return app

    async def _index(self, request: web.Request) -> web.StreamResponse:
        del request
        return web.FileResponse(_STATIC / "index.html")

    async def _state(self, request: web.Request) -> web.Response:
        person = self._person(request.query.get("person"))
        chat = self._world.chats.get(_number(request.query.get("chat")))
        return web.json_response(shown.about(self._world, person, chat))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        person, chat_id = self._person(request.query.get("person")), _number(request.query.get("chat"))
        self._check_access(person, chat_id)
        since = request.headers.get("Last-Event-ID") or request.query.get("since") or "0"
        return await stream(request, self._world, person, chat_id, _number(since))

    async def _say(self, request: web.Request) -> web.Response:
        body = await _body(request)
        person, chat = self._place(body)
        text = body.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > _MAX_TEXT:
            raise web.HTTPBadRequest(text=f"text: 1 to {_MAX_TEXT} characters")
        reply_to = chat.message(_number(body["reply_to"])) if body.get("reply_to") else None
        thread = _number(body["thread"]) if body.get("thread") else None
        if thread is not None and thread not in chat.topics:
            raise web.HTTPNotFound(text="no such topic")
        said = self._world.say(chat, person, text.strip(), thread=thread, reply_to=reply_to)
        return web.json_response({"id": said.id})

    async def _press(self, request: web.Request) -> web.Response:
        body = await _body(request)
        person, chat = self._place(body)
        message = self._message(chat, body.get("message"))
        rows, row, column = message.keyboard.rows, _number(body.get("row")), _number(body.get("column"))
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])) or rows[row][column].text != body.get("text"):
            raise web.HTTPConflict(text="that button is gone")
        data = rows[row][column].data
        if data is None:
            raise web.HTTPConflict(text="that button sends nothing")
        press = self._world.press(message, data, by=person)
        try:
            async with asyncio.timeout(_ANSWER_WITHIN):
                answer = await press.wait()
        except TimeoutError:
            return web.json_response({"answered": False})
        return web.json_response({"answered": True, "text": answer.text, "alert": answer.show_alert})

    async def _language(self, request: web.Request) -> web.Response:
        body = await _body(request)
        language = body.get("language")
        if not isinstance(language, str) or not re.fullmatch(r"[a-z]{2}", language):
            raise web.HTTPBadRequest(text="language: two letters")
        self._world.person(self._person(body.get("person")).id, language_code=language)
        return web.json_response({"language": language})

    async def _file(self, request: web.Request) -> web.Response:
        chat = self._world.chats.get(_number(request.match_info["chat"]))
        if chat is None:
            raise web.HTTPNotFound
        message = self._message(chat, request.match_info["message"])
        attachment = message.attachment
        if attachment is None:
            raise web.HTTPNotFound
        # Whatever was uploaded, the browser shows it as text, a picture, or not at all.
        media_type = attachment.mime_type if attachment.kind == "photo" else "text/plain"
        way = "attachment" if "download" in request.query else "inline"
        disposition = f"{way}; filename*=UTF-8''{quote(attachment.name, safe='')}"
        return web.Response(
            body=attachment.content,
            content_type=media_type,
            charset="utf-8" if media_type == "text/plain" else None,
            headers={"Content-Disposition": disposition, "Content-Security-Policy": "default-src 'none'; sandbox"},
        )

    def _person(self, given: Any) -> Person:
        """The person of that id, the first one when none is given."""
        everybody = shown.people(self._world)
        number = _number(given) if given else everybody[0].id if everybody else 0
        person = next((each for each in everybody if each.id == number), None)
        if person is None:
            raise web.HTTPNotFound(text="no such person")
        return person

    def _check_access(self, person: Person, chat_id: int) -> None:
        chat = self._world.chats.get(chat_id)
        if chat_id != person.id and (chat is None or not chat.is_group):
            raise web.HTTPNotFound(text="no such chat")

    def _place(self, body: dict[str, Any]) -> tuple[Person, Chat]:
        person, chat_id = self._person(body.get("person")), _number(body.get("chat"))
        self._check_access(person, chat_id)
        return person, self._world.private(person) if chat_id == person.id else self._world.chats[chat_id]

    def _message(self, chat: Chat, given: Any) -> Message:
        message = chat.message(_number(given))
        if message is None:
            raise web.HTTPNotFound(text="no such message")
        return message


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest(text="a JSON object is expected") from error
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="a JSON object is expected")
    return body


def _number(given: Any) -> int:
    """A number, or 0, which nothing has for an id. Raises 400 for what is none."""
    try:
        return int(given or 0)
    except (TypeError, ValueError) as error:
        raise web.HTTPBadRequest(text="a number is expected") from error
