"""The remote runner, spoken to as the bot speaks to it, under every shell that servers have."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

REMOTE = Path(__file__).parent.parent.parent / "ops" / "hosts" / "remote"
PRELUDE = (REMOTE / "prelude.sh").read_text()
MARK = "0123456789abcdef"
SHELLS = {"dash": ["dash"], "bash": ["bash"], "busybox": ["busybox", "sh"]}


class Runner:
    """One ``runner.sh serve`` and its folder."""

    def __init__(self, shell: list[str], folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            [*shell, str(REMOTE / "runner.sh"), "serve", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self.boot = self.request("hello\n")[1]

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def kill(self) -> None:
        self._process.kill()

    def send(self, text: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(text.encode())

    def request(self, text: str) -> list[str]:
        self.send(text)
        return self.until(b"\n").decode().split()

    def until(self, end: bytes) -> bytes:
        assert self._process.stdout
        found = b""
        while not found.endswith(end):
            byte = self._process.stdout.read(1)
            assert byte, f"the runner went away after {found!r}"
            found += byte
        return found.removesuffix(end)

    def store(self, text: str) -> str:
        whole = f"{PRELUDE}{text}\n"
        sha = hashlib.sha256(whole.encode()).hexdigest()
        assert self.request(f"script {sha} END\n{whole}END\n") == ["stored"]
        return sha

    def start(
        self,
        job: str,
        sha: str,
        *,
        fence: str = "- 1",
        timeout: int = 30,
        silence: int = 30,
        limit: int = 10**6,
        **values: str,
    ) -> None:
        lines = "".join(f"{name}={value}\n" for name, value in values.items())
        self.send(f"run {job} {sha} {fence} {self.boot} {timeout} {silence} {limit} {MARK} 65536 END\n{lines}\n")

    def finish(self) -> tuple[list[str], bytes]:
        words = self.until(b"\n").decode().split()
        if words[0] in {"need", "attached", "rebooted"}:
            return words, b""
        return words, self.until(b"\nEND\n")

    def run(self, job: str, text: str, **options: object) -> tuple[list[str], bytes]:
        self.start(job, self.store(text), **options)  # type: ignore[arg-type]
        return self.finish()

    def stat(self, job: str, offset: int = 0, most: int = 65536) -> tuple[list[str], bytes]:
        words = self.request(f"stat {job} {offset} {most} END\n")
        return words, self.until(b"\nEND\n")


@pytest.fixture(params=list(SHELLS))
def shell(request: pytest.FixtureRequest) -> list[str]:
    command = SHELLS[request.param]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed: apt install {command[0]}")
    return command


@pytest.fixture
def open_runner(shell: list[str], tmp_path: Path) -> Iterator[Callable[[], Runner]]:
    opened: list[Runner] = []

    def open_one() -> Runner:
        opened.append(Runner(shell, tmp_path / "state"))
        return opened[-1]

    yield open_one
    for runner in opened:
        runner.close()


@pytest.fixture
def runner(open_runner: Callable[[], Runner]) -> Runner:
    return open_runner()


def eventually(true: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def test_exit_code_output_and_messages_come_back(runner: Runner) -> None:
    words, output = runner.run("a-1", 'fact name "$VALUE"; echo out; echo err >&2; exit 3', VALUE="x")
    assert words == ["ended", "3", "exit", "-"]
    assert output == f"{MARK} fact name x\nout\nerr\n".encode()


def test_values_stay_data(runner: Runner, tmp_path: Path) -> None:
    hostile = f"$(touch {tmp_path}/pwned) `touch {tmp_path}/pwned` ; touch {tmp_path}/pwned ' \" \\ * ~"
    _, output = runner.run("a-1", 'printf "%s" "$VALUE"', VALUE=hostile)
    assert output.decode() == hostile
    assert not (tmp_path / "pwned").exists()


def test_the_mark_is_not_in_the_environment_of_what_the_script_starts(runner: Runner) -> None:
    _, output = runner.run("a-1", "env")
    assert MARK.encode() not in output


def test_the_same_job_started_by_eight_at_once_runs_once(open_runner: Callable[[], Runner], tmp_path: Path) -> None:
    runners = [open_runner() for _ in range(8)]
    sha = runners[0].store('echo x >>"$WITNESS"; sleep 0.2')
    for round_ in range(5):
        witness = tmp_path / f"witness-{round_}"
        for each in runners:
            each.start(f"r-{round_}", sha, WITNESS=str(witness))
        ends = [each.finish()[0][0] for each in runners]
        assert set(ends) <= {"ended", "attached"}
        eventually(lambda n=round_: runners[0].stat(f"r-{n}")[0][0] == "ended")  # type: ignore[misc]
        assert witness.read_text() == "x\n"


def test_a_job_outlives_the_session_that_started_it(open_runner: Callable[[], Runner]) -> None:
    first = open_runner()
    first.start("a-1", first.store("echo one; sleep 1; echo two; exit 7"))
    second = open_runner()
    eventually(lambda: second.stat("a-1")[0][0] == "running")
    first.kill()
    eventually(lambda: second.stat("a-1")[0][0] == "ended")
    words, output = second.stat("a-1")
    assert (words[1], output) == ("7", b"one\ntwo\n")
    second.start("a-1", second.store("echo again"))
    assert second.finish() == (["ended", "7", "exit", "-"], b"one\ntwo\n")


def test_the_log_is_read_from_any_byte_and_is_binary_safe(runner: Runner) -> None:
    runner.run("a-1", "printf 'a\\000b\\377c\\n\\nd'")
    whole = b"a\x00b\xffc\n\nd"
    assert runner.stat("a-1")[1] == whole
    assert runner.stat("a-1", 3, 2)[1] == whole[3:5]
    assert runner.stat("a-1", 99)[1] == b""


def test_the_time_limit_ends_the_whole_tree_and_only_then_is_there_an_end(runner: Runner) -> None:
    # Seconds that no other test on this machine sleeps.
    long = f"sleep {30_000 + os.getpid()}"
    text = f"{long}1 & (trap '' TERM; {long}2) & setsid {long}3 & {long}4"
    words, _ = runner.run("a-1", text, timeout=1)
    assert words[2] == "timed-out"
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert not [line for line in listed.splitlines() if line.startswith(long)]


def test_a_silent_step_is_ended_and_a_talking_one_is_not(runner: Runner) -> None:
    assert runner.run("a-1", "sleep 20", silence=2)[0][2] == "silent"
    assert runner.run("a-2", "for i in 1 2 3 4 5 6; do echo $i; sleep 0.5; done", silence=2)[0][2] == "exit"


def test_a_flood_is_ended(runner: Runner) -> None:
    assert runner.run("a-1", "yes", limit=10_000)[0][2] == "flooded"


def test_a_daemon_left_behind_does_not_delay_the_end_and_is_left_alone(runner: Runner) -> None:
    begun = time.monotonic()
    words, output = runner.run("a-1", "sleep 5 & echo $!")
    assert words[:2] == ["ended", "0"]
    assert time.monotonic() - begun < 4
    os.kill(int(output), 0)
    os.kill(int(output), 9)


def test_a_cancelled_job_is_ended_with_all_it_started(open_runner: Callable[[], Runner]) -> None:
    first, second = open_runner(), open_runner()
    first.start("a-1", first.store("setsid sleep 311 & sleep 312"))
    eventually(lambda: second.stat("a-1")[0][0] == "running")
    second.request("cancel a-1 1\n")
    words, _ = first.finish()
    assert (words[0], words[2]) == ("ended", "cancelled")


def test_a_job_cancelled_before_its_start_never_starts(runner: Runner, tmp_path: Path) -> None:
    assert runner.request("cancel a-1 1\n")[0] == "cancelled"
    words, _ = runner.run("a-1", 'touch "$WITNESS"', WITNESS=str(tmp_path / "witness"))
    assert words[0] == "cancelled"
    assert not (tmp_path / "witness").exists()


def test_a_job_that_waits_for_us_goes_on_once_we_have_said_so(open_runner: Callable[[], Runner]) -> None:
    first, second = open_runner(), open_runner()
    first.start("a-1", first.store('until [ -e "$LOTSMAN_ACK" ]; do sleep 0.1; done; echo heard'))
    eventually(lambda: second.stat("a-1")[0][0] == "running")
    assert second.request("ack a-2\n") == ["acknowledged"]
    assert second.stat("a-1")[0][0] == "running", "what is said to one is not said to another"
    assert second.request("ack a-1\n") == ["acknowledged"]
    assert second.request("ack a-1\n") == ["acknowledged"], "saying it twice does no harm"
    assert first.finish() == (["ended", "0", "exit", "-"], b"heard\n")


def test_an_acknowledgement_that_cannot_be_written_is_said(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "state/jobs/a-1.ack").mkdir()
    assert runner.request("ack a-1\n") == ["broken"]
    assert runner.request("hello\n")[0] == "hello", "and the conversation goes on"


def test_a_job_of_an_older_run_is_refused_once_a_newer_one_was_here(runner: Runner, tmp_path: Path) -> None:
    sha = runner.store('echo "$0" >>"$WITNESS"')
    for job, fence, state in (("a-1", 7, "ended"), ("a-2", 8, "ended"), ("a-3", 7, "refused"), ("a-4", 8, "ended")):
        runner.start(job, sha, fence=f"formbot {fence}", WITNESS=str(tmp_path / "witness"))
        assert runner.finish()[0][0] == state, job
    runner.start("b-1", sha, fence="another 1", WITNESS=str(tmp_path / "witness"))
    assert runner.finish()[0][0] == "ended", "another project has numbers of its own"
    assert (tmp_path / "witness").read_text().count("\n") == 4
    assert runner.stat("a-3")[0][0] == "refused", "and stays refused"


def test_an_old_fence_does_not_lock_out_a_database_from_a_backup(runner: Runner, tmp_path: Path) -> None:
    sha = runner.store("true")
    runner.start("a-1", sha, fence="formbot 900")
    runner.finish()
    hours_ago = time.time() - 2 * 3600
    os.utime(tmp_path / "state/fences/formbot", (hours_ago, hours_ago))
    runner.start("a-2", sha, fence="formbot 5")
    assert runner.finish()[0][0] == "ended"


def test_cleaning_removes_old_jobs_and_nothing_else(runner: Runner, tmp_path: Path) -> None:
    jobs = tmp_path / "state" / "jobs"
    runner.run("old-1", "echo x")
    runner.request("cancel old-2 1\n")
    long_ago = time.time() - 20 * 24 * 3600
    for path in (tmp_path / "state").rglob("*"):
        if path.is_file():
            os.utime(path, (long_ago, long_ago))
    runner.run("new-1", "echo y")
    running = runner.store("sleep 30")
    runner.start("new-2", running)
    eventually((jobs / "new-2.begun").exists)
    second = Runner([*SHELLS["dash"]], tmp_path / "state")
    for path in jobs.glob("new-2.*"):
        os.utime(path, (long_ago, long_ago))
    assert second.request("clean 14\n") == ["cleaned"]
    assert not list(jobs.glob("old-*"))
    assert (jobs / "new-1.rc").exists()
    assert second.stat("new-2")[0][0] == "running", "what still runs is kept, however old it is"
    second.request("cancel new-2 1\n")
    assert runner.finish()[0][:3:2] == ["ended", "cancelled"]
    second.close()


def test_a_killed_supervisor_is_lost_and_never_a_success(open_runner: Callable[[], Runner], tmp_path: Path) -> None:
    first, second = open_runner(), open_runner()
    first.start("a-1", first.store("sleep 300"))
    eventually(lambda: second.stat("a-1")[0][0] == "running")
    os.kill(int((tmp_path / "state/jobs/a-1.claim").read_text().split()[0]), 9)
    eventually(lambda: second.stat("a-1")[0][0] == "lost")
    assert int(second.stat("a-1")[0][1]) >= 1, "what it left behind is counted"
    second.request("cancel a-1 1\n")
    eventually(lambda: second.stat("a-1")[0][:2] == ["lost", "0"])


def test_a_step_that_kills_its_own_group_still_ends_truly(runner: Runner) -> None:
    words, _ = runner.run("a-1", "echo bye; kill -TERM 0; sleep 5")
    assert words[:3] == ["ended", "143", "exit"]


def test_a_job_meant_for_an_earlier_boot_is_not_started(runner: Runner, tmp_path: Path) -> None:
    sha = runner.store('touch "$WITNESS"')
    runner.boot = "another-boot"
    runner.start("a-1", sha, WITNESS=str(tmp_path / "witness"))
    assert runner.finish()[0][0] == "rebooted"
    assert not (tmp_path / "witness").exists()


def test_a_script_cut_on_its_way_is_not_stored(runner: Runner) -> None:
    sha = hashlib.sha256(b"whole\n").hexdigest()
    assert runner.request(f"script {sha} END\nwho\nEND\n") == ["broken"]
    runner.start("a-1", sha)
    assert runner.finish()[0] == ["need"]


def test_a_question_leaves_no_trace(runner: Runner, tmp_path: Path) -> None:
    sha = runner.store('echo "$VALUE"; exit 4')
    runner.send(f"ask {sha} 10 1000 {MARK} END\nVALUE=v\n\n")
    assert runner.until(b"\n") == b"asked"
    assert runner.until(b"\n") == b"v"
    assert runner.until(b"\n").strip() + runner.until(b"\n") == b"END 4"
    assert not list((tmp_path / "state/jobs").iterdir())


def test_a_question_is_cut_at_its_limits(runner: Runner) -> None:
    sha = runner.store("yes")
    runner.send(f"ask {sha} 10 1000 {MARK} END\n\n")
    assert len(runner.until(b"\nEND ")) == len("asked\n") + 1000
    runner.until(b"\n")
    sha = runner.store("sleep 20")
    runner.send(f"ask {sha} 1 1000 {MARK} END\n\n")
    assert runner.until(b"\nEND ") == b"asked\n"
    assert runner.until(b"\n") in {b"124", b"143"}


def test_an_end_is_recorded_on_a_full_disk(shell: list[str], tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], check=True)
    try:
        runner = Runner(shell, disk / "state")
        words, _ = runner.run("a-1", 'cat /dev/zero >"$FILL" 2>/dev/null; echo full; exit 5', FILL=f"{disk}/fill")
        assert words[:3] == ["ended", "5", "exit"]
        runner.close()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_cannot_be_written_is_said_and_not_run(shell: list[str], tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    done = subprocess.run(
        [*shell, str(REMOTE / "runner.sh"), "serve", str(tmp_path / "state")],
        input=b"hello\n", capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 73
    assert done.stdout == b""
