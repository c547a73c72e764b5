"""The conversation: what people say and press, and what they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.commands import backup, cancel, language, late, line, logs, plan, runs, status, unlock, versions
from handlers.commands import help as help_command

if TYPE_CHECKING:
    from aiogram import Router


def routers() -> list[Router]:
    """Return all routers in matching order: the one that answers unknown commands is last."""
    first = (versions, backup, plan, line, logs, status, runs, cancel, unlock, language, late)
    return [each.new_router() for each in (*first, help_command)]
