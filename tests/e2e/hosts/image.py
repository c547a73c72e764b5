"""Image: a system that hosts boot, built once for each kind and kept under var/hosts."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from demo.sandbox import repository, wheels

HERE = Path(__file__).resolve().parent
KEPT = HERE.parent.parent.parent / "var" / "hosts"
SLOW_START_SECONDS = 3.0
Kind = Literal["plain", "lamp"]
"""``plain``: PostgreSQL and formbot; ``lamp``: nginx, php-fpm, MariaDB and a Laravel site."""

_PROGRAMS = {"systemd-nspawn": "systemd-container", "mmdebstrap": "mmdebstrap", "ip": "iproute2"}
_RIGHTS = """
mount -t tmpfs tmpfs /mnt && mkdir /mnt/a /mnt/b /mnt/c /mnt/d &&
mount -t overlay overlay -o lowerdir=/mnt/a,upperdir=/mnt/b,workdir=/mnt/c /mnt/d &&
mount -t cgroup2 cgroup2 /mnt/a && ip link add lotsman type veth peer name eth0
"""


class HostsImpossible(Exception):
    """This machine cannot boot hosts; the text says why, and what to install where that helps."""


class BuildFailed(Exception):
    """The image could not be built; the text is the end of what the build said."""


def check() -> None:
    """Look for what building and booting needs. Raises HostsImpossible."""
    if platform.system() != "Linux" or os.geteuid() != 0:
        raise HostsImpossible("only root can boot a host, on Linux")
    if lacking := [package for program, package in _PROGRAMS.items() if shutil.which(program) is None]:
        raise HostsImpossible(f"apt install {' '.join(lacking)}")
    if platform.freedesktop_os_release().get("VERSION_CODENAME") != "bookworm" or sys.version_info[:2] != (3, 11):
        raise HostsImpossible("hosts are Debian 12 with Python 3.11, from the packages of a machine that is the same")
    unshare = ["unshare", "--mount", "--propagation", "private", "--net", "--pid", "--fork", "sh", "-c", _RIGHTS]
    tried = subprocess.run(unshare, check=False, capture_output=True, text=True)
    if tried.returncode != 0:
        raise HostsImpossible(f"no right to mount or to make a network here: {tried.stderr.strip()}")


def image(kind: Kind = "plain") -> Path:
    """Return the folder of a system, built first where it is missing, which takes a minute. For a thread.

    Raises BuildFailed, ProgramFailed.
    """
    own = sorted(path for path in (HERE / kind).rglob("*") if path.is_file())
    inputs = "\n".join(
        (
            *(path.read_text() for path in (HERE / "build.sh", HERE / "provision.sh", *own)),
            *(_formbot_inputs() if kind == "plain" else ()),
        )
    )
    system = KEPT / f"system-{kind}-{hashlib.sha256(inputs.encode()).hexdigest()[:12]}"
    KEPT.mkdir(parents=True, exist_ok=True)
    with _alone(kind):
        if not system.exists():
            _build(kind, system)
    return system


def _formbot_inputs() -> Iterator[str]:
    yield Path(repository.__file__).read_text()
    yield from (path.read_text() for path in repository.source_files())
    yield wheels.wheel_inputs()


def _build(kind: Kind, system: Path) -> None:
    seed = KEPT / f"seed-{kind}"
    shutil.rmtree(seed, ignore_errors=True)
    seed.mkdir(parents=True)
    if kind == "plain":
        (seed / "wheels").mkdir()
        wheels.make_wheels(seed / "wheels")
        asyncio.run(repository.make_repository(seed / "formbot.git", SLOW_START_SECONDS))
    command = ["sh", str(HERE / "build.sh"), kind, str(seed), str(system)]
    built = subprocess.run(command, check=False, capture_output=True, text=True)
    if built.returncode != 0:
        raise BuildFailed("\n".join((built.stdout + built.stderr).splitlines()[-15:]))
    for older in KEPT.glob(f"system-{kind}-*"):
        if older != system:
            shutil.rmtree(older)


@contextmanager
def _alone(kind: Kind) -> Iterator[None]:
    """Only one process builds a kind; the others wait for it."""
    with (KEPT / f"lock-{kind}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
