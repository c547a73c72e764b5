"""Runs that wait, are cancelled, go on, ask a person, or lose the process that drives them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import utc_now
from demo.botapi.message import Message
from demo.sandbox.sandbox import Sandbox
from ops.runs.attention import remind
from ops.runs.events import Part
from tests.e2e.conftest import Opening
from tests.e2e.harbour import TOKEN, Harbour

ROOT = Path(__file__).parent.parent.parent


class Gate:
    """Holds the step that puts a version into the work tree: a Git hook waits, with a tree of processes below it.

    The version before passes freely, so that the way back does. One of the processes does not listen to TERM.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._gate = sandbox.layout.temporary / "gate"
        self._passed = sandbox.layout.temporary / "passed"
        hook = sandbox.path / ".git" / "hooks" / "post-checkout"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(
            "#!/bin/sh\n"
            f'[ -e "{self._gate}" ] && [ "$2" != {sandbox.commit_of("v1.2.2")} ] || exit 0\n'
            f'echo "$$" >>"{self._passed}"\n'
            "sleep 900 & setsid sleep 901 & sh -c 'trap : TERM; while sleep 1; do :; done' &\n"
            f'while [ -e "{self._gate}" ]; do sleep 0.1; done\n'
            "kill $(jobs -p); kill -9 $!\n"
        )
        hook.chmod(0o755)
        self._gate.touch()

    async def reached(self) -> None:
        """Wait until a step is held."""
        async with asyncio.timeout(60):
            while not self._passed.exists():  # noqa: ASYNC110  nothing tells of a file
                await asyncio.sleep(0.02)

    def open(self) -> None:
        """Let everything pass from now on."""
        self._gate.unlink(missing_ok=True)


@pytest.fixture
def gate(sandbox: Sandbox) -> Iterator[Gate]:
    """Closed."""
    gate = Gate(sandbox)
    yield gate
    gate.open()


def processes_of(sandbox: Sandbox, run: int) -> list[int]:
    """Every process that this sandbox's steps of a run have started and that lives."""
    claims = (sandbox.layout.home / ".local/state/lotsman/jobs").glob(f"*-{run}-*.claim")
    supervisors = [claim.read_text().split()[:2] for claim in claims]
    cookies = {f"LOTSMAN_JOB={pid}-{start}".encode() for pid, start in supervisors}
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                if cookies & set((folder / "environ").read_bytes().split(b"\0")):
                    found.append(int(folder.name))
    return found


async def kill_supervisor(harbour: Harbour, *, orphans: bool = False) -> None:
    """End what keeps the running step of run 1 on its server, and what the step has started, without a word.

    orphans: what it has started lives on.
    """
    run = await harbour.app.driver.journal.load(1)
    jobs = harbour.sandbox.layout.home / ".local/state/lotsman/jobs"
    (claim,) = jobs.glob(f"*-{run.running[0].started.job}.claim")
    os.kill(int(claim.read_text().split()[0]), signal.SIGKILL)
    for pid in [] if orphans else processes_of(harbour.sandbox, 1):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


async def own_steps(harbour: Harbour, run: int) -> list[str]:
    """The steps that a run has executed itself, in order."""
    found = await harbour.app.driver.journal.load(run)
    own = [attempt.started for attempt in found.attempts if attempt.started.job.startswith(f"{run}-")]
    return [started.step for started in own if started.part is Part.DO]


async def locked(harbour: Harbour) -> bool:
    count: int = await harbour.app.driver.pool.fetchval("SELECT count(*) FROM locks")
    return count > 0


async def held_deploy(harbour: Harbour, gate: Gate, text: str = "/deploy main") -> Message:
    """Begin a deploy and wait until it is held amid a change; return its card."""
    harbour.world.say(harbour.team, harbour.olena, text)
    await gate.reached()
    card = await harbour.letter("run:1")
    await harbour.until_shows(card, "⏳ Код")
    return card


