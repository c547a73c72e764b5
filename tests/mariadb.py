"""A MariaDB server of our own for tests, where the machine has its programs."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from shutil import which
from typing import TYPE_CHECKING

import pytest

from demo.sandbox.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "canary \"of\\gold' #1"
"""Of the user shop: with everything that an options file could stumble over."""


@dataclass(frozen=True, slots=True)
class MariaDb:
    """A server on 127.0.0.1."""

    port: int
    socket: Path

    def ask(self, statement: str, database: str = "mysql") -> list[str]:
        """Run statements as the server's root; return the lines they give."""
        arguments = ["mariadb", f"--socket={self.socket}", "--user=root", "--batch", "--skip-column-names", database]
        done = subprocess.run(arguments, input=statement, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


@contextmanager
def mariadb_server(folder: Path) -> Iterator[MariaDb]:
    """Start a server over an empty folder; it ends with the block."""
    if not (which("mariadbd") and which("mariadb-install-db")):
        pytest.skip("mariadb-server is not installed")
    whom = ["--user=root"] if os.getuid() == 0 else []
    port = free_port()
    data = folder / "data"
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db", *whom]
    subprocess.run([*install, "--auth-root-authentication-method=normal"], check=True, capture_output=True)
    # Quick to start, and small: what it is asked to keep, nobody misses.
    lean = ["--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M", "--innodb-flush-log-at-trx-commit=0"]
    place = [f"--datadir={data}", f"--socket={folder}/s", f"--port={port}", "--bind-address=127.0.0.1"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["mariadbd", "--no-defaults", *place, *lean, *whom, "--event-scheduler=ON"], stdout=log, stderr=log
        )
    try:
        server = MariaDb(port, folder / "s")
        deadline = time.monotonic() + 60
        ping = ["mariadb-admin", f"--socket={server.socket}", "--user=root", "ping"]
        while subprocess.run(ping, capture_output=True, check=False).returncode:
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        process.wait(30)
