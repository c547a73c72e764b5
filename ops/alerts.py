"""Alerts: what lotsman.yml says about when people hear of trouble."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ops.duration import Duration
from ops.spec import Spec
from ops.watch.rules import Limit, Rules

_QUIET_LOG = timedelta(minutes=15)
"""A log without new errors for so long is well again."""
_LOAD_SHARE = 0.25
"""How far load has to fall below a line, as a share of it, before that is over."""


def _off(value: Any) -> Any:
    """Take ``off`` for none: YAML reads it as false."""
    return None if value is False or value == "off" else value


def _some_time(value: timedelta | None) -> timedelta | None:
    if value is not None and not value:
        raise ValueError("duration: 0")
    return value


SomeTime = Annotated[Duration, AfterValidator(_some_time)]
Times = Annotated[int, Field(ge=1, le=100)]
PersonId = Annotated[int, Field(gt=0)]


class LimitSpec(Spec):
    """From where on a figure is worth a warning, and from where on it is critical."""

    warn: Annotated[float, Field(gt=0)]
    critical: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _in_order(self) -> LimitSpec:
        if self.critical < self.warn:
            raise ValueError("limit-order")
        return self


Limits = Annotated[LimitSpec | None, BeforeValidator(_off)]


class LimitsSpec(Spec):
    """Of a server: disk, inodes and memory in percent of what there is, load per core; ``off`` for none."""

    disk: Limits = LimitSpec(warn=80, critical=90)
    inodes: Limits = LimitSpec(warn=80, critical=90)
    memory: Limits = LimitSpec(warn=90, critical=97)
    load: Limits = LimitSpec(warn=4, critical=8)

    def of(self, figure: str) -> Limit | None:
        """Return the limit of a figure by its name; None where nobody minds."""
        spec: LimitSpec | None = getattr(self, figure)
        if spec is None:
            return None
        slack = {"slack": spec.warn * _LOAD_SHARE} if figure == "load" else {}
        return Limit(spec.warn, spec.critical, **slack)


class AlertsSpec(Spec):
    """When checks are asked, when that is trouble, and who hears of it.

    every: off where nothing is asked by schedule. escalate_to: who is named when nobody takes a critical incident on;
    owners: who is written to after that, the admins where nobody is named.
    """

    every: Annotated[SomeTime | None, BeforeValidator(_off)] = timedelta(seconds=60)
    retry: SomeTime = timedelta(seconds=15)
    fire_after: Times = 3
    clear_after: Times = 2
    wait: Duration = timedelta(seconds=20)
    steady: Duration = timedelta(minutes=30)
    remind: SomeTime = timedelta(hours=4)
    remind_warnings: SomeTime = timedelta(days=1)
    escalate_after: SomeTime = timedelta(minutes=10)
    escalate_to: tuple[PersonId, ...] = ()
    direct_after: SomeTime = timedelta(minutes=30)
    owners: tuple[PersonId, ...] = ()
    limits: LimitsSpec = LimitsSpec()

    def rules(self, check: str = "") -> Rules:
        """Return the rules for a kind of check."""
        fire_after, clear_after = self.fire_after, self.clear_after
        if check == "log" and self.every is not None:
            # What is in a log has happened: nothing is gained by looking again.
            fire_after, clear_after = 1, max(clear_after, math.ceil(_QUIET_LOG / self.every))
        return Rules(
            fire_after=fire_after,
            clear_after=clear_after,
            steady=self.steady,
            wait=self.wait,
            remind=self.remind,
            remind_warnings=self.remind_warnings,
            escalate_after=self.escalate_after,
            direct_after=self.direct_after,
        )
