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
from ops.runs.events import CancelRequested, Event, Outcome, Result, RunEnded, StepEnded, StepStarted
from ops.runs.journal import LogPiece, Request, SupersededError
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
CANCEL = CancelRequested("Ihor", NOW)
CHECKOUT = Path(__file__).parent.parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(CHECKOUT)}

# Accepts a run, starts its first step, and is killed before anything comes of it.
DYING = """
import asyncio, os, signal, sys
from ops.store.journal import PostgresJournal
from ops.store.postgres import open_pool
from tests.ops.test_journal import STARTED, TEAM, request

async def main():
    journal = PostgresJournal(await open_pool(sys.argv[1]), TEAM)
    run, _ = await journal.accept(request())
    tenure = await journal.take_up(run.id)
    await journal.append(run.apply(STARTED), tenure.epoch, [STARTED])
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""

# Takes a run up, says so, and tries to write once it is told to.
SUPERSEDED = """
import asyncio, sys
from ops.runs.journal import LogPiece, SupersededError
from ops.store.journal import PostgresJournal
from ops.store.postgres import open_pool
from tests.ops.test_journal import NOW, STARTED, TEAM

async def refused(writing):
    try:
        await writing
    except SupersededError:
        return "refused"
    return "written"

async def main():
    journal = PostgresJournal(await open_pool(sys.argv[1]), TEAM)
    tenure = await journal.take_up(int(sys.argv[2]))
    print(tenure.epoch, flush=True)
    sys.stdin.readline()
    heard = [number for number, _ in await journal.signals(tenure.run.id, 0)]
    piece = LogPiece(STARTED.job, 1, NOW, ("late",))
    run = tenure.run.apply(STARTED)
    print(await refused(journal.append(run, tenure.epoch, [STARTED], [piece], heard)), flush=True)
    print(await refused(journal.note(run.id, tenure.epoch, [piece])), flush=True)

