"""getFile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo.botapi.errors import bad_request

if TYPE_CHECKING:
    from demo.botapi.params import Params
    from demo.botapi.state import State


def get_file(state: State, params: Params) -> dict[str, Any]:
    """Where to download a file."""
    file_id = params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = state.files.find(file_id)
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > state.files.limits.download:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": file.path,
    }
