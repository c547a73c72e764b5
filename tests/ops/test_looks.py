"""What shared looks decide by themselves, in a real shell: whether a version fits."""

from __future__ import annotations

import re
import subprocess

import pytest

from ops.runs.runbook import SHIPPED

FUNCTIONS = re.compile(r"(?ms)^version_fits(?:_all)?\(\) \{\n.*?^\}\n")


@pytest.mark.parametrize(
    ("have", "wanted", "fits"),
    [
        ("3.11.4", ">=3.11", True),
        ("3.9.18", ">=3.11", False),
        ("3.11.4", ">=3.8,<4", True),
        ("3.11.4", ">=3.8,<3.11", False),
        ("3.11", ">=3.11.0", True),
        ("3.11.4", "3.11", True),
        ("3.12.0", "3.11", False),
        ("3.11.4", "==3.11.*", True),
        ("3.12.1", "~=3.11", True),
        ("4.0", "~=3.11", False),
        ("2.43.0", "^2", True),
        ("18.6", ">=14", True),
        ("9.6", ">=14", False),
        ("3.11.4", "!=3.11.4", False),
        ("3.10", ">3.9", True),
        ("0", ">=1", False),
        ("8.2.7", "^7.3|^8.0", True),
        ("8.2.7", "^7.3 || ~8.1", True),
        ("9.0.1", "~8.1 || ^7", False),
        ("8.2.7", ">= 8.0 <8.3", True),
        ("8.3.0", ">=8.0 <8.3", False),
        ("8.2.7", "8.1.* || 8.2.*", True),
    ],
)
def test_versions_are_compared_as_numbers(have: str, wanted: str, fits: bool) -> None:  # noqa: FBT001  a parameter of the test
    text = (SHIPPED / "shared" / "look-needs.sh").read_text()
    found = FUNCTIONS.findall(text)
    assert len(found) == 2
    script = f'set -u\n{"".join(found)}version_fits "$1" "$2"'
    done = subprocess.run(["sh", "-c", script, "sh", have, wanted], check=False)
    assert (done.returncode == 0) is fits
