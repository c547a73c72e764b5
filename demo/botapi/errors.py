"""Refusal: what the Bot API answers instead of a result."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any


@dataclass(eq=False)
class Refusal(Exception):
    """An error answer.

    code: HTTP status and ``error_code``. description: verbatim, prefix included.
    retry_after: seconds, with 429. migrate_to_chat_id: with the migrated-group 400.
    """

    code: int
    description: str
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None

    def __str__(self) -> str:
        return f"{self.code} {self.description}"

    def body(self) -> dict[str, Any]:
        """The answer's JSON object."""
        parameters = {
            name: value
            for name, value in (("retry_after", self.retry_after), ("migrate_to_chat_id", self.migrate_to_chat_id))
            if value is not None
        }
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": parameters} if parameters else {})


def lowered(text: str) -> str:
    """A message as the server prints it after the prefix: first letter small, constants like TOPIC_CLOSED kept."""
    if len(text) > 1 and (text[1].isupper() or text[1] == "_"):
        return text
    return text[:1].lower() + text[1:]


def bad_request(text: str) -> Refusal:
    """400, prefix added."""
    return Refusal(HTTPStatus.BAD_REQUEST, f"Bad Request: {lowered(text)}")


def forbidden(text: str) -> Refusal:
    """403, prefix added."""
    return Refusal(HTTPStatus.FORBIDDEN, f"Forbidden: {lowered(text)}")


def conflict(text: str) -> Refusal:
    """409, prefix added."""
    return Refusal(HTTPStatus.CONFLICT, f"Conflict: {text}")


def too_many_requests(retry_after: int) -> Refusal:
    """429, asking for that many seconds."""
    return Refusal(
        HTTPStatus.TOO_MANY_REQUESTS, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after
    )
