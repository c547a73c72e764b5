"""The stand-ins: systemctl, journalctl and sudo behave as the real ones do, for what a deployment asks of them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING, TypeVar

import pytest

from demo.sandbox import standins
from demo.sandbox.children import descendants, running_processes
from demo.sandbox.layout import Layout
from demo.sandbox.machine import Machine
from demo.sandbox.standins import journalctl
from demo.sandbox.systemctl import Reply
from demo.sandbox.unit import seconds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

T = TypeVar("T")

CRASHING = "exit 1"
STEADY = "echo ready; exec sleep 1000"


async def eventually(ask: Callable[[], Awaitable[T]], holds: Callable[[T], bool]) -> T:
    """Ask until the answer will do; return it."""
    deadline = time.monotonic() + 20
    while True:
        answer = await ask()
        if holds(answer):
            return answer
        assert time.monotonic() < deadline, answer
        await asyncio.sleep(0.02)


class Console:
    """A machine, with its stand-ins called as a session would call them."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.layout = machine.layout

    async def run(self, *argv: str) -> Reply:
        process = await asyncio.create_subprocess_exec(
            str(self.layout.bin / argv[0]),
            *argv[1:],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.layout.environment(),
        )
        stdout, stderr = await process.communicate()
        assert process.returncode is not None
        return Reply(stdout.decode(), stderr.decode(), process.returncode)

    async def pids(self) -> list[int]:
        return descendants(self.machine.pid)

    async def show(self, unit: str, name: str) -> str:
        return (await self.run("systemctl", "show", "-p", name, "--value", unit)).stdout.strip()

    async def until(self, unit: str, name: str, *values: str) -> str:
        """Wait until a property has one of the values; return it."""
        return await eventually(lambda: self.show(unit, name), lambda found: found in values)

    def write(self, name: str, script: str, *settings: str) -> None:
        """Write a service that runs a shell script."""
        program = self.layout.home / f"{name}.sh"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        lines = ["[Unit]", f"Description=The {name} service", "[Service]", "Type=exec", f"ExecStart={program}"]
        (self.layout.units / f"{name}.service").write_text("\n".join([*lines, *settings]) + "\n")


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Console]:
    async with Machine(Layout(tmp_path)) as machine:
        yield Console(machine)
    said = (tmp_path / "var/log/machine").read_text()
    assert said == "", said


@pytest.mark.parametrize(
    ("words", "stderr", "status"),
    [
        ("start", "Failed to start nope.service: Unit nope.service not found.\n", 5),
        ("restart", "Failed to restart nope.service: Unit nope.service not found.\n", 5),
        ("stop", "Failed to stop nope.service: Unit nope.service not loaded.\n", 5),
        ("status", "Unit nope.service could not be found.\n", 4),
        ("cat", "No files found for nope.service.\n", 1),
        ("is-enabled", "Failed to get unit file state for nope.service: No such file or directory\n", 4),
    ],
)
async def test_an_unknown_unit_is_named_in_systemds_words(
    console: Console, words: str, stderr: str, status: int
) -> None:
    assert await console.run("systemctl", words, "nope") == Reply("", stderr, status)


async def test_an_unknown_unit_is_inactive_with_status_4_and_shows_as_not_found(console: Console) -> None:
    assert await console.run("systemctl", "is-active", "nope") == Reply("inactive\n", "", 4)
    assert await console.run("systemctl", "is-failed", "nope") == Reply("inactive\n", "", 4)
    shown = await console.run("systemctl", "show", "-p", "LoadState,ActiveState", "nope")
    assert shown == Reply("LoadState=not-found\nActiveState=inactive\n", "", 0)


async def test_a_service_starts_runs_and_stops(console: Console) -> None:
    console.write("steady", STEADY)
    assert await console.run("systemctl", "is-active", "steady") == Reply("inactive\n", "", 3)
    assert await console.run("systemctl", "start", "steady") == Reply()
    assert await console.run("systemctl", "is-active", "steady") == Reply("active\n", "", 0)
    pid = int(await console.show("steady", "MainPID"))
    assert pid in descendants(console.machine.pid)
    status = await console.run("systemctl", "status", "--no-pager", "steady")
    assert status.status == 0
    assert "● steady.service - The steady service\n" in status.stdout
    assert "     Active: active (running) since " in status.stdout
    assert re.search(r"\w{3} \d\d \d\d:\d\d:\d\d sandbox steady.sh\[\d+\]: ready\n", status.stdout)
    assert await console.run("systemctl", "stop", "steady") == Reply()
    assert await console.run("systemctl", "is-active", "steady") == Reply("inactive\n", "", 3)
    assert (await console.run("systemctl", "status", "steady")).status == 3
    assert pid not in descendants(console.machine.pid)


