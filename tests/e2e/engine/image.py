"""Image: what engines start from, built once and kept under var/engine."""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEPT = HERE.parent.parent.parent / "var" / "engine"

_PROGRAMS = {
    "dockerd": "docker.io",
    "docker-proxy": "docker.io",
    "iptables": "iptables",
    "mmdebstrap": "mmdebstrap",
    "ip": "iproute2",
    "sshd": "openssh-server",
}
_RIGHTS = """
mount -t tmpfs tmpfs /mnt && mkdir /mnt/a /mnt/b /mnt/c /mnt/d &&
mount -t overlay overlay -o lowerdir=/mnt/a,upperdir=/mnt/b,workdir=/mnt/c /mnt/d &&
mount -t cgroup2 cgroup2 /mnt/a && ip link add lotsman type veth peer name eth0 && iptables -t nat -L -n
"""


class EngineImpossible(Exception):
    """This machine cannot run an engine; the text says why, and what to install where that helps."""


class BuildFailed(Exception):
    """What engines start from could not be built; the text is the end of what the build said."""


def check() -> None:
    """Look for what building and running needs. Raises EngineImpossible."""
    if platform.system() != "Linux" or os.geteuid() != 0:
        raise EngineImpossible("only root can start an engine, on Linux")
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    if lacking := sorted({package for program, package in _PROGRAMS.items() if not shutil.which(program, path=path)}):
        raise EngineImpossible(f"apt install {' '.join(lacking)}")
    if platform.freedesktop_os_release().get("VERSION_CODENAME") != "bookworm":
        raise EngineImpossible("images are made of the packages of Debian 12, on a machine that is the same")
    unshare = ["unshare", "--mount", "--propagation", "private", "--net", "--pid", "--fork", "sh", "-c", _RIGHTS]
    tried = subprocess.run(unshare, check=False, capture_output=True, text=True)
    if tried.returncode != 0:
        raise EngineImpossible(f"no right to mount or to make a network here: {tried.stderr.strip()}")


def built() -> Path:
    """Return the folder with system.tar and docker/, built where it is missing. For a thread. Raises BuildFailed."""
    inputs = "".join((HERE / name).read_text() for name in ("build.sh", "trim.sh"))
    folder = KEPT / hashlib.sha256(inputs.encode()).hexdigest()[:12]
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:  # only one process builds; the others wait for it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "system.tar").exists():
            for older in KEPT.glob("*/"):
                shutil.rmtree(older)
            _build(folder)
    return folder


def _build(folder: Path) -> None:
    command = ["sh", str(HERE / "build.sh"), str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildFailed("\n".join((done.stdout + done.stderr).splitlines()[-15:]))
