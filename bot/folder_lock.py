"""FolderLock: one user of a folder at a time, released by the kernel however that user ends."""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 30.0
"""Seconds that what a dead process left running has to end."""


class FolderTaken(Exception):
    """Somebody holds the lock. ``holder``: that process's id, empty when it is not known."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


async def take_folder_lock(path: Path) -> int:
    """Lock a file, made when missing; return a descriptor that holds the lock until it is closed.

    A child that inherits the descriptor holds the lock as well. So while the children of a dead holder are
    ending, this waits; while the holder lives, it raises FolderTaken at once.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    deadline = time.monotonic() + PATIENCE
    while not _try(lock):
        holder = os.pread(lock, 32, 0).decode()
        if (holder and _is_alive(int(holder))) or time.monotonic() > deadline:
            os.close(lock)
            raise FolderTaken(holder)
        await asyncio.sleep(0.02)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


async def release_folder_lock(lock: int, path: Path) -> None:
    """Let go of a lock, and wait until our children that inherited it have ended as well."""
    os.close(lock)
    try:
        probe = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    deadline = time.monotonic() + PATIENCE
    try:
        while not _try(probe) and os.pread(probe, 32, 0) == str(os.getpid()).encode():
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(0.01)
    finally:
        os.close(probe)


def _try(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
