"""The journal keeps what was promised: with real PostgreSQL, several connections, and a process that is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from ops.actor import Actor, Role
from ops.errors import ProjectLocked, RunNotFound
from ops.runs.events import Event, Outcome, Result, RunEnded, StepEnded, StepStarted
from ops.runs.journal import LogPiece, Request
from ops.runs.plan import Plan, Step
from ops.runs.run import Run
from ops.runs.script import Script
from ops.store.journal import PostgresJournal, identify
from ops.store.outbox import Destination, PostgresOutbox
from ops.store.postgres import open_pool

if TYPE_CHECKING:
    from ops.store.postgres import Pool

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
OLENA = Actor(1001, "Olena", Role.ADMIN)
TEAM = Destination(-100, 5)
PLAN = Plan(("web1",), (Step("reach", "reach", Script("echo here\n")), Step("stop", "stop", Script("true\n"))))
STARTED = StepStarted("reach", "web1", "1-0s1", NOW)

# Accepts a run, starts its first step, and is killed before anything comes of it.
DYING = """
import asyncio, os, signal, sys
from ops.store.journal import PostgresJournal
from ops.store.postgres import open_pool
from tests.ops.test_journal import STARTED, TEAM, request

async def main():
    journal = PostgresJournal(await open_pool(sys.argv[1]), TEAM)
    run, _ = await journal.accept(request())
    await journal.append(run.apply(STARTED), [STARTED])
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def request(key: str = "update:1", project: str = "formbot") -> Request:
    return Request(key, project, "deploy", "main", OLENA, PLAN, NOW, chat_id=-100)


@pytest.fixture
def journal(pool: Pool) -> PostgresJournal:
    return PostgresJournal(pool, TEAM)


@pytest.fixture
def outbox(pool: Pool) -> PostgresOutbox:
    return PostgresOutbox(pool)


async def write(journal: PostgresJournal, run: Run, *events: Event) -> Run:
    run = run.fold(events)
    await journal.append(run, events)
    return run


async def kinds(outbox: PostgresOutbox) -> list[str]:
    return [letter.kind for letter in await outbox.waiting(0, 100)]


async def test_an_accepted_run_is_there_with_its_lock_its_audit_and_its_first_letter(
    journal: PostgresJournal, outbox: PostgresOutbox, pool: Pool
) -> None:
    run, fresh = await journal.accept(request())
    assert fresh
    assert await journal.load(run.id) == run
    assert await journal.open_runs() == [run.id]
    holder = await journal.holder("formbot")
    assert holder is not None
    assert (holder.run, holder.runbook, holder.holder, holder.since) == (run.id, "deploy", "Olena", NOW)
    (letter,) = await outbox.waiting(0, 10)
    assert (letter.kind, letter.to) == ("run", TEAM)
    audit = await pool.fetchrow("SELECT actor_id, chat_id, action, verdict FROM audit")
    assert audit is not None
    assert tuple(audit) == (1001, -100, "deploy", "accepted")


async def test_a_second_run_of_a_project_is_refused_names_the_holder_and_leaves_no_trace(
    journal: PostgresJournal, outbox: PostgresOutbox
) -> None:
    first, _ = await journal.accept(request())
    with pytest.raises(ProjectLocked) as refusal:
        await journal.accept(request("update:2"))
    assert (refusal.value.run, refusal.value.holder) == (first.id, "Olena")
    assert await journal.open_runs() == [first.id]
    assert await kinds(outbox) == ["run"]
    other, fresh = await journal.accept(request("update:3", "shop"))
    assert fresh
    assert other.id != first.id


async def test_the_same_asking_never_makes_two_runs_not_even_after_the_end(journal: PostgresJournal) -> None:
    run, _ = await journal.accept(request())
    again, fresh = await journal.accept(request())
    assert (again.id, fresh) == (run.id, False)
    await write(journal, run, RunEnded(Result.FAILED, NOW))
    again, fresh = await journal.accept(request())
    assert (again.id, fresh) == (run.id, False)
    assert await journal.open_runs() == []


