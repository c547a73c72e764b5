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
    NEVER_BEGAN = "never-began"  # certainly did nothing at all
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
    PARTIAL = "partial"  # some hosts have the new version, the others the one before
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # a step's end cannot be known: a person must look


class Part(StrEnum):
    """Which of a step's scripts an attempt runs."""

    DO = "do"
    UNDO = "undo"
    PROBE = "probe"  # finds out whether a step whose end nobody saw has done its work


class Choice(StrEnum):
    """What a person can answer when a step's end cannot be known."""

    RETRY = "retry"  # run it again
    DONE = "done"  # it has done its work: go on
    BACK = "back"  # it has not: take back what was changed
    ABORT = "abort"  # end the run as it stands


@dataclass(frozen=True, slots=True)
class StepStarted:
    """An attempt at a step was decided on. Committed before the first byte reaches the server."""

    step: str
    host: str
    job: str
    at: datetime
    attempt: int = 1
    part: Part = Part.DO
    kind: Literal["step-started"] = "step-started"

    @property
    def undo(self) -> bool:
        """Whether it takes something back."""
        return self.part is Part.UNDO


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
class Settled:
    """How an attempt ended is known after all: from its probe, or (``by``) from a person who looked.

    ``outcome``: OK, or FAILED when it has not done its work.
    """

    job: str
    outcome: Outcome
    at: datetime
    by: str = ""
    kind: Literal["settled"] = "settled"


@dataclass(frozen=True, slots=True)
class AttentionNeeded:
    """Nobody can say how this attempt ended: the run waits for a person's answer."""

    job: str
    at: datetime
    kind: Literal["attention-needed"] = "attention-needed"


@dataclass(frozen=True, slots=True)
class Answered:
    """A person answered. Answers to a question that is no longer open change nothing."""

    job: str
    choice: Choice
    by: str
    at: datetime
    kind: Literal["answered"] = "answered"


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """A person asked for the run to stop; ``back``: and to take back what it changed."""

    by: str
    at: datetime
    back: bool = False
    kind: Literal["cancel-requested"] = "cancel-requested"


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A person freed the project after a probe found no live job of the run: it ends where it stands."""

    by: str
    reason: str
    at: datetime
    kind: Literal["unlocked"] = "unlocked"


@dataclass(frozen=True, slots=True)
class UndoBegan:
    """A host is brought back to what it was before the run."""

    host: str
    at: datetime
    kind: Literal["undo-began"] = "undo-began"


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run is over. Nothing follows."""

    result: Result
    at: datetime
    kind: Literal["run-ended"] = "run-ended"


Event = (
    StepStarted | StepEnded | Settled | AttentionNeeded | Answered | CancelRequested | Unlocked | UndoBegan | RunEnded
)

Signal = Answered | CancelRequested | Unlocked
"""What people tell a run that is under way."""

SIGNAL: TypeAdapter[Signal] = TypeAdapter(Annotated[Signal, Field(discriminator="kind")])
"""Reads and writes signals as JSON."""

EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])
"""Reads and writes events as JSON."""
