"""Texts that are read again are shown, or refused with the place: never half of them."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from handlers.i18n import Texts
from ops.errors import BadFile

OLD = "# about\nhello = Hello, { $name }!\ncount = { $count ->\n    [one] one\n   *[other] { $count }\n}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "talk.ftl"
    path.write_text(OLD)
    return path


@pytest.fixture
def texts(file: Path) -> Texts:
    texts = Texts("en", UTC, [file])
    assert texts("hello", name="Vira") == "Hello, Vira!"
    return texts


def test_a_fresh_text_takes_the_place_of_one_that_was_shown(texts: Texts, file: Path) -> None:
    file.write_text(OLD.replace("Hello, { $name }!", "Good morning"))
    texts.adopt(texts.fresh())
    assert texts("hello", name="Vira") == "Good morning"
    assert texts("count", count=3) == "3"


@pytest.mark.parametrize(
    ("content", "line", "key", "problem"),
    [
        (OLD.replace("{ $name }", "{ $name "), 2, "hello", "syntax"),
        (OLD.replace("$name", "$who"), 2, "hello", "unknown-fact"),
        (OLD.replace("{ $count ->", "{ $number ->"), 3, "count", "unknown-fact"),
        (OLD + "hello = again\n", 7, "hello", "duplicate"),
        (OLD.partition("count")[0], 0, "count", "missing"),
        (OLD + "no text at all\n", 7, "", "syntax"),
    ],
)
def test_what_could_not_be_shown_is_refused_with_its_place(
    texts: Texts, file: Path, content: str, line: int, key: str, problem: str
) -> None:
    file.write_text(content)
    with pytest.raises(BadFile) as refusal:
        texts.fresh()
    assert (refusal.value.line, refusal.value.key, refusal.value.problem) == (line, key, problem)
    assert texts("hello", name="Vira") == "Hello, Vira!"
