"""Mirror: makes one folder equal to another, touching only what differs."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path


def mirror(source: Path, target: Path) -> None:
    """Make ``target`` what ``source`` is: contents, modes, times, symbolic links; nothing more and nothing less."""
    if not _same_kind(source, target):
        _remove(target)
        target.mkdir(mode=0o700)
    wanted = {entry.name: entry for entry in os.scandir(source)}
    for entry in os.scandir(target):
        if entry.name not in wanted:
            _remove(Path(entry.path))
    for name, entry in wanted.items():
        if entry.is_dir(follow_symlinks=False):
            mirror(Path(entry.path), target / name)
        elif not _equal(entry.stat(follow_symlinks=False), target / name):
            _remove(target / name)
            shutil.copy2(entry.path, target / name, follow_symlinks=False)
    shutil.copystat(source, target)


def empty(folder: Path) -> None:
    """Remove everything in a folder."""
    for path in folder.iterdir():
        _remove(path)


def _same_kind(source: Path, target: Path) -> bool:
    return os.path.lexists(target) and stat.S_IFMT(source.lstat().st_mode) == stat.S_IFMT(target.lstat().st_mode)


def _equal(wanted: os.stat_result, path: Path) -> bool:
    """Compare kind, mode, size and time of change: who rewrites a file changes its time."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    facts = ("st_mode", "st_size", "st_mtime_ns")
    return all(getattr(wanted, fact) == getattr(found, fact) for fact in facts)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
