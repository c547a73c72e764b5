"""The conversation: what people say and press, and what they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.commands import (
    alerts,
    announce,
    backup,
    backups,
    cancel,
    dbsize,
    go_on,
    incidents,
    language,
    late,
    line,
    logs,
    plan,
    probation,
    reload,
    restore,
    runbooks,
    runs,
    status,
    unlock,
    versions,
)
from handlers.commands import help as help_command

if TYPE_CHECKING:
    from aiogram import Router


def routers() -> list[Router]:
    """Return all routers in matching order: names of runbooks come after all others, and unknown commands last."""
    first = (versions, backup, backups, dbsize, restore, plan, line, logs, status, runs, go_on, cancel, unlock)
    then = (language, late, reload, announce, probation, incidents, alerts, runbooks, help_command)
    return [each.new_router() for each in (*first, *then)]
