"""Patterns: what lines of a log have in common when numbers, ids, paths and times are left out. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ops.watch.level import is_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_LONGEST: Final = 200
"""Characters of a pattern's text."""
_LOOKED_AT: Final = 1000
"""Characters of a line that decide about it: what follows is data."""
_HASH_DIGITS: Final = 16

# What stands before the message: times, the journal's host and process, levels, loggers. Taken off one after the other.
_LEAD = re.compile(
    r"\s*(?:"
    r"\[?\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:\s?(?:Z|UTC|[+-]\d\d:?\d\d))?)?\]?"
    r"|\[?\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?\]?"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
    r"|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
    r"|[\w.-]{1,64} [\w.@/-]{1,64}\[\d{1,10}\]:"  # the journal: host, program, process id
    r"|\[?(?:pid )?\d{1,10}(?:#\d{1,10})?[\]:]:?(?: \*\d{1,12})?"  # a process, a thread; nginx: its connection as well
    r"|(?:[\w-]{1,32}\.)?\[?\(?(?:ERROR|CRITICAL|FATAL|ALERT|EMERG(?:ENCY)?|PANIC|WARN(?:ING)?|INFO|DEBUG|NOTICE"
    r"|error|crit|alert|emerg)\]?\)?:?"
    r"|[-|:]"
    r")(?=\s|$|[\[(])",
    re.ASCII,
)
_RULES: Final[tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    (re.compile(r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?"), "<time>"),
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<id>"),
    (re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}\b"), "<mail>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b"), "<ip>"),
    (re.compile(r"\b0[xX][0-9a-fA-F]{1,32}\b"), "<hex>"),
    # The last part of a path says which file it is; where it lies differs by release and by server.
    (re.compile(r"(?<![\w:/<])/(?:[\w.@+-]{1,128}/){1,32}([\w.@+-]{0,128})"), lambda found: "…/" + found[1]),
    (re.compile(r"(\bhttps?://[\w.-]{1,128})(?::\d{1,5})?[^\s\"'<>)]{0,512}"), lambda found: found[1] + "/…"),
    # Hexadecimal ids: long, and with a digit, or they are words.
    (re.compile(r"\b(?=[a-fA-F]{0,64}\d)[0-9a-fA-F]{8,64}\b"), "<hex>"),
    # Other ids: letters and digits mixed.
    (re.compile(r"\b(?=[A-Za-z_-]{0,64}\d)(?=\d{0,64}[A-Za-z])[A-Za-z0-9_-]{20,128}\b"), "<id>"),
    (re.compile(r"\d+(?:[.,]\d+)*"), "N"),
    (re.compile(r"\s+"), " "),
)
_TRACE = re.compile(r"Traceback \(most recent call last\)")
_TRACE_GOES_ON = re.compile(r"^(?:[ \t]|$|During handling of the above|The above exception was the direct)")
# How systemd closes the account of a service that has failed: what comes next is of its next start.
_EPILOGUE = re.compile(r"^\S{1,64}: Failed with result '")
_JOURNAL = re.compile(r"^\S{10,40} [\w.-]{1,64} [\w.@/-]{1,64}(?:\[\d{1,10}\])?: ", re.ASCII)
_DOCKER = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]{8,18}Z ", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pattern:
    """hash: 16 hex digits of what follows, the same for lines of the same make. text: what people are shown."""

    hash: str
    text: str


def pattern_of(line: str) -> Pattern:
    """Return the pattern of one line, which has been redacted already."""
    return _pattern(_normal(line))


def errors_in(lines: Iterable[str], ignore: Sequence[str] = ()) -> Counter[Pattern]:
    """Return the patterns of the errors among lines, each with how often it was there.

    A traceback counts once, with the error line that announced it, by its exception. ignore: texts; an error with one
    of them in its lines does not count, whatever the case of the letters.
    """
    silenced = tuple(text.casefold() for text in ignore)
    counted: Counter[Pattern] = Counter()
    epilogues: Counter[Pattern] = Counter()
    for block in _blocks(lines):
        told = "\n".join(block).casefold()
        if not any(text in told for text in silenced):
            (epilogues if _EPILOGUE.match(block[0]) else counted)[_pattern_of_block(block)] += 1
    return counted or epilogues  # that it failed is news only where nothing says why


def body_of(line: str) -> str:
    """Return a line without what the journal or Docker has put in front."""
    return _DOCKER.sub("", _JOURNAL.sub("", line, 1), 1)


def _blocks(lines: Iterable[str]) -> Iterable[list[str]]:
    """Gather error lines, each with the traceback behind it."""
    block: list[str] = []
    tracing = False
    for line in lines:
        body = body_of(line)
        if block and _TRACE.search(body) and not _EPILOGUE.match(block[0]):
            tracing = True
            block.append(body)
        elif tracing and _TRACE_GOES_ON.match(body):
            block.append(body)
        elif tracing and not is_error(body):
            block.append(body)  # the exception itself; another traceback may follow that it has led to
            tracing = False
        elif is_error(body):
            if block:
                yield block
            block, tracing = [body], bool(_TRACE.search(body))
        elif block and _TRACE_GOES_ON.match(body) and body.strip():
            tracing = bool(body.strip()) and body.startswith(("During", "The above"))
            block.append(body)
        elif block and body.strip():
            yield block
            block = []
    if block:
        yield block


def _pattern_of_block(block: list[str]) -> Pattern:
    head = "" if _TRACE.search(block[0]) else _normal(block[0])
    thrown = ""
    if any(_TRACE.search(line) for line in block):
        thrown = next((line for line in reversed(block) if not _TRACE_GOES_ON.match(line)), "")
        thrown = "" if _TRACE.search(thrown) or thrown is block[0] else _normal(thrown)
    return _pattern(" ← ".join(part for part in (thrown, head) if part) or _normal(block[0]))


def _pattern(text: str) -> Pattern:
    return Pattern(hashlib.sha256(text.encode(errors="replace")).hexdigest()[:_HASH_DIGITS], text)


def _normal(line: str) -> str:
    text = line[:_LOOKED_AT]
    while (lead := _LEAD.match(text)) is not None and lead.end() < len(text):
        text = text[lead.end() :]
    for rule, instead in _RULES:
        text = rule.sub(instead, text)
    return text.strip()[:_LONGEST]
