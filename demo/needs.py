"""Needs: what the demo wants from the machine, beside the Python it runs in."""

from __future__ import annotations

import shutil
from importlib.util import find_spec


def missing_packages() -> list[str]:
    """Return the Debian packages to install first."""
    git = shutil.which("git") is not None
    # The sandbox's service has a venv of its own.
    venv = find_spec("ensurepip") is not None
    return [package for package, there in (("git", git), ("python3-venv", venv)) if not there]