class TestTheLine:
    async def test_who_comes_second_may_wait_and_begins_in_order_over_a_restart(
        self, harbour: Harbour, gate: Gate
    ) -> None:
        await held_deploy(harbour, gate, "/deploy v1.2.3")
        for number, (text, by, label) in enumerate(
            [
                ("/deploy main", harbour.ihor, "Встать в очередь"),
                ("/backup", harbour.olena, "Стати в чергу"),
                ("/deploy broken", harbour.ihor, "Встать в очередь"),
            ],
            2,
        ):
            (refusal,) = await harbour.say(text, by=by)
            assert "#1" in refusal.text
            (card,) = await harbour.press(refusal, label, by=by)
            assert f"Місце в черзі: {number - 1}." in card.text
        second, third, fourth = [await harbour.letter(f"run:{number}") for number in (2, 3, 4)]
        await harbour.stop_bot()
        await harbour.start_bot()
        harbour.world.press(fourth, "Скасувати", by=harbour.ihor)
        gone = await harbour.letter("run-ended:4")
        assert "скасовано (Игорь), нічого не змінено" in gone.text
        gate.open()
        await harbour.until_shows(third, "Місце в черзі: 1.")
        for number in (1, 2, 3):
            assert (await harbour.letter(f"run-ended:{number}", 90)).text.startswith("✅")
        assert second.text.startswith("✅ formbot · деплой #2 · Игорь")
        ends = await harbour.app.driver.pool.fetch("SELECT id FROM runs WHERE id < 4 ORDER BY ended_at")
        assert [row["id"] for row in ends] == [1, 2, 3]
        assert await own_steps(harbour, 4) == []
        assert not await locked(harbour)


class TestCancel:
    async def test_mid_step_the_whole_tree_ends_and_what_was_done_stays_and_is_told(
        self, harbour: Harbour, gate: Gate
    ) -> None:
        await held_deploy(harbour, gate)
        assert len(processes_of(harbour.sandbox, 1)) >= 5
        (question,) = await harbour.say("/cancel 1")
        assert question.labels == [["Зупинити тут"], ["Зупинити й відкотити"]]
        harbour.world.press(question, "Зупинити тут", by=harbour.olena)
        result = await harbour.letter("run-ended:1", 15)
        assert processes_of(harbour.sandbox, 1) == []
        assert not await locked(harbour)
        assert "скасовано (Олена), зроблене лишилося як є" in result.text
        assert (await harbour.sandbox.health()).status == 0
        head = await asyncio.to_thread(_git, harbour.sandbox.path, "rev-parse", "HEAD")
        assert head == harbour.sandbox.commit_of("main")

    async def test_with_the_way_back_the_version_before_serves(self, harbour: Harbour, gate: Gate) -> None:
        card = await held_deploy(harbour, gate)
        harbour.world.press(card, "Зупинити й відкотити", by=harbour.olena)
        result = await harbour.letter("run-ended:1", 30)
        assert "скасовано (Олена), знову працює v1.2.2" in result.text
        assert processes_of(harbour.sandbox, 1) == []
        assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of("v1.2.2")


class TestResume:
    async def stopped(self, harbour: Harbour, gate: Gate) -> Message:
        card = await held_deploy(harbour, gate)
        harbour.world.press(card, "Зупинити тут", by=harbour.olena)
        result = await harbour.letter("run-ended:1", 30)
        gate.open()
        assert result.labels == [["Журнал", "Продовжити", "Відкотити"]]
        return result

    async def test_it_goes_on_from_the_step_that_was_stopped_with_the_same_commit(
        self, harbour: Harbour, gate: Gate
    ) -> None:
        result = await self.stopped(harbour, gate)
        wanted = harbour.sandbox.commit_of("main")
        other = harbour.sandbox.commit_of("slow-start")
        _git(harbour.sandbox.layout.repository, "update-ref", "refs/heads/main", other)
        card, end = await harbour.press(result, "Продовжити", 2)
        assert card.text.startswith("✅ formbot · деплой #2 · Олена")
        assert end.text.startswith("✅ formbot: v1.2.2 → ")
        assert await harbour.sandbox.running_commit() in wanted
        assert (await own_steps(harbour, 2))[0] == "code"
        assert len(list((harbour.sandbox.backups / "predeploy").glob("*.sql.gz"))) == 1

    async def test_a_step_that_failed_before_any_change_is_tried_again_once_its_cause_is_mended(
        self, harbour: Harbour
    ) -> None:
        program = harbour.sandbox.layout.bin / "pg_dump"
        real = program.readlink()
        program.unlink()
        program.write_text("#!/bin/sh\nexit 1\n")
        program.chmod(0o755)
        _, failed = await harbour.run("/deploy main")
        assert "нічого не змінено" in failed.text
        program.unlink()
        program.symlink_to(real)
        card, _ = await harbour.press(failed, "Продовжити", 2)
        assert card.text.startswith("✅")
        assert (await own_steps(harbour, 2))[0] == "backup-database.formbot"

    async def test_it_is_refused_when_the_project_changed_or_a_later_run_changed_something(
        self, harbour: Harbour, gate: Gate
    ) -> None:
        result = await self.stopped(harbour, gate)
        for changes in ({"stable": "2s"}, {}):
            await harbour.stop_bot()
            harbour.write_inventory(**changes)
            await harbour.start_bot()
            if changes:
                (refusal,) = await harbour.press(result, "Продовжити")
                assert "змінилися кроки або налаштування проєкту" in refusal.text
        await harbour.run("/deploy slow-start")
        (refusal,) = await harbour.press(result, "Продовжити")
        assert "після нього був #2" in refusal.text
        assert await harbour.runs() == 2


