"""Imports structlog without rich, which it takes for coloured tracebacks wherever that happens to be installed.

Ours go through a renderer that masks secrets, so rich would be 4 MB and a second of nothing.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from typing import Any, cast


def install() -> None:
    """Import structlog this way, unless either is imported already."""
    if "structlog" in sys.modules or "rich" in sys.modules:
        return
    modules = cast("dict[str, Any]", sys.modules)
    modules["rich"] = None  # an import of it fails from here on
    try:
        with contextlib.suppress(ImportError):  # whoever needs it will say that it is missing
            importlib.import_module("structlog")
    finally:
        del modules["rich"]


install()
