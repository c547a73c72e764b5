"""The ten commands of ``steps``: what a deployment asks a server, as short as such questions are."""

from __future__ import annotations


def ten_commands(project: str) -> list[str]:
    """Return shell commands that succeed on any Linux; project: the folder of a Git repository."""
    return [
        "uname -sr",
        f"test -d {project}/.git",
        f"git -C {project} rev-parse HEAD",
        f"git -C {project} status --porcelain",
        f"df -P {project}",
        "cat /proc/loadavg",
        f"ls {project}",
        f"git -C {project} rev-parse --abbrev-ref HEAD",
        f"grep -c hello {project}/app.py",
        f"sha256sum {project}/app.py",
    ]