class TestAStepWhoseEndNobodySaw:
    async def asked(self, harbour: Harbour, gate: Gate) -> Message:
        """Lose a step on its server so that its probe cannot tell either; return the question."""
        card = await held_deploy(harbour, gate)
        lock = harbour.sandbox.path / ".git" / "index.lock"
        lock.touch()
        await kill_supervisor(harbour)
        question = await harbour.letter("attention:1:%:0")
        assert "чим скінчився крок «Код» на web1, невідомо" in question.text
        assert question.labels == [["Ще раз", "Зроблено"], ["Відкотити", "Завершити"]]
        await harbour.until_shows(card, "Чекаю на відповідь")
        assert card.labels == question.labels
        assert await locked(harbour)
        lock.unlink()
        gate.open()
        return question

    @pytest.mark.parametrize(
        ("answer", "sign", "version"),
        [("Ще раз", "✅", "main"), ("Зроблено", "✅", "main"), ("Відкотити", "↩️", "v1.2.2")],
    )
    async def test_a_persons_answer_leads_on(
        self, harbour: Harbour, gate: Gate, answer: str, sign: str, version: str
    ) -> None:
        question = await self.asked(harbour, gate)
        end = question.button("Завершити")
        assert end is not None
        harbour.world.press(question, answer, by=harbour.ihor)
        result = await harbour.letter("run-ended:1", 60)
        assert result.text.startswith(sign)
        assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of(version)
        assert (await own_steps(harbour, 1)).count("code") == (2 if answer == "Ще раз" else 1)
        assert question.labels == [], "who comes later sees that somebody has answered"
        assert question.text.endswith(f"→ {answer} (Игорь)")
        harbour.world.press(question, str(end.data), by=harbour.olena, replay=True)
        await harbour.world.until(lambda: "#1 про це вже не питає" in harbour.messages()[-1].text)

    async def test_people_are_reminded_every_quarter_of_an_hour_and_may_end_it_as_it_stands(
        self, harbour: Harbour, gate: Gate
    ) -> None:
        first = await self.asked(harbour, gate)
        journal = harbour.app.driver.journal
        for minutes in (14, 16, 17):
            await remind(journal, utc_now() + timedelta(minutes=minutes))
        harbour.app.postman.wake()
        second = await harbour.letter("attention:1:%:1")
        assert (second.id, second.labels) != (first.id, [])
        await remind(journal, utc_now() + timedelta(minutes=31))
        harbour.app.postman.wake()
        third = await harbour.letter("attention:1:%:2")
        harbour.world.press(third, "Завершити", by=harbour.olena)
        result = await harbour.letter("run-ended:1")
        assert "завершено як є (Олена)" in result.text
        assert not await locked(harbour)
        (late,) = await harbour.press(first, "Ще раз")
        assert "#1 про це вже не питає" in late.text
        assert (await own_steps(harbour, 1))[-1] == "code"

    async def test_unlock_wants_an_admin_a_reason_and_a_dead_job(self, harbour: Harbour, gate: Gate) -> None:
        await held_deploy(harbour, gate)
        (no_right,) = await harbour.say("/unlock formbot stuck", by=harbour.ihor)
        assert "нет на это права" in no_right.text
        (no_reason,) = await harbour.say("/unlock formbot")
        assert "Потрібна причина" in no_reason.text
        (alive,) = await harbour.say("/unlock formbot завис")
        assert "web1: крок «Код» запуску #1 ще працює" in alive.text
        (harbour.sandbox.path / ".git" / "index.lock").touch()
        await kill_supervisor(harbour, orphans=True)
        await harbour.letter("attention:1:%:0")
        assert processes_of(harbour.sandbox, 1)
        harbour.world.say(harbour.team, harbour.olena, "/unlock formbot сервер перевірено, перезапустимо")
        result = await harbour.letter("run-ended:1")
        assert processes_of(harbour.sandbox, 1) == [], "what the lost step has left behind is ended"
        assert "проєкт звільнено (Олена: сервер перевірено, перезапустимо)" in result.text
        assert not await locked(harbour)
        (free,) = await harbour.say("/unlock formbot ще раз")
        assert "нічим не зайнятий" in free.text


