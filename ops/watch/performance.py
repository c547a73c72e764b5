"""Performance: how quickly a project answered before a run and after it, and whether that is worse. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.runs.run import Run

BEFORE, AFTER = "measure-before", "measure-after"

_ENOUGH = 30
"""Good answers, on each side, without which nothing is claimed."""
_FACTOR, _MARGIN_MS = 1.3, 50
"""Slower is what is over both: on a quick page the margin counts, on a slow one the factor."""
_ERROR_SHARE = 0.05
"""How much more of the questions may fail before that is worth a word."""


class Verdict(StrEnum):
    """What a comparison comes to."""

    SLOWER = "slower"
    FAILING = "failing"  # more of the questions fail than before
    STEADY = "steady"
    UNCLEAR = "unclear"  # too few answers, or measured by different means

    @property
    def bad(self) -> bool:
        """Whether people are warned."""
        return self in {Verdict.SLOWER, Verdict.FAILING}


@dataclass(frozen=True, slots=True)
class Sample:
    """One question. ``load``: of the server at that moment, per core."""

    milliseconds: int
    good: bool
    load: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """What measure.sh found. p50, p95: of the good answers, in milliseconds; zero when there was none."""

    requests: int
    errors: int
    p50: int
    p95: int
    load: float
    client: str
    samples: tuple[Sample, ...] = ()

    @property
    def good(self) -> int:
        """How many questions were answered well."""
        return self.requests - self.errors


def measured(run: Run, step: str) -> Measurement | None:
    """Return what a run has measured before or after its changes; None when it has not."""
    for attempt in reversed(run.attempts):
        ended = attempt.ended
        if attempt.started.step == step and ended is not None and attempt.good and "requests" in ended.facts:
            return _measurement(ended.facts, ended.items.get("samples", ()))
    return None


def compare(before: Measurement, after: Measurement) -> Verdict:
    """Return whether it has become worse. Failed questions count as errors, not as slow ones."""
    if after.requests and before.requests:
        share = after.errors / after.requests - before.errors / before.requests
        if share > _ERROR_SHARE:
            return Verdict.FAILING
    if min(before.good, after.good) < _ENOUGH or before.client != after.client:
        return Verdict.UNCLEAR
    slow = max(before.p95 * _FACTOR, before.p95 + _MARGIN_MS)
    return Verdict.SLOWER if after.p95 > slow else Verdict.STEADY


def _measurement(facts: Mapping[str, str], samples: tuple[str, ...]) -> Measurement:
    return Measurement(
        requests=_whole(facts.get("requests", "")),
        errors=_whole(facts.get("errors", "")),
        p50=_whole(facts.get("p50_ms", "")),
        p95=_whole(facts.get("p95_ms", "")),
        load=_fraction(facts.get("load", "")),
        client=facts.get("measured_with", ""),
        samples=tuple(_sample(line) for line in samples),
    )


def _sample(line: str) -> Sample:
    milliseconds, status, load = [*line.split(), "", "", ""][:3]
    return Sample(_whole(milliseconds), status[:1] in {"2", "3"}, _fraction(load))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _fraction(text: str) -> float:
    whole, _, part = text.partition(".")
    return float(text) if (whole + part).isascii() and (whole + part).isdigit() else 0.0
