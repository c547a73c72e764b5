"""PL/pgSQL: the statements inside of a DO block, such as the guarded ADD COLUMN that may run again and again."""

from __future__ import annotations

import re

from ops.releases.statements import split

_BLOCK = re.compile(
    r"DO\s+(?:LANGUAGE\s+plpgsql\s+)?\$(?P<tag>\w*)\$(?P<body>.*)\$(?P=tag)\$(?:\s*LANGUAGE\s+plpgsql)?",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = re.compile(
    r"(?:<<\w+>>|BEGIN|EXCEPTION|ELSE|LOOP|(?:IF|ELSIF|ELSEIF|WHEN)\b.*?\bTHEN|(?:FOR|FOREACH|WHILE)\b.*?\bLOOP)(?:\s+|$)",
    re.IGNORECASE | re.DOTALL,
)
_NOTHING = re.compile(
    r"(?:END(?:\s+(?:IF|LOOP|CASE))?(?:\s+\w+)?"
    r"|(?:RAISE|PERFORM|RETURN|NULL|EXIT|CONTINUE|ASSERT|GET)\b.*"
    r"|[\w.]+\s*:?=\s*.*)",
    re.IGNORECASE | re.DOTALL,
)
_LITERAL = re.compile(
    r"EXECUTE\s+(?:'(?P<quoted>(?:[^']|'')*)'|\$(?P<tag>\w*)\$(?P<text>.*)\$(?P=tag)\$)", re.IGNORECASE | re.DOTALL
)


def inner_statements(text: str) -> list[str] | None:
    """Return the SQL inside of a DO block, whatever its conditions; None when the text is no such block.

    What is put together while it runs stays as it is, EXECUTE and all: nobody can tell what it will be.
    """
    block = _BLOCK.fullmatch(text.strip())
    if block is None:
        return None
    found, declaring = [], False
    for piece in split(block["body"], "postgres"):
        inner = piece.text
        if re.match(r"DECLARE\b", inner, re.IGNORECASE):
            declaring = True
        if declaring and not re.match(r"BEGIN\b", inner, re.IGNORECASE):
            continue
        declaring = False
        while head := _HEAD.match(inner):
            inner = inner[head.end() :]
        if inner and not _NOTHING.fullmatch(inner):
            literal = _LITERAL.fullmatch(inner)
            found.append(((literal["quoted"] or literal["text"] or "").replace("''", "'")) if literal else inner)
    return found
