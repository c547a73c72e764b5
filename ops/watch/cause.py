"""Cause: what the last lines of a log say about why something does not work. Pure; a guess, and told as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SIGNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (cause, re.compile(pattern, re.IGNORECASE))
    for cause, pattern in (
        ("disk", r"no space left on device|disk quota exceeded|\bENOSPC\b|database or disk is full"),
        ("memory", r"oom-kill|out of memory|\bMemoryError\b|cannot allocate memory|\bENOMEM\b|killed process \d"),
        ("port", r"address already in use|\bEADDRINUSE\b|port \S{1,10} is already allocated"),
        ("import", r"\bModuleNotFoundError\b|\bImportError\b|class \"?[\w\\]{1,80}\"? not found|cannot find module"),
        ("certificate", r"certificate (?:has|is) expired|certificate_expired|CERT_HAS_EXPIRED"),
        (
            "database",
            (
                r"(?:could not connect to|connection to) server|SQLSTATE\[HY000\] \[2002\]"
                r"|can't connect to .{0,40}mysql"
                r"|connection refused.{0,80}(?:5432|3306)|(?:5432|3306).{0,80}connection refused|CannotConnectNow"
                r"|terminating connection due to administrator|the database system is (?:shutting down|starting up)"
            ),
        ),
        ("rights", r"permission denied|\bEACCES\b|operation not permitted|access denied"),
        ("name", r"name or service not known|temporary failure in name resolution|getaddrinfo|could not resolve host"),
    )
)
_BY_CODE: Final = {
    "import-error": "import",
    "database-down": "database",
    "disk-high": "disk",
    "memory-high": "memory",
    "certificate-expired": "certificate",
}


def likely_cause(code: str, facts: Mapping[str, str], lines: Iterable[str]) -> str:
    """Return disk, memory, port, rights, import, database, certificate or name; empty where nothing points anywhere."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    told = "\n".join([facts.get("unit_result", ""), *lines])
    # The last words count for more than the first sign in the list.
    found = [(match.start(), cause) for cause, sign in _SIGNS for match in sign.finditer(told)]
    return max(found, default=(0, ""))[1]
