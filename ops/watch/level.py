"""Level: which lines of a log are bad, whatever wrote them. Pure.

Each pattern is written once, in what POSIX ``grep -E``, awk and Python's ``re`` understand alike: the server
searches with the very text that is judged by here.
"""

from __future__ import annotations

import re
from typing import Final

_WORSE = "CRITICAL|FATAL|ALERT|EMERG|EMERGENCY|PANIC"
_ERROR: Final = (
    # Python, Java, Laravel and so on write the level in capitals; nginx and PHP-FPM in brackets.
    rf"(^|[^A-Za-z_])(ERROR|{_WORSE})([^A-Za-z_]|$)"
    r"|\[(error|crit|alert|emerg)\]"
    r"|(^|[^A-Za-z_])level=\"?(error|fatal|critical|panic)([^a-z]|$)"
    r"|\"(level|severity|levelname)\": ?\"(error|fatal|critical|panic)\""
    r"|Traceback \(most recent call last\)"
    r"|PHP (Fatal|Parse|Recoverable fatal) error"
    r"|^(Fatal error|panic|Unhandled exception): "
    r"|Failed with result '|(Error|Exception) in thread "
)
LEVELS: Final = {
    "critical": (
        rf"(^|[^A-Za-z_])({_WORSE})([^A-Za-z_]|$)"
        r"|\[(crit|alert|emerg)\]|PHP (Fatal|Parse) error|^(Fatal error|panic): "
        r"|(^|[^A-Za-z_])level=\"?(fatal|critical|panic)([^a-z]|$)|\"(level|severity)\": ?\"(fatal|critical|panic)\""
    ),
    "error": _ERROR,
    "warning": (
        rf"{_ERROR}|(^|[^A-Za-z_])(WARNING|WARN)([^A-Za-z_]|$)|\[warn(ing)?\]|PHP Warning"
        r"|(^|[^A-Za-z_])level=\"?warn(ing)?([^a-z]|$)|\"(level|severity|levelname)\": ?\"warn(ing)?\""
    ),
}
"""By the word that people type: that level, or worse."""
WORDS: Final = {"errors": "error", "err": "error", "warn": "warning", "warnings": "warning", "crit": "critical"}
"""Other words for them."""

_ERROR_LINE = re.compile(_ERROR)


def is_error(line: str) -> bool:
    """Whether a line says that something went wrong."""
    return _ERROR_LINE.search(line) is not None
