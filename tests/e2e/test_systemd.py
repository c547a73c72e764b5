"""The bot against a server as people have them: Debian with systemd, logind, journald, sshd, sudo and PostgreSQL.

Where such a host cannot be booted these are skipped with the reason; test_deploy has the main job against the sandbox,
whose systemctl, sudo and journalctl are stand-ins.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import asyncssh
import pytest
import pytest_asyncio

from bot.check import check as check_everything
from demo.botapi.message import Message
from handlers import follow
from tests.e2e.harbour import Harbour
from tests.e2e.hosts.host import SystemdHost, documented_sudoers
from tests.e2e.hosts.image import BuildFailed, HostsImpossible, check, image
from tests.length import only_long

Opening = Callable[..., AbstractAsyncContextManager[Harbour]]

ALEMBIC_INI = "[alembic]\nscript_location = alembic\n"
ALEMBIC_ENV = """\
import os
from alembic import context
from sqlalchemy import create_engine
settings = dict(line.strip().split("=", 1) for line in open(".env") if "=" in line)
with create_engine(settings["DATABASE_URL"]).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
ALEMBIC_VERSION = """\
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.execute({sql!r})
"""
ALEMBIC_STEP = """\
from alembic import op
revision, down_revision = {revision!r}, {before!r}
def upgrade():
    op.execute({up!r})
def downgrade():
    op.execute({down!r})
"""
SLOW = "SELECT pg_sleep(4)"
SLEEPING = (
    'runuser -u postgres -- psql -Atqc "SELECT 1 FROM pg_stat_activity '
    "WHERE query LIKE '%pg_sleep(%' AND pid <> pg_backend_pid()\" | grep -q 1"
)
KEYS_ELSEWHERE = (
    "install -D -m 644 /home/deploy/.ssh/authorized_keys /etc/ssh/keys/deploy && "
    "echo AuthorizedKeysFile /etc/ssh/keys/%u .ssh/authorized_keys >/etc/ssh/sshd_config.d/keys.conf"
)
CUT = "pkill -KILL -u deploy -x sshd"
"""Ends every connection of deploy's, and only those: what else they left is logind's business."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def booted(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SystemdHost]:
    """A host, or a skip that says why there can be none."""
    try:
        check()
        host = await SystemdHost.boot(await asyncio.to_thread(image), tmp_path_factory.mktemp("systemd") / "web1")
    except HostsImpossible as error:
        pytest.skip(f"no host with systemd: {error}; test_deploy has the same against the sandbox's stand-in")
    except BuildFailed as error:
        if os.environ.get("LOTSMAN_CI") == "1":
            raise
        pytest.skip(f"no image of a host: {error}")
    yield host
    await host.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def host(booted: SystemdHost) -> SystemdHost:
    """The host as it was built."""
    await booted.reset()
    return booted


@pytest.fixture
def opening(host: SystemdHost, fresh_dsn: str, tmp_path: Path) -> Opening:
    """Opens a harbour on the host; keyword arguments change the project."""

    def open_harbour(**project: object) -> AbstractAsyncContextManager[Harbour]:
        return Harbour(host, fresh_dsn, tmp_path, **project).open()  # type: ignore[arg-type]  # has what inventories say

    return open_harbour


async def attempts(harbour: Harbour, step: str) -> list[tuple[str, str]]:
    """Part and outcome of every attempt at a step, in order."""
    rows = await harbour.app.driver.pool.fetch("SELECT body FROM events ORDER BY run_id, seq")
    events = [json.loads(row["body"]) if isinstance(row["body"], str) else row["body"] for row in rows]
    ended = {event["job"]: event["outcome"] for event in events if event["kind"] == "step-ended"}
    started = [event for event in events if event["kind"] == "step-started" and event["step"] == step]
    return [(event["part"], ended.get(event["job"], "")) for event in started]


async def until_it_asks(harbour: Harbour) -> Message:
    """Return the question, once there is one."""
    await harbour.world.until(lambda: any("Зроблено" in str(m.labels) for m in harbour.messages()), timeout=90)
    return next(message for message in harbour.messages() if "Зроблено" in str(message.labels))


async def test_a_deploy_goes_live_step_by_step_and_its_journal_can_be_read(opening: Opening, host: SystemdHost) -> None:
    async with opening() as harbour:
        card, result = await harbour.run("/deploy main")

        assert card.text.startswith("✅ formbot · деплой #1 · Олена\nv1.2.2 → ")
        assert card.text.count("\n✅ ") == 16
        assert result.text.startswith("✅ formbot: v1.2.2 → ")
        assert len(card.edits) >= 3
        health = await host.health()
        assert (health["commit"], health["pending_migrations"]) == (await host.commit("main"), [])
        (logs,) = await harbour.say("/logs formbot journal")
        assert "listening on" in logs.text
        assert "systemd[1]: Started formbot.service - Web forms" in logs.text
        (status,) = await harbour.say("/status")
        assert "✅" in status.text
        assert (await host.commit("main"))[:8] in status.text


def writers(text: str) -> set[str]:
    """Return the processes, systemd aside, that wrote lines of a journal."""
    return set(re.findall(r" (?!systemd)[\w.-]+\[(\d+)\]: ", text))


async def test_the_journal_is_told_apart_by_starts_and_times_and_can_be_followed(
    opening: Opening, host: SystemdHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "LOOK_SECONDS", 0.2)
    async with opening(logs={"journal": {"unit": "formbot"}}, checks=[]) as harbour:
        (before,) = await harbour.say("/logs formbot 50 start=last")
        await host.root("systemctl restart formbot")
        (after,) = await harbour.say("/logs formbot 50 start=last")
        (earlier,) = await harbour.say("/logs formbot 50 start=-1")
        assert writers(before.text)
        assert writers(before.text) <= writers(earlier.text)
        assert "Started formbot" in after.text
        assert not writers(before.text) & writers(after.text)
        (nothing,) = await harbour.say("/logs formbot since=2h until=1h")
        assert "порожньо" in nothing.text
        (live,) = await harbour.say("/logs formbot follow=1m")
        await host.root("systemctl restart formbot")
        await harbour.world.until(lambda: live.text.count("Started formbot") >= 2, timeout=60)
        harbour.world.press(live, "⏹ Досить", by=harbour.olena)
        await harbour.until_shows(live, "⏹ Зупинив")


async def test_a_crash_loop_that_systemd_gives_up_on_is_taken_back(opening: Opening, host: SystemdHost) -> None:
    await host.drop_in("formbot", "[Service]\nRestartSec=50ms\n[Unit]\nStartLimitBurst=1\nStartLimitIntervalSec=1h\n")
    before = await host.commit()
    async with opening() as harbour:
        card, result = await harbour.run("/deploy broken")
        assert "Start request repeated too quickly." in await host.journal("formbot")
        assert card.text.startswith("↩️")
        assert "KeyError: 'FORMBOT_REGION'" in result.text
        assert await host.commit() == before
        assert await host.root("systemctl is-active formbot") == "active"


async def test_a_rollback_brings_back_code_and_config_with_their_owner(opening: Opening, host: SystemdHost) -> None:
    async with opening() as harbour:
        await harbour.run("/deploy v1.2.3")
        await host.root("echo FEATURE=for-1.2.3 >>/srv/formbot/.env")
        await harbour.run("/deploy main")
        await host.root("sed -i s/for-1.2.3/for-main/ /srv/formbot/.env && chown deploy:formbot /srv/formbot/.env")
        card, _ = await harbour.run("/rollback v1.2.3")
        assert card.text.startswith("✅ formbot · відкат #3")
        assert await host.commit() == await host.commit("v1.2.3")
        env = await host.root("cd /srv/formbot && tail -n 1 .env && stat -c '%U:%G %a' .env")
        assert env.split("\n") == ["FEATURE=for-1.2.3", "deploy:formbot 640"]


async def test_a_right_that_is_missing_is_refused_before_the_first_change(opening: Opening, host: SystemdHost) -> None:
    await host.allow("deploy ALL=(root) NOPASSWD: /usr/bin/systemctl stop formbot, /usr/bin/systemctl start ssh\n")
    started = await host.root("systemctl show -p ActiveEnterTimestampMonotonic formbot")
    async with opening() as harbour:
        card, result = await harbour.run("/deploy main")
        assert card.text.startswith("⛔")
        assert "sudo systemctl start formbot" in result.text
        assert await host.root("systemctl show -p ActiveEnterTimestampMonotonic formbot") == started
        assert await host.root("ls /opt/backups") == ""


async def test_several_units_are_stopped_backwards_and_started_in_order(opening: Opening, host: SystemdHost) -> None:
    await host.allow(documented_sudoers() + documented_sudoers().replace(" formbot", " formbot-worker"))
    await host.root("systemctl start formbot-worker && date +%s.%N >/root/now")
    async with opening(services=["formbot", "formbot-worker"], checks=[]) as harbour:
        card, _ = await harbour.run("/deploy main")
        assert card.text.startswith("✅")
    said = await host.root(
        'journalctl --since "@$(cat /root/now)" -o cat -u formbot -u formbot-worker --no-pager _PID=1'
    )
    order = [
        line.split()[0] + " " + line.split()[1] for line in said.splitlines() if line.startswith(("Stopped", "Started"))
    ]
    assert order[order.index("Stopped formbot-worker.service") :] == [
        "Stopped formbot-worker.service",
        "Stopped formbot.service",
        "Started formbot.service",
        "Started formbot-worker.service",
    ]
    assert (await host.health(8081))["commit"] == await host.commit("main")


async def test_alembic_brings_the_database_up_or_has_the_deploy_taken_back(opening: Opening, host: SystemdHost) -> None:
    async def push(branch: str, sql: str) -> None:
        version = ALEMBIC_VERSION.format(sql=sql)
        await host.branch(
            branch,
            {"alembic.ini": ALEMBIC_INI, "alembic/env.py": ALEMBIC_ENV, "alembic/versions/0001_notes.py": version},
        )

    await push("wrong", "ALTER TABLE nobody_made_this ADD COLUMN at timestamptz")
    await push("right", "CREATE TABLE notes (at timestamptz DEFAULT now())")
    database = {"engine": "postgres", "name": "formbot", "sudo_user": "postgres"}
    alembic = {"migrations": "alembic", "migrations_folder": "alembic/versions"}
    async with opening(databases=[database], **alembic) as harbour:
        card, result = await harbour.run("/deploy wrong")
        assert card.text.startswith("↩️")
        assert "міграція не вдалася" in result.text
        assert await host.commit() == await host.commit("v1.2.2")
        card, _ = await harbour.run("/deploy right")
        assert card.text.startswith("✅")
        assert await host.commit() == await host.commit("right")
        assert await rows(host, "SELECT version_num FROM alembic_version") == "0001"


async def test_a_rollback_takes_alembics_migrations_back_when_it_is_told_to_and_up_again_when_it_does_not_serve(
    opening: Opening, host: SystemdHost
) -> None:
    def step(revision: str, before: str | None, up: str, down: str) -> dict[str, str]:
        text = ALEMBIC_STEP.format(revision=revision, before=before, up=up, down=down)
        return {f"alembic/versions/{revision}.py": text}

    first = step("0001", None, "CREATE TABLE notes (at timestamptz)", "DROP TABLE notes")
    second = step("0002", "0001", "ALTER TABLE notes ADD place text", "ALTER TABLE notes DROP place")
    await host.branch("one", {"alembic.ini": ALEMBIC_INI, "alembic/env.py": ALEMBIC_ENV, **first})
    await host.branch("two", second, "one")
    await host.branch("sunk", {"formbot/__init__.py": "raise SystemExit(3)\n"}, "one")
    database = {"engine": "postgres", "name": "formbot", "sudo_user": "postgres"}
    alembic = {"migrations": "alembic", "migrations_folder": "alembic/versions"}
    columns = "SELECT count(*) FROM information_schema.columns WHERE table_name = $$notes$$"
    async with opening(databases=[database], **alembic) as harbour:
        for branch in ("one", "two"):
            card, result = await harbour.run(f"/deploy {branch}")
            assert card.text.startswith("✅"), result.text
        assert await rows(host, columns) == "2"

        (way,) = await harbour.say("/rollback sunk")
        assert "0002.py" in way.text
        card, result = await harbour.press(way, "Код і міграції", 2)
        assert card.text.startswith("↩️"), result.text
        assert await attempts(harbour, "migrate-down") == [("do", "ok"), ("undo", "ok")]
        assert (await rows(host, columns), await host.commit()) == ("2", await host.commit("two"))

        (way,) = await harbour.say("/rollback one")
        dumps = "ls /opt/backups/predeploy/formbot_*.sql.gz | wc -l"
        before = int(await host.root(dumps))
        card, result = await harbour.press(way, "Код і міграції", 2)
        assert card.text.startswith("✅"), result.text
        assert await rows(host, "SELECT version_num FROM alembic_version") == "0001"
        assert (await rows(host, columns), await host.commit()) == ("1", await host.commit("one"))
        assert int(await host.root(dumps)) == before + 1, "what was in the column is in a backup"


async def test_a_step_survives_the_restart_of_sshd_and_the_loss_of_every_connection(
    opening: Opening, host: SystemdHost
) -> None:
    await host.root("loginctl enable-linger deploy")
    await host.branch("slow", {"migrations/0005_slow.sql": f"CREATE TABLE once (); {SLOW};"})
    async with opening() as harbour:
        running = asyncio.create_task(harbour.run("/deploy slow"))
        await host.until(SLEEPING)
        await host.root("systemctl restart ssh")
        await host.until(CUT)
        card, _ = await running
        assert card.text.startswith("✅")
        assert await attempts(harbour, "migrate") == [("do", "ok")]
        assert await host.commit() == await host.commit("slow")


async def test_check_warns_of_a_logind_that_would_kill_steps_and_says_what_to_do(
    opening: Opening, host: SystemdHost
) -> None:
    async with opening() as harbour:
        t = harbour.app.languages["en"]

        async def warnings() -> list[str]:
            found = [each async for each in check_everything(harbour.settings(), t) if each.subject == "web1: formbot"]
            assert [each.good for each in found] == [True]
            return [warning for each in found for warning in each.warnings]

        (warning,) = await warnings()
        assert "sudo loginctl enable-linger deploy" in warning
        await host.root("loginctl enable-linger deploy")
        assert await warnings() == []


@pytest.mark.parametrize("by", [pytest.param("lingering", marks=only_long), "sudo"])
async def test_a_step_survives_a_logind_that_kills_what_sessions_leave(
    opening: Opening, host: SystemdHost, by: str
) -> None:
    if by == "lingering":
        await host.root("loginctl enable-linger deploy")
    else:
        await host.allow("deploy ALL=(root) NOPASSWD: ALL\n")
    await host.branch("slow", {"migrations/0005_slow.sql": f"CREATE TABLE once (); {SLOW};"})
    other = await host.connect("deploy")
    await other.run("setsid sleep 4242 </dev/null >/dev/null 2>&1 &")
    async with opening() as harbour:
        running = asyncio.create_task(harbour.run("/deploy slow"))
        await host.until(SLEEPING)
        await host.root("pgrep -f 'sleep 424[2]'")
        await host.until(CUT)
        await host.until("! pgrep -f 'sleep 424[2]'")  # so this logind does kill
        card, _ = await running
        assert card.text.startswith("✅")
        assert await attempts(harbour, "migrate") == [("do", "ok")]
    other.abort()
    await other.wait_closed()


async def test_a_step_that_such_a_logind_killed_is_noticed_and_taken_back(opening: Opening, host: SystemdHost) -> None:
    await host.branch("slow", {"migrations/0005_slow.sql": f"CREATE TABLE once (); {SLOW};"})
    async with opening() as harbour:
        running = asyncio.create_task(harbour.run("/deploy slow"))
        await host.until(SLEEPING)
        await host.until(CUT)
        card, _ = await running
        assert card.text.startswith("↩️")
        assert await attempts(harbour, "migrate") == [("do", "unknown"), ("probe", "failed")]
        assert await host.commit() == await host.commit("v1.2.2")
        assert await rows(host, "SELECT count(*) FROM pg_tables WHERE tablename = $$once$$") == "0"


@only_long
async def test_a_harmless_step_that_a_reboot_cut_off_is_run_again(opening: Opening, host: SystemdHost) -> None:
    await host.drop_in("formbot", "[Service]\nExecStop=/bin/sleep 3\n")
    async with opening() as harbour:
        running = asyncio.create_task(harbour.run("/deploy main"))
        await host.until("systemctl is-active formbot | grep -q deactivating")
        before = await reboot(host)
        card, _ = await running
        assert card.text.startswith("✅")
        assert await attempts(harbour, "stop") == [("do", "unknown"), ("do", "ok")]
        assert await host.commit() == await host.commit("main")  # though the reboot had started v1.2.2 again
        assert await boots_of_later_jobs(host) == {await boot(host)} != {before}


async def test_a_migration_that_a_power_cut_ended_is_put_to_a_person(opening: Opening, host: SystemdHost) -> None:
    version = ALEMBIC_VERSION.format(sql=SLOW.replace("4", "30"))
    await host.branch(
        "slow-alembic",
        {"alembic.ini": ALEMBIC_INI, "alembic/env.py": ALEMBIC_ENV, "alembic/versions/0001_slow.py": version},
    )
    async with opening(migrations="alembic", migrations_folder="alembic/versions") as harbour:
        harbour.world.say(harbour.team, harbour.olena, "/deploy slow-alembic")
        await host.until(SLEEPING)
        await reboot(host, "--force --force")
        question = await until_it_asks(harbour)
        assert "web1" in question.text
        assert (await attempts(harbour, "migrate"))[0] == ("do", "unknown")
        assert await harbour.runs() == 1
        await harbour.press(question, "Відкотити")
        await harbour.until_row("SELECT result = 'rolled-back' FROM runs")
        assert await host.commit() == await host.commit("v1.2.2")


@pytest.mark.parametrize("spoil", ["chown root:root /home/deploy", "mv /home/deploy /home/elsewhere"])
async def test_a_home_that_cannot_be_written_is_told(opening: Opening, host: SystemdHost, spoil: str) -> None:
    await host.root(f"{KEYS_ELSEWHERE} && systemctl restart ssh && {spoil}")
    try:
        async with opening() as harbour:
            card, result = await harbour.run("/deploy main")
            assert card.text.startswith("⛔")
            assert "у домашню теку не вдається писати" in result.text
    finally:
        await host.root("[ ! -d /home/elsewhere ] || mv /home/elsewhere /home/deploy; chown deploy:deploy /home/deploy")
        await host.root("rm /etc/ssh/sshd_config.d/keys.conf && systemctl restart ssh")


async def rows(host: SystemdHost, query: str) -> str:
    """Ask formbot's database."""
    return await host.root(f"cd / && runuser -u postgres -- psql -Atqc '{query}' formbot")


async def boot(host: SystemdHost) -> str:
    """The id of the boot that the host is in."""
    return await host.until("cat /proc/sys/kernel/random/boot_id")


async def reboot(host: SystemdHost, how: str = "") -> str:
    """Restart the host; return the boot that it was in. how: by force twice is as a power cut, nothing is stopped."""
    before = await boot(host)
    with contextlib.suppress(asyncssh.Error):
        await host.root(f"systemctl reboot {how}")
    async with asyncio.timeout(60):
        while await boot(host) == before:  # noqa: ASYNC110  a dying host tells nobody
            await asyncio.sleep(0.1)
    return before


async def boots_of_later_jobs(host: SystemdHost) -> set[str]:
    """The boots that the steps after the second "stop" were started under, as their claims on the host say."""
    claims = await host.root("cd /home/deploy/.local/state/lotsman/jobs && ls -tr *.claim | xargs cat")
    boots = [line.split()[2] for line in claims.splitlines()]
    return set(boots[boots.index(await boot(host)) :])
