"""systemd hears over its socket that we are ready, alive, and about to stop."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.systemd import Systemd

PROGRAM = """
import asyncio, os
from bot.systemd import Systemd
async def main():
    systemd = Systemd(os.environ)
    async with systemd.watching():
        systemd.ready()
        await asyncio.sleep(60)
asyncio.run(main())
"""


class Manager:
    """Stands for systemd: the socket that it gives a service, real as it is."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self.socket.settimeout(10)
        self.environment = {"NOTIFY_SOCKET": address}

    def hears(self) -> str:
        return self.socket.recv(4096).decode()

    def is_silent_for(self, seconds: float) -> bool:
        self.socket.settimeout(seconds)
        try:
            self.hears()
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(10)
        return False


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    name = f"@lotsman-{secrets.token_hex(4)}" if request.param == "abstract" else str(tmp_path / "notify")
    manager = Manager(name)
    yield manager
    manager.socket.close()


async def test_it_hears_the_beginning_the_life_and_the_end(manager: Manager) -> None:
    watched = {**manager.environment, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": str(os.getpid())}
    systemd = Systemd(watched)
    async with systemd.watching():
        systemd.ready()
        assert manager.hears() == "READY=1"
        await asyncio.sleep(0.2)
        systemd.stopping()
    heard = [manager.hears()]
    while heard[-1] != "STOPPING=1":
        heard.append(manager.hears())
    assert set(heard[:-1]) == {"WATCHDOG=1"}
    assert len(heard) >= 3


async def test_without_a_watchdog_it_hears_no_beats(manager: Manager) -> None:
    other = {**manager.environment, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"}
    for environment in (manager.environment, other):
        systemd = Systemd(environment)
        async with systemd.watching():
            await asyncio.sleep(0.15)
            systemd.ready()
        assert manager.hears() == "READY=1"


async def test_without_systemd_or_with_a_dead_one_nothing_happens(tmp_path: Path) -> None:
    for environment in ({}, {"NOTIFY_SOCKET": str(tmp_path / "nobody"), "WATCHDOG_USEC": "1000"}):
        async with Systemd(environment).watching():
            Systemd(environment).ready()


def test_a_loop_that_stands_still_is_not_heard_of(tmp_path: Path) -> None:
    manager = Manager(str(tmp_path / "notify"))
    environment = {**os.environ, **manager.environment, "WATCHDOG_USEC": "200000"}
    program = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment)
    try:
        assert {manager.hears(), manager.hears(), manager.hears()} == {"READY=1", "WATCHDOG=1"}
        program.send_signal(signal.SIGSTOP)
        time.sleep(0.2)  # what was under way
        manager.socket.setblocking(False)
        while True:
            try:
                manager.hears()
            except BlockingIOError:
                break
        assert manager.is_silent_for(0.6)
        program.send_signal(signal.SIGCONT)
        assert manager.hears() == "WATCHDOG=1"
    finally:
        program.kill()
        program.wait()
        manager.socket.close()
