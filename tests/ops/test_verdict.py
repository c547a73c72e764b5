"""What a probation makes of what it hears."""

from __future__ import annotations

import pytest

from ops.watch.verdict import STRIKES, Finding, Tally, Trouble, judge

UNIT, HTTP = "check-unit.formbot", "check-http.0"


def http(*, good: bool | None, why: str = "http-status") -> Finding:
    return Finding("web1", HTTP, good, "" if good else why)


def test_a_check_that_fails_three_times_in_a_row_is_trouble() -> None:
    tally = Tally()
    for _ in range(STRIKES - 1):
        tally, trouble = judge(tally, [http(good=False)])
        assert trouble is None
    _, trouble = judge(tally, [http(good=False)])
    assert trouble == Trouble("web1", HTTP, "http-status", times=3)


def test_one_good_answer_in_between_forgives_what_was() -> None:
    tally = Tally()
    for good in (False, False, True, False, False):
        tally, trouble = judge(tally, [http(good=good)])
        assert trouble is None


def test_a_server_that_cannot_be_asked_neither_counts_nor_forgives() -> None:
    tally, _ = judge(Tally(), [http(good=False)])
    tally, _ = judge(tally, [http(good=False)])
    tally, trouble = judge(tally, [http(good=None)])
    assert trouble is None
    _, trouble = judge(tally, [http(good=False)])
    assert trouble is not None


def test_strikes_of_one_server_are_not_another_ones() -> None:
    tally = Tally()
    for host in ("web1", "web2", "web1", "web2"):
        tally, trouble = judge(tally, [Finding(host, HTTP, good=False, why="http-status")])
        assert trouble is None


def test_a_service_that_is_down_is_trouble_at_once() -> None:
    _, trouble = judge(Tally(), [Finding("web1", UNIT, good=False, why="unit-down")])
    assert trouble is not None
    assert trouble.why == "unit-down"


@pytest.mark.parametrize(("before", "now", "trouble"), [(0, 1, True), (3, 3, False), (3, 0, False), (None, 7, False)])
def test_a_service_that_systemd_has_restarted_since_is_a_crash_loop(
    before: int | None,
    now: int,
    trouble: bool,  # noqa: FBT001  a column of the table above
) -> None:
    seen = {f"web1/{UNIT}": before} if before is not None else {}
    tally, found = judge(Tally(restarts=seen), [Finding("web1", UNIT, good=True, restarts=now)])
    assert (found is not None and found.why == "crash-loop") == trouble
    assert tally.restarts == {f"web1/{UNIT}": now}