asyncio.run(main())
"""


def request(key: str = "update:1", project: str = "formbot", *, wait: bool = False) -> Request:
    return Request(key, project, "deploy", "main", OLENA, PLAN, NOW, chat_id=-100, wait=wait)


@pytest.fixture
def journal(pool: Pool) -> PostgresJournal:
    return PostgresJournal(pool, TEAM)


@pytest.fixture
def outbox(pool: Pool) -> PostgresOutbox:
    return PostgresOutbox(pool)


async def write(journal: PostgresJournal, run: Run, *events: Event) -> Run:
    """Append events as whoever takes the run up now."""
    tenure = await journal.take_up(run.id)
    assert tenure is not None
    run = run.fold(events)
    await journal.append(run, tenure.epoch, events)
    return run


async def end(journal: PostgresJournal, run: Run) -> Run:
    return await write(journal, run, RunEnded(Result.SUCCEEDED, NOW))


async def begun(pool: Pool) -> dict[int, bool]:
    return {row["id"]: row["begun_at"] is not None for row in await pool.fetch("SELECT id, begun_at FROM runs")}


async def held_by(journal: PostgresJournal) -> int:
    holder = await journal.holder("formbot")
    return holder.run if holder else 0


async def queued(pool: Pool) -> set[int]:
    return {int(row["payload"]) for row in await pool.fetch("SELECT payload FROM queue")}


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
        for number in range(10):
            asked = [journals[i % 2].accept(request(f"update:{number}", f"p{number}")) for i in range(24)]
            answers = await asyncio.gather(*asked)
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
    died = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", DYING, dsn], cwd=CHECKOUT, env=ENVIRONMENT, check=False
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
    tenure = await journal.take_up(run.id)
    assert tenure is not None
    pieces = [LogPiece(STARTED.job, i, NOW + timedelta(seconds=i), (f"line {i}",)) for i in (1, 2)]
    await journal.note(run.id, tenure.epoch, pieces[:1])
    ended = StepEnded(STARTED.job, Outcome.OK, NOW)
    await journal.append(run.apply(ended), tenure.epoch, [ended], pieces)
    assert [lines for _, _, lines in await journal.log(run.id)] == [["line 1"], ["line 2"]]


async def test_a_success_is_what_a_way_back_can_go_to_and_backups_are_catalogued(
    journal: PostgresJournal, pool: Pool
) -> None:
    changing = replace(PLAN, steps=(replace(PLAN.steps[0], first_host=True), replace(PLAN.steps[1], changes=True)))
    run, _ = await journal.accept(replace(request(), plan=changing))
    facts = {"commit": "c" * 40, "backup_path": "/b/x.dump", "backup_bytes": "12", "backup_sha256": "a" * 64}
    ended = StepEnded(STARTED.job, Outcome.OK, NOW, facts=facts)
    stop = StepStarted("stop", "web1", "1-1s1", NOW)
    stopped = StepEnded(stop.job, Outcome.OK, NOW)
    await write(journal, run, STARTED, ended, stop, stopped, RunEnded(Result.SUCCEEDED, NOW))
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


class TestTakingUp:
    async def test_it_hands_over_the_run_its_boots_and_an_epoch_of_its_own(self, journal: PostgresJournal) -> None:
        run, _ = await journal.accept(request())
        run = await write(journal, run, STARTED)
        await journal.record_boot(run.id, "web1", "boot-1")
        await journal.record_boot(run.id, "web1", "boot-2")
        first, second = await journal.take_up(run.id), await journal.take_up(run.id)
        assert first is not None
        assert second is not None
        assert first.run == second.run == run
        assert second.boots == {"web1": "boot-2"}
        assert second.epoch == first.epoch + 1

    async def test_of_what_has_ended_or_waits_or_is_none_there_is_nothing_to_take_up(
        self, journal: PostgresJournal
    ) -> None:
        first, _ = await journal.accept(request())
        waiting, _ = await journal.accept(request("update:2", wait=True))
        assert await journal.take_up(waiting.id) is None
        assert await journal.take_up(999) is None
        await end(journal, first)
        assert await journal.take_up(first.id) is None
        assert await journal.take_up(waiting.id) is not None

    async def test_it_drops_the_log_of_what_runs_and_keeps_the_log_of_what_has_ended(
        self, journal: PostgresJournal
    ) -> None:
        run, _ = await journal.accept(request())
        ended, running = StepEnded(STARTED.job, Outcome.OK, NOW), replace(STARTED, step="stop", job="1-1s1")
        tenure = await journal.take_up(run.id)
        assert tenure is not None
        pieces = [LogPiece(job, 1, NOW, (f"of {job}",)) for job in (STARTED.job, running.job)]
        events = (STARTED, ended, running)
        await journal.append(run.fold(events), tenure.epoch, events, pieces)
        assert len(await journal.log(run.id)) == 2
        await journal.take_up(run.id)
        assert [job for job, _, _ in await journal.log(run.id)] == [STARTED.job]

    async def test_who_has_been_superseded_writes_nothing(self, dsn: str, journal: PostgresJournal) -> None:
        run, _ = await journal.accept(request())
        await journal.tell(run.id, CANCEL)
        pipe = asyncio.subprocess.PIPE
        other = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SUPERSEDED, dsn, str(run.id)),
            cwd=CHECKOUT,
            env=ENVIRONMENT,
            stdin=pipe,
            stdout=pipe,
        )
        assert other.stdout is not None
        async with asyncio.timeout(30):
            theirs = int(await other.stdout.readline())
            tenure = await journal.take_up(run.id)
            assert tenure is not None
            assert tenure.epoch > theirs
            said, _ = await other.communicate(b"go\n")
        assert said.split() == [b"refused", b"refused"]
        assert await journal.load(run.id) == run
        assert await journal.log(run.id) == []
        assert [signal for _, signal in await journal.signals(run.id, 0)] == [CANCEL]
        await journal.append(run.apply(STARTED), tenure.epoch, [STARTED])
        assert (await journal.load(run.id)).version == 1

    async def test_of_two_who_end_a_run_at_once_only_the_later_one_does(
        self, journal: PostgresJournal, pool: Pool
    ) -> None:
        for number in range(10):
            run, _ = await journal.accept(request(f"update:{number}"))
            tenures = [await journal.take_up(run.id) for _ in range(2)]
            over = RunEnded(Result.SUCCEEDED, NOW)
            writing = [journal.append(run.apply(over), tenure.epoch, [over]) for tenure in tenures if tenure]
            said = await asyncio.gather(*writing, return_exceptions=True)
            assert isinstance(said[0], SupersededError)
            assert said[1] is None
        assert await pool.fetchval("SELECT count(*) FROM events") == 10

    async def test_taking_up_in_the_middle_of_a_write_waits_for_it_and_sees_it(
        self, journal: PostgresJournal, dsn: str
    ) -> None:
        async with await open_pool(dsn) as another:
            other = PostgresJournal(another, TEAM)
            for number in range(20):
                run, _ = await journal.accept(request(f"update:{number}"))
                tenure = await journal.take_up(run.id)
                assert tenure is not None
                started = replace(STARTED, job=f"{run.id}-0s1")
                written, taken = await asyncio.gather(
                    journal.append(run.apply(started), tenure.epoch, [started]),
                    other.take_up(run.id),
                    return_exceptions=True,
                )
                assert taken is not None
                assert not isinstance(taken, BaseException)
                assert (written is None) == (taken.run.version == 1), "seen, or never written"
                await other.append(
                    taken.run.apply(RunEnded(Result.FAILED, NOW)), taken.epoch, [RunEnded(Result.FAILED, NOW)]
                )


class TestTelling:
    async def test_what_is_heard_becomes_part_of_the_run_and_is_gone_or_neither(
        self, journal: PostgresJournal, pool: Pool
    ) -> None:
        run, _ = await journal.accept(request())
        await journal.tell(run.id, CANCEL)
        ((number, signal),) = await journal.signals(run.id, 0)
        assert signal == CANCEL
        assert await journal.signals(run.id, number) == []
        tenure = await journal.take_up(run.id)
        assert tenure is not None
        await pool.execute("ALTER TABLE events ADD CONSTRAINT no_more CHECK (seq < 0)")
        with pytest.raises(asyncpg.CheckViolationError):
            await journal.append(run.apply(CANCEL), tenure.epoch, [CANCEL], heard=[number])
        assert len(await journal.signals(run.id, 0)) == 1
        await pool.execute("ALTER TABLE events DROP CONSTRAINT no_more")
        await journal.append(run.apply(CANCEL), tenure.epoch, [CANCEL], heard=[number])
        assert await journal.signals(run.id, 0) == []
        assert (await journal.load(run.id)).cancel == CANCEL

    async def test_the_end_of_a_run_leaves_nothing_to_be_heard_and_after_it_nothing_is(
        self, journal: PostgresJournal, pool: Pool
    ) -> None:
        run, _ = await journal.accept(request())
        await journal.tell(run.id, CANCEL)
        await end(journal, run)
        await journal.tell(run.id, CANCEL)
        assert await pool.fetchval("SELECT count(*) FROM signals") == 0

    async def test_a_run_that_is_none_is_named(self, journal: PostgresJournal) -> None:
        with pytest.raises(RunNotFound) as error:
            await journal.tell(999, CANCEL)
        assert error.value.run == 999


class TestTheLine:
    async def test_a_run_that_waits_knows_its_place_and_nobody_drives_it(
        self, journal: PostgresJournal, pool: Pool
    ) -> None:
        first, _ = await journal.accept(request())
        waiting = [(await journal.accept(request(f"update:{i}", wait=True)))[0] for i in (2, 3, 4)]
        elsewhere, _ = await journal.accept(request("update:5", "shop", wait=True))
        assert [run.position for run in waiting] == [1, 2, 3]
        assert [(await journal.load(run.id)).position for run in waiting] == [1, 2, 3]
        assert (first.position, elsewhere.position) == (0, 0)
        assert await journal.waiting("formbot") == [run.id for run in waiting]
        assert await queued(pool) == {first.id, elsewhere.id}
        again, fresh = await journal.accept(request("update:3", wait=True))
        assert (again, fresh) == (waiting[1], False)

    async def test_the_first_in_line_begins_in_the_transaction_that_ends_the_one_before_or_neither(
        self, journal: PostgresJournal, pool: Pool
    ) -> None:
        first, _ = await journal.accept(request())
        second, _ = await journal.accept(request("update:2", wait=True))
        third, _ = await journal.accept(request("update:3", wait=True))
        await pool.execute("ALTER TABLE runs ADD CONSTRAINT no_more CHECK (begun_at IS NULL OR id = 1)")
        with pytest.raises(asyncpg.CheckViolationError):
            await end(journal, first)
        assert (await journal.load(first.id)).end is None
        assert await held_by(journal) == first.id
        await pool.execute("ALTER TABLE runs DROP CONSTRAINT no_more")
        await end(journal, first)
        assert await begun(pool) == {first.id: True, second.id: True, third.id: False}
        assert await held_by(journal) == second.id
        assert second.id in await queued(pool)
        assert [(await journal.load(run.id)).position for run in (second, third)] == [0, 1]
        await end(journal, second)
        await end(journal, third)
        assert await held_by(journal) == 0

    async def test_a_cancel_withdraws_it_tells_the_team_and_the_next_moves_up(
        self, journal: PostgresJournal, outbox: PostgresOutbox
    ) -> None:
        first, _ = await journal.accept(request())
        second, _ = await journal.accept(request("update:2", wait=True))
        third, _ = await journal.accept(request("update:3", wait=True))
        await journal.tell(second.id, CANCEL)
        run = await journal.load(second.id)
        assert (run.result, run.cancel, run.attempts) == (Result.CANCELLED, CANCEL, ())
        assert (await journal.load(third.id)).position == 1
        assert await held_by(journal) == first.id, "who was before it goes on"
        assert (await kinds(outbox)).count("run-ended") == 1
        await end(journal, first)
        assert await held_by(journal) == third.id

    async def test_one_that_is_withdrawn_as_its_turn_comes_is_passed_over(
        self, journal: PostgresJournal, pool: Pool
    ) -> None:
        first, _ = await journal.accept(request())
        second, _ = await journal.accept(request("update:2", wait=True))
        third, _ = await journal.accept(request("update:3", wait=True))
        async with pool.acquire() as connection:
            async with connection.transaction():
                await connection.execute("UPDATE runs SET result = 'cancelled' WHERE id = $1", second.id)
                ending = asyncio.create_task(end(journal, first))
                async with asyncio.timeout(20):
                    while not await pool.fetchval(  # noqa: ASYNC110  nothing tells of a lock
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        " AND wait_event_type = 'Lock'"
                    ):
                        await asyncio.sleep(0.01)
            await ending
        assert await held_by(journal) == third.id
        assert await begun(pool) == {first.id: True, second.id: False, third.id: True}

    async def test_whoever_gets_in_line_as_the_holder_ends_begins_or_waits_for_somebody(self, dsn: str) -> None:
        async with await open_pool(dsn) as one, await open_pool(dsn) as other:
            journals = PostgresJournal(one, TEAM), PostgresJournal(other, TEAM)
            holder, _ = await journals[0].accept(request("first"))
            for number in range(60):
                _, (later, _) = await asyncio.gather(
                    end(journals[0], holder), journals[1].accept(request(f"update:{number}", wait=True))
                )
                assert await held_by(journals[0]) == later.id
                assert await journals[0].waiting("formbot") == []
                assert later.id in await queued(one)
                holder = later

    async def test_in_a_crowd_of_waiting_cancelling_and_ending_the_line_never_stops(self, dsn: str) -> None:
        async with await open_pool(dsn) as one, await open_pool(dsn) as other:
            journals = PostgresJournal(one, TEAM), PostgresJournal(other, TEAM)
            for number in range(15):
                crowd = [journals[i % 2].accept(request(f"update:{number}:{i}", wait=True)) for i in range(4)]
                runs = [run for run, _ in await asyncio.gather(*crowd)]
                holder = await journals[0].load(await held_by(journals[0]))
                waiting = [run for run in runs if run.id != holder.id]
                await asyncio.gather(end(journals[0], holder), *(journals[1].tell(run.id, CANCEL) for run in waiting))
                while next_one := await held_by(journals[0]):
                    await end(journals[0], await journals[0].load(next_one))
                assert await journals[0].open_runs() == [], "each had its turn or was withdrawn"
