"""Recorder: writes down every program that the sandbox's server finds on its PATH and runs, with all its arguments.

What a program starts by an absolute path (git its own helpers, the stand-ins Python) is not seen.
"""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

from demo.sandbox.layout import Layout
from demo.sandbox.program import SYSTEM_PATH


class Recorder:
    """Puts a shim in front of every program. A file per process, so that no two writers mix."""

    def __init__(self, layout: Layout) -> None:
        self._bin = layout.bin
        self._real = layout.bin / ".real"
        self._records = layout.folder / "argv"

    def install(self) -> None:
        """Begin to record."""
        self._records.mkdir()
        self._real.mkdir()
        for program in [path for path in self._bin.iterdir() if path != self._real]:
            self._shim(program.name, program.rename(self._real / program.name))
        for folder in SYSTEM_PATH.split(os.pathsep):
            for program in Path(folder).iterdir():
                if not (self._bin / program.name).exists():
                    self._shim(program.name, program)

    def remove(self) -> None:
        """Put everything back."""
        for shim in [path for path in self._bin.iterdir() if path != self._real]:
            shim.unlink()
        for program in self._real.iterdir():
            program.rename(self._bin / program.name)
        self._real.rmdir()
        shutil.rmtree(self._records)

    def argvs(self) -> list[list[str]]:
        """Return what was run: the program's name, then its arguments."""
        found = []
        for record in self._records.iterdir():
            words = record.read_text(errors="surrogateescape").split("\0")[:-1]
            while words:
                end = int(words[0]) + 2
                found.append(words[1:end])
                words = words[end:]
        return found

    def _shim(self, name: str, program: Path) -> None:
        shim = self._bin / name
        records, path = shlex.quote(str(self._records)), shlex.quote(str(program))
        shim.write_text(f'#!/bin/sh\nprintf \'%s\\0\' $# "${{0##*/}}" "$@" >>{records}/$$\nexec {path} "$@"\n')
        shim.chmod(0o755)
