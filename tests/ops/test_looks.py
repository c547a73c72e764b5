"""What shared looks decide by themselves, in a real shell: whether a version fits, which backup is the newest."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from ops.hosts.session import remote_script
from ops.runs.runbook import SHIPPED, shared_script

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


def test_the_newest_backup_of_each_database_is_told_with_its_age_and_a_missing_one_as_missing(tmp_path: Path) -> None:
    hours = {
        "daily/shop_20251010_020000.sql.gz.age": 30,
        "weekly/shop_week_41_2025.sql.zst": 3,
        "weekly/shop_week_41_2025.sql.zst.sha256": 1,
        "weekly/shop_week_41_2025.sql.zst.json": 1,
        "daily/.shop_20251011_020000.sql.gz.part": 0,
        "daily/shop_old_20251011_020000.sql.gz": 0,
        "daily/notes_20251009_020000.sqlite.gz": 50,
    }
    for name, age in hours.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, (time.time() - age * 3600,) * 2)
    told = {"PATH": os.environ["PATH"], "LOTSMAN_MARK": "@", "BACKUPS": str(tmp_path), "DATABASES": "shop notes gone"}
    text = remote_script(shared_script("look-backups.sh")).text
    done = subprocess.run(["dash", "-c", text], env=told, capture_output=True, text=True, check=True)
    found = [line.removeprefix("@ item fresh_backups ").split() for line in done.stdout.splitlines()]
    assert [name for _, name in found] == ["shop_week_41_2025.sql.zst", "notes_20251009_020000.sqlite.gz", "gone"]
    assert [age if age == "-" else round(int(age) / 3600) for age, _ in found] == [3, 50, "-"]
