from datetime import UTC, datetime, timedelta, timezone

import pytest

from ops.watch.level import LEVELS, is_error
from ops.watch.patterns import errors_in, pattern_of
from ops.watch.stamps import stamp_of, zone_of

NOW = datetime(2025, 10, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("2025-10-10 15:30:00,123 ERROR order 17 took 3.5 s", "2025-11-02 01:02:03,004 ERROR order 99 took 0.25 s"),
        ("ERROR 5f3a9bde-1111-2222-3333-444455556666 gone", "ERROR 00000000-aaaa-bbbb-cccc-dddddddddddd gone"),
        ("ERROR cannot open /srv/a/releases/20250101_a/app.py", "ERROR cannot open /srv/a/releases/20260202_b/app.py"),
        ("ERROR no answer from 10.0.0.7:5432", "ERROR no answer from 192.168.100.200:6543"),
        ("ERROR at 0x7f8a9b", "ERROR at 0xdeadbeef"),
        ("ERROR commit 2a48921f was lost", "ERROR commit d90b21ce99 was lost"),
        ("ERROR https://example.org/a/1?x=2 answers 502", "ERROR https://example.org/b?y=3 answers 503"),
        ("2025-10-10T15:30:00+0000 web1 formbot[12]: ERROR out of luck", "2025-10-10 16:31:01 ERROR out of luck"),
        ("2025/10/10 15:30:00 [error] 12#34: *5 timed out", "2025/10/11 01:00:00 [error] 9#9: *77 timed out"),
    ],
)  # fmt: skip
def test_lines_that_differ_in_data_alone_have_one_pattern(one: str, another: str) -> None:
    assert pattern_of(one) == pattern_of(another)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("KeyError: 'amount'", "KeyError: 'currency'"),
        ("ERROR orders: timeout", "ERROR payments: timeout"),
        ("ERROR cannot open /srv/a/app.py", "ERROR cannot open /srv/a/views.py"),
    ],
)
def test_lines_that_say_something_else_have_patterns_of_their_own(one: str, another: str) -> None:
    assert pattern_of(one) != pattern_of(another)


def test_a_pattern_is_short_and_hostile_lines_cost_little() -> None:
    begun = datetime.now(UTC)
    for line in ("a1" * 5000, "/a" * 5000, "1." * 5000, "- " * 5000, "a@" * 5000, "[" * 10000, "f" * 10000):
        assert len(pattern_of(line).text) <= 200
    assert datetime.now(UTC) - begun < timedelta(seconds=2)


def test_a_traceback_counts_once_by_its_exception_and_what_announced_it() -> None:
    lines = [
        "INFO fine",
        "2025-10-10 15:30:00 ERROR handling update 55",
        "Traceback (most recent call last):",
        '  File "/srv/app.py", line 3, in run',
        '    data["amount"]',
        "KeyError: 'amount'",
        "INFO going on",
        "Traceback (most recent call last):",
        '  File "/srv/app.py", line 9, in run',
        "ValueError: bad 7",
        "",
        "During handling of the above exception, another exception occurred:",
        "",
        "ERROR two 2",
        "ERROR two 3",
    ]
    found = {pattern.text: count for pattern, count in errors_in(lines).items()}
    assert found == {"KeyError: 'amount' ← handling update N": 1, "ValueError: bad N": 1, "two N": 2}


def test_a_traceback_in_the_journal_is_one_too() -> None:
    head = "2025-10-10T15:30:00+0000 web1 formbot[12]: "
    lines = ["Traceback (most recent call last):", '  File "a.py", line 1', "RuntimeError: no", "started again"]
    assert [pattern.text for pattern in errors_in(head + line for line in lines)] == ["RuntimeError: no"]


def test_what_is_to_be_ignored_does_not_count_whatever_its_case() -> None:
    lines = ["ERROR Connection reset by peer", "ERROR disk", "ERROR late", "Traceback (most recent call last):", "X: 1"]
    assert [each.text for each in errors_in(lines, ["connection RESET", "x: 1"])] == ["disk"]


def test_levels_are_known_in_the_ways_that_programs_write_them() -> None:
    bad = (
        "ERROR x", "production.ERROR: x", "[error] 1#2: x", 'level=error msg="x"', '{"level": "error", "m": 1}',
        "Traceback (most recent call last):", "CRITICAL", "panic: x", "PHP Fatal error:  x", "FATAL: x",
    )  # fmt: skip
    assert [line for line in bad if not is_error(line)] == []
    good = ("INFO x", "TERRORS", "no errors", "errors=0", "ERROR_CODE is a name", "level=info", "GET /error 200")
    assert [line for line in good if is_error(line)] == []
    assert all("\\d" not in pattern and "(?" not in pattern for pattern in LEVELS.values()), "POSIX knows neither"


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("2025-10-10T08:30:01.25Z x", "2025-10-10T08:30:01.250000+00:00"),
        ("2025-10-10 08:30:01,123 x", "2025-10-10T05:30:01.123000+00:00"),
        ("[2025-10-10 08:30:01] production.ERROR", "2025-10-10T05:30:01+00:00"),
        ("2025/10/10 08:30:01 [error]", "2025-10-10T05:30:01+00:00"),
        ('1.2.3.4 - - [10/Oct/2025:08:30:01 +0200] "GET', "2025-10-10T06:30:01+00:00"),
        ("Oct 10 08:30:01 web1 x", "2025-10-10T05:30:01+00:00"),
        ("Dec 31 23:59:59 web1 x", "2024-12-31T20:59:59+00:00"),
    ],
)
def test_the_time_of_a_line_is_read_in_the_servers_zone_unless_it_names_one(line: str, at: str) -> None:
    assert stamp_of(line, NOW, timezone(timedelta(hours=3))) == datetime.fromisoformat(at)


def test_a_line_without_a_time_has_none() -> None:
    assert [stamp_of(line, NOW) for line in ("", "x 12:00", "2025-99-99 00:00:00", "9999-12-31")] == [None] * 4
    assert zone_of("+0530") == timezone(timedelta(hours=5, minutes=30))
    assert zone_of("$(id)") == UTC


CRASH = """\
2026-11-21T18:22:00+0200 web1 python[{pid}]: Traceback (most recent call last):
2026-11-21T18:22:00+0200 web1 python[{pid}]:   File "/srv/formbot/formbot/__main__.py", line 70, in main
2026-11-21T18:22:00+0200 web1 python[{pid}]: KeyError: 'FORMBOT_REGION'
2026-11-21T18:22:00+0200 web1 systemd[1]: formbot.service: Main process exited, code=exited, status=1/FAILURE
2026-11-21T18:22:00+0200 web1 systemd[1]: formbot.service: Failed with result 'exit-code'.
2026-11-21T18:22:01+0200 web1 systemd[1]: Started formbot.service - Web forms.
"""


def test_a_service_that_crashes_again_and_again_is_one_pattern_and_not_what_systemd_says_of_it() -> None:
    lines = "".join(CRASH.format(pid=pid) for pid in (101, 102, 103)).splitlines()
    found = errors_in(lines)
    assert {pattern.text: times for pattern, times in found.items()} == {"KeyError: 'FORMBOT_REGION'": 3}


def test_that_a_service_failed_is_told_where_nothing_says_why() -> None:
    (pattern,) = errors_in(CRASH.format(pid=1).splitlines()[3:5])
    assert pattern.text == "formbot.service: Failed with result 'exit-code'."
