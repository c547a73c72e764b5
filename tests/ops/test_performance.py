"""Slower is said when it is proven, and only then."""

from __future__ import annotations

import http.server
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from ops.runs.events import Outcome, StepEnded, StepStarted
from ops.runs.plan import Plan, Step
from ops.runs.run import Run
from ops.runs.runbook import shared_script
from ops.watch.performance import AFTER, BEFORE, Measurement, Sample, Verdict, compare, measured

AT = datetime(2025, 10, 10, 12, 0, tzinfo=UTC)


def side(p95: int, *, requests: int = 60, errors: int = 0, client: str = "curl") -> Measurement:
    return Measurement(requests, errors, p95 // 2, p95, 0.3, client)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (side(120), side(480), Verdict.SLOWER),
        (side(10), side(60), Verdict.STEADY),  # six times, but 50 ms
        (side(10), side(61), Verdict.SLOWER),
        (side(1000), side(1300), Verdict.STEADY),
        (side(1000), side(1301), Verdict.SLOWER),
        (side(480), side(120), Verdict.STEADY),
        (side(120, requests=29), side(480), Verdict.UNCLEAR),
        (side(120), side(480, requests=31, errors=1), Verdict.SLOWER),
        (side(120), side(480, requests=31, errors=2), Verdict.FAILING),
        (side(120), side(480, client="python3"), Verdict.UNCLEAR),
        (side(120, requests=60, errors=6), side(120, requests=60, errors=6), Verdict.STEADY),
        (side(120), side(0, requests=60, errors=60), Verdict.FAILING),
    ],
)
def test_the_rule_decides(before: Measurement, after: Measurement, verdict: Verdict) -> None:
    assert compare(before, after) is verdict


def test_what_a_run_has_measured_is_read_from_its_events() -> None:
    plan = Plan(("web1",), (Step(BEFORE, BEFORE, shared_script("measure.sh")),))
    run = Run(1, "formbot", "deploy", "main", 1, "Олена", plan, AT)
    facts = {"requests": "2", "errors": "1", "p50_ms": "12", "p95_ms": "12", "load": "0.25", "measured_with": "curl"}
    ended = StepEnded("1-0", Outcome.OK, AT, facts=facts, items={"samples": ("12 200 0.25", "0 000 0.25")})
    run = run.fold([StepStarted(BEFORE, "web1", "1-0", AT), ended])
    assert measured(run, BEFORE) == Measurement(
        2, 1, 12, 12, 0.25, "curl", (Sample(12, good=True, load=0.25), Sample(0, good=False, load=0.25))
    )
    assert measured(run, AFTER) is None


class Page(http.server.BaseHTTPRequestHandler):
    """Every fifth answer is slow, every tenth an error."""

    asked = 0

    def do_GET(self) -> None:
        Page.asked += 1
        if Page.asked % 5 == 0:
            time.sleep(0.2)
        self.send_response(500 if Page.asked % 10 == 9 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def page() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("client", ["curl", "python3"])
def test_the_script_counts_what_it_asked_with_whatever_the_server_has(client: str) -> None:
    prelude = 'fact() { echo "fact $1 $2"; }; item() { echo "item $1 $2"; }; skip() { exit 9; }; set -u\n'
    other = "python3" if client == "curl" else "curl"
    hide = f'command() {{ [ "$2" != {other} ] && builtin_command "$@"; }}; builtin_command() {{ which "$2"; }}\n'
    with page() as url:
        values = {"MEASURE_URL": url, "MEASURE_SECONDS": "4", "MEASURE_EVERY": "0.1", "WARM_UP_SECONDS": "0"}
        done = subprocess.run(
            ["sh", "-c", prelude + hide + shared_script("measure.sh").text],
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", **values},
            capture_output=True,
            text=True,
            check=True,
        )
    said = [line.split(" ", 2) for line in done.stdout.splitlines()]
    facts = {name: value for verb, name, value in (each for each in said if len(each) == 3) if verb == "fact"}
    samples = [value.split() for verb, name, value in (each for each in said if len(each) == 3) if verb == "item"]
    assert facts["measured_with"] == client
    assert int(facts["requests"]) == len(samples) > 0
    assert int(facts["errors"]) == sum(status == "500" for _, status, _ in samples)
    good = sorted(int(ms) for ms, status, _ in samples if status == "200")
    assert int(facts["p50_ms"]) == good[(len(good) + 1) // 2 - 1]
    assert int(facts["p95_ms"]) == good[-(-len(good) * 19 // 20) - 1]
    assert done.stderr == ""
