"""Lotsman's own update, script by script, with units that are pretended and a repository and a venv that are not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ops.hosts.session import remote_script
from ops.runs.runbook import stack_script

MARK = "0123456789abcdef"
SHELLS = {"dash": ["dash"], "bash": ["bash", "--posix"], "busybox": ["busybox", "sh"]}

SYSTEMCTL = """\
#!/bin/sh
# One unit. restart: another invocation, and a state that the test has chosen.
cd "$UNITS" || exit 1
case $1 in
show) case $3 in InvocationID) cat invocation ;; ActiveState) cat state ;; *) echo - ;; esac ;;
restart)
    echo "$(cat invocation)x" >invocation
    echo restart >>log
    git -C "$PROJECT_PATH" rev-parse HEAD >commit
    if [ "$(cat commit)" = "$COMMIT" ]; then cat state-new >state; else echo active >state; fi
    [ ! -e acks ] || [ "$(cat commit)" != "$COMMIT" ] || echo >"$LOTSMAN_ACK"
    ;;
esac
"""
PYTHON = """\
#!/bin/sh
# pip: notes what it was asked for in the venv.
[ ! -e "$UNITS/pip-fails" ] || exit 1
for last; do :; done
cp "$last" "${0%/bin/python}/installed"
"""


class Server:
    """A checkout of two versions with a venv, and what the scripts are told."""

    def __init__(self, folder: Path, shell: list[str]) -> None:
        self.folder = folder
        self.shell = shell
        self.project = folder / "lotsman"
        self.units = folder / "units"
        for path in (self.project, self.units, folder / "bin"):
            path.mkdir()
        self.unit(invocation="a", state="active", **{"state-new": "active"})
        self._program(folder / "bin" / "systemctl", SYSTEMCTL)
        self._program(folder / "bin" / "journalctl", "#!/bin/sh\n")
        self._program(folder / "bin" / "sudo", '#!/bin/sh\nshift\nexec "$@"\n')
        self.git("init", "--quiet")
        (self.project / ".gitignore").write_text("/venv*\n")
        self.old = self._commit("one")
        self.new = self._commit("two")
        self.git("checkout", "--quiet", "--detach", self.old)
        self._program(self.project / "venv" / "bin" / "python", PYTHON)
        self.run('install_requirements "$PROJECT_PATH"', include="install.sh")

    def unit(self, **files: str) -> None:
        for name, text in files.items():
            (self.units / name).write_text(f"{text}\n")

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=x", "-c", "user.email=x@example.test"]
        return subprocess.run(
            ["git", "-C", str(self.project), *who, *words], check=True, capture_output=True, text=True
        ).stdout.strip()

    def start(self, script: str, *, text: str = "") -> subprocess.Popen[str]:
        path = self.folder / "script.sh"
        path.write_text(text or remote_script(stack_script("python-systemd", script)).text)
        values = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "LOTSMAN_MARK": MARK,
            "LOTSMAN_ACK": str(self.folder / "job.ack"),
            "PROJECT": "lotsman",
            "PROJECT_PATH": str(self.project),
            "VENV": str(self.project / "venv"),
            "REQUIREMENTS": "requirements.txt",
            "SERVICES": "lotsman",
            "LOG_FILES": "",
            "BACKUPS": str(self.folder / "backups"),
            "STAMP": "20261121_120000",
            "COMMIT": self.new,
            "PREVIOUS_COMMIT": self.old,
            "ACK_SECONDS": "2",
            "STABLE_SECONDS": "1",
            "UNITS": str(self.units),
        }
        return subprocess.Popen([*self.shell, str(path)], env=values, stdout=subprocess.PIPE, text=True, cwd="/")

    def run(self, script: str, *, include: str = "") -> str:
        """Run one of our scripts, or a line behind an include; return what it said last about its end."""
        text = ""
        if include:
            whole = remote_script(stack_script("python-systemd", include)).text
            text = f"{whole}\n{script}\n"
        process = self.start(script, text=text)
        output, _ = process.communicate(timeout=60)
        said = [line.split(" ", 1)[1] for line in output.splitlines() if line.startswith(MARK)]
        ends = [line for line in said if line.split()[0] in {"skip", "refuse", "fail"}]
        return ends[-1] if ends else f"exit {process.returncode}"

    @property
    def live(self) -> str:
        """What the work tree, the venv and the unit have, as one word where they agree."""
        tree = {self.old: "old", self.new: "new"}[self.git("rev-parse", "HEAD")]
        installed = {"one": "old", "two": "new"}[(self.project / "venv" / "installed").read_text().strip()]
        commit = self.units / "commit"
        unit = {self.old: "old", self.new: "new"}[commit.read_text().strip()] if commit.exists() else "old"
        return tree if {tree, installed, unit} == {tree} else f"tree {tree}, venv {installed}, unit {unit}"

    @property
    def restarts(self) -> int:
        log = self.units / "log"
        return len(log.read_text().splitlines()) if log.exists() else 0

    def _commit(self, text: str) -> str:
        (self.project / "requirements.txt").write_text(f"{text}\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", text)
        return self.git("rev-parse", "HEAD")

    @staticmethod
    def _program(path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path, ["sh"])


@pytest.fixture(params=list(SHELLS))
def any_server(request: pytest.FixtureRequest, tmp_path: Path) -> Server:
    shell = SHELLS[request.param]
    if shutil.which(shell[0]) is None:
        pytest.skip(f"{shell[0]} is not installed: apt install {shell[0]}")
    return Server(tmp_path, shell)


def test_a_version_that_reports_back_stays(any_server: Server) -> None:
    server = any_server
    server.unit(acks="")
    assert server.run("switch.sh") == "exit 0"
    assert (server.live, server.restarts) == ("new", 1)
    assert server.run("switch-probe.sh") == "exit 0"


def test_a_version_that_says_nothing_is_taken_off_again(any_server: Server) -> None:
    server = any_server
    assert server.run("switch.sh") == "fail not-acknowledged"
    assert (server.live, server.restarts) == ("old", 2)
    assert server.run("switch-probe.sh") == "fail not-done"


def test_what_was_said_before_the_restart_counts_for_nothing(server: Server) -> None:
    (server.folder / "job.ack").touch()
    assert server.run("switch.sh") == "fail not-acknowledged"
    assert server.live == "old"


def test_a_version_that_is_down_is_not_waited_for(server: Server) -> None:
    server.unit(**{"state-new": "activating"})
    begun = time.monotonic()
    server.unit(acks="")
    assert server.run("switch.sh") == "fail new-version-crashed"
    assert server.live == "old"
    assert time.monotonic() - begun < 10


def test_a_version_that_is_started_once_more_has_crashed_though_it_reported_back(server: Server) -> None:
    server.unit(acks="")
    switching = server.start("switch.sh")
    assert switching.stdout is not None
    while "reported back" not in switching.stdout.readline():
        assert switching.poll() is None
    server.unit(invocation="by itself")
    output, _ = switching.communicate(timeout=30)
    assert f"{MARK} fail new-version-crashed" in output
    assert server.live == "old"


def test_dependencies_that_cannot_be_had_cost_no_restart(server: Server) -> None:
    server.unit(**{"pip-fails": ""})
    assert server.run("switch.sh") == "fail install-failed"
    assert (server.live, server.restarts) == ("old", 0)


def test_the_way_back_needs_no_pip(server: Server) -> None:
    server.unit(acks="")
    assert server.run("switch.sh") == "exit 0"
    server.unit(**{"pip-fails": ""})
    assert server.run("unswitch.sh") == "exit 0"
    assert (server.live, server.restarts) == ("old", 2)


def test_an_undo_after_its_own_way_back_does_nothing(server: Server) -> None:
    server.run("switch.sh")
    assert server.run("unswitch.sh") == "skip already-back"
    assert server.restarts == 2


@pytest.mark.parametrize("cut", ["venv_back", "restart_units", "until_up"])
def test_a_way_back_that_was_cut_off_is_gone_to_its_end_by_the_undo(server: Server, cut: str) -> None:
    text = remote_script(stack_script("python-systemd", "switch.sh")).text
    # The way back is cut off where it would go on with that function, as by a loss of power.
    broken = text.replace(f"    {cut} || return 1\n", "    kill -KILL $$\n")
    assert broken != text
    server.start("", text=broken).communicate(timeout=60)
    assert server.run("switch-probe.sh") == "fail not-done"
    assert server.run("unswitch.sh") == "exit 0"
    assert server.live == "old"
    assert server.run("unswitch.sh") == "skip already-back"


def test_one_that_is_told_to_end_goes_back(any_server: Server) -> None:
    server = any_server
    switching = server.start("switch.sh")
    until(lambda: server.restarts == 1)
    switching.send_signal(signal.SIGTERM)
    switching.communicate(timeout=30)
    assert switching.returncode == 143
    assert server.live == "old"


def test_two_never_switch_at_once(server: Server) -> None:
    first = server.start("switch.sh")
    until(lambda: server.restarts == 1)
    assert server.run("switch.sh") == "refuse switch-running"
    first.communicate(timeout=30)
    assert server.live == "old"


def until(true: object, seconds: float = 20) -> None:
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)
