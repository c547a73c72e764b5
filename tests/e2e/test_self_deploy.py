"""Lotsman deploys itself: a process of its own, restarted while its own run is under way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.postgres import EmbeddedPostgres
from tests.databases import fresh_database
from tests.e2e.self_deploy import PACKAGE, Home
from tests.length import only_long

NEEDS_MORE = f"{PACKAGE}==1.0.0"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """One bot for all of these: each test finds the release that the one before left live."""
    folder = tmp_path_factory.mktemp("home") / "machine"
    async with fresh_database(postgres, "self-deploy") as dsn, Home(folder, dsn).open() as home:
        yield home


async def test_a_good_release_takes_over_and_ends_the_run_in_the_same_message(home: Home) -> None:
    done = await home.deploy("good")
    assert done.as_it_should_be, done
    assert done.tag in done.message.text
    assert len(home.messages()) >= 2


@pytest.mark.parametrize("kind", ["crash", *(pytest.param(kind, marks=only_long) for kind in ("config", "hang"))])
async def test_a_broken_release_is_taken_off_again_with_nobodys_help(home: Home, kind: str) -> None:
    done = await home.deploy(kind, requirement=NEEDS_MORE if kind == "crash" else "")
    assert done.as_it_should_be, done
    assert not home.has_package(), "dependencies go back as well"
    reason = f"не озвалася за {home.ack_seconds} с" if kind == "hang" else "нова версія впала"
    assert reason in done.message.text
    assert "крок повернув усе сам" in done.card.text


@only_long
async def test_a_release_that_reports_back_but_is_not_well_is_undone_by_itself(home: Home) -> None:
    done = await home.deploy("sick", requirement=NEEDS_MORE)
    assert done.as_it_should_be, done
    assert not home.has_package()
    assert "503" in done.message.text


@only_long
async def test_a_good_release_brings_its_dependencies_and_a_rollback_leaves_them(home: Home) -> None:
    before = await home.live()
    done = await home.deploy("good", requirement=NEEDS_MORE)
    assert done.as_it_should_be, done
    assert done.drawn_across_the_restart
    assert home.has_package()
    settings = home.path / ".env"
    settings.write_text(settings.read_text() + "# written for the newer version\n")
    back = await home.ask(f"/rollback {before[:12]}", "good", "", before)
    assert back.as_it_should_be, back
    assert "newer version" not in settings.read_text(), "a rollback restores the config files of its release"


async def test_a_restart_of_lotsman_is_told_by_the_process_that_came_up(home: Home) -> None:
    was = await home.live()
    done = await home.ask("/restart", "good", "", was)
    assert done.result == "succeeded", done
    assert done.is_pid != done.was_pid
    assert await home.live() == was
    assert "перезапущено, усе працює" in done.message.text
