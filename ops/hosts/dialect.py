"""Dialect: how a server is spoken to until its runner speaks for itself, and how scripts are stored there."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ops.runs.script import Script

_REMOTE = Path(__file__).parent / "remote"

# One line without a quote inside, so that any login shell hands it on unchanged. The runner is stored
# under its hash, which is checked again by every session: what runs is what we sent.
_BOOTSTRAP = (
    "exec sh -c '"
    "export LOTSMAN_UMASK=$(umask); umask 077; "
    "d=${XDG_STATE_HOME:-$HOME/.local/state}/lotsman; f=$d/runner-%(sha)s.sh; "
    'ok() { [ "$(sha256sum <"$f" 2>/dev/null)" = "%(sha)s  -" ]; }; '
    'ok || { echo need; mkdir -p "$d" || { echo broken; exit 73; }; '
    'while IFS= read -r l && [ "$l" != %(end)s ]; do printf "%%s\\n" "$l"; done >"$f.$$" && mv -f "$f.$$" "$f"; }; '
    'ok || { echo broken; exit 73; }; echo ready; exec sh "$f" serve "$d"'
    "'"
)


@dataclass(frozen=True)
class Dialect:
    """shell: whose it is. runner: the program that keeps jobs. prelude: what stands in front of every script."""

    shell: str
    runner: Script
    prelude: str

    def command(self, end: str) -> str:
        """Return what a session executes. ``end``: the line that ends the runner's text."""
        if self.shell == "powershell":
            return _POWERSHELL + base64.b64encode(_bootstrap_ps1().encode("utf-16-le")).decode()
        return _BOOTSTRAP % {"sha": self.runner.sha256, "end": end}

    def greeting(self, end: str) -> str:
        """Return what the session sends first: nothing, or what its command could not carry."""
        return f"{self.runner.sha256} {end}\n" if self.shell == "powershell" else ""

    def stored(self, script: Script) -> Script:
        """Return a script as it is stored on a server: behind the prelude, with a newline at its end."""
        return _behind(self.prelude, script)


# Base64 is one word without a quote, so cmd and PowerShell, whichever is the login's, hand it on unchanged.
_POWERSHELL = "powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand "


@cache
def dialect_of(shell: str) -> Dialect:
    """Return the dialect of a shell: ``sh`` or ``powershell``."""
    suffix = {"sh": "sh", "powershell": "ps1"}[shell]
    runner, prelude = ((_REMOTE / f"{name}.{suffix}").read_text() for name in ("runner", "prelude"))
    return Dialect(shell, Script(runner), prelude)


@cache
def _bootstrap_ps1() -> str:
    return (_REMOTE / "bootstrap.ps1").read_text()


@cache
def _behind(prelude: str, script: Script) -> Script:
    return Script(f"{prelude}{script.text.rstrip()}\n")
