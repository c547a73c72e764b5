"""A bare HTTP client of the Bot API, so that tests see what really goes over the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import aiohttp


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def result(self) -> Any:
        assert self.body["ok"], self.body
        return self.body["result"]

    @property
    def error(self) -> tuple[int, str]:
        assert not self.body["ok"], self.body
        assert self.body["error_code"] == self.status
        return self.status, self.body["description"]


class Caller:
    """``await call("sendMessage", chat_id=…, text=…)``: one call with a JSON body."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self.session = session
        self.url = url
        self.token = token

    async def __call__(self, method: str, /, **params: Any) -> Answer:
        return await self.request("POST", f"/bot{self.token}/{method}", json=params)

    async def request(self, verb: str, path: str, **options: Any) -> Answer:
        async with self.session.request(verb, self.url + path, **options) as response:
            return Answer(response.status, response.headers, await response.json())


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(label: str, data: str | None = None, **more: Any) -> dict[str, Any]:
    return {"text": label} | ({"callback_data": data} if data is not None else {}) | more
