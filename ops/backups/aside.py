"""Aside: what a restore has replaced. It stays for a day, so that the restore can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

KEPT = timedelta(hours=24)
"""How long what was replaced stays."""


@dataclass(frozen=True, slots=True)
class Aside:
    """One row. name: what it is called now. run_id: the run that has put it there."""

    id: int
    project: str
    host: str
    subject: str
    engine: str
    name: str
    run_id: int
    at: datetime
    drop_after: datetime
