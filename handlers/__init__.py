"""The conversation: what people say and press, and what they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.commands import backup, help, language, late, logs, runs, status, versions  # noqa: A004  it is the command's name

if TYPE_CHECKING:
    from aiogram import Router


def routers() -> list[Router]:
    """Return all routers in matching order: the one that answers unknown commands is last."""
    return [each.new_router() for each in (versions, backup, logs, status, runs, language, late, help)]
