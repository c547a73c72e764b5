"""A program: reads how databases have grown as JSON from its input, and writes a picture of it, PNG, to its output.

It runs as a process of its own, as performance_plot.py does. Nothing of ours is imported here.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

_INCHES, _DPI = (12.8, 7.2), 100


def draw(told: dict[str, Any]) -> None:
    """Draw a line for each database: its size in megabytes, day by day."""
    from matplotlib.figure import Figure  # noqa: PLC0415  the picture's own library, loaded when there is a picture

    figure = Figure(figsize=_INCHES, dpi=_DPI, layout="constrained")
    axes = figure.subplots()
    axes.set_title(told["title"])
    for line in told["lines"]:
        days: list[Any] = [date.fromisoformat(day) for day, _ in line["days"]]  # its types know no dates
        axes.plot(days, [size / 1e6 for _, size in line["days"]], ".-", label=line["legend"])
    axes.set_ylabel(told["size"])
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")
    figure.autofmt_xdate()
    figure.savefig(sys.stdout.buffer, format="png")


if __name__ == "__main__":
    draw(json.load(sys.stdin))
