"""Server: OpenSSH's sshd over a home of its own, with the limits and the boot id that a test wants."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncssh

from demo.sandbox.layout import current_user
from demo.sandbox.openssh import PRIVILEGE_SEPARATION, find_sshd
from demo.sandbox.ports import free_port
from ops.hosts.known_hosts import KnownHosts

_UP_SECONDS = 10.0
_BOOT_ID = "/proc/sys/kernel/random/boot_id"


class Server:
    """``async with Server(folder) as server``. Raises SshdMissing.

    limits: more lines of sshd_config. boot: pretend this boot id. hidden: programs that are not there. Both take
    root and a mount namespace.
    environment: of its sessions, besides HOME and PATH.
    """

    def __init__(
        self,
        folder: Path,
        *limits: str,
        boot: str = "",
        hidden: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.port = free_port()
        self.limits = limits or ("MaxStartups 500", "MaxSessions 100")
        self.boot = boot
        self.hidden = hidden
        self.environment = environment or {}
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        for name in ("host_key", "client_key"):
            if not (self.folder / name).exists():
                key = asyncssh.generate_private_key("ssh-ed25519")
                (self.folder / name).touch(mode=0o600)
                (self.folder / name).write_bytes(key.export_private_key())
                (self.folder / f"{name}.pub").write_bytes(key.export_public_key())
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.power_off()

    async def start(self) -> None:
        """Bring sshd up."""
        log = self.folder / "sshd.log"
        log.write_text("")
        (self.folder / "sshd_config").write_text(self._config())
        if os.geteuid() == 0:
            PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
        command = shlex.join([find_sshd(), "-D", "-f", str(self.folder / "sshd_config"), "-E", str(log)])
        argv = ["sh", "-c", f"exec {command}"]
        covers = dict.fromkeys(self.hidden, "/dev/null")
        if self.boot:
            (self.folder / "boot_id").write_text(f"{self.boot}\n")
            covers[_BOOT_ID] = str(self.folder / "boot_id")
        if covers:
            binds = [shlex.join(["mount", "--bind", cover, path]) for path, cover in covers.items()]
            script = " && ".join([*binds, f"exec {command}"])
            argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]
        self._process = subprocess.Popen(  # noqa: ASYNC220  it is forked and no more
            argv, stdin=subprocess.DEVNULL, start_new_session=True
        )
        deadline = asyncio.get_running_loop().time() + _UP_SECONDS
        while "Server listening on" not in log.read_text():
            assert self._process.poll() is None, log.read_text()
            assert asyncio.get_running_loop().time() < deadline, log.read_text()
            await asyncio.sleep(0.01)

    def power_off(self) -> None:
        """Kill sshd and everything that lives in this home, at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        while left := processes_with("HOME", str(self.home)):
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    async def reboot(self, boot: str) -> None:
        """Lose everything that runs, and come up under another boot id."""
        self.power_off()
        self.boot = boot
        await self.start()

    @property
    def user(self) -> str:
        return current_user()

    @property
    def client_key(self) -> Path:
        return self.folder / "client_key"

    @property
    def jobs(self) -> Path:
        return self.home / ".local" / "state" / "lotsman" / "jobs"

    def pin(self, known_hosts: Path, port: int) -> None:
        """Have our key known under a port, such as a proxy's."""
        KnownHosts(known_hosts).pin("127.0.0.1", port, asyncssh.read_public_key(self.folder / "host_key.pub"))

    def _config(self) -> str:
        variables = {"HOME": str(self.home), "PATH": os.environ["PATH"], **self.environment}
        words = shlex.join(f"{name}={value}" for name, value in variables.items())
        session = self.folder / "session"
        session.write_text(
            f'#!/bin/sh\ncd {shlex.quote(str(self.home))} && exec env -i {words} /bin/sh -c "$SSH_ORIGINAL_COMMAND"\n'
        )
        session.chmod(0o755)
        (self.folder / "authorized_keys").write_bytes((self.folder / "client_key.pub").read_bytes())
        return "\n".join(
            [
                "ListenAddress 127.0.0.1",
                f"Port {self.port}",
                f'HostKey "{self.folder}/host_key"',
                f'AuthorizedKeysFile "{self.folder}/authorized_keys"',
                "PidFile none",
                "StrictModes no",
                "UsePAM no",
                "AuthenticationMethods publickey",
                "PermitRootLogin prohibit-password",
                "UseDNS no",
                f"ForceCommand exec {shlex.quote(str(session))}",
                *self.limits,
                "",
            ]
        )


def processes_with(name: str, value: str) -> list[int]:
    """Return the processes that have this in their environment; zombies have none."""
    wanted = f"{name}={value}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def can_pretend_a_boot() -> bool:
    """Whether this machine lets us put another boot id in front of the real one."""
    script = f"mount --bind /dev/null {_BOOT_ID}"
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]
    return sys.platform == "linux" and subprocess.run(command, check=False, capture_output=True).returncode == 0
