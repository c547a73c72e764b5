"""When somebody is asked to show that a backup key is still there, and when it is trouble that nobody does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from ops.backups.proof import Challenge, hashed, is_due, is_unproven, judge, shortened, wanted
from ops.project import BackupsSpec

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EVERY = 90 * DAY
MINE, OFFSITE = "age1" + "q" * 58, "age1" + "z" * 58


def challenge(asked: timedelta, proven: timedelta | None = None, waiting: timedelta | None = None) -> Challenge:
    """One that was asked, answered, and not answered before, so long ago."""
    at = [NOW - each if each is not None else None for each in (proven, waiting)]
    return Challenge(1, MINE, 1, "shop", hashed("word"), "sealed", NOW - asked, *at)


def project(name: str, *keys: str, key_proof: str = "90d") -> Any:
    return SimpleNamespace(name=name, backups=BackupsSpec.model_validate({"encrypt_to": keys, "key_proof": key_proof}))


@pytest.mark.parametrize(
    ("newest", "due"),
    [
        (None, True),
        (challenge(100 * DAY, proven=89 * DAY), False),
        (challenge(100 * DAY, proven=90 * DAY), True),
        (challenge(89 * DAY, waiting=89 * DAY), False),
        (challenge(90 * DAY, waiting=90 * DAY), True),
    ],
)
def test_a_key_is_asked_about_when_its_last_answer_or_question_is_old(newest: Challenge | None, due: bool) -> None:  # noqa: FBT001  the case itself
    assert is_due(newest, EVERY, NOW) is due


@pytest.mark.parametrize(
    ("newest", "unproven"),
    [
        (challenge(6 * DAY, waiting=6 * DAY), False),
        (challenge(7 * DAY, waiting=7 * DAY), True),
        (challenge(7 * DAY, proven=timedelta()), False),
        (challenge(timedelta(), waiting=90 * DAY), True),  # asked again; nobody has answered for all that
    ],
)
def test_a_key_is_unproven_after_seven_days_without_an_answer(newest: Challenge, unproven: bool) -> None:  # noqa: FBT001  as above
    assert is_unproven(newest, NOW) is unproven
    seen = judge(newest, NOW)
    assert (seen.ok, seen.code, seen.severity) == (not unproven, "key-unproven", "warning")


def test_a_key_that_nothing_is_encrypted_for_any_more_is_no_trouble() -> None:
    old = challenge(30 * DAY, waiting=30 * DAY)
    assert judge(old, NOW).facts == {"recipient": shortened(MINE), "days": "30"}
    assert judge(old, NOW, needed=False).ok


def test_a_key_of_several_projects_is_asked_about_once_as_often_as_the_strictest_wants() -> None:
    shop, panel = project("shop", MINE, OFFSITE), project("panel", MINE, key_proof="30d")
    found = wanted([shop, panel, project("old", "age1" + "p" * 58, key_proof="off"), project("plain")])
    assert found.keys() == {MINE, OFFSITE}
    assert (found[MINE].project, found[MINE].projects, found[MINE].every) == (shop, ("shop", "panel"), 30 * DAY)
    assert found[OFFSITE].every == EVERY


def test_a_word_is_known_again_however_it_was_typed() -> None:
    assert hashed(" 4Fa1 \n") == hashed("4fa1") != hashed("4fa2")


def test_keys_are_told_apart_by_their_ends() -> None:
    assert shortened(MINE) == "age1qqqqqqqq…qqqqqq"
    assert judge(challenge(DAY), NOW).subject != judge(replace(challenge(DAY), recipient=OFFSITE), NOW).subject
