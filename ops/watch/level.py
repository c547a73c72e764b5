"""Level: which lines of a log are bad, whatever wrote them. Pure.

Each pattern is written once, in what POSIX ``grep -E``, awk and Python's ``re`` understand alike: the server
searches with the very text that is judged by here.
"""

from __future__ import annotations

import re
from typing import Final

_WORSE = "CRITICAL|FATAL|ALERT|EMERG|EMERGENCY|PANIC"
_QUOTED = '"(level|severity|levelname)": ?"'
_ERROR: Final = (
    # Python, Java, Laravel and so on write the level in capitals; nginx and PHP-FPM in brackets.
    rf"(^|[^A-Za-z_])(ERROR|{_WORSE})([^A-Za-z_]|$)"
    r"|\[(error|crit|alert|emerg)\]"
    '|(^|[^A-Za-z_])level="?(error|fatal|critical|panic)([^a-z]|$)'
    f'|{_QUOTED}(error|fatal|critical|panic)"'
    r"|Traceback \(most recent call last\)"
    "|PHP (Fatal|Parse|Recoverable fatal) error"
    "|^(Fatal error|panic|Unhandled exception): "
    "|Failed with result '|(Error|Exception) in thread "
)
LEVELS: Final = {
    "critical": (
        rf"(^|[^A-Za-z_])({_WORSE})([^A-Za-z_]|$)"
        r"|\[(crit|alert|emerg)\]"
        "|PHP (Fatal|Parse) error|^(Fatal error|panic): "
        '|(^|[^A-Za-z_])level="?(fatal|critical|panic)([^a-z]|$)'
        f'|{_QUOTED}(fatal|critical|panic)"'
    ),
    "error": _ERROR,
    "warning": (
        rf"{_ERROR}|(^|[^A-Za-z_])(WARNING|WARN)([^A-Za-z_]|$)|\[warn(ing)?\]|PHP Warning"
        '|(^|[^A-Za-z_])level="?warn(ing)?([^a-z]|$)'
        f'|{_QUOTED}warn(ing)?"'
    ),
}
"""By the word that people type: that level, or worse."""
WORDS: Final = {"errors": "error", "err": "error", "warn": "warning", "warnings": "warning", "crit": "critical"}
"""Other words for them."""

_ERROR_LINE = re.compile(_ERROR)


def is_error(line: str) -> bool:
    """Whether a line says that something went wrong."""
    return _ERROR_LINE.search(line) is not None
