"""structlog imported without rich logs as it does otherwise, and rich is there for everybody else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent

LOADED = "print('rich' in sys.modules, structlog.dev.rich is not None)"

LOGS_AN_ERROR = """
import bot
from bot.logs import set_up_logging
from ops.redaction import Redactor
import structlog

set_up_logging(Redactor(["canary-DrR3d"]))
try:
    raise ValueError("canary-DrR3d")
except ValueError:
    structlog.get_logger().exception("it broke", answer=42)
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    everything = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, env=everything, capture_output=True, text=True, check=True)


@pytest.fixture(autouse=True)
def _rich_is_installed() -> None:
    """Without it there would be nothing to see."""
    pytest.importorskip("rich", reason="rich is not installed")


def test_by_itself_structlog_takes_rich_along() -> None:
    assert run(f"import sys, structlog; {LOADED}").stdout.split() == ["True", "True"]


@pytest.mark.parametrize("module", ["bot", "bot.app", "bot.__main__"])
def test_the_bot_takes_structlog_without_rich(module: str) -> None:
    assert run(f"import sys, {module}, structlog; {LOADED}").stdout.split() == ["False", "False"]


def test_whoever_wants_rich_afterwards_has_it() -> None:
    program = "import bot, sys; assert 'rich' not in sys.modules; import rich.text; print(rich.text.Text('x'))"
    assert run(program).stdout == "x\n"


def test_what_is_imported_already_stays_as_it_is() -> None:
    assert run(f"import sys, structlog, bot; {LOADED}").stdout.split() == ["True", "True"]
    assert run(f"import sys, rich, bot, structlog; {LOADED}").stdout.split() == ["True", "True"]


def test_an_error_is_logged_with_its_traceback_and_without_its_secret() -> None:
    done = run(LOGS_AN_ERROR)
    printed = done.stdout + done.stderr
    assert "it broke" in printed
    assert "ValueError" in printed
    assert "canary" not in printed
