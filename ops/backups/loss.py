"""Loss: what a restore would take away and bring back, in rows. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Loss:
    """lost, back: by table, the largest first. A row that was changed since counts in neither.

    known: whether both sides could be counted; else nothing is said.
    """

    lost: tuple[tuple[str, int], ...] = ()
    back: tuple[tuple[str, int], ...] = ()
    known: bool = True

    @property
    def rows_lost(self) -> int:
        """How many rows there are now that the backup has not."""
        return sum(count for _, count in self.lost)

    @property
    def rows_back(self) -> int:
        """How many rows the backup has that are not there now."""
        return sum(count for _, count in self.back)


UNKNOWN = Loss(known=False)


def rows_by_table(told: Mapping[str, int]) -> dict[str, int]:
    """Return rows by the tables' plain names: databases tell them as JSON has them."""
    return {str(json.loads(name)) if name.startswith('"') else name: count for name, count in told.items()}


def compare(live: Mapping[str, int], saved: Mapping[str, int], *, whole: bool = True) -> Loss:
    """Return what lies between the rows there are now and those that were saved.

    whole: all tables were counted when the backup was made; else only those that were are compared. Where none was,
    nothing is known.
    """
    if not saved:
        return UNKNOWN
    names = live.keys() | saved.keys() if whole else saved.keys()
    change = {name: saved.get(name, 0) - live.get(name, 0) for name in names}
    ordered = sorted(change.items(), key=lambda each: (-abs(each[1]), each[0]))
    return Loss(
        lost=tuple((name, -count) for name, count in ordered if count < 0),
        back=tuple((name, count) for name, count in ordered if count > 0),
    )


def added(losses: Iterable[Loss]) -> Loss:
    """Return several databases' losses as one; unknown when one of them is."""
    each = tuple(losses)
    if not all(loss.known for loss in each):
        return UNKNOWN
    lost = tuple(pair for loss in each for pair in loss.lost)
    return Loss(lost, tuple(pair for loss in each for pair in loss.back))
