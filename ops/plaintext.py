"""Plain text: what a server printed, made harmless to show: no control sequences, no endless lines."""

from __future__ import annotations

import re

LINE_LIMIT = 8_000
"""Characters of one line that are kept. Longer ones (a minified file, a dumped blob) are cut, and say so."""

MORE = " […]"
"""What a line ends with that was longer."""

_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movements
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)"  # OSC and other strings: titles, links
    r"|\x1b[ -/]*[0-~]?"  # any other escape
    r"|\x9b[0-?]*[ -/]*[@-~]",
    re.DOTALL,
)
# Bidirectional overrides make a line read as what it is not; zero-width marks hide in copied text.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


_PRINTABLE = bytes(range(0x20, 0x7F))
_PRINTABLE_LINES = _PRINTABLE + b"\n"


def is_plain(raw: bytes) -> bool:
    """Whether bytes are nothing but printable ASCII and newlines."""
    return not raw.translate(None, _PRINTABLE_LINES)


def plain_line(raw: bytes, most: int = LINE_LIMIT) -> str:
    """Return one line (without its newline) as printable text, of at most ``most`` characters; a longer one says so.

    A carriage return overwrites the line, as on a terminal: of a progress bar the last state is kept.
    """
    # Four bytes make a character at the most, and a line of megabytes is not worth decoding whole.
    piece = raw[: most * 4 + 1]
    if not piece.translate(None, _PRINTABLE):
        text = piece.decode("ascii")
    else:
        text = _SEQUENCES.sub("", piece.decode(errors="replace"))
        text = text.rstrip("\r").rpartition("\r")[2]
        text = _UNSEEN.sub("", text).replace("\t", "    ")
    if len(raw) > most * 4 or len(text) > most:
        return text[:most] + MORE
    return text.rstrip()


def shorten(text: str) -> str:
    """Return a line of at most LINE_LIMIT characters; one that was longer says so."""
    return text if len(text) <= LINE_LIMIT + len(MORE) else text[:LINE_LIMIT] + MORE


def plain(text: str) -> str:
    """Return text of one or more lines (a title, a name) without anything unprintable."""
    without = _UNSEEN.sub("", _SEQUENCES.sub("", text))
    return _LONE_SURROGATES.sub("\ufffd", without)
