"""Files: what was uploaded, found again by file_id or by download path."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePath
from typing import Any, Literal

from demo.botapi.errors import Refusal, bad_request
from demo.botapi.images import image_size

MEGABYTE = 1 << 20
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Bytes. Telegram's own; smaller ones spare a test the megabytes."""

    upload: int = 50 * MEGABYTE
    photo: int = 10 * MEGABYTE
    download: int = 20 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file. width, height: pixels, for photos."""

    kind: Literal["document", "photo"]
    file_id: str
    name: str
    mime_type: str
    content: bytes = field(repr=False)
    width: int = 0
    height: int = 0

    @property
    def unique_id(self) -> str:
        """Same for the same file however often it is sent."""
        return f"AgAD{self.file_id[-12:]}"

    @property
    def path(self) -> str:
        """Below ``/file/bot<token>/``."""
        folder = "photos" if self.kind == "photo" else "documents"
        return f"{folder}/file_{self.file_id[-8:]}{PurePath(self.name).suffix}"

    def fields(self) -> dict[str, Any]:
        """The fields of a Bot API message that show it."""
        shown: dict[str, Any] = {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }
        if self.kind == "photo":
            return {"photo": [shown | {"width": self.width, "height": self.height}]}
        return {"document": shown | {"file_name": self.name, "mime_type": self.mime_type}}


class Files:
    """Everything uploaded so far."""

    def __init__(self, limits: FileLimits) -> None:
        self.limits = limits
        self._stored: dict[str, Attachment] = {}

    def store(self, kind: Literal["document", "photo"], name: str, content: bytes) -> Attachment:
        """Keep an upload. Raises Refusal."""
        if not content:
            raise bad_request("file must be non-empty")
        if len(content) > self.limits.upload:
            raise Refusal(413, "Request Entity Too Large")
        mime_type = _media_type(name)
        width = height = 0
        if kind == "photo":
            mime_type, width, height = self._picture(content)
        serial = len(self._stored) + 1
        digest = sha256(b"%d:" % serial + content).hexdigest()[:20]
        attachment = Attachment(kind, f"BQACAgIAAx{digest}", name, mime_type, content, width, height)
        self._stored[attachment.file_id] = attachment
        return attachment

    def _picture(self, content: bytes) -> tuple[str, int, int]:
        if len(content) > self.limits.photo:
            raise bad_request(f"file of size {len(content)} bytes is too big for a photo")
        size = image_size(content)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        _, width, height = size
        sides = max(width, 1), max(height, 1)
        if sum(sides) > MAX_PHOTO_SIDES or max(sides) > MAX_PHOTO_RATIO * min(sides):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return size

    def find(self, file_id: str) -> Attachment | None:
        """The file with that id."""
        return self._stored.get(file_id)

    def at_path(self, path: str) -> Attachment | None:
        """The file that getFile put at that path; too big ones are at none."""
        small = (each for each in self._stored.values() if len(each.content) <= self.limits.download)
        return next((each for each in small if each.path == path), None)


def _media_type(name: str) -> str:
    """By the name's ending; machines differ on logs, so those are said here."""
    if PurePath(name).suffix.lower() in {".log", ".txt", ".yml", ".yaml", ".toml", ".conf", ".sql"}:
        return "text/plain"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
