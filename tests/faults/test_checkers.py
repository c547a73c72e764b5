"""The judges are judged: each has to find the bug that was put in for it."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ops.hosts import dialect
from tests.faults import case_hosts, case_telegram
from tests.faults.evidence import Evidence, problems
from tests.faults.row import Ground

_IN_THE_SESSION = pytest.mark.asyncio(loop_scope="session")


def _event(run: int, kind: str, **more: object) -> tuple[int, dict[str, object]]:
    return run, {"kind": kind, **more}


_RAN = [("ab12cd34-1-0s1", "begun"), ("ab12cd34-1-0s1", "ended")]
_GOOD = Evidence(
    commands=1,
    results={1: "succeeded"},
    projects={1: "p1"},
    events=[_event(1, "step-ended", job="1-0s1", outcome="ok"), _event(1, "run-ended")],
    witnesses=_RAN,
    told=Counter({1: 1}),
)
_TWO = replace(_GOOD, commands=2, results={1: "succeeded", 2: "succeeded"}, projects={1: "p1", 2: "p1"})
_OTHER = [(job.replace("-1-", "-2-"), word) for job, word in _RAN]


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert problems(_GOOD) == []
    assert problems(replace(_TWO, witnesses=_RAN + _OTHER, told=Counter({1: 1, 2: 1}))) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (replace(_GOOD, commands=2), "2 commands made 1 runs"),
        (replace(_GOOD, results={1: ""}), "never ended"),
        (replace(_GOOD, events=[*_GOOD.events, _event(1, "run-ended")]), "ended 2 times"),
        (replace(_GOOD, locks=1), "still held"),
        (replace(_GOOD, witnesses=_RAN * 2), "was executed 2 times"),
        (replace(_GOOD, witnesses=[*_RAN, ("ab12cd34-1-0s2", "begun")]), "step 0s of run 1 was executed 2 times"),
        (replace(_GOOD, witnesses=[]), "never executed"),
        (replace(_GOOD, events=[*_GOOD.events, _GOOD.events[0]]), "has 2 ends"),
        (replace(_TWO, witnesses=[_RAN[0], *_OTHER, _RAN[1]]), "run 1 was not alone on p1"),
        (replace(_GOOD, told=Counter()), "never told"),
        (replace(_GOOD, told=Counter({1: 2})), "told 2 times"),
        (replace(_GOOD, violations=3), "asked for quiet"),
    ],
)
def test_a_broken_promise_is_found_in_the_evidence(found: Evidence, said: str) -> None:
    assert any(said in problem for problem in problems(found)), problems(found)


def _with_bug(ground: Ground, bug: str) -> Ground:
    return replace(ground, stage=replace(ground.stage, bug=bug))


@pytest.fixture
def runner_without_claim(tmp_path: Path) -> Iterator[None]:
    """The runner, without the link that only one can make, and without the look whether it is there."""
    text = (dialect._REMOTE / "runner.sh").read_text()
    for right, wrong in (
        ('ln "$job.c$me" "$job.claim"', 'cp "$job.c$me" "$job.claim"'),
        ('[ ! -e "$job.claim" ]', "true"),
    ):
        assert right in text
        text = text.replace(right, wrong)
    real = dialect._REMOTE
    (tmp_path / "runner.sh").write_text(text)
    (tmp_path / "prelude.sh").write_text((real / "prelude.sh").read_text())
    dialect._REMOTE = tmp_path
    dialect.dialect_of.cache_clear()
    yield
    dialect._REMOTE = real
    dialect.dialect_of.cache_clear()


@pytest.mark.usefixtures("runner_without_claim")
@_IN_THE_SESSION
async def test_a_runner_without_a_claim_is_found_out(ground: Ground) -> None:
    row = await case_hosts.lost_start(ground, False)
    assert any("was executed 2 times" in problem for problem in row.problems), row.problems


@_IN_THE_SESSION
async def test_a_poller_that_acknowledges_first_is_found_out(ground: Ground) -> None:
    async with _with_bug(ground, "acknowledge before storing").lane() as lane:
        bot = await lane.start(die_at="update fetched")
        lane.deploy("v1")
        await bot.gone()
        await lane.start_and_wait()
        polls = len(lane.world.calls_of("getUpdates"))
        lane.world.say(lane.team, lane.olena, "/help")
        await lane.world.until(lambda: len(lane.world.calls_of("getUpdates")) > polls, timeout=20)
        assert "1 commands made 0 runs" in problems(await lane.evidence())


@_IN_THE_SESSION
async def test_events_written_without_fencing_are_found_out(ground: Ground) -> None:
    async with _with_bug(ground, "skip fencing").lane() as lane:
        first = await lane.start_and_wait()
        lane.deploy("slow")
        await lane.until_rows("SELECT count(*) FROM events WHERE body->>'step' = 'code'")
        first.tell(signal.SIGSTOP)
        await lane.start(command="worker")
        await lane.until_rows("SELECT epoch - 1 FROM runs")
        first.tell(signal.SIGCONT)
        await lane.until_rows(
            "SELECT count(*) - 1 FROM events WHERE body->>'job' = '1-3s1' AND body->>'kind' = 'step-ended'"
        )
        assert "attempt 1-3s1 has 2 ends" in problems(await lane.evidence())


@_IN_THE_SESSION
async def test_a_bot_that_does_not_wait_when_told_to_is_found_out(ground: Ground) -> None:
    async with _with_bug(ground, "ignore retry_after").lane() as lane:
        lane.world.faults.flood(3, method="sendMessage")
        await lane.start()
        lane.deploy("v1")
        await lane.world.until(lambda: lane.world.flood_violations, timeout=30)
        assert any("asked for quiet" in problem for problem in problems(await lane.evidence()))


@_IN_THE_SESSION
async def test_a_bot_that_forgets_what_it_has_seen_is_found_out(ground: Ground) -> None:
    row = await case_telegram.redelivered(_with_bug(ground, "forget what was seen"), False)
    assert any("commands made" in problem for problem in row.problems), row.problems


@_IN_THE_SESSION
async def test_a_bot_that_runs_what_is_old_is_found_out(ground: Ground) -> None:
    async with asyncio.timeout(120):
        row = await case_telegram.old_commands(_with_bug(ground, "run what is old"), False)
    assert "an old command was carried out" in row.problems
