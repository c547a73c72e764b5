"""``python -m tests.e2e.images``: builds what the engines and hosts of tests start from, where that is missing.

The tests do so themselves when they come to it; this is for a machine that has a core to spare before.
"""

from __future__ import annotations

import sys

from demo.sandbox.program import ProgramFailed
from tests.e2e.engine import image as engine
from tests.e2e.hosts import image as hosts


def main() -> None:
    """Build them one after another, as tests ask for them. What is impossible here is said, and no error."""
    try:
        engine.check()
        engine.built()
    except (engine.EngineImpossible, engine.BuildFailed) as error:
        sys.stderr.write(f"Nothing for engines to start from: {error}\n")
    for kind in ("lamp", "plain"):
        try:
            hosts.check()
            hosts.image(kind)
        except (hosts.HostsImpossible, hosts.BuildFailed, ProgramFailed) as error:
            sys.stderr.write(f"Nothing for hosts of kind {kind} to start from: {error}\n")


if __name__ == "__main__":
    main()
