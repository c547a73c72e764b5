"""Figure: one line of the table, and how two contestants are measured so that their ratio means something."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

Judged = Literal["ratio", "difference", "value"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement, in seconds. ``cpu``: of the contestant's own process."""

    wall: float
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    judged: what the goal is about: ours divided by the baseline, ours minus the baseline, or ours alone.
    result: that number, a median over pairs where there are pairs. goal: the most it may be, None for no goal.
    """

    bench: str
    what: str
    unit: str
    ours: float
    baseline: float
    against: str
    judged: Judged
    result: float
    goal: float | None = None

    @property
    def good(self) -> bool:
        """Whether the goal is met; a line without one is always good."""
        return self.goal is None or self.result <= self.goal


def compare(
    bench: str,
    what: str,
    unit: str,
    pairs: Sequence[tuple[float, float]],
    against: str,
    *,
    judged: Judged = "ratio",
    goal: float | None = None,
) -> Figure:
    """Return the figure for pairs of (ours, baseline), each pair measured at the same time."""
    ours, baseline = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    result = {
        "ratio": median(one / other for one, other in pairs),
        "difference": median(one - other for one, other in pairs),
        "value": ours,
    }[judged]
    return Figure(bench, what, unit, ours, baseline, against, judged, result, goal)


async def interleaved(
    contestants: Mapping[str, Callable[[], Awaitable[Sample]]], rounds: int, warm_up: int = 3
) -> dict[str, list[Sample]]:
    """Measure everybody once a round, so that what disturbs the machine disturbs all; the first place goes round."""
    names = list(contestants)
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    for number in range(-warm_up, rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            sample = await contestants[name]()
            if number >= 0:
                samples[name].append(sample)
    return samples


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table in Markdown."""
    lines = [
        "| bench | what | ours | baseline | result | goal | |",
        "|---|---|---|---|---|---|---|",
        *map(_line, figures),
    ]
    return "\n".join(lines)


def _line(figure: Figure) -> str:
    ours, baseline = f"{figure.ours:.2f} {figure.unit}", f"{figure.against}: {figure.baseline:.2f} {figure.unit}"
    sign = "" if figure.goal is None else "✅" if figure.good else "❌"
    goal = "" if figure.goal is None else f"≤ {_in_words(figure, figure.goal)}"
    result = _in_words(figure, figure.result)
    return f"| {figure.bench} | {figure.what} | {ours} | {baseline} | {result} | {goal} | {sign} |"


def _in_words(figure: Figure, number: float) -> str:
    match figure.judged:
        case "ratio":
            return f"× {number:.2f}"
        case "difference":
            return f"{number:+.2f} {figure.unit}"
        case "value":
            return f"{number:.2f} {figure.unit}"
