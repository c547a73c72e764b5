"""Sshd: OpenSSH's own server on the loopback address, with a small repository to look at.

Unlike the sandbox's it forces no command: a session costs what it costs on a server fresh from the shop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING, Self

import asyncssh

from bot.postgres import find_package
from demo.sandbox.layout import current_user
from demo.sandbox.login import SshLogin
from demo.sandbox.openssh import PRIVILEGE_SEPARATION, find_sshd

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_ADDRESS = "127.0.0.1"
_STARTUP_SECONDS = 10
_CONFIG = """\
ListenAddress {address}
Port {port}
HostKey "{folder}/host_key"
AuthorizedKeysFile "{folder}/authorized_keys"
PidFile none
StrictModes no
UsePAM no
AuthenticationMethods publickey
PermitRootLogin prohibit-password
PermitUserRC no
UseDNS no
# A home of its own: nothing is left in the real one. SHLVL keeps bash from reading ~/.bashrc. PostgreSQL's programs are
# those of the server that we start.
SetEnv HOME="{folder}/home" SHLVL=1 PATH="{programs}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
"""


class Sshd:
    """Runs while the block lasts, under this process's own user. Raises SshdMissing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._made_folder = False
        self.repository = folder / "home" / "project"
        self.login: SshLogin

    async def __aenter__(self) -> Self:
        sshd = find_sshd()
        (self._folder / "home").mkdir(parents=True)
        self._make_repository()
        if os.geteuid() == 0 and not PRIVILEGE_SEPARATION.exists():
            PRIVILEGE_SEPARATION.mkdir(mode=0o755)
            self._made_folder = True
        port = _free_port()
        self.login = self._make_keys(port)
        config = self._folder / "sshd_config"
        config.write_text(
            _CONFIG.format(
                address=_ADDRESS, port=port, folder=self._folder, programs=find_package() / "pginstall" / "bin"
            )
        )
        self._process = subprocess.Popen(  # noqa: ASYNC220  starting takes no time
            [sshd, "-D", "-f", str(config), "-E", str(self._folder / "sshd.log")]
        )
        await _until_listening(port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.wait)
        if self._made_folder:
            with contextlib.suppress(OSError):
                PRIVILEGE_SEPARATION.rmdir()

    def _make_keys(self, port: int) -> SshLogin:
        for name in ("host_key", "client_key"):
            key = asyncssh.generate_private_key("ssh-ed25519")
            path = self._folder / name
            path.touch(0o600)
            path.write_bytes(key.export_private_key())
            path.with_suffix(".pub").write_bytes(key.export_public_key())
        shutil.copy(self._folder / "client_key.pub", self._folder / "authorized_keys")
        kind, text, *_ = (self._folder / "host_key.pub").read_text().split()
        known_hosts = self._folder / "known_hosts"
        known_hosts.write_text(f"[{_ADDRESS}]:{port} {kind} {text}\n")
        return SshLogin(_ADDRESS, port, current_user(), self._folder / "client_key", known_hosts)

    def _make_repository(self) -> None:
        where, who = str(self.repository), ("-c", "user.name=bench", "-c", "user.email=bench@localhost")
        subprocess.run(["git", "init", "-q", where], check=True)
        (self.repository / "app.py").write_text("print('hello')\n")
        (self.repository / ".env").write_text("SECRET_KEY=a-secret-of-the-bench\n")
        subprocess.run(["git", "-C", where, "add", "."], check=True)
        subprocess.run(["git", "-C", where, *who, "commit", "-qm", "First"], check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_ADDRESS, 0))
        port: int = probe.getsockname()[1]
    return port


async def _until_listening(port: int) -> None:
    async with asyncio.timeout(_STARTUP_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection(_ADDRESS, port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                await writer.wait_closed()
                return
