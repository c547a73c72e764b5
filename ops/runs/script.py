"""Script: static text that runs on a server. Values reach it as environment variables only."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

VALUE_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}", re.ASCII)
VALUE_LIMIT = 16_384
"""Bytes of one value: a value travels as one line and lives in a process's environment."""

_TAKEN = frozenset(
    {
        *("PATH", "HOME", "SHELL", "IFS", "ENV", "USER", "LANG", "PS4", "CDPATH", "BASH_ENV"),
        *("COMSPEC", "PATHEXT", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "PSMODULEPATH", "USERPROFILE", "USERNAME"),
        *("APPDATA", "LOCALAPPDATA", "PROGRAMDATA"),
    }
)


@dataclass(frozen=True)
class Script:
    """A piece of POSIX sh. Known on servers by the hash of its text."""

    text: str

    @cached_property
    def sha256(self) -> str:
        """Return the hash of the text, 64 hex digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@lru_cache(maxsize=256)
def load_script(path: Path) -> Script:
    """Read a script that ships with Lotsman. Leading comments stay: people read them on servers."""
    return Script(path.read_text())


def may_be_value(name: str) -> bool:
    """Whether a value may have this name: none that programs or shells themselves listen to."""
    return bool(VALUE_NAME.fullmatch(name)) and name not in _TAKEN and not name.startswith(("LD_", "LOTSMAN_"))


def check_value(name: str, value: str) -> None:
    """Refuse what cannot travel as an environment variable. Raises ValueError naming the variable."""
    if not may_be_value(name):
        message = f"{name!r} cannot be the name of a value"
        raise ValueError(message)
    if any(char in value for char in "\n\r\0") or len(value.encode(errors="surrogatepass")) > VALUE_LIMIT:
        message = f"the value of {name} holds a line break, a NUL or more than {VALUE_LIMIT} bytes"
        raise ValueError(message)
