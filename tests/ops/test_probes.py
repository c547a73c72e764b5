"""Checks as scripts, run by the shells that servers have: one round, side by side, and what its answers mean."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from demo.sandbox.ports import free_port
from ops.alerts import LimitsSpec
from ops.hosts.output import Messages, read_answer
from ops.inventory import Inventory
from ops.project import HostSpec, Project
from ops.redaction import Redactor
from ops.runs.runbook import watch_script
from ops.watch.incident import Phase, State
from ops.watch.observation import Observation, Subject
from ops.watch.probes import Probe, gone, judge, judge_host, probes_of, read_round, read_said, round_values

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
PRELUDE = (Path(__file__).parents[2] / "ops/hosts/remote/prelude.sh").read_text()
SHELLS = [["sh"], *([["busybox", "sh"]] if shutil.which("busybox") else [])]


class Shop(BaseHTTPRequestHandler):
    """Answers."""

    def do_GET(self) -> None:
        body = b"all is well"
        self.send_response(503 if self.path == "/down" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def certificate(path: Path, until: datetime) -> Path:
    """Write a certificate that is good until then."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "shop")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, until - timedelta(days=365), until)
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


def inventory(folder: Path, **changes: object) -> Inventory:
    project = Project.model_validate(
        {"name": "shop", "stack": "custom", "hosts": ["web1"], "path": str(folder), "folder": folder, **changes}
    )
    return Inventory({"web1": HostSpec(address="192.0.2.1", user="deploy")}, (), [project])


def ask(watched: Inventory, probes: list[Probe], shell: list[str]) -> Messages:
    """Do a round as a server would."""
    lines, said = read_answer(answer(watched, probes, shell), "mark-of-a-test", Redactor())
    assert lines == []
    return said


def answer(watched: Inventory, probes: list[Probe], shell: list[str]) -> bytes:
    """Return what a server answers to a round."""
    values = {**round_values(watched, "web1", probes), "LOTSMAN_MARK": "mark-of-a-test"}
    done = subprocess.run(
        [*shell, "-c", f"{PRELUDE}\n{watch_script().text}"],
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **values},
        capture_output=True,
        check=True,
        timeout=30,
    )
    return done.stdout


def observe(
    folder: Path,
    *checks: dict[str, object],
    shell: list[str] = SHELLS[0],
    memos: dict[str, dict[str, str]] | None = None,
    **changes: object,
) -> dict[str, Observation]:
    """Do a round; return what it means, by the kind of check."""
    watched = inventory(folder, checks=list(checks), **changes)
    probes = probes_of(watched, "web1", {}, memos or {})
    said = read_round(ask(watched, probes, shell).items)
    states = {key: State(memo=memo) for key, memo in (memos or {}).items()}
    return {
        probe.subject.check: judge(probe, said.get(number), states.get(probe.subject.key), NOW)
        for number, probe in enumerate(probes, 2)
    }


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
def test_a_round_asks_everything_side_by_side(tmp_path: Path, port: int, shell: list[str]) -> None:
    (tmp_path / "beat").touch()
    found = observe(
        tmp_path,
        {"http": f"http://127.0.0.1:{port}/", "contains": "well", "answers_in": "3s"},
        {"tcp": f"127.0.0.1:{port}"},
        {"heartbeat": str(tmp_path / "beat")},
        {"log": "app", "clean": True},
        logs={"app": {"file": str(tmp_path / "app.log")}},
        shell=shell,
    )
    assert {kind: each.ok for kind, each in found.items()} == dict.fromkeys(("http", "tcp", "heartbeat", "log"), True)


@pytest.mark.parametrize(
    ("path", "more", "code"),
    [("/down", {}, "http-status"), ("/", {"contains": "ill"}, "http-body"), ("/", {"answers_in": "0s"}, "")],
)
def test_an_answer_is_looked_at_closely(
    tmp_path: Path, port: int, path: str, more: dict[str, object], code: str
) -> None:
    found = observe(tmp_path, {"http": f"http://127.0.0.1:{port}{path}", **more})
    assert found["http"].code == code


def test_a_slow_answer_says_how_slow(tmp_path: Path, port: int) -> None:
    found = observe(tmp_path, {"http": f"http://127.0.0.1:{port}/", "answers_in": "1ms"})["http"]
    if found.code:  # a quick machine may be quicker
        assert (found.code, found.facts["most_ms"]) == ("http-slow", "1")


