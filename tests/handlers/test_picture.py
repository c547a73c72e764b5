"""Pictures of a measured deploy and of growing databases, drawn by the real matplotlib and opened again."""

from __future__ import annotations

import io
from datetime import UTC, date, timedelta

import pytest

from handlers.i18n import Texts
from handlers.picture import can_draw, draw, draw_growth
from ops.store.keeping import Growth
from ops.watch.performance import Measurement, Sample

BEFORE, AFTER, FAILED = (0x5B, 0x8D, 0xEF), (0xE0, 0x7A, 0x5F), (0xC1, 0x12, 0x1F)


def side(milliseconds: int, *, failing: bool = False) -> Measurement:
    samples = tuple(Sample(milliseconds + each % 9, not (failing and each % 7 == 0), 0.3) for each in range(60))
    return Measurement(60, 9 if failing else 0, milliseconds, milliseconds + 9, 0.3, "curl", samples)


async def test_before_stands_on_the_left_after_on_the_right_and_failures_are_marked() -> None:
    if not can_draw():
        pytest.skip("matplotlib is not installed: .venv/bin/pip install '.[pictures]'")
    png = await draw("formbot #1", side(100), side(400, failing=True), Texts("uk", UTC))
    assert png is not None
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(png))
    assert (image.format, image.size) == ("PNG", (1280, 720))
    rgb = image.convert("RGB")
    width, height = rgb.size
    # The legend has a piece of each line: of the left only what is below it.
    left, right = (
        {colour: count for count, colour in rgb.crop(box).getcolors(width * height)}
        for box in ((0, height // 4, width // 3, height), (width - width // 3, 0, width, height))
    )
    assert left.get(BEFORE, 0) > 100 > left.get(AFTER, 0) + left.get(FAILED, 0)
    assert right.get(AFTER, 0) > 100 > right.get(BEFORE, 0)
    assert right.get(FAILED, 0) > 10


async def test_a_line_for_each_database_grows_over_its_days_and_one_day_is_enough() -> None:
    if not can_draw():
        pytest.skip("matplotlib is not installed: .venv/bin/pip install '.[pictures]'")
    days = tuple((date(2025, 9, 10) + timedelta(days=each), 1_000_000 * (50 + each)) for each in range(30))
    growth = [Growth("web1", "shop", days), Growth("web1", "notes", days[:1])]
    image_of = pytest.importorskip("PIL.Image")
    png = await draw_growth("shop", growth, Texts("uk", UTC))
    assert png is not None
    image = image_of.open(io.BytesIO(png)).convert("RGB")
    assert image.size == (1280, 720)
    colours = {colour: count for count, colour in image.getcolors(1280 * 720)}
    first, second = (0x1F, 0x77, 0xB4), (0xFF, 0x7F, 0x0E)  # matplotlib's own first two
    assert colours[first] > colours[second] > 20


async def test_what_cannot_be_drawn_is_no_picture_and_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.picture.sys.executable", "/bin/false")
    assert await draw("formbot #1", side(1), side(1), Texts("uk", UTC)) is None
