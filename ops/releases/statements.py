"""Statements: SQL cut where one statement ends and the next begins, so that one nobody can read spoils no other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MIGRATION = re.compile(r"-- migration: (\S.*)")
# A quote that never ends takes the rest.
_POSTGRES = re.compile(
    r"(?P<comment>--[^\n]*|/\*)"
    r"|(?P<quoted>[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|['\"].*)"
    r"|(?P<dollars>\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$)"
    r"|(?P<word>[A-Za-z_][\w$]*)"  # a dollar inside of a name begins nothing
    r"|(?P<end>;)",
    re.DOTALL,
)
_MYSQL = re.compile(
    r"(?P<comment>--(?=\s|$)[^\n]*|\#[^\n]*|/\*)"
    r"|(?P<quoted>'(?:[^'\\]|''|\\.)*'|\"(?:[^\"\\]|\"\"|\\.)*\"|`(?:[^`]|``)*`|['\"`].*)"
    r"|(?P<end>;)",
    re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without its comments. ``migration``: the file or revision it belongs to, where that is known."""

    migration: str
    text: str


def split(sql: str, dialect: str) -> Iterator[Statement]:
    """Cut SQL into statements. ``dialect``: postgres or mysql. A line ``-- migration: NAME`` begins a migration.

    MySQL runs what stands in ``/*! ... */``, so there it is no comment.
    """
    lexer = _MYSQL if dialect == "mysql" else _POSTGRES
    migration, kept, at = "", "", 0
    while match := lexer.search(sql, at):
        kept += sql[at : match.start()]
        at = match.end()
        if match["comment"]:
            named = _MIGRATION.fullmatch(match["comment"].rstrip())
            if named and not kept.strip():
                migration = named[1]
            if match["comment"] == "/*":
                at = _end_of_comment(sql, match.start(), nested=dialect != "mysql")
                executed = dialect == "mysql" and sql.startswith("/*!", match.start())
                kept += re.sub(r"^/\*!\d*|\*/$", "", sql[match.start() : at]) if executed else ""
            kept += " "
        elif match["end"]:
            yield from _statement(migration, kept)
            kept = ""
        else:
            kept += match[0]
    yield from _statement(migration, kept + sql[at:])


def _statement(migration: str, text: str) -> Iterator[Statement]:
    if text.strip():
        yield Statement(migration, text.strip())


def _end_of_comment(sql: str, start: int, *, nested: bool) -> int:
    """Return where a comment that begins at ``start`` ends; PostgreSQL's hold one another."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0 or (edge[0] == "*/" and not nested):
            return edge.end()
    return len(sql)
