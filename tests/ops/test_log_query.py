import contextlib
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from ops.errors import BadQuery
from ops.watch.log_query import Filter, LogQuery, read_query, read_regex, split_words

NOW = datetime(2025, 10, 10, 15, 30, tzinfo=timezone(timedelta(hours=3)))


def read(text: str, *sources: str) -> LogQuery:
    return read_query(split_words(text), sources or ("app", "nginx"), NOW)


def test_nothing_asks_for_the_end_of_the_first_log() -> None:
    assert read("") == LogQuery("app")
    assert read("nginx") == LogQuery("nginx")


def test_everything_can_be_asked_for_at_once() -> None:
    asked = read('nginx 200 error since=1h until=15:00 start=last grep="connection refused" -v=healthz -v="/GET .*js/"')
    assert asked == LogQuery(
        "nginx",
        200,
        "error",
        datetime(2025, 10, 10, 11, 30, tzinfo=UTC),
        datetime(2025, 10, 10, 12, 0, tzinfo=UTC),
        0,
        (Filter("connection refused"), Filter("healthz", wanted=False), Filter("GET .*js", wanted=False, regex=True)),
    )


def test_words_that_mean_nothing_else_are_one_text_to_be_found() -> None:
    assert read("5 order 17 failed").filters == (Filter("order 17 failed"),)
    assert read("-e --help $(id)").filters == (Filter("-e --help $(id)"),)
    assert read("/etc/passwd/").filters == (Filter("/etc/passwd/"),)


def test_quotes_that_phones_make_are_quotes() -> None:
    assert read("grep=“no such file” -v=«так»").filters == (Filter("no such file"), Filter("так", wanted=False))
    assert read("can't open").filters == (Filter("can't open"),)


@pytest.mark.parametrize(
    ("since", "at"),
    [
        ("90m", "2025-10-10T11:00:00+00:00"),
        ("1d2h", "2025-10-09T10:30:00+00:00"),
        ("14:02", "2025-10-10T11:02:00+00:00"),
        ("16:00", "2025-10-09T13:00:00+00:00"),
        ("10.10", "2025-10-09T21:00:00+00:00"),
        ("11.10", "2024-10-10T21:00:00+00:00"),
        ("2025-10-09T14:02:03", "2025-10-09T11:02:03+00:00"),
        ('"09.10 14:02"', "2025-10-09T11:02:00+00:00"),
    ],
)
def test_times_are_in_the_past_and_in_the_teams_zone(since: str, at: str) -> None:
    assert read(f"since={since}").since == datetime.fromisoformat(at)


def test_starts_and_following_have_short_forms() -> None:
    assert [read(word).start for word in ("start=last", "start=-1", "start=3", "error")] == [0, 1, 3, None]
    assert [read(word).follow for word in ("follow", "-f", "follow=15m")] == [
        timedelta(minutes=2),
        timedelta(minutes=2),
        timedelta(minutes=15),
    ]
    assert read("warn").level == "warning"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0", "lines"),
        ("99999", "lines"),
        ("since=soon", "time"),
        ("since=31.02", "time"),
        ("since=1h until=2h", "order"),
        ("start=x", "start"),
        ("follow=1h", "follow"),
        ("follow=x", "follow"),
        ("grep=", "text"),
        ("grep=" + "x" * 201, "text"),
        ("grep=/(/", "pattern"),
        ("grep=/a)b/", "pattern"),
        ("grep=/[a/", "pattern"),
        ("grep=/*/", "pattern"),
        (r"grep=/(a)\1/", "pattern"),
        ("grep=/(?=a)/", "pattern"),
        ("grep=/a{2000000}/", "pattern"),
        ("grep=/((a{90}){90}){90}/", "pattern-heavy"),
        (" ".join(f"grep={i}" for i in range(9)), "too-many"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(BadQuery) as refused:
        read(text)
    assert refused.value.why == why


def test_a_regular_expression_becomes_one_that_grep_takes() -> None:
    assert read_regex(r"took \d+\.\d{2,3} s|[^]a-z]x") == r"took [0-9]+\.[0-9]{2,3} s|[^]a-z]x"
    assert read_regex(r"[[:digit:]]+\s\w") == r"[[:digit:]]+[[:space:]][[:alnum:]_]"


def test_no_text_however_cut_makes_anything_but_a_query_or_a_reason() -> None:
    whole = r'app 12 error since=1h until="10.10 14:02" grep=/[[:alpha:]]\d{1,3}(a|b)*$/ -v=“x y” start=-1 follow=5m'
    for begin, end in pairwise(range(0, len(whole), 3)):
        for text in (whole[begin:], whole[:end], whole[:begin] + whole[end:]):
            with contextlib.suppress(BadQuery):
                assert read(text).source in {"app", "nginx"}