def test_a_closed_port_is_named(tmp_path: Path) -> None:
    closed = free_port()
    found = observe(tmp_path, {"tcp": f"127.0.0.1:{closed}"})["tcp"]
    assert (found.ok, found.code, found.facts["tcp"]) == (False, "tcp-closed", f"127.0.0.1:{closed}")


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl here")
@pytest.mark.parametrize(
    ("days", "code", "severity"),
    [
        (90, "", "critical"),
        (10, "certificate-expires", "warning"),
        (2, "certificate-expires", "critical"),
        (-1, "certificate-expired", "critical"),
    ],
)
def test_a_certificate_is_told_of_before_it_ends(tmp_path: Path, days: int, code: str, severity: str) -> None:
    path = certificate(tmp_path / "cert.pem", datetime.now(UTC) + timedelta(days=days, hours=1))
    found = observe(tmp_path, {"certificate": str(path)})["certificate"]
    assert (found.ok, found.code, found.severity) == (not code, code, severity)


def test_only_what_is_new_in_a_log_counts_and_what_is_no_error_does_not(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("ERROR an old one\n")
    check: dict[str, object] = {"log": "app", "clean": True}
    key, logs = "shop/web1/log/app", {"app": {"file": str(log)}}
    first = observe(tmp_path, check, logs=logs)["log"]
    assert first.ok
    with log.open("a") as more:
        more.write("INFO fine\nERROR order 4711 failed\nERROR order 4712 failed\n")
    second = observe(tmp_path, check, logs=logs, memos={key: dict(first.memo or {})})["log"]
    assert (second.ok, second.code, second.facts["count"], second.severity) == (False, "log-errors", "2", "warning")
    assert second.lines == ("ERROR order 4711 failed", "ERROR order 4712 failed")
    third = observe(tmp_path, check, logs=logs, memos={key: dict(second.memo or {})})["log"]
    assert third.ok
    log.unlink()
    log.write_text("CRITICAL after it was rotated\n")
    fourth = observe(tmp_path, check, logs=logs, memos={key: {"log_at": "1:5"}})["log"]
    assert fourth.lines == ("CRITICAL after it was rotated",)


def test_a_secret_that_a_cut_goes_through_is_not_shown_in_part(tmp_path: Path) -> None:
    secret = "correct horse battery staple of a very long pass phrase"
    redactor = Redactor([secret])
    for lead in range(1130, 1210, 7):
        log = tmp_path / "app.log"
        log.write_text("ERROR " + "x " * (lead // 2) + secret + " end" * 40 + "\n")
        watched = inventory(tmp_path, checks=[{"log": "app", "clean": True}], logs={"app": {"file": str(log)}})
        probes = probes_of(watched, "web1", {}, {"shop/web1/log/app": {"log_at": "1:0"}})
        output = answer(watched, probes, SHELLS[0])
        said = read_round(read_answer(output, "mark-of-a-test", redactor)[1].items, redactor.longest)[2]
        (line,) = said.lines
        assert line.startswith("ERROR x x")
        assert not any(word in line for word in secret.split()[:3])


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@x", "-C", str(folder), *words], capture_output=True, check=True
    )
    return done.stdout.decode().strip()


def test_what_was_changed_by_hand_is_found(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "app.py").write_text("a = 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    head = git(tmp_path, "rev-parse", "HEAD")
    watched = inventory(tmp_path, stack="python-systemd", services=["shop"])

    def look(commit: str) -> Observation:
        probes = [each for each in probes_of(watched, "web1", {"shop": commit}, {}) if each.subject.check == "drift"]
        return judge(probes[0], read_round(ask(watched, probes, SHELLS[0]).items).get(2), None, NOW)

    assert look("").ok
    assert look(head).ok
    elsewhere = look("f" * 40)
    assert (elsewhere.code, elsewhere.facts["head"], elsewhere.facts["wanted"]) == ("drift-commit", head[:8], "f" * 8)
    (tmp_path / "app.py").write_text("a = 2\n")
    assert (look(head).code, look(head).facts["files"], look(head).severity) == ("drift-dirty", "app.py", "warning")


def test_a_full_disk_is_told_with_what_is_left(tmp_path: Path) -> None:
    """In a namespace of its own, where anybody may mount."""
    inner = tmp_path / "data"
    inner.mkdir()
    watched = inventory(inner)
    values = {**round_values(watched, "web1", []), "LOTSMAN_MARK": "mark-of-a-test"}
    script = tmp_path / "round.sh"
    script.write_text(f"{PRELUDE}\n{watch_script().text}")
    filled = f"mount -t tmpfs -o size=4m tmpfs {inner} && head -c 3900000 /dev/zero >{inner}/x && exec sh {script}"
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", filled],
        env={"PATH": os.environ["PATH"], **values},
        capture_output=True,
        check=False,
        timeout=30,
    )
    if b"mark-of-a-test" not in done.stdout:
        pytest.skip(f"nothing can be mounted here: {done.stderr.decode().strip()[-200:]}")
    said = read_round(read_answer(done.stdout, "mark-of-a-test", Redactor())[1].items)[1]
    found = {each.subject: each for each in judge_host("web1", said, LimitsSpec(), {}, NOW)}
    disk = found[Subject("", "web1", "disk", str(inner))]
    assert (disk.ok, disk.code, disk.severity, disk.facts["free_mb"]) == (False, "disk-high", "critical", "0")


@pytest.mark.parametrize(
    ("said", "before", "ok", "code"),
    [
        (["fact restarts 3", "exit 0"], None, True, ""),
        (["fact restarts 3", "exit 0"], "3", True, ""),
        (["fact restarts 5", "exit 0"], "3", False, "crash-loop"),
        (["fact restarts 0", "exit 0"], "3", True, ""),
        (["fact unit_state failed/failed", "line why", "fail unit-down", "exit 65"], "3", False, "unit-down"),
        (["refuse journal-missing", "exit 64"], None, None, "journal-missing"),
        (["exit 1"], None, None, "check-broken"),
        ([], None, None, "check-timeout"),
    ],
)
def test_a_service_that_systemd_has_started_again_does_not_run(
    said: list[str],
    before: str | None,
    ok: bool | None,  # noqa: FBT001
    code: str,
) -> None:
    probe = Probe(Subject("shop", "web1", "unit", "shop"), {})
    found = judge(probe, read_said(said), State(memo={"restarts": before}) if before else None, NOW)
    assert (found.ok, found.code) == (ok, code)


def test_figures_keep_their_slack_from_look_to_look() -> None:
    said = read_said(["item disk 87 3 100 /srv", "fact memory 20", "fact load 0.5", "exit 0"])
    key = "/web1/disk//srv"
    fresh = {each.subject.key: each for each in judge_host("web1", said, LimitsSpec(), {}, NOW)}
    assert (fresh[key].ok, fresh[key].severity, fresh[key].facts["limit"]) == (False, "warning", "80")
    before = {key: State(phase=Phase.FIRING, severity="critical")}
    known = {each.subject.key: each for each in judge_host("web1", said, LimitsSpec(), before, NOW)}
    assert known[key].severity == "critical"
    assert fresh["/web1/inodes//srv"].ok
    assert fresh["/web1/memory/"].ok
    none = LimitsSpec.model_validate({"disk": "off", "inodes": "off", "memory": "off", "load": "off"})
    assert judge_host("web1", said, none, {}, NOW) == []


def test_subjects_that_nobody_asks_for_any_more_are_found() -> None:
    known = [
        Subject("shop", "web1", "http", "http://old/"),
        Subject("shop", "web1", "unit", "shop"),
        Subject("shop", "web1", "backup", "shop"),
        Subject("", "web1", "host", ""),
        Subject("shop", "web2", "http", "http://old/"),
    ]
    assert gone(known, "web1", {known[1].key}) == [known[0].key]


def test_checks_that_all_time_out_do_so_side_by_side(tmp_path: Path) -> None:
    """The kernel takes each connection, and nobody says anything."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        number = silent.getsockname()[1]
        checks: list[dict[str, object]] = [{"http": f"http://127.0.0.1:{number}/{path}"} for path in range(10)]
        began = time.monotonic()
        found = observe(tmp_path, *checks)
    assert found["http"].code == "http-status"
    assert time.monotonic() - began < 15
