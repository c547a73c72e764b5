"""A program: reads measurements as JSON from its input, and writes a picture of them, PNG, to its output.

It runs as a process of its own, so that the bot never holds matplotlib's memory. Nothing of ours is imported here.
"""

from __future__ import annotations

import json
import sys
from typing import Any

_INCHES, _DPI = (12.8, 7.2), 100
_COLOURS = {"before": "#5b8def", "after": "#e07a5f"}


def draw(told: dict[str, Any]) -> None:
    """Draw the answers' times above and the load below: before on the left, after on the right of the deploy."""
    from matplotlib.figure import Figure  # noqa: PLC0415  the picture's own library, loaded when there is a picture

    figure = Figure(figsize=_INCHES, dpi=_DPI, layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    figure.suptitle(told["title"])
    offset = 0
    for side in ("before", "after"):
        samples, colour = told[side]["samples"], _COLOURS[side]
        places = range(offset, offset + len(samples))
        good = [(x, ms) for x, (ms, fine, _) in zip(places, samples, strict=True) if fine]
        bad = [x for x, (_, fine, _) in zip(places, samples, strict=True) if not fine]
        above.plot([x for x, _ in good], [ms for _, ms in good], ".-", color=colour, label=told[side]["legend"])
        above.plot(bad, [0] * len(bad), "x", color="#c1121f")
        below.plot(places, [load for *_, load in samples], color=colour)
        offset += len(samples)
        if side == "before":
            offset += max(2, len(samples) // 20)
            for axes in (above, below):
                axes.axvspan(len(samples) - 0.5, offset - 0.5, color="#dddddd")
    above.set_ylabel(told["time"])
    below.set_ylabel(told["load"])
    for axes in (above, below):
        axes.set_ylim(bottom=0)
        axes.set_xticks([])
        axes.grid(alpha=0.3)
    above.legend(loc="upper left")
    figure.savefig(sys.stdout.buffer, format="png")


if __name__ == "__main__":
    draw(json.load(sys.stdin))
