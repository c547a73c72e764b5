from hypothesis import given
from hypothesis import strategies as st

from ops.hosts.output import OutputReader
from ops.plaintext import LINE_LIMIT, plain, plain_line
from ops.redaction import Redactor

MARK = "c0ffee" * 5


def read(raw: bytes, cuts: list[int] | None = None) -> tuple[list[str], OutputReader]:
    reader = OutputReader(MARK, Redactor(["hunter2hunter2"]))
    lines: list[str] = []
    at = 0
    for cut in [*sorted(cuts or []), len(raw)]:
        lines += reader.feed(raw[at:cut])
        at = max(at, cut)
    return lines + reader.close(), reader


def test_messages_are_told_apart_from_the_log() -> None:
    raw = f"one\n{MARK} fact commit abc\ntwo{MARK} item refs a b\n{MARK} refuse disk-full\nthree".encode()
    lines, reader = read(raw)
    assert lines == ["one", "two", "three"]
    assert reader.messages.facts == {"commit": "abc"}
    assert reader.messages.items == {"refs": ["a b"]}
    assert reader.messages.refused == "disk-full"


@given(st.lists(st.integers(0, 120), max_size=12))
def test_where_the_pieces_are_cut_makes_no_difference(cuts: list[int]) -> None:
    raw = f"один\nhunter2hunter2\n{MARK} fact a b c\n\x1b[31mred\x1b[0m\r\nlast".encode()
    assert read(raw, cuts)[0] == read(raw)[0] == ["один", "•••", "red", "last"]


def test_a_line_of_ten_megabytes_is_held_and_shown_only_in_part() -> None:
    reader = OutputReader(MARK, Redactor())
    for _ in range(160):
        reader.feed(b"x" * 65536)
    assert len(reader._rest) < 100_000
    (line,) = reader.feed(b"\n")
    assert len(line) < LINE_LIMIT + 10


def test_secrets_in_facts_are_masked_too() -> None:
    _, reader = read(f"{MARK} fact url x hunter2hunter2\n{MARK} item dirty hunter2hunter2\n".encode())
    assert reader.messages.facts["url"] == "x •••"
    assert reader.messages.items["dirty"] == ["•••"]


def test_control_sequences_and_invisible_marks_are_gone() -> None:
    assert plain_line(b"\x1b[2J\x1b]0;title\x07a\x00b\xc2\x9b31mc\xff") == "abc\ufffd"
    assert plain_line("\u202egnp.exe\u200b".encode()) == "gnp.exe"
    assert plain_line(b"10%\r50%\r100%\r") == "100%"
    assert plain("a\x1b[31m\u2066b\ud800") == "ab\ufffd"


@given(st.binary(max_size=300))
def test_any_bytes_become_printable_text(raw: bytes) -> None:
    line = plain_line(raw.replace(b"\n", b""))
    line.encode()
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line)
