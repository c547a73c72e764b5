from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from demo.sandbox import repository
from demo.sandbox.program import run
from demo.sandbox.repository import MAIN, Commit, Edit, branches, files_of, make_repository, read_sources

if TYPE_CHECKING:
    from pathlib import Path


async def refs(folder: Path) -> dict[str, str]:
    """Return the ids of all branches and tags."""
    listed = await run("git", "-C", str(folder), "for-each-ref", "--format=%(refname:short) %(objectname)")
    return dict(line.split() for line in listed.decode().splitlines())


async def show(folder: Path, what: str) -> str:
    return (await run("git", "-C", str(folder), "show", what)).decode()


async def test_the_same_sources_make_the_same_commits_wherever_and_by_whomever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_repository(tmp_path / "one", 20)
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    await make_repository(tmp_path / "two", 20)
    assert await refs(tmp_path / "one") == await refs(tmp_path / "two")


async def test_the_slow_start_changes_its_own_branch_only(tmp_path: Path) -> None:
    await make_repository(tmp_path / "slow", 20)
    await make_repository(tmp_path / "quick", 2.5)
    slow, quick = await refs(tmp_path / "slow"), await refs(tmp_path / "quick")
    assert {name for name in slow if slow[name] != quick[name]} == {"slow-start"}
    assert "WARM_UP_SECONDS = 2.5" in await show(tmp_path / "quick", "slow-start:formbot/health.py")


async def test_it_has_the_tags_and_branches_and_is_sound(tmp_path: Path) -> None:
    await make_repository(tmp_path / "git", 20)
    names = {"main", "broken", "slow-start", "unhealthy", "bad-migration", "v1.2.2", "v1.2.3"}
    assert set(await refs(tmp_path / "git")) == names
    await run("git", "-C", str(tmp_path / "git"), "fsck", "--strict", "--no-dangling")
    head = (tmp_path / "git/HEAD").read_text()
    assert head == "ref: refs/heads/main\n"


async def test_a_release_adds_a_migration_and_a_dependency_and_main_is_ahead_of_it(tmp_path: Path) -> None:
    await make_repository(tmp_path / "git", 20)
    git = ("git", "-C", str(tmp_path / "git"))
    changed = (await run(*git, "diff", "--name-only", "v1.2.2", "v1.2.3")).decode().split()
    assert {"migrations/0003_submission_source.sql", "requirements.txt", "CHANGELOG.md"} <= set(changed)
    assert "formbot-durations" not in await show(tmp_path / "git", "v1.2.2:requirements.txt")
    assert "formbot-durations==1.0.0\n" in await show(tmp_path / "git", "v1.2.3:requirements.txt")
    assert (await run(*git, "rev-list", "--count", "v1.2.3..main")).strip() == b"2"
    added = (await run(*git, "diff", "--name-only", "--diff-filter=A", "v1.2.3", "main")).decode().split()
    assert added == ["migrations/0004_submission_status.sql"]


@pytest.mark.parametrize("commit", [*MAIN, *branches(20)], ids=lambda commit: commit.message)
def test_no_commit_holds_a_mark_or_a_line_from_its_future(commit: Commit) -> None:
    files = files_of(commit, read_sources())
    assert not [name for name, text in files.items() if re.search(rb"since #\d", text)]
    mentioned = {int(number) for text in files.values() for number in re.findall(rb"#(\d\d)\b", text)}
    assert all(number <= commit.pull for number in mentioned)
    for name in files:
        if name.endswith(".py"):
            compile(files[name], name, "exec")


def test_an_edit_that_no_longer_fits_is_an_error() -> None:
    commit = Commit("Ada Whitfield", "Too late", 0, "1.2.0", edits=(Edit("requirements.txt", "psycopg", "asyncpg"),))
    with pytest.raises(ValueError, match="psycopg"):
        repository.files_of(commit, read_sources())
