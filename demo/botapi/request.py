"""Reading a call out of an HTTP request: query, urlencoded, multipart and JSON bodies alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader

from demo.botapi.errors import bad_request
from demo.botapi.params import Params, Upload

if TYPE_CHECKING:
    from aiohttp import web


async def read_params(request: web.BaseRequest, upload_limit: int) -> Params:
    """Everything the request carries. Of a file over ``upload_limit`` bytes only the size is kept. Raises Refusal."""
    given: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type.startswith("multipart/"):
        await _read_multipart(request, given, uploads, upload_limit)
    elif request.content_type == "application/json":
        given |= _json_object(await request.read())
    elif request.can_read_body:
        given |= {name: str(value) for name, value in (await request.post()).items()}
    return Params(given, uploads)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body) if body.strip() else {}
    except ValueError as error:
        raise bad_request("can't parse request body as JSON") from error
    if not isinstance(value, dict):
        raise bad_request("request body must be a JSON object")
    return value


async def _read_multipart(
    request: web.BaseRequest, given: dict[str, Any], uploads: dict[str, Upload], limit: int
) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        if part.filename is None:
            given[part.name] = await part.text(encoding="utf-8")
        else:
            uploads[part.name] = await _read_file(part, part.filename, limit)


async def _read_file(part: BodyPartReader, name: str, limit: int) -> Upload:
    content, size = bytearray(), 0
    while chunk := await part.read_chunk(1 << 16):
        size += len(chunk)
        if size <= limit:
            content += chunk
    return Upload(name, bytes(content), size)
