"""Observation: what somebody has found out about one thing that is watched. Pure."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  dataclasses read annotations at run time
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003  as above
from typing import Final, Literal

Severity = Literal["warning", "critical"]

HOST_CHECK: Final = "host"
"""The check of a server as a whole: does it answer?"""


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What is watched. ``project`` and ``host`` are empty where it has none; ``check``: which kind of look it is."""

    project: str
    host: str
    check: str
    name: str

    @property
    def key(self) -> str:
        """Its name in rows and in mutes: ``formbot/web1/unit/formbot``."""
        return f"{self.project}/{self.host}/{self.check}/{self.name}"

    @property
    def group(self) -> str:
        """What people are told about in one message: a project, or a server where no project is concerned."""
        return f"project:{self.project}" if self.project else f"host:{self.host}"


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at a subject.

    ok: None where there is no data. code: worded as ``trouble-CODE``, with the facts. lines: the last ones of a log
    or an answer, redacted. event: it is trouble at once, nothing is counted; its recovery is another observation
    that is ok. group: told in one message, where it is not the subject's own. memo: what the next look is to compare
    with; None keeps what there is.
    """

    subject: Subject
    ok: bool | None
    at: datetime
    severity: Severity = "critical"
    code: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    event: bool = False
    group: str = ""
    memo: Mapping[str, str] | None = None
