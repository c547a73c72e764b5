"""The scripts that read logs on servers, in every shell that is here."""

from __future__ import annotations

import gzip
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops.watch.level import LEVELS
from tests.ops.log_scripts import LogServer

SHELLS = [shell for shell in (("dash",), ("bash",), ("busybox", "sh")) if shutil.which(shell[0])] or [("sh",)]
BEGUN = datetime(2025, 10, 10, 12, 0, tzinfo=UTC)
US = "\x1f"


def seconds(at: datetime) -> str:
    return str(int(at.timestamp()))


def entry(number: int, text: str = "saved") -> str:
    return f"{BEGUN + timedelta(seconds=number):%Y-%m-%d %H:%M:%S} INFO order {number} {text}\n"


@pytest.fixture(params=SHELLS, ids=lambda shell: shell[0])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> LogServer:
    return LogServer(tmp_path, request.param)


@pytest.fixture
def dash(tmp_path: Path) -> LogServer:
    return LogServer(tmp_path)


def test_the_last_lines_come(server: LogServer) -> None:
    server.log.write_text("".join(entry(i) for i in range(1000)))
    assert server.run("tail-log.sh", LINES="2").lines == [entry(998).rstrip(), entry(999).rstrip()]


def test_lines_between_two_times_come_with_those_that_belong_to_them(server: LogServer) -> None:
    lines = [entry(i) for i in range(20000)]
    lines[12000] += "Traceback (most recent call last):\n  here\nKeyError: 'a'\n"
    server.log.write_text("".join(lines))
    found = server.run(
        "tail-log.sh",
        LINES="100",
        SINCE=seconds(BEGUN + timedelta(seconds=12000)),
        UNTIL=seconds(BEGUN + timedelta(seconds=12001)),
    )
    wanted = [entry(12000).rstrip(), "Traceback (most recent call last):", "  here", "KeyError: 'a'"]
    assert found.lines == [*wanted, entry(12001).rstrip()]


def test_errors_come_with_their_tracebacks(server: LogServer) -> None:
    server.log.write_text(
        entry(1) + "2025-10-10 12:00:02 ERROR late\nTraceback (most recent call last):\n  here\n"
        "KeyError: 'a'\n" + entry(3) + "2025-10-10 12:00:04 CRITICAL out\n" + entry(5)
    )
    found = server.run("tail-log.sh", LINES="100", LEVEL=LEVELS["error"])
    trace = ["Traceback (most recent call last):", "  here", "KeyError: 'a'"]
    assert found.lines == ["2025-10-10 12:00:02 ERROR late", *trace, "2025-10-10 12:00:04 CRITICAL out"]


def test_texts_are_meant_as_they_stand_and_expressions_are_posixs(server: LogServer) -> None:
    texts = ["a.b", "axb", "Помилка $(touch pwned) `id`", "-e x", "GET /healthz 200", "took 12 s", 'took "1" s']
    server.log.write_text("".join(entry(i, text) for i, text in enumerate(texts)))
    assert [line[-3:] for line in server.run("tail-log.sh", FILTERS="ga.B").lines] == ["a.b"]
    assert len(server.run("tail-log.sh", FILTERS="gпомилка $(touch pwned) `ID`").lines) == 1
    assert len(server.run("tail-log.sh", FILTERS="g-e x").lines) == 1
    assert len(server.run("tail-log.sh", FILTERS=f"vhealthz{US}Gt(oo|aa)k [0-9]+{US}gorder").lines) == 1
    assert not (server.folder / "pwned").exists()


def test_an_expression_that_grep_does_not_take_is_refused(server: LogServer) -> None:
    server.log.write_text("x\n")
    assert server.run("tail-log.sh", FILTERS="G[z-a]").said.refused == "bad-pattern"


