"""Plain text: what a server printed, made harmless to show: no control sequences, no endless lines."""

from __future__ import annotations

import re

LINE_LIMIT = 8_000
"""Characters of one line that are kept. Longer ones (a minified file, a dumped blob) are cut, and say so."""

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


def plain_line(raw: bytes) -> str:
    """Return one line (without its newline) as printable text of at most LINE_LIMIT characters.

    A carriage return overwrites the line, as on a terminal: of a progress bar the last state is kept.
    """
    # Four bytes make a character at the most, and a line of megabytes is not worth decoding whole.
    cut = len(raw) > LINE_LIMIT * 4
    text = _SEQUENCES.sub("", raw[: LINE_LIMIT * 4].decode(errors="replace"))
    text = text.rstrip("\r").rpartition("\r")[2]
    text = _UNSEEN.sub("", text).replace("\t", "    ")
    if cut or len(text) > LINE_LIMIT:
        return text[:LINE_LIMIT] + " […]"
    return text.rstrip()


def plain(text: str) -> str:
    """Return text of one or more lines (a title, a name) without anything unprintable."""
    without = _UNSEEN.sub("", _SEQUENCES.sub("", text))
    return _LONE_SURROGATES.sub("\ufffd", without)
