"""Stage: a checkout to run the demo in as people do, with the places outside of it in sight."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from demo.sandbox.children import descendants, running_processes
from demo.sandbox.wheels import with_requirements
from tests.ordinary_user import CHECKOUT, PATH, _python_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FLOORS = ("ops", "bot", "handlers", "locales", "demo")
OUTSIDE = {"tmp": "/tmp", "run": "/run", "shm": "/dev/shm"}
POSTGRES = ("postgres", "initdb", "pg_ctl", "psql", "pg_dump", "pg_dumpall", "pg_restore", "pg_isready")
SECONDS = 240

# In a mount namespace of its own, whatever is written to these places lands where only this test looks.
_APART = """
for place in tmp:/tmp run:/run shm:/dev/shm; do mount --bind "$1/${place%%:*}" "${place#*:}" || exit 1; done
shift
exec "$@"
"""


class Stage:
    """A copy of the code, a home, and a PATH with neither PostgreSQL nor sudo nor what is named in ``lacking``.

    ``user``: whose it is and who runs it; None: whoever runs the tests.
    """

    def __init__(self, base: Path, user: str | None) -> None:
        self.base = base
        self.checkout = base / "checkout"
        self._account = pwd.getpwnam(user) if user else None
        self._python = _python_for(self._account.pw_uid) if self._account else sys.executable
        # Nothing can be put over a place that the checkout or its Python is in.
        hidden = any(Path(path).is_relative_to(place) for path in (sys.prefix, CHECKOUT) for place in ("/tmp", "/run"))
        self._apart = _may_mount(base) and not hidden
        self.places = [base / name for name in ("home", *(OUTSIDE if self._apart else ()))]
        for place in self.places:
            place.mkdir()
            place.chmod(0o1777)
        for floor in FLOORS:
            shutil.copytree(CHECKOUT / floor, self.checkout / floor, ignore=shutil.ignore_patterns("__pycache__"))
        if self._account:
            _copy_packages(base / "packages")
            for path in (self.checkout, *self.checkout.rglob("*")):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def start(self, *words: str, lacking: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        """Start Python with these words in the checkout, as the head of a process group, as a terminal does."""
        argv = [self._python, *words]
        if self._account:
            ids = (f"--reuid={self._account.pw_uid}", f"--regid={self._account.pw_gid}")
            argv = ["setpriv", *ids, "--clear-groups", "--", *argv]
        if self._apart:
            argv = ["unshare", "--mount", "sh", "-c", _APART, "sh", str(self.base), *argv]
        return subprocess.Popen(
            argv,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.checkout,
            env={
                "PATH": str(self._path_without(lacking)),
                "HOME": str(self.base / "home"),
                "LANG": "en_US.UTF-8",
                "PYTHONPATH": str(self.base / "packages"),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            start_new_session=True,
        )

    def run(self, *words: str, lacking: tuple[str, ...] = ()) -> tuple[int, str]:
        """Run it to its end; return the exit code and what it printed."""
        with self.start(*words, lacking=lacking) as process:
            return finish(process)

    def left_over(self) -> list[str]:
        """Return the files outside the checkout and the processes that have to do with it."""
        # /run/mount is of mount itself, which makes it wherever it has not run before.
        mounts = self.base / "run" / "mount"
        files = [str(path) for place in self.places for path in place.iterdir() if path != mounts]
        return files + [f"process {pid}" for pid in running_processes() if str(self.base) in _about(pid)]

    def _path_without(self, lacking: tuple[str, ...]) -> Path:
        folder = self.base / "-".join(("path", *lacking))
        if folder.is_dir():
            return folder
        folder.mkdir()
        for program in (program for part in PATH.split(":") for program in Path(part).iterdir()):
            link = folder / program.name
            if program.name not in {*POSTGRES, "sudo", *lacking} and not link.is_symlink():
                link.symlink_to(program)
        return folder


@contextmanager
def stage(user: str | None = None) -> Iterator[Stage]:
    """Make a stage and remove it."""
    # Not in /tmp: that is one of the places to keep an eye on.
    base = Path(tempfile.mkdtemp(prefix="lotsman-stage-", dir="/var/tmp"))
    try:
        base.chmod(0o755)
        yield Stage(base, user)
    finally:
        shutil.rmtree(base)


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for the end; return the exit code and what was printed."""
    try:
        printed, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return process.returncode, printed


def until(true: Callable[[], bool], process: subprocess.Popen[str]) -> list[int]:
    """Wait until something is true while the process runs; return the ids of all processes below it."""
    deadline = time.monotonic() + SECONDS
    while not true():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return descendants(process.pid)


def _about(pid: int) -> str:
    """Return what a process says about itself: its words and where it is."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        return f"{words} {Path(f'/proc/{pid}/cwd').readlink()}"
    except OSError:
        return ""


def _may_mount(base: Path) -> bool:
    command = ["unshare", "--mount", "mount", "--bind", str(base), "/tmp"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _copy_packages(target: Path) -> None:
    """Copy what the demo imports to where everybody can read it."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["embedded"]]
    names = {match[0] for match in (re.match(r"[\w.-]+", each) for each in wanted) if match}
    packages = {package.name: package for name in names for package in with_requirements(name)}
    for package in packages.values():
        for file in package.files or ():
            if not {"..", "__pycache__", "include"} & set(file.parts):
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(str(file.locate()), target / file)
    for path in (target, *target.rglob("*")):
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
