"""What a process says of its own beginning."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.process import ROOT, read_birth

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout as a deploy leaves it, made an hour ago."""
    (tmp_path / ".git").mkdir()
    head(tmp_path, COMMIT)
    return tmp_path


def head(root: Path, text: str, *, age: float = 3600) -> None:
    path = root / ".git" / "HEAD"
    path.write_text(f"{text}\n")
    os.utime(path, (time.time() - age,) * 2)


def now() -> datetime:
    return datetime.now(UTC)


def test_it_began_when_the_kernel_started_it() -> None:
    before = now()
    code = "import datetime as d; from bot.process import *; print(read_birth(d.datetime.now(d.UTC)).at.timestamp())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    began = datetime.fromtimestamp(float(done.stdout), UTC)
    # The kernel counts in hundredths of a second.
    assert before - timedelta(seconds=0.02) <= began <= before + timedelta(seconds=2)


def test_it_runs_what_was_checked_out_when_it_began(checkout: Path) -> None:
    assert read_birth(now(), checkout).commit == COMMIT


def test_it_does_not_know_what_it_runs_when_the_code_has_changed_since(checkout: Path) -> None:
    head(checkout, COMMIT, age=0)
    assert read_birth(now(), checkout).commit == ""


def test_a_branch_is_followed_to_its_commit(checkout: Path) -> None:
    head(checkout, "ref: refs/heads/main")
    assert read_birth(now(), checkout).commit == ""
    (checkout / ".git" / "refs" / "heads").mkdir(parents=True)
    (checkout / ".git" / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")
    assert read_birth(now(), checkout).commit == COMMIT


@pytest.mark.parametrize("text", ["", "no commit", COMMIT[:-1], f"{COMMIT} and more"])
def test_what_is_no_commit_is_none(checkout: Path, text: str) -> None:
    head(checkout, text)
    assert read_birth(now(), checkout).commit == ""


def test_code_that_is_no_checkout_has_no_commit(tmp_path: Path) -> None:
    assert read_birth(now(), tmp_path).commit == ""
