"""Rules: when a look becomes trouble, when trouble is over, and how often people hear of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ops.watch.observation import Severity


@dataclass(frozen=True, slots=True)
class Rules:
    """How a subject is judged, and how an incident is told.

    fire_after, clear_after: looks in a row, bad and good ones. blind_after: looks without an answer. flaps: firings
    within ``flap_window`` that make it flapping, until it has been steady for ``steady``. wait: how long an incident
    gathers before it is told.
    """

    fire_after: int = 3
    clear_after: int = 2
    blind_after: int = 10
    flaps: int = 3
    flap_window: timedelta = timedelta(minutes=60)
    steady: timedelta = timedelta(minutes=30)
    wait: timedelta = timedelta(seconds=20)
    remind: timedelta = timedelta(hours=4)
    remind_warnings: timedelta = timedelta(days=1)
    escalate_after: timedelta = timedelta(minutes=10)
    direct_after: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Limit:
    """From where on a figure is worth a warning, and from where on it is critical.

    slack: how far it has to fall below the same line again before that is over.
    """

    warn: float
    critical: float
    slack: float = 5


def grade(value: float, limit: Limit, before: Severity | None) -> Severity | None:
    """Return how bad a figure is; ``before``: how bad it was at the last look."""
    critical = limit.critical - (limit.slack if before == "critical" else 0)
    warn = limit.warn - (limit.slack if before else 0)
    if value >= critical:
        return "critical"
    return "warning" if value >= warn else None
