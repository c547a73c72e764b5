"""Verdict: what a round of checks means for a version on probation. Pure."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  dataclasses read annotations at run time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

STRIKES = 3
"""A check that fails so often in a row is trouble."""
DOWN = frozenset({"unit-down", "import-error"})
"""What check-unit.sh says of a service that does not run."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check of one host has found.

    good: None where nobody could be asked. why: the reason it named. restarts: of the unit by systemd, where it said.
    """

    host: str
    step: str
    good: bool | None
    why: str = ""
    detail: str = ""
    restarts: int | None = None

    @property
    def key(self) -> str:
        """Its name in the tallies."""
        return f"{self.host}/{self.step}"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What ends a probation badly.

    why: crash-loop, or the reason that the check named. times: how often in a row it failed, or the unit was restarted.
    """

    host: str
    step: str
    why: str
    detail: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """What was found until now."""

    strikes: Mapping[str, int] = field(default_factory=dict)
    restarts: Mapping[str, int] = field(default_factory=dict)


def judge(tally: Tally, findings: Iterable[Finding]) -> tuple[Tally, Trouble | None]:
    """Return the tally after a round, and the trouble it is, if it is any: the first that was found.

    A service that is down, or was restarted by systemd since the last look, is trouble at once. A server that
    cannot be asked says nothing about the version.
    """
    strikes, restarts = dict(tally.strikes), dict(tally.restarts)
    trouble: Trouble | None = None
    for finding in findings:
        if finding.good is None:
            continue
        before = restarts.get(finding.key)
        if finding.restarts is not None:
            restarts[finding.key] = finding.restarts
        strikes[finding.key] = 0 if finding.good else strikes.get(finding.key, 0) + 1
        if finding.good and finding.restarts is not None and before is not None and finding.restarts > before:
            found = Trouble(finding.host, finding.step, "crash-loop", times=finding.restarts - before)
        elif not finding.good and (finding.why in DOWN or strikes[finding.key] >= STRIKES):
            found = Trouble(finding.host, finding.step, finding.why, finding.detail, strikes[finding.key])
        else:
            continue
        trouble = trouble or found
    return Tally({key: count for key, count in strikes.items() if count}, restarts), trouble