async def test_a_restart_gives_another_process(console: Console) -> None:
    console.write("steady", STEADY)
    await console.run("systemctl", "start", "steady")
    before = await console.show("steady", "MainPID")
    assert await console.run("systemctl", "restart", "steady") == Reply()
    assert await console.show("steady", "MainPID") not in (before, "0")


async def test_show_keeps_systemds_order_whatever_was_asked_first(console: Console) -> None:
    console.write("steady", STEADY, "Restart=on-failure")
    await console.run("systemctl", "start", "steady")
    words = ("-p", "SubState", "--property=ActiveState", "-pResult", "--value", "steady")
    assert (await console.run("systemctl", "show", *words)).stdout == "success\nactive\nrunning\n"


async def test_a_restart_of_a_crashing_program_returns_0(console: Console) -> None:
    console.write("crashing", CRASHING)
    assert await console.run("systemctl", "restart", "crashing") == Reply()
    await console.until("crashing", "ActiveState", "failed")
    assert await console.run("systemctl", "is-failed", "crashing") == Reply("failed\n", "", 0)
    assert await console.show("crashing", "Result") == "exit-code"
    assert await console.show("crashing", "ExecMainStatus") == "1"


async def test_a_program_that_cannot_be_executed_makes_the_start_fail(console: Console) -> None:
    console.write("missing", STEADY)
    (console.layout.home / "missing.sh").unlink()
    failure = await console.run("systemctl", "start", "missing")
    assert failure.status == 1
    assert failure.stderr.startswith(
        "Job for missing.service failed because the control process exited with error code."
    )
    assert await console.show("missing", "ExecMainStatus") == "203"


async def test_a_crash_loop_ends_and_further_starts_are_refused_until_reset_failed(console: Console) -> None:
    console.write("crashing", CRASHING, "Restart=on-failure", "RestartSec=50ms")
    assert (await console.run("systemctl", "start", "crashing")).status == 0
    await console.until("crashing", "ActiveState", "failed")
    assert await console.show("crashing", "NRestarts") == "5"
    assert await console.show("crashing", "Result") == "exit-code"
    journal = (await console.run("journalctl", "-u", "crashing", "-o", "cat")).stdout
    assert journal.count("Started crashing.service") == 5
    assert "crashing.service: Start request repeated too quickly.\n" in journal
    refused = await console.run("systemctl", "restart", "crashing")
    assert refused.status == 1
    assert "Job for crashing.service failed" in refused.stderr
    console.write("crashing", STEADY)
    assert (await console.run("systemctl", "start", "crashing")).status == 1
    assert await console.run("systemctl", "reset-failed", "crashing") == Reply()
    assert await console.run("systemctl", "is-failed", "crashing") == Reply("inactive\n", "", 1)
    assert await console.run("systemctl", "start", "crashing") == Reply()
    assert await console.show("crashing", "ActiveState") == "active"


async def test_too_many_restarts_of_a_healthy_service_hit_the_start_limit(console: Console) -> None:
    console.write("steady", STEADY)
    replies = [await console.run("systemctl", "restart", "steady") for _ in range(6)]
    assert [reply.status for reply in replies] == [0, 0, 0, 0, 0, 1]
    assert 'To force a start use "systemctl reset-failed steady.service"\n' in replies[-1].stderr
    assert await console.show("steady", "Result") == "start-limit-hit"
    assert await console.show("steady", "ActiveState") == "failed"


async def test_the_start_limit_forgets_after_its_interval(console: Console) -> None:
    console.write("steady", STEADY, "StartLimitBurst=1", "StartLimitIntervalSec=300ms")
    assert (await console.run("systemctl", "restart", "steady")).status == 0
    assert (await console.run("systemctl", "restart", "steady")).status == 1
    await eventually(lambda: console.run("systemctl", "restart", "steady"), lambda reply: reply.status == 0)


