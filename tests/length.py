"""Length: what only the long form of the tests does, so that the usual one stays under 25 minutes on two cores."""

import os

import pytest

LONG = os.environ.get("LOTSMAN_LONG") == "1"
"""Whether this is the long form: ``make test LONG=1``."""
only_long = pytest.mark.skipif(not LONG, reason="of the long form: make test LONG=1")
