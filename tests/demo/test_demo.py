"""The demo as a newcomer runs it: what it says, how it ends, and what it leaves behind."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.sandbox.children import running_processes
from tests.demo.stage import Stage, finish, stage, until
from tests.length import only_long
from tests.ordinary_user import CHECKOUT, PATH, needs_root

_NEEDS = {
    "sshd": "openssh-server",
    "busybox": "busybox",
    "dash": "dash",
    "chromium": "chromium",
    "chromedriver": "chromium-driver",
    "age": "age",
    "gpg": "gnupg",
    "zstd": "zstd",
    "sqlite3": "sqlite3",
    "rclone": "rclone",
    "mariadbd": "mariadb-server",
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
}
if os.geteuid() == 0:
    _NEEDS |= {"systemd-nspawn": "systemd-container", "mmdebstrap": "mmdebstrap", "ip": "iproute2"}
    _NEEDS |= {"dockerd": "docker.io", "docker-compose": "docker-compose", "iptables": "iptables"}
"""Programs that tests want, and the packages that bring them."""

COMMANDS = ("/deploy main", "/backup", "/logs formbot", "/deploy broken", "/rollback v1.2.3", "/status")

# The first act alone, with a release that looks put live and is not.
FAULTY = """
import sys, demo.play, demo.__main__
demo.play.ACTS = demo.play.ACTS[:1]
sys.argv[1:] = ["--play"]
sys.exit(demo.__main__.main())
"""
WITHOUT_VENV = """
import sys, demo.__main__
sys.modules["ensurepip"] = None
sys.argv[1:] = ["--play"]
sys.exit(demo.__main__.main())
"""


@pytest.fixture(scope="module")
def ours() -> Iterator[Stage]:
    """A stage for whoever runs the tests: what is slow to build is built once."""
    with stage() as made:
        yield made


@pytest.fixture(scope="module")
def plays(ours: Stage) -> Iterator[dict[str, tuple[Stage, int, str]]]:
    """Plays by whoever runs the tests and, where we are root, by an ordinary user, both at once."""
    with contextlib.ExitStack() as stack:
        stages = {"ours": ours}
        if os.geteuid() == 0:
            stages["theirs"] = stack.enter_context(stage("nobody"))
        started = {name: stack.enter_context(each.start("-m", "demo", "--play")) for name, each in stages.items()}
        yield {name: (stages[name], *finish(process)) for name, process in started.items()}


def check_play(scene: Stage, status: int, printed: str) -> None:
    assert status == 0, printed
    for command in COMMANDS:
        assert f"✅ {command}" in printed
        assert f"\n    {command}\n" in printed, "the chat is printed"
    assert "KeyError: 'FORMBOT_REGION'" in printed
    assert "Traceback (most" not in printed.partition("# formbot")[0]
    assert scene.left_over() == []


def test_a_play_ends_well_prints_the_chat_and_leaves_nothing_behind(plays: dict[str, tuple[Stage, int, str]]) -> None:
    check_play(*plays["ours"])


@needs_root
def test_a_play_ends_well_for_an_ordinary_user_without_sudo_too(plays: dict[str, tuple[Stage, int, str]]) -> None:
    check_play(*plays["theirs"])


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=only_long)], ids=lambda number: number.name
)
def test_a_play_that_is_stopped_during_a_deploy_leaves_nothing_behind(ours: Stage, number: signal.Signals) -> None:
    backups = ours.checkout / "var/demo/sandbox/opt/backups/predeploy"
    shutil.rmtree(backups, ignore_errors=True)
    with ours.start("-m", "demo", "--play") as process:
        pids = until(lambda: any(backups.glob("*.gz")), process)
        assert len(pids) > 10, "two databases, the bot, the server and its service"
        stop(process, number)
        status, printed = finish(process)
    assert status == 130, printed
    assert "Traceback" not in printed
    assert not set(pids) & running_processes().keys()
    assert ours.left_over() == []


def stop(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """As a terminal does on Ctrl-C: to the whole group. As a supervisor does: to the one process."""
    if number is signal.SIGINT:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)


def test_the_page_is_served_until_ctrl_c_and_a_second_demo_is_refused(ours: Stage) -> None:
    with ours.start("-m", "demo", "--port", "0") as process:
        assert process.stdout is not None
        url = next(found[0] for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        with urllib.request.urlopen(url, timeout=20) as page:  # noqa: S310  an http address
            assert page.status == 200
        status, printed = ours.run("-m", "demo", "--play")
        assert status == 1
        assert f"Another demo is running in this folder: process {process.pid}." in printed
        stop(process, signal.SIGINT)
        status, _ = finish(process)
    assert status == 0
    assert ours.left_over() == []


def test_an_act_that_ends_wrongly_makes_the_play_fail(ours: Stage) -> None:
    script = ours.checkout / "ops/runbooks/shared/code.sh"
    right = script.read_text()
    script.write_text('#!/bin/sh\nfact commit "$COMMIT"\n')
    try:
        status, printed = ours.run("-c", FAULTY)
    finally:
        script.write_text(right)
    assert status == 1, printed
    assert "❌ /deploy main" in printed
    assert ours.left_over() == []


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=only_long)], ids=lambda number: number.name
)
def test_it_can_be_stopped_while_it_gets_ready(ours: Stage, number: signal.Signals) -> None:
    shutil.rmtree(ours.checkout / "var/demo/sandbox/srv", ignore_errors=True)
    shutil.rmtree(ours.checkout / "var/demo/sandbox/cache", ignore_errors=True)
    python = ours.checkout / "var/demo/sandbox/srv/formbot/venv/bin/python"
    with ours.start("-m", "demo", "--play") as process:
        pids = until(python.exists, process)
        assert pids
        stop(process, number)
        status, printed = finish(process)
    assert status == 130, printed
    assert "Traceback" not in printed
    assert not set(pids) & running_processes().keys()
    assert ours.left_over() == []


def test_a_missing_git_is_named_with_the_command_that_installs_it(ours: Stage) -> None:
    status, printed = ours.run("-m", "demo", "--play", lacking=("git",))
    assert status == 1
    assert "apt install git\n" in printed


def test_a_missing_venv_module_is_named_with_the_command_that_installs_it(ours: Stage) -> None:
    status, printed = ours.run("-c", WITHOUT_VENV)
    assert status == 1
    assert "apt install python3-venv\n" in printed


class TestTheScripts:
    """tools/environment.sh and tools/test-needs.sh on machines that lack something."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        """A PATH with little more than a shell."""
        for name in ("sh", "cat", "cksum", "dirname", "python3", "git"):
            found = shutil.which(name, path=PATH)
            assert found
            (tmp_path / name).symlink_to(found)
        return tmp_path

    def run(self, path: Path, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", *words], cwd=CHECKOUT, env={"PATH": str(path)}, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stderr

    @pytest.mark.parametrize(("program", "package"), [("git", "git"), ("python3", "python3 python3-venv")])
    def test_a_program_that_the_environment_needs_is_named(self, path: Path, program: str, package: str) -> None:
        (path / program).unlink()
        status, said = self.run(path, "tools/environment.sh", "requirements.lock")
        assert status == 1
        assert said.endswith(f"apt install {package}\n")

    @pytest.mark.parametrize(
        ("lacks", "words"),
        [("ensurepip", "apt install python3-venv\n"), ("version_info", "make PYTHON=python3.12 ...\n")],
    )
    def test_a_python_that_will_not_do_is_named(self, path: Path, lacks: str, words: str) -> None:
        real = (path / "python3").readlink()
        (path / "python3").unlink()
        script = f'#!/bin/sh\ncase "$*" in *{lacks}*) exit 1;; esac\nexec {real} "$@"\n'
        (path / "python3").write_text(script)
        (path / "python3").chmod(0o755)
        status, said = self.run(path, "tools/environment.sh", "requirements.lock")
        assert status == 1
        assert said.endswith(words)

    def test_all_that_some_tests_need_is_named_in_one_command(self, path: Path) -> None:
        status, said = self.run(path, "tools/test-needs.sh")
        assert status == 0
        lacking = [package for program, package in _NEEDS.items() if not Path("/usr/sbin", program).exists()]
        assert said == f"Some tests will be skipped. For all of them:  apt install {' '.join(lacking)}\n"

    def test_nothing_is_said_when_nothing_is_missing(self, path: Path) -> None:
        for name in _NEEDS:
            (path / name).symlink_to("/bin/sh")
        assert self.run(path, "tools/test-needs.sh") == (0, "")
