"""Which links Telegram accepts. Source: tdlib, LinkManager::check_link."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_APP_SCHEMES = ("tg", "ton", "tonsite")
_USER = re.compile(r"tg:(?://)?user\?id=(\d+)", re.IGNORECASE)


class BadLink(ValueError):
    """Telegram would not open this; the text is its reason."""


def checked_link(url: str) -> str:
    """The link as Telegram stores it. Raises BadLink.

    A host needs a dot, so ``http://localhost`` is refused here as it is there.
    """
    url = url.strip()
    if not url:
        reason = "URL host is empty"
        raise BadLink(reason)
    found = _SCHEME.match(url)
    scheme = found[1].lower() if found else ""
    if scheme in _APP_SCHEMES or url.lower().startswith("tg:"):
        return url
    if scheme and scheme not in {"http", "https"}:
        reason = "Unsupported URL protocol"
        raise BadLink(reason)
    return _web_link(url if scheme else f"http://{url}")


def _web_link(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        reason = "Wrong HTTP URL"
        raise BadLink(reason) from error
    if not host:
        reason = "URL host is empty"
        raise BadLink(reason)
    if ("." not in host and ":" not in host) or any(character.isspace() for character in parts.netloc):
        reason = "Wrong HTTP URL"
        raise BadLink(reason)
    return url if parts.path or parts.query else f"{url}/"


def mentioned_user(url: str) -> int | None:
    """The user a ``tg://user?id=…`` link points at."""
    found = _USER.fullmatch(url.strip())
    return int(found[1]) if found else None
