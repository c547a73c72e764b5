"""Fresh texts: locales/<language>/*.ftl read again while the bot runs, and refused when they could not be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fluent.syntax import FluentParser, ast

from ops.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_ENTRY = re.compile(r"^([a-zA-Z][\w-]*) *=.*\n(?:[ \t}].*\n|\n)*", re.MULTILINE | re.ASCII)
"""A key at the start of a line, and what is indented below it."""

_FACT = re.compile(r"\{\s*\$([A-Za-z][\w-]*)|\(\s*\$([A-Za-z][\w-]*)", re.ASCII)


def read_texts(paths: Iterable[Path]) -> dict[str, str]:
    """Return the texts of these files by key, without a look at what is in them."""
    return {match[1]: _text(match) for path in paths for match in _ENTRY.finditer(path.read_text())}


def read_fresh(paths: Iterable[Path], old: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of these files by key.

    old: those shown until now: the code asks for them, and gives them their facts. Raises BadFile for a text that
    cannot be parsed, stands there twice, asks for a fact that it was not given before, or is missing.
    """
    texts: dict[str, str] = {}
    folder = ""
    for path in paths:
        folder = str(path.parent)
        for line, key, text in _entries(path):
            if key in texts:
                raise BadFile(str(path), line, key, "duplicate", key)
            if text != old.get(key):
                _check(str(path), line, key, text, old.get(key))
            texts[key] = text
    if missing := [key for key in old if key not in texts]:
        raise BadFile(folder, 0, missing[0], "missing")
    return texts


def _text(match: re.Match[str]) -> str:
    return match[0].rstrip("\n") + "\n"


def _entries(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, key and text of each entry. Raises BadFile for lines that belong to none."""
    try:
        content = path.read_text() + "\n"
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(str(path), 0, "", "unreadable", str(error)) from None
    end = 0
    for match in _ENTRY.finditer(content):
        _insist_on_comments(path, content, end, match.start())
        yield content.count("\n", 0, match.start()) + 1, match[1], _text(match)
        end = match.end()
    _insist_on_comments(path, content, end, len(content))


def _insist_on_comments(path: Path, content: str, start: int, end: int) -> None:
    for number, line in enumerate(content[start:end].splitlines(), content.count("\n", 0, start) + 1):
        if line.strip() and not line.startswith("#"):
            raise BadFile(str(path), number, "", "syntax", line.strip()[:80])


def _check(path: str, line: int, key: str, text: str, old: str | None) -> None:
    for entry in FluentParser(with_spans=True).parse(text).body:
        if isinstance(entry, ast.Junk):
            said = entry.annotations[0] if entry.annotations else None
            below = text.count("\n", 0, said.span.start) if said and said.span else 0
            raise BadFile(path, line + below, key, "syntax", (said.message or "") if said else "")
    unknown = _facts(text) - _facts(old) if old is not None else set()
    if unknown:
        raise BadFile(path, line, key, "unknown-fact", min(unknown))


def _facts(text: str) -> set[str]:
    return {first or second for first, second in _FACT.findall(text)}
