"""Faults: what can go wrong between a bot and Telegram, on demand or at random."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from demo.botapi.changes import Changes


class FaultKind(Enum):
    """One way to fail. Lost requests change nothing; lost answers belong to calls that took effect."""

    FLOOD = "429 with retry_after"
    BAD_GATEWAY = "502 with an HTML body"
    INTERNAL_ERROR = "500"
    LOST_REQUEST = "no answer, nothing applied"
    LOST_ANSWER = "no answer, applied"
    RESET = "connection reset, nothing applied"
    RESET_AFTER = "connection reset, applied"
    SLOW = "a late answer"

    @property
    def applies(self) -> bool:
        """Whether the call takes effect all the same."""
        return self in {FaultKind.LOST_ANSWER, FaultKind.RESET_AFTER, FaultKind.SLOW}


@dataclass(frozen=True, slots=True)
class Fault:
    """retry_after: seconds FLOOD asks for. seconds: delay of SLOW, and how long silent kinds hold the connection."""

    kind: FaultKind
    retry_after: int = 1
    seconds: float = 60.0


@dataclass(slots=True)
class _Planned:
    fault: Fault
    left: int
    method: str | None
    chat_id: int | None

    def fits(self, method: str, chat_id: int | None) -> bool:
        return self.method in {None, method.lower()} and self.chat_id in {None, chat_id}


@dataclass(slots=True)
class _Storm:
    random: Random
    probabilities: Mapping[FaultKind, float]
    fault: Fault
    methods: frozenset[str]

    def draw(self, method: str) -> Fault | None:
        if self.methods and method.lower() not in self.methods:
            return None
        ticket = self.random.random()
        for kind, probability in self.probabilities.items():
            ticket -= probability
            if ticket < 0:
                return replace(self.fault, kind=kind)
        return None


@dataclass
class Faults:
    """What will fail next. happened: (method, kind) of every fault so far. Plans go before the storm."""

    changes: Changes
    happened: list[tuple[str, FaultKind]] = field(default_factory=list)
    _planned: list[_Planned] = field(default_factory=list)
    _storm: _Storm | None = None
    _down: bool = False

    def plan(self, fault: Fault, *, times: int = 1, method: str | None = None, chat_id: int | None = None) -> None:
        """Let the next ``times`` calls fail; of one method or in one chat if given. Plans are used in order."""
        self._planned.append(_Planned(fault, times, method.lower() if method else None, chat_id))

    def flood(self, retry_after: int, *, times: int = 1, method: str | None = None, chat_id: int | None = None) -> None:
        """429; calls in the chat during the wait are violations and are refused too."""
        self.plan(Fault(FaultKind.FLOOD, retry_after=retry_after), times=times, method=method, chat_id=chat_id)

    def bad_gateway(self, *, times: int = 1, method: str | None = None, chat_id: int | None = None) -> None:
        """502 with an HTML body instead of JSON."""
        self.plan(Fault(FaultKind.BAD_GATEWAY), times=times, method=method, chat_id=chat_id)

    def internal_error(self, *, times: int = 1, method: str | None = None, chat_id: int | None = None) -> None:
        """500."""
        self.plan(Fault(FaultKind.INTERNAL_ERROR), times=times, method=method, chat_id=chat_id)

    def lose_request(self, *, times: int = 1, method: str | None = None, chat_id: int | None = None) -> None:
        """Time out before applying."""
        self.plan(Fault(FaultKind.LOST_REQUEST), times=times, method=method, chat_id=chat_id)

    def lose_answer(self, *, times: int = 1, method: str | None = None, chat_id: int | None = None) -> None:
        """Time out after applying."""
        self.plan(Fault(FaultKind.LOST_ANSWER), times=times, method=method, chat_id=chat_id)

    def reset(
        self, *, times: int = 1, method: str | None = None, chat_id: int | None = None, applied: bool = False
    ) -> None:
        """Cut the connection, before or after the call took effect."""
        kind = FaultKind.RESET_AFTER if applied else FaultKind.RESET
        self.plan(Fault(kind), times=times, method=method, chat_id=chat_id)

    def slow(self, seconds: float, *, times: int = 1, method: str | None = None, chat_id: int | None = None) -> None:
        """Apply at once, answer late."""
        self.plan(Fault(FaultKind.SLOW, seconds=seconds), times=times, method=method, chat_id=chat_id)

    def storm(
        self,
        random: Random,
        probabilities: Mapping[FaultKind, float],
        *,
        retry_after: int = 1,
        seconds: float = 1.0,
        methods: frozenset[str] = frozenset(),
    ) -> None:
        """Fail at random until ``calm``: each kind with its probability per call, of some methods if given."""
        fault = Fault(FaultKind.FLOOD, retry_after, seconds)
        self._storm = _Storm(random, probabilities, fault, frozenset(each.lower() for each in methods))

    def calm(self) -> None:
        """End the storm, the outage and everything planned."""
        self._storm = None
        self._planned.clear()
        self.down = False

    @property
    def down(self) -> bool:
        """While True every connection is reset, waiting polls too."""
        return self._down

    @down.setter
    def down(self, value: bool) -> None:
        self._down = value
        self.changes.notify()

    def pick(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault for this call, taken from the plan."""
        planned = next((each for each in self._planned if each.fits(method, chat_id)), None)
        if planned:
            planned.left -= 1
            if planned.left <= 0:
                self._planned.remove(planned)
            fault: Fault | None = planned.fault
        else:
            fault = self._storm.draw(method) if self._storm else None
        if fault:
            self.happened.append((method, fault.kind))
        return fault