def test_rotated_and_packed_files_are_read_as_far_as_is_asked(server: LogServer) -> None:
    server.log.write_text(entry(300) + entry(301))
    (server.folder / "app.log.1").write_text(entry(200) + entry(201))
    (server.folder / "app.log.2.gz").write_bytes(gzip.compress((entry(100) + entry(101)).encode()))
    (server.folder / "app.log.old").write_text("never\n")
    (server.folder / "app.log.3").symlink_to("/etc/passwd")
    for age, name in enumerate(("app.log", "app.log.1", "app.log.2.gz")):
        at = BEGUN.timestamp() + 301 - 100 * age
        os.utime(server.folder / name, (at, at))
    assert server.run("tail-log.sh", LINES="5").lines == [entry(i).rstrip() for i in (101, 200, 201, 300, 301)]
    since = server.run("tail-log.sh", LINES="50", SINCE=seconds(BEGUN + timedelta(seconds=201)))
    assert since.lines == [entry(i).rstrip() for i in (201, 300, 301)]
    assert since.said.facts["searched_files"] == "2"
    assert len(server.run("tail-log.sh", LINES="50", FILTERS="gorder").lines) == 6


def test_a_log_whose_files_are_named_by_day_is_read_too(dash: LogServer) -> None:
    (dash.folder / "app-2025-10-09.log").write_text(entry(1))
    (dash.folder / "app-2025-10-10.log").write_text(entry(2))
    os.utime(dash.folder / "app-2025-10-09.log", (1, 1))
    assert dash.run("tail-log.sh").lines == [entry(1).rstrip(), entry(2).rstrip()]


def test_a_log_without_times_says_so_rather_than_finding_nothing(dash: LogServer) -> None:
    dash.log.write_text("no time here\n" * 10)
    assert dash.run("tail-log.sh", SINCE="1").said.refused == "log-undated"


def test_of_five_gigabytes_only_the_end_is_read(dash: LogServer) -> None:
    with dash.log.open("wb") as log:
        log.write(entry(1).encode())
        log.seek(5 * 1024**3)
        log.write(b"\n" + "".join(entry(i) for i in range(5000)).encode())
    tail = dash.run("tail-log.sh", LINES="200")
    assert tail.lines == [entry(i).rstrip() for i in range(4800, 5000)]
    assert 0 < tail.read < 8 * 1024**2
    follow = dash.run("follow-log.sh", LINES="200")
    assert follow.lines[-1] == entry(4999).rstrip()
    assert 0 < follow.read < 16 * 1024**2


def test_a_time_in_a_huge_log_is_found_by_halving(dash: LogServer) -> None:
    filler = "x" * 400
    with dash.log.open("w") as log:
        log.writelines(entry(i, filler) for i in range(150_000))
    size = dash.log.stat().st_size
    found = dash.run(
        "tail-log.sh",
        LINES="200",
        SINCE=seconds(BEGUN + timedelta(seconds=70_000)),
        UNTIL=seconds(BEGUN + timedelta(seconds=70_009)),
    )
    assert [line.split()[4] for line in found.lines] == [str(i) for i in range(70_000, 70_010)]
    assert 0 < found.read < size / 10


def test_a_line_of_ten_megabytes_and_binary_data_do_no_harm(server: LogServer) -> None:
    server.log.write_bytes(b"first\n" + b"y" * 10_000_000 + b"\n\x00\xff\xfe\x1b[2Jbinary\nlast\n")
    found = server.run("tail-log.sh", LINES="10")
    assert found.lines[-1] == "last"
    assert max(map(len, found.lines)) < 8100
    assert server.run("tail-log.sh", FILTERS="gBINARY").lines == ["\ufffd\ufffdbinary"]


def test_what_comes_back_is_bounded_and_begins_with_a_whole_line(dash: LogServer) -> None:
    dash.log.write_text("".join(f"{i:06} {'z' * 993}\n" for i in range(3000)))
    found = dash.run("tail-log.sh", LINES="2500")
    assert found.said.facts["lines_cut"] == "yes"
    assert all(len(line) == 1000 for line in found.lines)
    assert found.lines[-1].startswith("002999")


def test_following_goes_on_where_the_last_look_stopped_through_rotations(server: LogServer) -> None:
    server.log.write_text("a\nb\n")
    first = server.run("follow-log.sh")
    assert first.lines == ["a", "b"]
    with server.log.open("a") as log:
        log.write("c\nhal")
    second = server.run("follow-log.sh", AT=first.said.facts["at"])
    assert (second.lines, second.said.facts["new_lines"]) == (["c"], "1")
    with server.log.open("a") as log:
        log.write("f\nd\n")
    server.log.rename(server.folder / "app.log.1")
    server.log.write_text("e\n")
    third = server.run("follow-log.sh", AT=second.said.facts["at"])
    assert (third.lines, third.said.facts["new_lines"]) == (["half", "d", "e"], "3")
    server.log.write_text("z\n")  # emptied and written anew
    assert server.run("follow-log.sh", AT=third.said.facts["at"]).lines == []
    server.log.write_text("")
    emptied = server.run("follow-log.sh", AT=third.said.facts["at"])
    server.log.write_text("y\n")
    assert server.run("follow-log.sh", AT=emptied.said.facts["at"]).lines == ["y"]


