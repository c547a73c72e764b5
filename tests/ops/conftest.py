"""What tests of ops share."""

from __future__ import annotations

import re
import subprocess
from shutil import which

import pytest


@pytest.fixture
def keys() -> tuple[str, str]:
    """A fresh public key of age, and its secret one."""
    if not which("age-keygen"):
        pytest.skip("age is not installed")
    made = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True)
    return re.findall(r"public key: (age1\w+)", made.stdout)[0], re.findall(r"AGE-SECRET-KEY-1\w+", made.stdout)[0]
