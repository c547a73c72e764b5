"""The check of a unit after a start, in a real shell, with a systemctl that says what it is told to."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ops.hosts.session import remote_script
from ops.runs.runbook import shared_script

SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "sh"]]
SYSTEMCTL = """#!/bin/sh
# show -p NAME --value UNIT
[ "$1 $2 $4 $5" = "show -p --value panel" ] || exit 1
sed -n "s/^$3=//p" "$TOLD"
"""
JOURNAL = '#!/bin/sh\ncat "$JOURNAL"\n'


def stamp(at: float) -> str:
    """As systemctl writes a moment when it is asked in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%a %Y-%m-%d %H:%M:%S UTC")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bin").mkdir()
    for name, text in (("systemctl", SYSTEMCTL), ("journalctl", JOURNAL)):
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "journal").write_text("Started panel.\n")
    return tmp_path


def check(
    folder: Path, shell: list[str], started_at: float | None, /, journal: str = "", **said: object
) -> subprocess.CompletedProcess[str]:
    """Ask about a unit of which systemd says this."""
    told = {
        "ActiveState": "active",
        "SubState": "running",
        "NRestarts": 0,
        "MainPID": 4242,
        "Result": "success",
        **said,
    }
    (folder / "told").write_text("".join(f"{name}={value}\n" for name, value in told.items()))
    if journal:
        (folder / "journal").write_text(journal)
    values = {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "TOLD": str(folder / "told"), "LOTSMAN_MARK": "@",
        "JOURNAL": str(folder / "journal"), "UNIT": "panel", "STABLE_SECONDS": "0", "TZ": "America/New_York",
        **({"STARTED_AT": f"{started_at:.0f}"} if started_at is not None else {}),
    }  # fmt: skip
    text = remote_script(shared_script("check-unit.sh")).text
    return subprocess.run([*shell, "-c", text], env=values, capture_output=True, text=True, check=False, timeout=20)


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
@pytest.mark.parametrize(
    ("age", "code"),
    [(-1, ""), (0, ""), (1, "old-code"), (3600, "old-code")],
    ids=["younger", "the-same-second", "a-second-older", "an-hour-older"],
)
def test_a_process_that_was_there_before_the_deploy_is_the_old_code_however_well_it_does(
    folder: Path, shell: list[str], age: int, code: str
) -> None:
    deployed = time.time() - 60
    done = check(folder, shell, deployed, ExecMainStartTimestamp=stamp(int(f"{deployed:.0f}") - age))
    assert (done.returncode == 65) is bool(code), done.stdout + done.stderr
    assert (f"@ fail {code}" in done.stdout) is bool(code)
    if code:
        assert "@ fact proof process" in done.stdout
        (line,) = (line for line in done.stdout.splitlines() if "process_age" in line)
        assert abs(int(line.split()[-1]) - 60 - age) <= 5


def test_where_nothing_was_started_an_old_process_is_as_it_should_be(folder: Path) -> None:
    done = check(folder, ["dash"], None, ExecMainStartTimestamp=stamp(1_000_000))
    assert done.returncode == 0, done.stdout
    assert "panel has been active for" in done.stdout


def test_a_unit_without_a_process_of_its_own_has_no_age(folder: Path) -> None:
    done = check(folder, ["dash"], time.time(), MainPID=0, ExecMainStartTimestamp=stamp(1_000_000))
    assert done.returncode == 0, done.stdout


def test_an_import_error_is_named_before_the_age(folder: Path) -> None:
    journal = "Traceback (most recent call last):\nModuleNotFoundError: No module named 'stamps'\n"
    done = check(folder, ["dash"], time.time(), journal, ExecMainStartTimestamp=stamp(1_000_000))
    assert "@ fact import_error ModuleNotFoundError: No module named 'stamps'" in done.stdout
    assert "@ fail import-error" in done.stdout


def test_a_unit_that_is_down_or_was_restarted_is_told_with_its_last_words(folder: Path) -> None:
    done = check(folder, ["dash"], time.time(), "boom\n", ActiveState="failed", SubState="failed", Result="exit-code")
    assert "@ fact unit_state failed/failed" in done.stdout
    assert "boom" in done.stdout
    assert "@ fail unit-down" in done.stdout