def test_of_a_flood_only_the_end_comes_and_the_number_of_lines(server: LogServer) -> None:
    server.log.write_text("a\n")
    first = server.run("follow-log.sh")
    with server.log.open("a") as log:
        log.writelines(f"{i:07} {'x' * 90}\n" for i in range(150_000))
    flood = server.run("follow-log.sh", AT=first.said.facts["at"])
    assert int(flood.said.facts["new_lines"]) + int(flood.said.facts["skipped_lines"]) >= 149_999
    assert [line[:7] for line in flood.lines] == [f"{i:07}" for i in range(149_995, 150_000)]


def test_following_brings_what_was_asked_for_alone(dash: LogServer) -> None:
    dash.log.write_text("a\n")
    first = dash.run("follow-log.sh")
    with dash.log.open("a") as log:
        log.write("INFO x\nERROR y\nINFO z\nERROR q\n")
    found = dash.run("follow-log.sh", AT=first.said.facts["at"], LEVEL=LEVELS["error"], FILTERS="vq")
    assert (found.lines, found.said.facts["new_lines"]) == (["ERROR y"], "1")


def test_a_check_of_a_log_passes_over_errors_that_are_to_be_ignored(server: LogServer) -> None:
    server.log.write_text(
        "2025 ERROR Connection reset\nTraceback (most recent call last):\n  x\nValueError: known\nfine\n"
    )
    assert server.run("check-log.sh").said.failed == "log-errors"
    assert server.run("check-log.sh", IGNORE="connection RESET").status == 0
    assert server.run("check-log.sh", IGNORE=f"nothing{US}valueerror: KNOWN").status == 0
    with server.log.open("a") as log:
        log.write("ERROR other\n")
    bad = server.run("check-log.sh", IGNORE="connection reset")
    assert (bad.lines, bad.said.failed) == (["ERROR other"], "log-errors")


DOCKER = """#!/bin/sh
echo "$*" >>"$0.asked"
case "$1 $2" in
"compose config") echo "name: shop" ;;
"ps --quiet") printf 'one\\ntwo\\n' ;;
"inspect -f") echo 2025-10-10T12:00:02.5Z ;;
logs*)
    for last; do :; done
    case $last in
    one) printf '2025-10-10T12:00:01.1Z INFO a\\n2025-10-10T12:00:03.3Z ERROR c\\n' ;;
    two) printf '2025-10-10T12:00:02.2Z INFO b\\n' >&2 ;;
    esac
    ;;
esac
"""


def test_the_containers_of_a_service_come_as_one_and_are_followed_by_time(dash: LogServer) -> None:
    docker = dash.folder / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    place = {"LOG_FILE": "", "LOG_CONTAINER": "web", "COMPOSE_FILES": "", "COMPOSE_NAME": ""}
    dash.env["PATH"] = f"{docker.parent}:{os.environ['PATH']}"
    assert [line[-1] for line in dash.run("tail-log.sh", **place).lines] == ["a", "b", "c"]
    assert [line[-1] for line in dash.run("tail-log.sh", **place, LEVEL=LEVELS["error"]).lines] == ["c"]
    dash.run("tail-log.sh", **place, SINCE="1760097600", START="0")
    asked = Path(f"{docker}.asked").read_text()
    assert "logs --timestamps --tail 200000 --since 1760097600 --since 2025-10-10T12:00:02.5Z one" in asked
    first = dash.run("follow-log.sh", **place)
    assert first.said.facts["at"] == "2025-10-10T12:00:03.3Z"
    again = dash.run("follow-log.sh", **place, AT="2025-10-10T12:00:01.1Z")
    assert ([line[-1] for line in again.lines], again.said.facts["new_lines"]) == (["b", "c"], "2")
