"""Webhook: where a bot wants its updates sent instead of polling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from demo.botapi.errors import bad_request

if TYPE_CHECKING:
    from datetime import datetime

_PORTS = {None, 80, 88, 443, 8443}
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
MAX_CONNECTIONS = 100


@dataclass(slots=True)
class Webhook:
    """url: empty when no webhook is set."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error_at: datetime | None = None
    last_error: str = ""

    def to_json(self, pending: int, allowed: tuple[str, ...]) -> dict[str, Any]:
        """The Bot API's WebhookInfo."""
        shown: dict[str, Any] = {"url": self.url, "has_custom_certificate": False, "pending_update_count": pending}
        if self.url:
            shown["max_connections"] = self.max_connections
        if self.last_error_at:
            shown |= {"last_error_date": int(self.last_error_at.timestamp()), "last_error_message": self.last_error}
        return shown | ({"allowed_updates": list(allowed)} if allowed else {})


def parse_webhook(url: str, secret_token: str, max_connections: int, *, local: bool) -> Webhook:
    """Read setWebhook's parameters; an empty url means none. local: plain HTTP and any port. Raises Refusal."""
    if not url:
        return Webhook()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise bad_request("bad webhook: invalid URL specified") from error
    if not host:
        raise bad_request("bad webhook: URL host is empty")
    if not local and parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not local and port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if secret_token and not _SECRET.fullmatch(secret_token):
        raise bad_request("secret token contains unallowed characters")
    return Webhook(url, secret_token, max(1, min(max_connections, MAX_CONNECTIONS)))
