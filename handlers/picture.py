"""Picture: of what was measured, drawn by a process of its own; none where matplotlib is not installed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.i18n import Texts
    from ops.store.keeping import Growth
    from ops.watch.performance import Measurement

log = structlog.get_logger()

_PERFORMANCE = Path(__file__).with_name("performance_plot.py")
_GROWTH = Path(__file__).with_name("growth_plot.py")
_SECONDS = 60


def can_draw() -> bool:
    """Whether the extra ``pictures`` is installed."""
    return find_spec("matplotlib") is not None


async def draw(title: str, before: Measurement, after: Measurement, t: Texts) -> bytes | None:
    """Return the picture, as PNG; None when it could not be drawn: what it shows is said in words as well."""
    told = {
        "title": title,
        "time": t("picture-time"),
        "load": t("picture-load"),
        "before": _side(before, t("picture-before", p50=before.p50, p95=before.p95)),
        "after": _side(after, t("picture-after", p50=after.p50, p95=after.p95)),
    }
    return await _draw(_PERFORMANCE, told)


async def draw_growth(project: str, growth: Sequence[Growth], t: Texts) -> bytes | None:
    """Return a picture of how databases have grown, as PNG; None when it could not be drawn."""
    lines = [{"legend": each.subject, "days": [(day.isoformat(), size) for day, size in each.days]} for each in growth]
    return await _draw(_GROWTH, {"title": project, "size": t("picture-size"), "lines": lines})


async def _draw(program: Path, told: dict[str, Any]) -> bytes | None:
    # -P: what lies beside the program must not stand in for libraries of the same names.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", str(program),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_SECONDS):
            picture, said = await process.communicate(json.dumps(told).encode())
    except TimeoutError:
        log.warning("a picture took too long")
        return None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        log.warning("a picture could not be drawn", why=said.decode(errors="replace")[-500:])
        return None
    return picture


def _side(measurement: Measurement, legend: str) -> dict[str, object]:
    return {
        "legend": legend,
        "samples": [(each.milliseconds, each.good, each.load) for each in measurement.samples],
    }