async def test_a_killed_service_is_started_again_and_one_that_ends_well_is_not(console: Console) -> None:
    console.write("killed", STEADY, "Restart=on-failure", "RestartSec=10ms")
    console.write("ending", "exit 0", "Restart=on-failure", "RestartSec=10ms")
    await console.run("systemctl", "start", "killed", "ending")
    first = await console.show("killed", "MainPID")
    os.kill(int(first), signal.SIGKILL)
    await console.until("killed", "NRestarts", "1")
    assert await console.until("killed", "ActiveState", "active") == "active"
    assert await console.show("killed", "MainPID") != first
    journal = (await console.run("journalctl", "-u", "killed", "-o", "cat")).stdout
    assert "killed.service: Main process exited, code=killed, status=9/KILL\n" in journal
    assert "killed.service: Scheduled restart job, restart counter is at 1.\n" in journal
    assert await console.show("ending", "ActiveState") == "inactive"
    assert await console.show("ending", "NRestarts") == "0"


async def test_a_stop_ends_the_wait_for_a_restart(console: Console) -> None:
    console.write("crashing", CRASHING, "Restart=on-failure", "RestartSec=1h")
    await console.run("systemctl", "start", "crashing")
    await console.until("crashing", "SubState", "auto-restart")
    assert (await console.run("systemctl", "is-active", "crashing")).stdout == "activating\n"
    await console.run("systemctl", "stop", "crashing")
    assert await console.show("crashing", "ActiveState") == "inactive"


async def test_a_service_that_ignores_sigterm_is_killed_with_its_group(console: Console) -> None:
    console.write("stubborn", "trap '' TERM; sleep 1000 & sleep 1000; sleep 1000", "TimeoutStopSec=200ms")
    await console.run("systemctl", "start", "stubborn")
    await eventually(console.pids, lambda pids: len(pids) >= 3)
    assert await console.run("systemctl", "stop", "stubborn") == Reply()
    assert await console.show("stubborn", "Result") == "timeout"
    await eventually(console.pids, lambda pids: not pids)


async def test_cat_and_list_unit_files_show_the_files(console: Console) -> None:
    console.write("steady", STEADY, "[Install]", "WantedBy=multi-user.target")
    text = (console.layout.units / "steady.service").read_text()
    assert (
        await console.run("systemctl", "cat", "steady")
    ).stdout == f"# {console.layout.units}/steady.service\n{text}"
    listed = await console.run("systemctl", "list-unit-files", "--no-legend", "steady.service")
    assert listed.stdout.split() == ["steady.service", "enabled", "enabled"]
    assert (await console.run("systemctl", "is-enabled", "steady")) == Reply("enabled\n", "", 0)


async def test_what_the_stand_in_does_not_know_is_refused(console: Console) -> None:
    assert await console.run("systemctl", "--user", "status") == Reply(
        "", "systemctl: unrecognized option '--user'\n", 1
    )
    assert await console.run("systemctl", "restart") == Reply("", "Too few arguments.\n", 1)
    assert await console.run("systemctl", "hibernate", "now") == Reply("", "Unknown command verb hibernate.\n", 1)
    assert (await console.run("journalctl", "--follow-me")).status == 1


async def test_without_a_supervisor_systemctl_says_so(console: Console) -> None:
    await console.machine.stop()
    assert (await console.run("systemctl", "is-active", "steady")).status == 1


async def test_journalctl_prints_the_newest_lines_of_one_unit(console: Console) -> None:
    console.write(
        "talking", "for i in 1 2 3 4 5; do echo line $i; done; printf unfinished; exec >&- 2>&-; exec sleep 1000"
    )
    console.write("other", STEADY)
    await console.run("systemctl", "start", "talking", "other")
    last_three = ("journalctl", "-u", "talking", "-n", "3", "-o", "cat")
    shown = await eventually(lambda: console.run(*last_three), lambda reply: "unfinished" in reply.stdout)
    assert shown == Reply("line 4\nline 5\nunfinished\n")
    iso = (await console.run("journalctl", "-q", "--no-pager", "-u", "talking", "-n1", "-o", "short-iso")).stdout
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 sandbox talking.sh\[\d+\]: unfinished\n", iso)
    everything = (await console.run("journalctl", "-o", "cat")).stdout
    assert "ready\n" in everything
    assert "Started talking.service - The talking service.\n" in everything


