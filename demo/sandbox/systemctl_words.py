"""Words: the argv of the systemctl stand-in, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.sandbox.unit import full_name

if TYPE_CHECKING:
    from collections.abc import Sequence

_WITH_VALUE = ("-p", "--property", "-n", "--lines", "-t", "--type", "-o", "--output", "--state")
_FLAGS = ("--no-pager", "--no-legend", "--full", "-l", "--plain", "--no-ask-password", "--all", "-a", "--no-block")


@dataclass(frozen=True, slots=True)
class Words:
    """An argv, taken apart."""

    verb: str
    names: tuple[str, ...]
    properties: tuple[str, ...]
    quiet: bool
    value: bool
    legend: bool


class UnknownOption(Exception):
    """An option the stand-in does not know."""


def parse(argv: Sequence[str]) -> Words:
    """Take the words apart. Raises UnknownOption."""
    plain: list[str] = []
    properties: list[str] = []
    flags: set[str] = set()
    rest = iter(argv)
    for word in rest:
        option, given, value = _split(word)
        if not word.startswith("-"):
            plain.append(word)
        elif option in _WITH_VALUE:
            text = value if given else next(rest, "")
            properties += text.split(",") if option in ("-p", "--property") else []
        elif word in ("-q", "--quiet", "--value", *_FLAGS):
            flags.add(word)
        else:
            raise UnknownOption(word)
    verb, names = (plain[0], plain[1:]) if plain else ("list-units", [])
    return Words(
        verb,
        tuple(map(full_name, names)),
        tuple(properties),
        quiet=bool(flags & {"-q", "--quiet"}),
        value="--value" in flags,
        legend="--no-legend" not in flags,
    )


def _split(word: str) -> tuple[str, str, str]:
    """Return an option, whether it came with its value, and the value: ``--lines=3``, ``-n3``."""
    if word[:2] in _WITH_VALUE and not word.startswith("--") and len(word) > len("-n"):
        return word[:2], "=", word[2:]
    return word.partition("=")
