"""journalctl: prints what the sandbox's supervisor has captured. Options: -u -n -o --since --until -p -q
--no-pager --show-cursor --after-cursor.

Scripts ask it often, and most of what that takes are imports: hence so few.
"""

from __future__ import annotations

import json
import re
import sys
import time
from datetime import UTC, datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

    Entry = dict[str, Any]

HOST = "sandbox"
OUTPUTS = ("short", "short-iso", "cat", "json")
_SHORT = {
    "-u": "--unit", "-n": "--lines", "-o": "--output", "-S": "--since", "-U": "--until", "-p": "--priority",
    "-q": "--quiet",
}  # fmt: skip
_WITH_VALUE = ("--unit", "--lines", "--output", "--since", "--until", "--priority", "--after-cursor")
_ALONE = ("--quiet", "--no-pager", "--show-cursor")
_LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
_UNITS = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
}


class Refused(Exception):
    """The words make no sense to journalctl; the text is what it says."""


def main(folder: str, *argv: str) -> int:
    """Return the exit status."""
    try:
        options = parse(argv, time.time())
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    found = [
        entry
        for entry in entries(f"{folder}/var/log/journal", options.units, options.since, options.priority)
        if entry["at"] <= options.until and entry["number"] > options.after
    ]
    shown = found if options.lines is None else last(found, options.lines)
    if not shown and not options.quiet:
        sys.stdout.write("-- No entries --\n")
    sys.stdout.writelines(text(entry, options.output) + "\n" for entry in shown)
    if options.cursor and shown:
        sys.stdout.write(f"-- cursor: s=5a;i={shown[-1]['number']}\n")
    return 0


class Options:
    """What was asked for. ``lines``: how many of the newest, None for all."""

    def __init__(self, words: list[tuple[str, str]], now: float) -> None:
        last_given = dict(words)
        self.output, lines = last_given.get("--output", "short"), last_given.get("--lines", "all")
        if self.output not in OUTPUTS:
            raise Refused(f"Unknown output format '{self.output}'.")
        self.units = [value if "." in value else f"{value}.service" for name, value in words if name == "--unit"]
        self.lines = None if lines == "all" else int(lines)
        self.since = moment(last_given.get("--since", "@0"), now)
        self.until = moment(last_given.get("--until", "@99999999999"), now)
        self.priority = level(last_given.get("--priority", "debug"))
        self.quiet = "--quiet" in last_given
        self.cursor = "--show-cursor" in last_given
        self.after = int(last_given.get("--after-cursor", "i=0").rpartition("=")[2])


def parse(argv: Sequence[str], now: float) -> Options:
    """Take the words apart. Raises Refused."""
    given, words = list(argv), []
    while given:
        word = given.pop(0)
        if not word.startswith("-"):
            raise Refused(f"Failed to add match '{word}': Invalid argument")
        name, sign, value = word.partition("=")
        if not name.startswith("--"):
            name, sign, value = _SHORT.get(name[:2], name[:2]), name[2:], name[2:]
        if name in _ALONE:
            words.append((name, ""))
        elif name not in _WITH_VALUE:
            raise Refused(f"journalctl: unrecognized option '{word}'")
        elif sign or given:
            words.append((name, value if sign else given.pop(0)))
        else:
            raise Refused(f"journalctl: option '{word}' requires an argument")
    return Options(words, now)


def level(name: str) -> int:
    """Return a priority by name or number."""
    return _LEVELS.index(name) if name in _LEVELS else int(name)


def moment(words: str, now: float) -> float:
    """Return a time as seconds since the epoch: a date, @SECONDS, -5min, 5 minutes ago. Raises Refused.

    Source: systemd.time(7). A date is UTC, as the sandbox's clock is.
    """
    midnight = now - now % 86400
    named = {"now": now, "today": midnight, "yesterday": midnight - 86400}
    if words in named:
        return named[words]
    ago = re.fullmatch(r"-\s*(\d+)\s*([a-z]+)|(\d+)\s*([a-z]+) ago", words)
    try:
        if words.startswith("@"):
            return float(words[1:])
        if ago:
            return now - int(ago[1] or ago[3]) * _UNITS[(ago[2] or ago[4]).rstrip("s") or "s"]
        return datetime.fromisoformat(words.removesuffix(" UTC")).replace(tzinfo=UTC).timestamp()
    except (ValueError, KeyError) as error:
        raise Refused(f"Failed to parse timestamp: {words}") from error


def entries(journal: Path | str, units: Sequence[str], since: float, priority: int) -> list[Entry]:
    """Return the entries that fit, oldest first."""
    return [
        entry
        for entry in _read(journal)
        if (not units or entry["unit"] in units) and entry["at"] >= since and entry["priority"] <= priority
    ]


def last(found: list[Entry], count: int) -> list[Entry]:
    """Return the newest entries, oldest first."""
    return found[-count:] if count else []


def _read(journal: Path | str) -> Iterator[Entry]:
    try:
        with open(journal) as file:  # noqa: PTH123  pathlib costs more than all the rest
            for number, line in enumerate(file, 1):
                if line.endswith("\n"):  # the last one may be half written
                    yield {**json.loads(line), "number": number}
    except FileNotFoundError:
        return


def text(entry: Entry, output: str) -> str:
    """Return one entry as a line without its newline."""
    if output == "cat":
        return str(entry["text"])
    if output == "json":
        micro = {"__REALTIME_TIMESTAMP": f"{entry['at'] * 1e6:.0f}", "_SYSTEMD_UNIT": entry["unit"]}
        return json.dumps({**micro, "PRIORITY": str(entry["priority"]), "MESSAGE": entry["text"]})
    at = datetime.fromtimestamp(entry["at"], UTC)
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S%z" if output == "short-iso" else "%b %d %H:%M:%S")
    return f"{stamp} {HOST} {entry['by']}[{entry['pid']}]: {entry['text']}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