async def test_of_many_at_once_over_several_connections_one_gets_the_lock(dsn: str) -> None:
    async with await open_pool(dsn) as one, await open_pool(dsn) as other:
        journals = [PostgresJournal(one, TEAM), PostgresJournal(other, TEAM)]
        asked = [journals[i % 2].accept(request(f"update:{i}")) for i in range(24)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        won = [answer for answer in answers if not isinstance(answer, BaseException)]
        assert len(won) == 1
        assert sum(isinstance(answer, ProjectLocked) for answer in answers) == 23
        assert await journals[0].open_runs() == [won[0][0].id]


async def test_the_same_update_over_several_connections_at_once_is_one_run(dsn: str) -> None:
    async with await open_pool(dsn) as one, await open_pool(dsn) as other:
        journals = [PostgresJournal(one, TEAM), PostgresJournal(other, TEAM)]
        answers = await asyncio.gather(*(journals[i % 2].accept(request()) for i in range(24)))
        assert len({run.id for run, _ in answers}) == 1
        assert sum(fresh for _, fresh in answers) == 1


async def test_what_was_appended_is_read_back_as_the_same_run(journal: PostgresJournal) -> None:
    run, _ = await journal.accept(request())
    ended = StepEnded(
        STARTED.job, Outcome.FAILED, NOW, 1.5, 7, "disk", {"free": "1"}, {"refs": ("a", "b")}, ("w",), ("⚓",)
    )
    run = await write(journal, run, STARTED, ended)
    run = await write(journal, run, RunEnded(Result.FAILED, NOW + timedelta(seconds=2)))
    assert await journal.load(run.id) == run


async def test_the_end_releases_the_lock_and_tells_the_team_or_nothing_of_it_happens(
    journal: PostgresJournal, outbox: PostgresOutbox, pool: Pool
) -> None:
    run, _ = await journal.accept(request())
    await pool.execute("ALTER TABLE outbox ADD CONSTRAINT no_more CHECK (kind <> 'run-ended')")
    with pytest.raises(asyncpg.CheckViolationError):
        await write(journal, run, RunEnded(Result.SUCCEEDED, NOW))
    assert await journal.holder("formbot") is not None
    assert await journal.load(run.id) == run
    await pool.execute("ALTER TABLE outbox DROP CONSTRAINT no_more")
    run = await write(journal, run, RunEnded(Result.SUCCEEDED, NOW))
    assert await journal.holder("formbot") is None
    assert await journal.open_runs() == []
    assert await kinds(outbox) == ["run", "run-ended"]
    _, fresh = await journal.accept(request("update:2"))
    assert fresh


async def test_what_a_killed_process_left_is_found_with_its_step_and_its_lock(dsn: str) -> None:
    checkout = Path(__file__).parent.parent.parent
    command = [sys.executable, "-c", DYING, dsn]
    died = await asyncio.to_thread(
        subprocess.run, command, cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)}, check=False
    )
    assert died.returncode == -signal.SIGKILL
    async with await open_pool(dsn) as pool:
        journal = PostgresJournal(pool, TEAM)
        (number,) = await journal.open_runs()
        run = await journal.load(number)
        assert [attempt.started for attempt in run.running] == [STARTED]
        assert run.plan == PLAN
        assert await journal.holder("formbot") is not None


async def test_a_log_is_read_in_order_and_a_piece_stored_twice_is_there_once(journal: PostgresJournal) -> None:
    run, _ = await journal.accept(request())
    run = await write(journal, run, STARTED)
    pieces = [LogPiece(STARTED.job, i, NOW + timedelta(seconds=i), (f"line {i}",)) for i in (1, 2)]
    await journal.note(run.id, pieces[:1])
    ended = StepEnded(STARTED.job, Outcome.OK, NOW)
    await journal.append(run.apply(ended), [ended], pieces)
    assert [lines for _, _, lines in await journal.log(run.id)] == [["line 1"], ["line 2"]]


async def test_a_success_is_what_a_way_back_can_go_to_and_backups_are_catalogued(
    journal: PostgresJournal, pool: Pool
) -> None:
    first_host = replace(PLAN, steps=(replace(PLAN.steps[0], first_host=True), PLAN.steps[1]))
    run, _ = await journal.accept(replace(request(), plan=first_host))
    facts = {"commit": "c" * 40, "backup_path": "/b/x.dump", "backup_bytes": "12", "backup_sha256": "a" * 64}
    ended = StepEnded(STARTED.job, Outcome.OK, NOW, facts=facts)
    await write(journal, run, STARTED, ended, RunEnded(Result.SUCCEEDED, NOW))
    release = await pool.fetchrow("SELECT project, host, commit, run_id FROM releases")
    backup = await pool.fetchrow("SELECT path, bytes FROM backups")
    assert release is not None
    assert backup is not None
    assert tuple(release) == ("formbot", "web1", "c" * 40, run.id)
    assert tuple(backup) == ("/b/x.dump", 12)


async def test_an_unknown_run_is_named(journal: PostgresJournal) -> None:
    with pytest.raises(RunNotFound) as error:
        await journal.load(999)
    assert error.value.run == 999


async def test_two_instances_that_start_at_once_agree_on_who_they_are(dsn: str) -> None:
    async with await open_pool(dsn) as one, await open_pool(dsn) as other:
        found = await asyncio.gather(*(identify(pool) for pool in (one, other) * 5))
    assert len(set(found)) == 1
