"""The same SSH server with OpenSSH's own sshd, run as the current user, for tests against the real thing.

Its sessions get the environment that the other server's get: a forced command replaces everything sshd and the
user's login shell add. Two limits come with it: the login shell has to be a real one (sshd runs nothing for a user
with /usr/sbin/nologin), and sshd passes no signals on to a forced command.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from demo.sandbox.ports import ADDRESS
from demo.sandbox.program import SYSTEM_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.sandbox.children import Child, Children
    from demo.sandbox.layout import Layout

PRIVILEGE_SEPARATION = Path("/run/sshd")
_LISTENING = "Server listening on"
_STARTUP = 10.0


class SshdMissing(Exception):
    """There is no sshd on this machine. ``install``: the command that brings it."""

    install = "apt install openssh-server"

    def __init__(self) -> None:
        super().__init__(f"sshd is not installed: {self.install}")


class SshdFailed(Exception):
    """sshd ended at once; the text is what it logged."""


def find_sshd() -> str:
    """Return sshd's path; it insists on an absolute one. Raises SshdMissing."""
    found = shutil.which("sshd", path=SYSTEM_PATH)
    if found is None:
        raise SshdMissing
    return found


class OpenSsh:
    """An sshd of our own."""

    def __init__(self, layout: Layout, children: Children) -> None:
        self._layout = layout
        self._children = children
        self._made_folder = False
        self.child: Child | None = None

    async def listen(self, port: int) -> None:
        """Start sshd on the loopback address and wait until it answers. Raises SshdMissing or SshdFailed."""
        sshd = find_sshd()
        self._make_privilege_separation_folder()
        log = self._layout.logs / "sshd"
        log.write_text("")
        config = self._layout.ssh / "sshd_config"
        session = self._layout.ssh / "session"
        session.write_text(_session_script(self._layout))
        session.chmod(0o700)
        config.write_text(_config(self._layout, port))
        self.child = self._children.start([sshd, "-D", "-f", str(config), "-E", str(log)], env={}, cwd=Path("/"))
        deadline = asyncio.get_running_loop().time() + _STARTUP
        while _LISTENING not in log.read_text():
            if self.child.exited.done() or asyncio.get_running_loop().time() > deadline:
                raise SshdFailed(log.read_text())
            await asyncio.sleep(0.01)

    def close(self) -> None:
        """Remove what sshd needed outside of the sandbox's folder, unless another sshd needs it by now."""
        if self._made_folder and not any(path.name == "sshd" for path in running_programs()):
            with suppress(OSError):
                PRIVILEGE_SEPARATION.rmdir()

    def _make_privilege_separation_folder(self) -> None:
        """Root's sshd wants it; packages make it at boot, which a container never had."""
        if os.geteuid() == 0 and not PRIVILEGE_SEPARATION.exists():
            PRIVILEGE_SEPARATION.mkdir(mode=0o755)
            self._made_folder = True


def running_programs() -> Iterator[Path]:
    """Yield the executable of every process that we may look at."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                yield (entry / "exe").readlink()


def _config(layout: Layout, port: int) -> str:
    """Return sshd_config. In a path, % would begin a token."""

    def path(name: str) -> str:
        return f'"{layout.ssh / name}"'.replace("%", "%%")

    session = shlex.quote(str(layout.ssh / "session"))
    return f"""\
ListenAddress {ADDRESS}
Port {port}
HostKey {path("host_key")}
AuthorizedKeysFile {path("authorized_keys")}
PidFile none
StrictModes no
UsePAM no
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PermitTTY no
PermitUserRC no
DisableForwarding yes
PrintMotd no
UseDNS no
MaxSessions 100
MaxStartups 200:30:500
# bash, started by sshd, reads ~/.bashrc unless it is told that it is an inner shell.
SetEnv SHLVL=1
ForceCommand exec {session}
"""


def _session_script(layout: Layout) -> str:
    variables = " ".join(shlex.quote(f"{name}={value}") for name, value in layout.environment().items())
    home = shlex.quote(str(layout.home))
    return f"""\
#!/bin/sh
cd {home} || exit 1
set -- {variables} "SSH_CLIENT=$SSH_CLIENT" "SSH_CONNECTION=$SSH_CONNECTION" /bin/sh
[ -z "${{SSH_ORIGINAL_COMMAND+set}}" ] || set -- "$@" -c "$SSH_ORIGINAL_COMMAND"
exec env -i "$@"
"""