async def test_journalctl_selects_by_time_and_priority(console: Console) -> None:
    console.write("talking", "echo '<3>broken'; echo fine; exec sleep 1000")
    await console.run("systemctl", "start", "talking")
    await eventually(lambda: console.run("journalctl", "-u", "talking"), lambda reply: "fine" in reply.stdout)
    assert (await console.run("journalctl", "-p", "err", "-o", "cat")).stdout == "broken\n"
    assert "fine" in (await console.run("journalctl", "--since", "-1min")).stdout
    later = f"@{time.time() + 60:.0f}"
    assert (await console.run("journalctl", "--since", later)).stdout == "-- No entries --\n"
    assert await console.run("journalctl", "-q", "--since", later) == Reply()
    assert (await console.run("journalctl", "--since", "the other day")).status == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("@1000", 1000.0),
        ("-5min", 99_700.0),
        ("-30s", 99_970.0),
        ("1 day ago", 13_600.0),
        ("2 hours ago", 92_800.0),
        ("now", 100_000.0),
        ("today", 86_400.0),
        ("1970-01-02 00:00:10", 86_410.0),
        ("1970-01-02 00:00:10 UTC", 86_410.0),
    ],
)
def test_since_understands_what_systemd_understands(words: str, expected: float) -> None:
    assert journalctl.moment(words, 100_000.0) == expected


@pytest.mark.parametrize(("text", "expected"), [("500ms", 0.5), ("2", 2), ("1min 30s", 90), ("1h", 3600)])
def test_time_spans_are_read_as_systemd_reads_them(text: str, expected: float) -> None:
    assert seconds(text) == expected


async def test_sudo_runs_what_is_listed_and_asks_a_password_for_the_rest(console: Console) -> None:
    console.write("formbot", STEADY)
    password = Reply("", "sudo: a password is required\n", 1)
    assert await console.run("sudo", "-n", "systemctl", "start", "formbot") == Reply()
    assert (await console.run("sudo", "-n", "/usr/bin/systemctl", "status", "formbot")).status == 0
    for refused in (
        ("true",),
        ("systemctl", "start", "other"),
        ("systemctl", "cat", "formbot"),
        ("systemctl", "start", "formbot", "other"),
        ("/tmp/systemctl", "start", "formbot"),
        ("-u", "postgres", "psql"),
        ("sh", "-c", "systemctl start formbot"),
    ):
        assert await console.run("sudo", "-n", *refused) == password, refused
    assert (await console.run("sudo", "systemctl", "cat", "formbot")).stderr.startswith("sudo: a terminal is required")


async def test_sudo_tells_what_is_allowed_without_doing_it(console: Console) -> None:
    console.write("formbot", STEADY)
    allowed = await console.run("sudo", "-n", "-l", "systemctl", "restart", "formbot")
    assert allowed == Reply(f"{console.layout.bin}/systemctl restart formbot\n", "", 0)
    assert await console.run("sudo", "-n", "-l", "systemctl", "restart", "other") == Reply("", "", 1)
    assert await console.run("systemctl", "is-active", "formbot") == Reply("inactive\n", "", 3)
    assert "NOPASSWD" in (await console.run("sudo", "-n", "-l")).stdout


async def test_the_rules_are_read_from_their_file(console: Console) -> None:
    console.write("formbot", STEADY)
    console.layout.sudoers.write_text("systemctl stop formbot   # and nothing else\n")
    assert (await console.run("sudo", "-n", "systemctl", "start", "formbot")).status == 1
    assert (await console.run("sudo", "-n", "systemctl", "stop", "formbot")).status == 0


def test_git_and_python_from_elsewhere_are_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(tmp_path)
    layout.make()
    standins.install_stand_ins(layout)
    assert not (layout.bin / "git").is_symlink()
    monkeypatch.setattr(standins, "SYSTEM_PATH", str(tmp_path))
    standins.install_stand_ins(layout)
    for name in ("git", "python3"):
        assert subprocess.run([layout.bin / name, "--version"], check=False, capture_output=True).returncode == 0


async def test_services_die_with_a_killed_machine(console: Console) -> None:
    console.write("steady", STEADY)
    await console.run("systemctl", "start", "steady")
    pid = int(await console.show("steady", "MainPID"))
    os.kill(console.machine.pid, signal.SIGKILL)

    async def running() -> bool:
        return pid in running_processes()

    await eventually(running, lambda found: not found)
