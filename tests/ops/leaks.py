"""Leaks: secrets, the ways in which programs print them, and what of them comes through. Shared with tests/faults."""

from __future__ import annotations

import base64
import html
import json
import random
import shlex
import string
from typing import TYPE_CHECKING
from urllib.parse import quote

from ops.hosts.output import OutputReader
from ops.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MARK = "c0ffee" * 5
_ALPHABET = string.ascii_letters + string.digits + "/+=:@&%$ \"'\\-_.<>éїЖ"

ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "url": lambda value: quote(value, safe=""),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64 in other data": lambda value: base64.urlsafe_b64encode(b"ab" + value.encode() + b"tail").decode(),
    "hex": lambda value: value.encode().hex(),
    "json": lambda value: json.dumps({"a": value}),
    "html": lambda value: html.escape(value, quote=True),
    "shell": shlex.quote,
}


def secret_values(count: int, seed: int = 5) -> list[str]:
    """Return values such as people and programs make, of 10 to 40 characters."""
    rnd = random.Random(seed)  # noqa: S311  a repeatable test
    return ["Kq" + "".join(rnd.choice(_ALPHABET) for _ in range(rnd.randint(6, 36))) + "Zw" for _ in range(count)]


def telling_part(name: str, printed: str) -> str:
    """Return what must not be seen of a printed secret: all of it, but for the letters at the seams of base64."""
    if name.startswith("base64"):
        return printed.strip("=")[4 : -7 if "other" in name else -2]
    return printed.removeprefix('{"a": "').removesuffix('"}').strip("'")[1:-1]


def leaks(values: list[str], splits: Callable[[int], Iterator[int]]) -> list[tuple[str, str, int]]:
    """Return where a secret has come through: the value, the encoding, and where its line was split in two."""
    redactor = Redactor(values)
    found = []
    for value in values:
        for name, encode in ENCODINGS.items():
            printed = encode(value)
            line = f"before {printed} after\n".encode()
            for split in splits(len(line)):
                reader = OutputReader(MARK, redactor)
                shown = "\n".join([*reader.feed(line[:split]), *reader.feed(line[split:]), *reader.close()])
                if telling_part(name, printed) in shown or not shown.startswith("before ") or "•••" not in shown:
                    found.append((value, name, split))
    return found
