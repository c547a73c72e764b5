"""What bots did: calls and mistakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One call and its answer. error_code, description: None when it succeeded.

    applied is False when a fault swallowed the call before it took effect.
    """

    at: datetime
    method: str
    params: dict[str, Any]
    error_code: int | None = None
    description: str | None = None
    result: Any = field(default=None, repr=False)
    applied: bool = True

    @property
    def ok(self) -> bool:
        """Whether the method succeeded (the answer may still have been lost)."""
        return self.applied and self.error_code is None


@dataclass(frozen=True, slots=True)
class Failure:
    """A mistake that Telegram would have passed over in silence; a test should fail on any."""

    at: datetime
    method: str
    problem: str
