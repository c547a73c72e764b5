"""What a release has brought is told from what was there before, by whichever process reads."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ops.store import cleaning
from ops.store.follows import Followed, PostgresFollows
from ops.store.outbox import Destination, PostgresOutbox
from ops.store.patterns import PostgresPatterns, Reading
from ops.watch.patterns import Pattern, pattern_of

if TYPE_CHECKING:
    from ops.store.postgres import Pool

NOW = datetime(2025, 10, 10, 12, 0, tzinfo=UTC)
TEAM = Destination(-100)
OLD, NEW = pattern_of("ERROR old 1"), pattern_of("ERROR new 1")


@pytest.fixture
def patterns(pool: Pool) -> PostgresPatterns:
    return PostgresPatterns(pool, TEAM)


async def released(pool: Pool, runbook: str = "deploy", begun: datetime = NOW) -> int:
    number: int = await pool.fetchval(
        "INSERT INTO runs (project, runbook, ref, actor_id, actor_name, plan, request, accepted_at, begun_at)"
        " VALUES ('formbot', $1, 'main', 1, 'Olena', '{}', 'request:' || gen_random_uuid(), $2, $2) RETURNING id",
        runbook,
        begun,
    )
    return number


async def read(patterns: PostgresPatterns, found: Counter[Pattern], now: datetime = NOW) -> Reading:
    """Read the one log there is."""
    await patterns.expect("formbot", [("web1", "app")], now)
    await patterns.hurry("formbot", now)
    reading = await patterns.claim(["formbot"], now)
    assert reading is not None
    assert await patterns.keep(reading, "5 100", found, again=now + timedelta(minutes=5), now=now)
    return reading


async def test_what_the_first_reading_finds_was_there_before_and_stays_silent(
    pool: Pool, patterns: PostgresPatterns
) -> None:
    run = await released(pool)
    await read(patterns, Counter({OLD: 3}))
    await read(patterns, Counter({OLD: 2}), NOW + timedelta(minutes=1))
    assert await patterns.new_since(run) == []
    assert await PostgresOutbox(pool).waiting(0, 10) == []


async def test_what_is_new_since_a_release_is_counted_and_its_card_drawn_again(
    pool: Pool, patterns: PostgresPatterns
) -> None:
    await read(patterns, Counter({OLD: 1}))
    run = await released(pool)
    for minute in (1, 2):
        await read(patterns, Counter({OLD: 1, NEW: 2}), NOW + timedelta(minutes=minute))
    (found,) = await patterns.new_since(run)
    assert (found.text, found.times) == ("new N", 4)
    (letter,) = await PostgresOutbox(pool).waiting(0, 10)
    assert letter.kind == "watch"


async def test_what_comes_long_after_a_release_or_after_another_run_is_not_put_down_to_it(
    pool: Pool, patterns: PostgresPatterns
) -> None:
    await read(patterns, Counter())
    run = await released(pool)
    await read(patterns, Counter({NEW: 1}), NOW + timedelta(days=2))
    assert await patterns.new_since(run) == []
    await released(pool, "restart", NOW + timedelta(days=2))
    await read(patterns, Counter({OLD: 1}), NOW + timedelta(days=2, minutes=1))
    assert await patterns.new_since(run) == []


async def test_a_reading_is_one_processs_alone_and_a_slow_one_writes_nothing_any_more(
    patterns: PostgresPatterns,
) -> None:
    await patterns.expect("formbot", [("web1", "app")], NOW)
    slow = await patterns.claim(["formbot"], NOW)
    assert slow is not None
    assert await patterns.claim(["formbot"], NOW) is None
    quick = await patterns.claim(["formbot"], NOW + timedelta(minutes=2))
    assert quick is not None
    assert not await patterns.keep(slow, "1 1", Counter({NEW: 1}), again=NOW, now=NOW)
    assert await patterns.keep(quick, "1 1", Counter({NEW: 1}), again=NOW, now=NOW)
    assert await patterns.claim(["shop"], NOW + timedelta(days=1)) is None


async def test_a_followed_log_ends_once_and_what_a_restart_left_is_ended_by_the_next_start(pool: Pool) -> None:
    follows = PostgresFollows(pool)
    asked = Followed(0, "formbot", "app", "", "", "uk", NOW + timedelta(minutes=2))
    one, two = [await follows.begin(asked, TEAM, NOW) for _ in range(2)]
    assert await follows.show(one, "a\0b", 7)
    assert await follows.end(one, "stopped", TEAM, NOW, by="Olena")
    assert not await follows.end(one, "time", TEAM, NOW)
    assert not await follows.show(one, "late", 9)
    assert await follows.end_all("restart", NOW, spared=[two]) == 0
    assert await follows.end_all("restart", NOW) == 1
    ended = [await follows.load(number) for number in (one, two)]
    assert [(each.ended, each.ended_by, each.shown, each.lines) for each in ended if each] == [
        ("stopped", "Olena", "ab", 7),
        ("restart", "", "", 0),
    ]
    kinds = [letter.kind for letter in await PostgresOutbox(pool).waiting(0, 10)]
    assert kinds == ["follow", "follow", "follow-ended", "follow-ended"]


async def test_patterns_that_nobody_has_seen_for_a_year_and_all_that_are_too_many_are_forgotten(
    pool: Pool, patterns: PostgresPatterns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning, "KEEP_PATTERNS", 1)
    await read(patterns, Counter({pattern_of("ERROR long ago"): 1}), NOW - timedelta(days=400))
    await read(patterns, Counter({OLD: 1}))
    await read(patterns, Counter({NEW: 1}), NOW + timedelta(minutes=5))
    await cleaning.clean(pool, NOW + timedelta(minutes=6))
    assert await pool.fetchval("SELECT string_agg(pattern, ',') FROM log_patterns") == "new N"