@pytest.mark.parametrize("fetched", [True, False])
async def test_a_plan_tells_all_and_touches_nothing(harbour: Harbour, fetched: bool) -> None:  # noqa: FBT001  a parameter of the test
    repository = harbour.sandbox.layout.repository
    if not fetched:
        commit = _git(repository, "commit-tree", "main^{tree}", "-p", "main", "-m", "Fresh from the press")
        _git(repository, "update-ref", "refs/heads/main", commit)
    before = _listing(harbour.sandbox.path)
    (answer,) = await harbour.say("/plan main")
    assert _listing(harbour.sandbox.path) == before
    assert ("Fresh from the press" in answer.text) is not fetched
    assert answer.labels == [["🚢 Розгорнути"]]
    text = (answer.document or b"").decode()
    table = text.split("\n\n")[1].splitlines()
    assert table[0].split() == ["web1"]
    assert len([line for line in table[1:] if line.endswith(" x")]) == 15
    assert harbour.sandbox.commit_of("main") in text
    assert 'git -C "$PROJECT_PATH" -c advice.detachedHead=false checkout' in text
    assert await harbour.runs() == 0
    assert not list(harbour.sandbox.backups.rglob("*.gz"))


async def test_when_the_process_that_drives_dies_another_goes_on_and_no_step_runs_twice(
    opening: Opening, sandbox: Sandbox
) -> None:
    async with opening(drives=False) as harbour, worker_process(harbour) as first:
        harbour.world.say(harbour.team, harbour.olena, "/deploy slow-start")
        gate = Gate(sandbox)
        await gate.reached()
        async with worker_process(harbour):
            card = await harbour.letter("run:1")
            first.kill()
            await first.wait()
            await harbour.until_row("SELECT epoch = 2 FROM runs WHERE id = 1", 60)
            gate.open()
            result = await harbour.letter("run-ended:1", 60)
        assert card is (await harbour.letter("run:1"))
        assert card.text.startswith("✅")
        assert result.reply_to is card
        steps = await own_steps(harbour, 1)
        assert len(steps) == len(set(steps)) == 15
        assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of("slow-start")


@asynccontextmanager
async def worker_process(harbour: Harbour) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker beside the bot: another process with the same database; ends with the block."""
    settings = harbour.settings()
    environment = {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": settings.bot_api_url,
        "TEAM_CHAT_ID": str(settings.team_chat_id),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "LOTSMAN_CONFIG": str(settings.lotsman_config),
        "STATE_DIR": str(settings.state_dir),
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
    }
    managers = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%queue%'"
    before = await harbour.app.driver.pool.fetchval(managers)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "worker", cwd=harbour.folder, env=environment
    )
    try:
        await harbour.until_row(f"SELECT ({managers}) > {before}", 30)
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def _git(folder: Path, *words: str) -> str:
    identity = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.test"}
    identity |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in identity.items()}
    command = ["git", "-C", str(folder), *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **identity})
    return done.stdout.strip()


def _listing(folder: Path) -> dict[str, tuple[object, ...]]:
    """Every path below a folder with its mode, time of change, owner and content."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""
        found[str(path)] = (about.st_mode, about.st_mtime_ns, about.st_uid, about.st_ino, content)
    return found
