"""Row 18: updates carried to a webhook."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from demo.botapi.server import BotApi
from demo.botapi.serving import Loopback
from demo.botapi.state import Options
from demo.botapi.world import World
from tests.demo.botapi_client import Caller

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiohttp

    from demo.botapi.chat import Chat
    from demo.botapi.person import Person


@dataclass
class Hook:
    """A bot's webhook: what came in, and what it answers next."""

    url: str = ""
    seen: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    reply: dict[str, Any] | None = None

    async def serve(self, request: web.Request) -> web.StreamResponse:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.seen.append((secret, await request.json()))
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response(self.reply, status=status) if self.reply else web.Response(status=status)


@pytest.fixture
def world() -> World:
    return World(options=Options(webhook_retry=timedelta(seconds=0.01)))


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    receiver = Hook()
    app = web.Application()
    app.router.add_post("/hook", receiver.serve)
    async with Loopback(app) as server:
        receiver.url = f"{server.url}/hook"
        yield receiver


async def test_updates_are_carried_with_the_secret(
    call: Caller, world: World, hook: Hook, ops: Chat, olena: Person
) -> None:
    await call("setWebhook", url=hook.url, secret_token="s3cret")
    said = world.say(ops, olena, "/deploy")
    await world.until(lambda: not world.updates.pending)
    assert said.update
    assert [(secret, update["update_id"]) for secret, update in hook.seen] == [("s3cret", said.update.id)]


async def test_a_refused_update_comes_again_and_keeps_its_chats_order(
    call: Caller, world: World, hook: Hook, ops: Chat, olena: Person
) -> None:
    hook.statuses = [500, 503, 200]
    await call("setWebhook", url=hook.url)
    for number in range(3):
        world.say(ops, olena, f"/c{number}")
    await world.until(lambda: not world.updates.pending)
    texts = [update["message"]["text"] for _, update in hook.seen]
    assert texts == ["/c0", "/c0", "/c0", "/c1", "/c2"]
    info = (await call("getWebhookInfo")).result
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_updates_that_nobody_takes_are_counted(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    await call("setWebhook", url="http://127.0.0.1:9/hook", max_connections=500)
    world.say(ops, olena, "/deploy")
    await world.until(lambda: world.webhook.last_error)
    info = (await call("getWebhookInfo")).result
    assert (info["pending_update_count"], info["max_connections"]) == (1, 100)
    assert info["last_error_message"].startswith("Connection failed")
    await call("deleteWebhook", drop_pending_updates=True)
    assert (await call("getWebhookInfo")).result["pending_update_count"] == 0


async def test_an_answer_may_itself_be_a_call(call: Caller, world: World, hook: Hook, ops: Chat, olena: Person) -> None:
    hook.reply = {"method": "sendMessage", "chat_id": ops.id, "text": "pong"}
    await call("setWebhook", url=hook.url)
    world.say(ops, olena, "/ping")
    await world.until(lambda: world.messages(ops))
    assert world.messages(ops)[0].text == "pong"


@pytest.mark.parametrize(
    ("url", "description"),
    [
        ("http://example.org/hook", "bad webhook: An HTTPS URL must be provided for webhook"),
        ("https://example.org:8080/", "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("https://", "bad webhook: URL host is empty"),
    ],
)
async def test_a_bad_address_is_refused_by_the_public_service(
    session: aiohttp.ClientSession, url: str, description: str
) -> None:
    world = World(options=Options(local=False))
    async with BotApi(world) as api:
        refused = await Caller(session, api.url, world.token)("setWebhook", url=url)
        assert refused.error == (400, f"Bad Request: {description}")


async def test_a_secret_has_its_own_alphabet(call: Caller) -> None:
    refused = await call("setWebhook", url="http://127.0.0.1:9/", secret_token="no spaces")
    assert refused.error == (400, "Bad Request: secret token contains unallowed characters")
