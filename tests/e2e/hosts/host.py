"""SystemdHost: one booted server, with formbot on it as a unit."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import asyncssh

from demo.sandbox.login import SshLogin
from tests.e2e.hosts.image import HERE, HostsImpossible

_UP_SECONDS = 60.0
_LONGEST_SECONDS = 120.0
_GROUPS = (Path("/sys/fs/cgroup/lotsman"), Path("/sys/fs/cgroup/unified/lotsman"))
"""Where version 2 of control groups is mounted, or mounted beside version 1."""
_OPERATIONS = HERE.parent.parent.parent / "docs" / "operations.md"

_RESET = r"""
systemctl stop formbot formbot-worker
loginctl disable-linger deploy
rm -rf /etc/systemd/system/*.service.d /home/deploy/.local /opt/backups/* /srv/formbot/.lotsman-*
systemctl daemon-reload
systemctl reset-failed
cd /srv/formbot
runuser -u deploy -- sh -c '
    rm -f .git/index.lock && git reset -q --hard && git checkout -q --detach v1.2.2 && git clean -qfd -e venv -e .env'
test -e /srv/first.env || cp -p .env /srv/first.env
cp -p /srv/first.env .env
rm -f venv/.lotsman-requirements
test ! -e /var/log/formbot/formbot.log || : >/var/log/formbot/formbot.log # its owner stays the service
runuser -u postgres -- sh -c '
    cd / && dropdb --force --if-exists formbot && createdb -O formbot formbot &&
    pg_restore -d formbot /var/lib/postgresql/first.dump' || exit 1
systemctl start formbot
timeout 60 sh -c 'until curl -sf http://127.0.0.1:8080/health >/dev/null; do sleep 0.1; done'
"""


def documented_sudoers() -> str:
    """Return the lines of sudoers that the docs tell people to write."""
    return "".join(f"{line}\n" for line in re.findall(r"^deploy ALL=.*$", _OPERATIONS.read_text(), re.MULTILINE))


class SystemdHost:
    """Made by ``boot``. Its attributes are those of the sandbox that tests write inventories from."""

    name = "formbot"
    path = Path("/srv/formbot")
    port = 8080
    log = Path("/var/log/formbot/formbot.log")
    backups = Path("/opt/backups")

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], login: SshLogin) -> None:
        self.folder = folder
        self.ssh = login
        self._process = process
        self._root: asyncssh.SSHClientConnection | None = None

    @classmethod
    async def boot(cls, system: Path, folder: Path, *, outlive: bool = False) -> Self:
        """Boot a host that keeps what it has to keep in a folder. Raises HostsImpossible, TimeoutError.

        outlive: it goes on when this process has ended.
        """
        process = await asyncio.to_thread(_start, system, folder, outlive=outlive)
        address = await _until_up(process, folder)
        _pin(folder, address)
        login = SshLogin(address, 22, "deploy", folder / "client_key", folder / "known_hosts")
        host = cls(folder, process, login)
        await host.until("systemctl is-system-running --wait")
        return host

    async def stop(self) -> None:
        """Pull the plug."""
        if self._root is not None:
            self._root.abort()
            await self._root.wait_closed()
        self._process.kill()
        await asyncio.to_thread(self._process.wait)
        await asyncio.to_thread(remove_groups)

    async def root(self, command: str) -> str:
        """Run a shell command as root; return what it printed.

        Raises asyncssh.ProcessError, connection errors, and TimeoutError: a test that hangs says nothing.
        """
        if self._root is None or self._root.is_closed():
            self._root = await self.connect("root")
        done = await self._root.run(command, check=True, timeout=_LONGEST_SECONDS)
        return str(done.stdout).strip()

    async def connect(self, user: str) -> asyncssh.SSHClientConnection:
        """Log in, beside the bot."""
        login = self.ssh
        known = str(login.known_hosts)
        key = str(login.client_key)
        async with asyncio.timeout(10):
            return await asyncssh.connect(
                login.address, username=user, client_keys=[key], known_hosts=known, config=None, agent_path=None
            )

    async def until(self, command: str, seconds: float = _UP_SECONDS) -> str:
        """Run a command as root, whatever becomes of the connection, until it succeeds; return what it printed."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return await self.root(command)
            except (OSError, asyncssh.Error):
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(0.05)

    async def reset(self) -> None:
        """Bring back the first state: v1.2.2 serves, with its rows and settings, and nothing of Lotsman's is there."""
        await self.allow(documented_sudoers())
        await self.root(_RESET)

    async def allow(self, sudoers: str) -> None:
        """Replace what deploy may do with sudo."""
        file = "/etc/sudoers.d/lotsman"
        await self.root(
            f"printf %s {shlex.quote(sudoers)} >{file}.new && visudo -cqf {file}.new && mv {file}.new {file}"
        )

    async def drop_in(self, unit: str, text: str) -> None:
        """Change a unit until the next reset."""
        folder = f"/etc/systemd/system/{unit}.service.d"
        await self.root(
            f"mkdir -p {folder} && printf %s {shlex.quote(text)} >{folder}/test.conf && systemctl daemon-reload"
        )

    async def branch(self, name: str, files: dict[str, str], start: str = "main") -> None:
        """Push a branch off main, or another one, with more or other files to the remote."""
        write = [
            f"mkdir -p {shlex.quote(str(Path(path).parent))} && printf %s {shlex.quote(text)} >{shlex.quote(path)}"
            for path, text in files.items()
        ]
        commit = "git -c user.name=Test -c user.email=test@example.test commit -q -m"
        await self.root(
            f"rm -rf /tmp/work && git clone -q -b {start} /srv/git/{self.name}.git /tmp/work && cd /tmp/work && "
            f"{' && '.join(write)} && git add -A && {commit} {name} && "
            f"git push -q --force origin HEAD:refs/heads/{name}"
        )

    async def health(self, port: int = 8080) -> dict[str, Any]:
        """What /health answers; nothing when nobody does."""
        found: dict[str, Any] = json.loads(await self.root(f"curl -s http://127.0.0.1:{port}/health || echo '{{}}'"))
        return found

    async def commit(self, ref: str = "") -> str:
        """The commit that the running service was started from, or that a ref of the remote means."""
        if not ref:
            return str((await self.health()).get("commit", ""))
        return await self.root(f"git -C /srv/git/{self.name}.git rev-parse '{ref}^{{commit}}'")

    async def journal(self, unit: str) -> str:
        """A unit's messages, those of systemd about it included."""
        return await self.root(f"journalctl -u {unit} -o cat --no-pager")


def remove_groups() -> None:
    """Remove the control groups of hosts that are gone, for which the kernel needs a moment."""
    for _ in range(50):
        left = [path for tree in _GROUPS for path in sorted(tree.rglob("*"), reverse=True) if path.is_dir()]
        for path in (*left, *_GROUPS):
            with suppress(OSError):
                path.rmdir()
        if not any(tree.exists() for tree in _GROUPS):
            return
        time.sleep(0.05)


def _start(system: Path, folder: Path, *, outlive: bool) -> subprocess.Popen[bytes]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("host_key", "client_key"):
        key = asyncssh.generate_private_key("ssh-ed25519")
        (folder / name).touch(mode=0o600)
        (folder / name).write_bytes(key.export_private_key())
        (folder / f"{name}.pub").write_bytes(key.export_public_key())
    shutil.copy(folder / "client_key.pub", folder / "authorized_keys")
    (folder / "sudoers").write_text(documented_sudoers())
    command = ["sh", str(HERE / "host.sh"), str(system), str(folder)]
    if not outlive:
        command = ["setpriv", "--pdeathsig", "KILL", *command]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    (folder / "pid").write_text(str(process.pid))
    return process


def _pin(folder: Path, address: str) -> None:
    kind, text, *_ = (folder / "host_key.pub").read_text().split()
    (folder / "known_hosts").write_text(f"{address} {kind} {text}\n")


async def _until_up(process: subprocess.Popen[bytes], folder: Path) -> str:
    """Wait for sshd's greeting; return the address. Raises HostsImpossible, TimeoutError."""
    async with asyncio.timeout(_UP_SECONDS):
        while True:
            if process.poll() is not None:
                raise HostsImpossible("\n".join(_text(folder / "log").splitlines()[-10:]))
            address = _text(folder / "address").strip()
            if address and await _greets(address):
                return address
            await asyncio.sleep(0.05)


def _text(file: Path) -> str:
    return file.read_text(errors="replace") if file.exists() else ""


async def _greets(address: str) -> bool:
    try:
        reader, writer = await asyncio.open_connection(address, 22)
    except OSError:
        return False
    greeting = await reader.read(4)
    writer.close()
    return greeting == b"SSH-"
