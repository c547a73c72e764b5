"""What a run is told to restore, and what that would cost."""

from __future__ import annotations

import json

import pytest

from ops.backups.loss import UNKNOWN, added, compare
from ops.backups.target import Target, fresh_name, old_name, read_targets, write_targets
from ops.runs.script import VALUE_LIMIT, check_value

STAMP = "20251010_153000"


def test_targets_come_back_as_they_were_told() -> None:
    told = Target("formbot", "postgres", 7, "/b/formbot.sql.gz", "ab", "cd", 5, rows={"public.t": 3})
    kept = Target("shop", "mysql", aside="shop__old_1", aside_id=2)
    assert read_targets(write_targets([told, kept])) == (told, kept)
    assert read_targets("") == ()


def test_of_very_many_tables_the_largest_are_compared() -> None:
    rows = {f"public.a_rather_long_name_of_a_table_{n}": n for n in range(2000)}
    text = write_targets([Target("a", "postgres", rows=rows), Target("b", "postgres", rows=rows)])
    check_value("RESTORE", text)
    assert len(text.encode()) <= VALUE_LIMIT
    first, second = read_targets(text)
    assert 1999 in first.rows.values()
    assert len(first.rows) == len(second.rows) > 50


@pytest.mark.parametrize("name", ["formbot", "d" * 63])
def test_no_name_is_longer_than_a_database_may_have(name: str) -> None:
    for made in (fresh_name(name, STAMP), old_name(name, STAMP)):
        assert len(made) <= 63
        assert made.endswith(STAMP)
    assert fresh_name(name, STAMP) != old_name(name, STAMP)


def test_rows_are_counted_table_by_table() -> None:
    loss = compare({"a": 10, "b": 2, "new": 1}, {"a": 3, "b": 5, "gone": 4})
    assert loss.lost == (("a", 7), ("new", 1))
    assert loss.back == (("gone", 4), ("b", 3))
    assert (loss.rows_lost, loss.rows_back) == (8, 7)


def test_where_only_some_tables_were_counted_the_others_are_not_called_lost() -> None:
    assert compare({"a": 3, "b": 2}, {"a": 3}, whole=False).lost == ()


def test_what_was_never_counted_is_unknown_and_so_is_the_sum() -> None:
    assert compare({"a": 1}, {}) == UNKNOWN
    assert not added([compare({"a": 1}, {"a": 1}), UNKNOWN]).known
    assert added([compare({"a": 2}, {"a": 1}), compare({"b": 2}, {"b": 1})]).rows_lost == 2


def test_names_of_tables_travel_as_they_are() -> None:
    told = Target("formbot", "postgres", rows={'public."Замовлення"': 3})
    assert read_targets(write_targets([told]))[0].rows == told.rows
    assert json.loads(write_targets([told]))[0]["rows"]
