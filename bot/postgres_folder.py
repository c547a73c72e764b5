"""PostgresFolder: what one embedded server keeps on disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bot.folder_lock import FolderTaken, release_folder_lock, take_folder_lock
from ops.errors import PostgresUnavailable

if TYPE_CHECKING:
    from bot.postgres_account import Account

SOCKET_PATH_LIMIT = 107
"""Bytes, without the closing zero: sun_path in unix(7)."""
_OURS = {"data", "data.new", "lock", "log", "log.1", "password", "socket"}
_SHORT = "lotsman-"
_LOG_LIMIT = 4 * 2**20
_STATUS_LINE = 7
"""Of postmaster.pid, counted from zero. Source: src/include/utils/pidfile.h."""


class PostgresFolder:
    """The files of one server.

    data: the cluster. password: the superuser's, mode 0600. log: what the server said. lock: held by the server.
    For root's server they all belong to the account it runs as: nothing here is opened through a link.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.data = self.path / "data"
        self.password = self.path / "password"
        self.log = self.path / "log"

    def prepare(self, account: Account) -> None:
        """Make the folder, or check that an existing one is empty or an earlier server's. Raises PostgresUnavailable.

        Permissions are only ever narrowed.
        """
        if self.path.exists():
            if self.path.stat().st_uid not in (os.geteuid(), account.uid):
                raise PostgresUnavailable("other-owner", str(self.path), ("run-as-owner",))
            if not {entry.name for entry in self.path.iterdir()} <= _OURS:
                raise PostgresUnavailable("foreign-folder", str(self.path), ("choose-empty-folder",))
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(self.path.stat().st_mode & 0o700)
        account.own(self.path)

    async def take(self, account: Account) -> int:
        """Lock the folder and return the lock's descriptor, for the server to inherit.

        So the lock lasts until the server's last process has gone. Raises PostgresUnavailable when it is taken.
        """
        path = self.path / "lock"
        try:
            lock = await take_folder_lock(path)
        except FolderTaken as error:
            raise PostgresUnavailable("running", str(self.path), ("stop-other",), error.holder) from error
        account.own(path)
        return lock

    async def release(self, lock: int) -> None:
        """Unlock the folder, when the server's last process has gone: a killed server's end a moment after it."""
        await release_folder_lock(lock, self.path / "lock")

    def clear_stale_pid(self) -> None:
        """Remove an earlier end's postmaster.pid: by now its number may be any process's, and PostgreSQL would stop.

        We hold the lock, so only a server that somebody started by hand can be alive: it works in its data folder.
        """
        pid, _ = self.status()
        if pid:
            with suppress(OSError):
                if Path(f"/proc/{pid}/cwd").samefile(self.data):
                    raise PostgresUnavailable("running", str(self.data), ("stop-other",), str(pid))
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def status(self) -> tuple[int, str]:
        """Return the server's pid and starting, ready, stopping or standby; (0, "") when there is none."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return 0, ""
        pid = lines[0] if lines else ""
        status = lines[_STATUS_LINE] if len(lines) > _STATUS_LINE else ""
        return int(pid) if pid.isdecimal() else 0, status.strip()

    def make_socket_folder(self, account: Account, port: int) -> Path:
        """Return an empty private folder for the socket: elsewhere when its path here would be too long.

        Then a link here leads to it, so that the next start finds it if nobody is left to remove it.
        """
        self.remove_socket_folder(account)
        socket = self.path / "socket"
        if len(os.fsencode(socket / f".s.PGSQL.{port}")) > SOCKET_PATH_LIMIT:
            short = Path(tempfile.mkdtemp(prefix=_SHORT)).resolve()
            socket.symlink_to(short)
            socket = short
        else:
            socket.mkdir(mode=0o700)
        account.own(socket)
        return socket

    def remove_socket_folder(self, account: Account) -> None:
        """Remove the socket's folder, wherever it is."""
        socket = self.path / "socket"
        if not socket.is_symlink():
            shutil.rmtree(socket, ignore_errors=True)
            return
        short = socket.readlink()
        # The link is in the account's power. Only what we could have made is removed: never more than the account may.
        ours = short.parent == Path(tempfile.gettempdir()).resolve() and short.name.startswith(_SHORT)
        if ours and short.is_dir() and short.lstat().st_uid == account.uid:
            shutil.rmtree(short, ignore_errors=True)
        socket.unlink()

    def write_password(self, password: str, account: Account) -> None:
        """Store a new superuser's password."""
        self.password.unlink(missing_ok=True)
        handle = os.open(self.password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(password)
        account.own(self.password)

    def read_password(self) -> str:
        """Return the superuser's password. Raises PostgresUnavailable when it is lost."""
        try:
            with os.fdopen(os.open(self.password, os.O_RDONLY | os.O_NOFOLLOW)) as file:
                return file.read()
        except FileNotFoundError as error:
            raise PostgresUnavailable("password-lost", str(self.password), ("restore-folder",)) from error

    def open_log(self, account: Account) -> BinaryIO:
        """Open the log at its end. One that has grown long is set aside first."""
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_name("log.1"))
        handle = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        account.own(self.log)
        return os.fdopen(handle, "ab")
