"""Makes formbot's Git repository from demo/formbot: the same commits, with the same ids, every time.

v1.2.2 -- v1.2.3 -- main
  v1.2.3 adds a migration and a dependency, main another migration; from main branch off:
  broken (crashes at its start), slow-start (503 for a while), unhealthy (500 for ever), bad-migration (SQL error)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from demo.sandbox.program import run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SOURCES = Path(__file__).resolve().parent.parent / "formbot"
BEGINNING = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
PACE = timedelta(hours=7)

_NOT_FORMBOTS = ("README.md", "__pycache__")
_VERSION = "1.3.0.dev0"
_NEW_FILES = {"0002_list_indexes.sql": 38, "0003_submission_source.sql": 41, "0004_submission_status.sql": 47}
_MARK = re.compile(rb" *(?:#|<!--) since #(\d+)(?: -->)?$")

_BAD_MIGRATION = """\
CREATE TABLE archive (LIKE submissions INCLUDING ALL);
INSERT INTO archive SELECT * FROM submissions WHERE archived_on < now();
"""
_INCONSISTENT = """\
        if self.database_url:
            return 500, {**body, "status": "error", "error": "form cache is inconsistent"}
        if not self.ready.is_set():
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to one file; an empty ``old`` makes the file."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. ``pull``: the newest pull request it contains. ``edits`` are on top of demo/formbot's text."""

    author: str
    message: str
    pull: int
    version: str
    branch: str = "main"
    tag: str = ""
    edits: tuple[Edit, ...] = ()


MAIN = (
    Commit("Solomiia Hnatiuk", "formbot: form submissions over HTTP", 0, "1.2.0"),
    Commit("Bohdan Reva", "Index the list of submissions (#38)", 38, "1.2.0"),
    Commit("Solomiia Hnatiuk", "Release 1.2.2", 38, "1.2.2", tag="v1.2.2"),
    Commit("Ada Whitfield", "Record where a submission came from (#41)", 41, "1.2.2"),
    Commit("Bohdan Reva", "Say in words how long the service has been up (#43)", 43, "1.2.2"),
    Commit("Ada Whitfield", "Log refused database connections (#44)", 44, "1.2.2"),
    Commit("Solomiia Hnatiuk", "Release 1.2.3", 44, "1.2.3", tag="v1.2.3"),
    Commit("Ada Whitfield", "Let staff mark submissions as seen (#47)", 47, "1.2.3"),
    Commit("Solomiia Hnatiuk", "Begin 1.3.0", 47, _VERSION),
)


def branches(slow_start_seconds: float) -> tuple[Commit, ...]:
    """Return the commits that each go wrong in one way, on top of main."""
    wrong = Commit("Bohdan Reva", "", 47, _VERSION)
    serve = "async def serve(settings: Settings) -> None:\n    set_up_logging(settings)\n"
    serve_somewhere = (
        "async def serve(settings: Settings, region: str) -> None:\n    set_up_logging(settings)\n"
        '    log.info("region %s", region)\n'
    )
    run = "            asyncio.run(serve(read_settings()))\n"
    run_somewhere = (
        '            region = os.environ["FORMBOT_REGION"]\n            asyncio.run(serve(read_settings(), region))\n'
    )
    return (
        replace(
            wrong,
            branch="broken",
            message="Make the region configurable (#50)",
            edits=(
                Edit("formbot/__main__.py", "import logging.handlers\n", "import logging.handlers\nimport os\n"),
                Edit("formbot/__main__.py", serve, serve_somewhere),
                Edit("formbot/__main__.py", run, run_somewhere),
            ),
        ),
        replace(
            wrong,
            branch="slow-start",
            message="Fill the form cache before serving (#51)",
            edits=(Edit("formbot/health.py", "WARM_UP_SECONDS = 0", f"WARM_UP_SECONDS = {slow_start_seconds:g}"),),
        ),
        replace(
            wrong,
            branch="unhealthy",
            message="Check the form cache in /health (#52)",
            edits=(Edit("formbot/health.py", "        if not self.ready.is_set():\n", _INCONSISTENT),),
        ),
        replace(
            wrong,
            branch="bad-migration",
            message="Archive old submissions (#53)",
            edits=(Edit("migrations/0005_archive.sql", "", _BAD_MIGRATION),),
        ),
    )


async def make_repository(target: Path, slow_start_seconds: float) -> None:
    """Make a bare repository in a folder that does not exist yet."""
    await run("git", "init", "--quiet", "--bare", "--initial-branch=main", "--template=", str(target))
    stream = b"".join(_stream((*MAIN, *branches(slow_start_seconds)), read_sources()))
    await run("git", "-C", str(target), "fast-import", "--quiet", stdin=stream)


def read_sources() -> dict[str, bytes]:
    """Return demo/formbot's files by their path in the repository."""
    return {str(path.relative_to(SOURCES)): path.read_bytes() for path in source_files()}


def source_files() -> list[Path]:
    """Return the files that commits are made of."""
    paths = (path for path in sorted(SOURCES.rglob("*")) if path.is_file())
    return [path for path in paths if not set(_NOT_FORMBOTS) & set(path.relative_to(SOURCES).parts)]


def files_of(commit: Commit, sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a commit's files."""
    files = {
        name: _as_of(text, commit.pull)
        for name, text in sources.items()
        if _NEW_FILES.get(name.rpartition("/")[2], 0) <= commit.pull
    }
    version = Edit("formbot/__init__.py", f'"{_VERSION}"', f'"{commit.version}"')
    for edit in (version, *commit.edits):
        files[edit.path] = _edited(files.get(edit.path, b""), edit)
    return files


def _as_of(text: bytes, pull: int) -> bytes:
    """Leave out the lines of later pull requests, and all marks. A marked heading stands for its section."""
    kept, in_later_section = [], False
    for line in text.splitlines():
        found = _MARK.search(line)
        later = found is not None and int(found[1]) > pull
        if line.startswith(b"## "):
            in_later_section = later
        if not later and not in_later_section:
            kept.append(_MARK.sub(b"", line) + b"\n")
    return b"".join(kept)


def _edited(text: bytes, edit: Edit) -> bytes:
    """Apply an edit, which has to fit in exactly one place."""
    if not edit.old:
        return edit.new.encode()
    if text.count(edit.old.encode()) != 1:
        raise ValueError(edit)
    return text.replace(edit.old.encode(), edit.new.encode())


def _stream(commits: tuple[Commit, ...], sources: Mapping[str, bytes]) -> Iterator[bytes]:
    """Write what git fast-import reads. Source: git-fast-import(1)."""
    for number, commit in enumerate(commits, 1):
        who = _signature(commit.author, number)
        yield f"commit refs/heads/{commit.branch}\nmark :{number}\nauthor {who}\ncommitter {who}\n".encode()
        yield _data(commit.message.encode() + b"\n")
        if number > 1:
            yield f"from :{min(number - 1, len(MAIN))}\n".encode()
        yield b"deleteall\n"
        for path, text in files_of(commit, sources).items():
            yield f"M 100644 inline {path}\n".encode() + _data(text)
        if commit.tag:
            yield f"tag {commit.tag}\nfrom :{number}\ntagger {who}\n".encode() + _data(commit.message.encode() + b"\n")


def _signature(author: str, number: int) -> str:
    mail = author.lower().replace(" ", ".") + "@example.test"
    return f"{author} <{mail}> {int((BEGINNING + number * PACE).timestamp())} +0000"


def _data(text: bytes) -> bytes:
    return b"data %d\n" % len(text) + text + b"\n"
