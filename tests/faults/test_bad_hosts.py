"""Servers that are not as they should be: every step comes to a true end, and what is wrong is said."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio

from ops.errors import HostUnusable
from ops.hosts.host import JobEnd
from tests.faults.case_hosts import Reach, reached
from tests.faults.lane import Lane
from tests.faults.row import Ground
from tests.faults.server import Server, can_pretend_a_boot

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def reach(ground: Ground) -> AsyncIterator[Reach]:
    """A way to the server that all share."""
    async with reached(ground.fresh(), ground.stage.server) as reach:
        yield reach


def _name(reach: Reach, name: str) -> str:
    return f"bad-{reach.witness.parent.name}-{name}"


async def _ran(reach: Reach, name: str, text: str = "exit 7") -> str:
    """Have a job run to its end; return its id."""
    job = _name(reach, name)
    assert await reach.run(reach.job(job, text), lambda _: None) == JobEnd("exit", 7)
    return job


async def test_a_job_whose_log_is_gone_has_ended_as_it_ended(reach: Reach) -> None:
    job = await _ran(reach, "log", "echo something; exit 7")
    (reach.server.jobs / f"{job}.out").unlink()
    assert await reach.run(reach.job(job, "exit 7"), lambda _: None) == JobEnd("exit", 7)
    assert reach.executions()[job] == 1


@pytest.mark.parametrize("damage", ["", "7 exi", "\0\0\0\0", "seven exit ."])
async def test_a_damaged_end_is_never_taken_for_a_success_and_the_step_never_repeated(
    reach: Reach, damage: str
) -> None:
    job = await _ran(reach, f"rc{abs(hash(damage))}")
    (reach.server.jobs / f"{job}.rc").write_text(damage)
    end = await reach.run(reach.job(job, "exit 7"), lambda _: None)
    assert end.code != 0
    assert end.reason != "never-began"
    assert reach.executions()[job] == 1


@pytest.mark.parametrize("damage", ["", "x", "1 2\n", "999999999 1 no-such-boot 0\n"])
async def test_a_job_with_a_damaged_claim_is_not_started_again(reach: Reach, damage: str) -> None:
    job = await _ran(reach, f"claim{abs(hash(damage))}")
    (reach.server.jobs / f"{job}.claim").write_text(damage)
    (reach.server.jobs / f"{job}.rc").unlink()
    with suppress(TimeoutError):  # where nothing can be read, it is looked again for as long as the step may take
        async with asyncio.timeout(3):
            end = await reach.host.run(reach.job(job, "exit 7"), lambda _: None)
            assert end.reason == "lost"
    assert reach.executions()[job] == 1


async def test_foreign_files_among_the_jobs_disturb_nothing(reach: Reach) -> None:
    reach.server.jobs.mkdir(parents=True, exist_ok=True)
    (reach.server.jobs / "a folder.claim").mkdir(exist_ok=True)
    (reach.server.jobs / "-n\n*.rc").write_text("0 exit .")
    (reach.server.jobs / ".hidden").write_text("x")
    await _ran(reach, "foreign")


async def test_a_clock_that_jumps_by_an_hour_ends_nothing(reach: Reach) -> None:
    job = _name(reach, "clock")
    run = asyncio.create_task(reach.run(reach.job(job, "sleep 4; exit 7", timeout=60), lambda _: None))
    await reach.claimed(job)
    for hours in (-1, 1, 24):
        moment = time.time() + hours * 3600
        for path in reach.server.jobs.glob(f"{job}.*"):
            os.utime(path, (moment, moment))
        await asyncio.sleep(1.1)  # the watchdog looks every second
    assert await run == JobEnd("exit", 7)


async def test_a_home_that_cannot_be_written_is_said(ground: Ground) -> None:
    async with Server(ground.fresh()) as server, reached(ground.fresh(), server) as reach:
        (server.home / ".local").write_text("a file where a folder should be")
        with pytest.raises(HostUnusable) as refused:
            await reach.host.run(reach.job("bad-home", "exit 7"), lambda _: None)
        assert refused.value.why in {"home", "runner"}
        assert not reach.executions()


async def test_a_home_mounted_noexec_is_good_enough(ground: Ground) -> None:
    if os.geteuid() != 0:
        pytest.skip("mounting takes root")
    folder = ground.fresh()
    (folder / "home").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "noexec,size=200m", "tmpfs", str(folder / "home")]
    if subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: ASYNC221  a moment  # noqa: ASYNC221  nothing else runs yet
        pytest.skip("this machine does not let us mount")
    try:
        async with Server(folder) as server, reached(ground.fresh(), server) as reach:
            await _ran(reach, "noexec")
    finally:
        subprocess.run(["umount", str(folder / "home")], check=True)  # noqa: ASYNC221  a moment  # noqa: ASYNC221  nothing runs any more


async def test_without_setsid_a_step_runs_and_is_cancelled_all_the_same(ground: Ground) -> None:
    setsid = shutil.which("setsid")
    if not can_pretend_a_boot() or setsid is None:
        pytest.skip("hiding a program takes root and a mount namespace")
    real = (os.path.realpath(setsid),)  # noqa: ASYNC240  a local link
    async with Server(ground.fresh(), hidden=real) as server, reached(ground.fresh(), server) as reach:
        await _ran(reach, "plain")
        found: list[bytes] = []
        job = _name(reach, "long")
        await reach.run(reach.job(_name(reach, "which"), "command -v setsid; exit 0"), found.append)
        assert b"".join(found) == b"", "it is hidden"
        run = asyncio.create_task(reach.run(reach.job(job, "sleep 300 & sleep 300"), lambda _: None))
        await reach.claimed(job)
        await reach.host.cancel(job, 1)
        assert (await run).reason == "cancelled"


async def _asked(lane: Lane) -> str:
    """Wait until the chat is asked what became of a step; return the question."""
    await lane.until_rows("SELECT count(*) FROM runs WHERE asked_at IS NOT NULL")
    await lane.world.until(
        lambda: any(len(message.labels) > 1 for message in lane.world.messages(lane.team)), timeout=30
    )
    return next(message.text for message in lane.world.messages(lane.team) if len(message.labels) > 1)


async def test_a_step_whose_supervisor_was_killed_is_asked_about_and_not_repeated(ground: Ground) -> None:
    async with ground.lane() as lane:
        await lane.start()
        lane.deploy("wait")
        await lane.until_rows("SELECT count(*) FROM events WHERE body->>'step' = 'code'")
        (job,) = [job for job in await _jobs_begun(lane) if job.endswith("-1-3s1")]
        os.kill(int((lane.stage.server.jobs / f"{job}.claim").read_text().split()[0]), signal.SIGKILL)
        assert "Code" in await _asked(lane)
        assert lane.witnesses().count((job, "begun")) == 1
        assert not [each for each, _ in lane.witnesses() if each.endswith("-1-3s2")]


async def test_a_server_that_restarts_mid_step_is_asked_about_and_the_step_not_repeated(ground: Ground) -> None:
    if not can_pretend_a_boot():
        pytest.skip("pretending a boot id takes root and a mount namespace")
    async with Server(ground.fresh(), boot="first") as server:
        stage = ground.stage.__class__(server, ground.stage.crew, ground.stage.dsn)
        async with ground.lane(stage=stage) as lane:
            await lane.start()
            lane.deploy("wait")
            await lane.until_rows("SELECT count(*) FROM events WHERE body->>'step' = 'code'")
            await _jobs_begun(lane)
            await server.reboot("second")
            assert "Code" in await _asked(lane)
            assert len([word for job, word in lane.witnesses() if "-3s" in job and word == "begun"]) == 1


async def _jobs_begun(lane: Lane) -> list[str]:
    """Wait until the fourth step has left its mark; return the jobs that have begun."""
    async with asyncio.timeout(30):
        while not any(job.endswith("-1-3s1") for job, _ in lane.witnesses()):  # noqa: ASYNC110  nothing tells of a file
            await asyncio.sleep(0.05)
    return [job for job, word in lane.witnesses() if word == "begun"]
