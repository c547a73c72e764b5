"""Events: immutable facts about a run, in the past tense. A run's state is a fold over them."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  pydantic reads annotations at run time
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003  as above
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter


class Outcome(StrEnum):
    """How one attempt at a step ended."""

    OK = "ok"
    SKIPPED = "skipped"  # the script found nothing to do
    REFUSED = "refused"  # the script, or the way to it, named a reason not to go on
    FAILED = "failed"  # a non-zero exit status without a named reason
    TIMED_OUT = "timed-out"
    SILENT = "silent"  # printed nothing for longer than allowed
    FLOODED = "flooded"  # printed more than the log may hold
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # began, and nobody can say how it ended

    @property
    def good(self) -> bool:
        """Whether the run may go on."""
        return self in {Outcome.OK, Outcome.SKIPPED}


class Result(StrEnum):
    """How a run ended."""

    SUCCEEDED = "succeeded"
    REJECTED = "rejected"  # refused before the first change
    FAILED = "failed"  # failed before the first change
    ROLLED_BACK = "rolled-back"  # failed, and the version before serves again
    ROLLBACK_FAILED = "rollback-failed"  # failed, and so did the way back
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # a step's end cannot be known: a person must look


@dataclass(frozen=True, slots=True)
class StepStarted:
    """An attempt at a step was decided on. Committed before the first byte reaches the server."""

    step: str
    host: str
    job: str
    at: datetime
    attempt: int = 1
    undo: bool = False
    kind: Literal["step-started"] = "step-started"


@dataclass(frozen=True, slots=True)
class StepEnded:
    """An attempt ended.

    code: why, for refused and skipped ones (``disk-full``). facts: what the script learnt, by name;
    items: what it listed. ``tail``: its last lines, redacted, when it did not end well.
    """

    job: str
    outcome: Outcome
    at: datetime
    seconds: float = 0.0
    exit_code: int | None = None
    code: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    kind: Literal["step-ended"] = "step-ended"


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """A person asked for the run to stop."""

    by: str
    at: datetime
    kind: Literal["cancel-requested"] = "cancel-requested"


@dataclass(frozen=True, slots=True)
class UndoBegan:
    """The run gave up, and takes back what it changed."""

    at: datetime
    kind: Literal["undo-began"] = "undo-began"


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run is over. Nothing follows."""

    result: Result
    at: datetime
    kind: Literal["run-ended"] = "run-ended"


Event = StepStarted | StepEnded | CancelRequested | UndoBegan | RunEnded

EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])
"""Reads and writes events as JSON."""
