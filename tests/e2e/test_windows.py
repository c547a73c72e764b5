"""Deploys to Windows servers, as people see them. The servers are played: see tests/windows."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.check import check
from tests.e2e.harbour import IHOR, OLENA, VIRA, Harbour
from tests.length import only_long
from tests.windows.machine import Machine, Service, commit_id
from tests.windows.server import WindowsServer

BACKUPS = r"C:\ProgramData\lotsman\backups"


class WindowsHarbour(Harbour):
    """A harbour whose servers are Windows ones. ``siblings`` stay empty: all servers are in ``windows``."""

    def __init__(self, windows: tuple[WindowsServer, ...], dsn: str, folder: Path, **project: object) -> None:
        super().__init__(windows[0], dsn, folder, **project)  # type: ignore[arg-type]
        self.windows = windows
        self._shell = self._changes.pop("shell", "powershell")

    @property
    def servers(self) -> tuple[object, ...]:  # type: ignore[override]
        class Login:
            def __init__(self, server: WindowsServer) -> None:
                self.ssh = server

        return tuple(Login(server) for server in self.windows)

    def write_inventory(self, **changes: object) -> None:
        hosts = {
            f"win{i}": {
                "address": w.address, "port": w.port, "user": w.user, "key": str(w.client_key), "shell": self._shell,
            }
            for i, w in enumerate(self.windows, 1)
        }  # fmt: skip
        project: dict[str, object] = {
            "stack": "windows-service",
            "hosts": list(hosts),
            "path": r"C:\srv\panel",
            "services": ["Panel"],
            "config": [".env"],
            "databases": [{"engine": "postgres", "name": "panel", "url_from": ".env:DATABASE_URL"}],
            "migrations": "alembic",
            "stable": "1s",
            "checks": [{"http": "http://127.0.0.1:8000/health"}, {"log": "app", "clean": True}],
            "logs": {"app": {"file": r"C:\srv\panel\logs\app.log"}},
            **self._changes,
            **changes,
        }
        people = [
            {"id": OLENA, "name": "Олена", "role": "admin"},
            {"id": IHOR, "name": "Игорь", "role": "operator"},
            {"id": VIRA, "name": "Vira", "role": "viewer"},
        ]
        inventory = {"hosts": hosts, "people": people, "projects": {"panel": project}, "alerts": {"every": "off"}}
        (self.folder / "lotsman.yml").write_text(json.dumps(inventory))


def machine(name: str = "WIN1") -> Machine:
    """v1.0 is live; v1.1 needs another library; main has a migration."""
    subjects = ("Перша версія", "Звіти", "Фільтри", "Поламане", "Не стартує", "Погана міграція")
    refs = {"v1.0": subjects[0], "v1.1": subjects[1], "main": subjects[2], "broken": subjects[3]}
    refs |= {"no-start": subjects[4], "bad-migration": subjects[5]}
    ids = {ref: commit_id(subject) for ref, subject in refs.items()}
    return Machine(
        name,
        history=subjects,
        refs=refs,
        head=ids["v1.0"],
        requirements={**dict.fromkeys(ids.values(), "flask-3.1"), ids["v1.0"]: "flask-3.0"},
        installed="flask-3.0",
        migrated=[ids["v1.0"]],
        crashes={ids["broken"]},
        refuses={ids["no-start"]},
        breaks={ids["bad-migration"]},
    )


Opening = Callable[..., AbstractAsyncContextManager[WindowsHarbour]]


@pytest.fixture
def windows(fresh_dsn: str, tmp_path: Path) -> Opening:
    """Opens a harbour with that many Windows servers; further arguments change the project."""

    @contextlib.asynccontextmanager
    async def open_harbour(
        count: int = 1, login_shell: str = "cmd", **project: object
    ) -> AsyncIterator[WindowsHarbour]:
        async with contextlib.AsyncExitStack() as stack:
            servers = []
            for i in range(1, count + 1):
                server = WindowsServer(machine(f"WIN{i}"), tmp_path / f"win{i}", login_shell)
                servers.append(await stack.enter_async_context(server.listening()))
            harbour = await stack.enter_async_context(
                WindowsHarbour(tuple(servers), fresh_dsn, tmp_path, **project).open()
            )
            yield harbour
            assert harbour.world.failures == []

    return open_harbour


async def test_a_deploy_to_windows_puts_the_version_live_in_the_order_of_the_guide(windows: Opening) -> None:
    async with windows() as harbour:
        card, result = await harbour.run("/deploy main")
        m = harbour.windows[0].machine
        assert card.text.startswith("✅ panel · деплой #1 · Олена\nv1.0 → ")
        assert m.head == m.id("main")
        assert m.services["Panel"].state == "Running"
        assert m.installed == "flask-3.1"
        assert m.migrated[-1] == m.head
        order = [name for name in m.played if name not in {"secrets", "refs"}]
        assert order == [
            "reach", "resolve", "preflight", "pending-migrations", "backup-postgres", "backup-config", "stop", "code",
            "dependencies", "migrate", "start", "check-unit", "check-http", "check-log", "tail-log",
        ]  # fmt: skip
        assert any(path.startswith(rf"{BACKUPS}\predeploy\panel_") for path in m.files)
        log = (result.document or b"").decode()
        assert "Backup created: panel_" in log
        assert "слухає, ключ" in log  # UTF-8 all the way, and secrets of the config masked
        assert "keepmequiet123" not in log
        assert "\r" not in log
        assert await harbour.app.driver.pool.fetchval("SELECT count(*) FROM releases") == 1


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("bad-migration", "міграція не вдалася"),
        ("no-start", "служба не запустилася"),
        ("broken", "служба впала після запуску"),
    ],
)
async def test_a_bad_version_is_taken_back_on_windows(windows: Opening, version: str, reason: str) -> None:
    async with windows() as harbour:
        m = harbour.windows[0].machine
        before, env = m.head, dict(m.config)
        card, result = await harbour.run(f"/deploy {version}")
        assert "знову працює v1.0" in card.text
        assert reason in result.text
        assert (m.head, m.services["Panel"].state, m.installed, m.config) == (before, "Running", "flask-3.0", env)
        if version == "no-start":
            assert "Не вдається запустити службу «Панель керування (Panel)»" in result.text


async def test_a_rollback_on_windows_brings_back_code_dependencies_and_config(windows: Opening) -> None:
    async with windows() as harbour:
        m = harbour.windows[0].machine
        await harbour.run("/deploy v1.1")
        m.config[".env"] += "FEATURE=for-1.1\r\n"
        await harbour.run("/deploy main")
        m.config[".env"] = "FEATURE=for-main\r\n"
        m.remote_away = True
        card, result = await harbour.run("/rollback v1.1")
        assert card.text.startswith("✅ panel · відкат #3")
        assert "повернулися на v1.1" in result.text
        assert m.head == m.id("v1.1")
        assert "FEATURE=for-1.1" in m.config[".env"]


async def test_two_windows_servers_go_one_after_the_other(windows: Opening) -> None:
    async with windows(2) as harbour:
        first, second = (server.machine for server in harbour.windows)
        card, _ = await harbour.run("/deploy main")
        assert "✅ win1 · " in card.text
        assert "✅ win2 · " in card.text
        assert first.head == second.head == first.id("main")
        assert second.migrated == [second.id("v1.0")]  # the database is one for both
        first.history += ("Далі",)
        second.history += ("Далі",)
        for m in (first, second):
            m.refs["next"] = "Далі"
        second.crashes.add(commit_id("Далі"))
        _, result = await harbour.run("/deploy next")
        assert result.labels[0] == ["Завершити на решті", "Повернути всі"]
        assert first.head == commit_id("Далі")
        assert second.head == second.id("main")


async def test_what_fails_on_windows_is_found_as_far_as_its_scripts_go(windows: Opening) -> None:
    async with windows() as harbour:
        driver = harbour.app.driver
        await driver.checks.look_at("win1")
        found = {each.subject.check: each.state for each in await driver.incidents.store.standings()}
        assert {kind: state.phase.value for kind, state in found.items()} == dict.fromkeys(
            ("host", "http", "log", "unit"), "ok"
        )
        harbour.windows[0].machine.services["Panel"].state = "Stopped"
        await driver.checks.look_at("win1")
        found = {each.subject.check: each.state for each in await driver.incidents.store.standings()}
        assert (found["unit"].phase, found["unit"].code) == ("suspect", "unit-down")


async def test_a_cut_connection_does_not_touch_the_step_on_windows(windows: Opening) -> None:
    async with windows() as harbour:
        server = harbour.windows[0]
        server.machine.slow = {"dependencies": 2.0}
        harbour.world.say(harbour.team, harbour.olena, "/deploy main")
        await harbour.world.until(lambda: "dependencies" in server.machine.played, timeout=60)
        logins = server.logins
        server.cut()
        result = await harbour.letter("run-ended:1")
        assert result.text.startswith("✅ panel: v1.0 → ")
        assert server.logins > logins
        assert len(server.runner.executions) == len(set(server.runner.executions))
        assert server.machine.played.count("dependencies") == 1


async def test_a_step_that_a_restart_of_windows_broke_off_is_run_again_where_that_is_safe(windows: Opening) -> None:
    async with windows() as harbour:
        server = harbour.windows[0]
        server.machine.slow = {"dependencies": 60.0}
        harbour.world.say(harbour.team, harbour.olena, "/deploy main")
        await harbour.world.until(lambda: "dependencies" in server.machine.played, timeout=60)
        server.machine.slow = {}
        await server.runner.reboot("b42")
        server.cut()
        result = await harbour.letter("run-ended:1")
        assert result.text.startswith("✅ panel: v1.0 → ")
        assert server.machine.played.count("dependencies") == 2
        assert len(server.runner.executions) == len(set(server.runner.executions))


async def test_a_cancel_ends_the_step_and_goes_back_on_windows(windows: Opening) -> None:
    async with windows() as harbour:
        server = harbour.windows[0]
        server.machine.slow = {"dependencies": 60.0}
        (card,) = await harbour.say("/deploy main")
        await harbour.world.until(lambda: "dependencies" in server.machine.played, timeout=60)
        await harbour.world.until(lambda: card.labels == [["Зупинити тут", "Зупинити й відкотити"]], timeout=60)
        server.machine.slow = {}
        (result,) = await harbour.press(card, "Зупинити й відкотити")
        assert "знову працює v1.0" in result.text
        assert server.machine.head == server.machine.id("v1.0")
        assert server.machine.services["Panel"].state == "Running"


async def test_a_deploy_user_who_may_not_start_tasks_is_told_apart_from_a_bad_version(windows: Opening) -> None:
    async with windows() as harbour:
        harbour.windows[0].runner.task_right = False
        card, result = await harbour.run("/deploy main")
        assert "не почався" in result.text
        assert harbour.windows[0].machine.played.count("code") == 0
        assert "нічого не змінено" in card.text


async def test_what_migrations_would_break_waits_for_an_admin_on_windows_too(windows: Opening) -> None:
    async with windows() as harbour:
        m = harbour.windows[0].machine
        m.sql[m.id("main")] = "ALTER TABLE orders DROP COLUMN note;"
        card, refused = await harbour.run("/deploy main", by=harbour.ihor)
        assert card.text.startswith("⛔")
        assert "0002: видаляє колонку orders.note" in refused.text
        assert m.head == m.id("v1.0")
        card, _ = await harbour.press(refused, "Деплой із цими міграціями", 2)
        assert card.text.startswith("✅")
        assert m.head == m.id("main")


async def test_a_url_that_names_another_version_has_the_deploy_taken_back_on_windows(windows: Opening) -> None:
    async with windows(checks=[{"version": "http://127.0.0.1:8000/version"}]) as harbour:
        m = harbour.windows[0].machine
        m.serves = "v0.9"
        card, result = await harbour.run("/deploy main")
        assert "працює старий код" in result.text or "v0.9" in result.text
        assert not card.text.startswith("✅")
        assert m.head == m.id("v1.0")


@only_long
async def test_colleagues_commits_and_what_failed_before_are_asked_about_on_windows_too(windows: Opening) -> None:
    async with windows() as harbour:
        await harbour.run("/deploy main")
        card, refused = await harbour.run("/deploy v1.1", by=harbour.ihor)
        assert card.text.startswith("⛔")
        assert "Олена: Фільтри" in refused.text
        await harbour.run("/deploy broken")
        card, refused = await harbour.run("/deploy broken")
        assert card.text.startswith("⛔")
        assert ["Усе одно деплоїти"] in refused.labels


async def test_status_restart_preflight_plan_and_backup_work_on_windows(windows: Opening) -> None:
    async with windows(login_shell="powershell") as harbour:
        m = harbour.windows[0].machine
        (status,) = await harbour.say("/status")
        assert "win1: v1.0" in status.text
        assert "✅ Panel працює" in status.text
        pid = m.services["Panel"].pid
        card, _ = await harbour.run("/restart")
        assert card.text.startswith("✅ panel · перезапуск")
        assert m.services["Panel"].pid != pid
        _, ready = await harbour.run("/preflight main")
        assert "до деплою готово" in ready.text
        (plan,) = await harbour.say("/plan main")
        assert b"Stop-Service -Name $unit -Force" in (plan.document or b"")
        _, backup = await harbour.run("/backup")
        assert rf"{BACKUPS}\manual\panel_" in backup.text
        (log,) = await harbour.say("/logs panel app 5", by=harbour.vira)
        assert "Сервер WIN1 слухає" in log.text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"dirty": ["app.py"]}, "файли на сервері змінено руками: app.py"),
        ({"services": {"Other": Service()}}, "служби Panel у Windows немає"),
        ({"remote_away": True}, "git-сервер не відповідає"),
    ],
)
async def test_preflight_on_windows_says_what_is_in_the_way(
    windows: Opening, change: dict[str, object], reason: str
) -> None:
    async with windows() as harbour:
        for name, value in change.items():
            setattr(harbour.windows[0].machine, name, value)
        _, result = await harbour.run("/preflight main")
        assert result.text.startswith(("⛔", "❌"))
        assert reason in result.text


async def test_a_project_of_its_own_making_on_windows_runs_its_own_script(windows: Opening, tmp_path: Path) -> None:
    folder = tmp_path / "runbooks" / "panel"
    folder.mkdir(parents=True)
    (folder / "greet.yml").write_text(
        "runbook: greet\nvalues:\n  WHOM: {type: name}\nsteps:\n  - {step: greet, run: greet.ps1}\n"
    )
    (folder / "greet.ps1").write_text('Say-Line "Вітаю, $env:WHOM!"\n')
    async with windows(stack="custom", databases=[], migrations="none", checks=[]) as harbour:
        _, result = await harbour.run("/greet panel Ihor")
        assert "Вітаю, Ihor!" in (result.document or b"").decode()
        (status,) = await harbour.say("/status")
        assert "win1: v1.0" in status.text


async def test_a_windows_server_taken_for_a_unix_one_is_found_out(windows: Opening) -> None:
    plain: dict[str, object] = {"services": [], "databases": [], "migrations": "none", "checks": [], "logs": {}}
    unix: dict[str, object] = {"shell": "sh", "stack": "custom", "path": "/srv/panel"}
    async with windows(**unix, **plain) as harbour:
        (status,) = await harbour.say("/status")
        assert "🔴" in status.text


@only_long
async def test_check_says_whether_a_deploy_to_windows_could_start(windows: Opening) -> None:
    async with windows() as harbour:
        t = harbour.app.languages["en"]
        good = [finding async for finding in check(harbour.settings(), t) if finding.subject == "win1: panel"]
        assert [(finding.good, finding.detail[:14]) for finding in good] == [(True, "v1.0 is live, ")]
        harbour.windows[0].machine.services.clear()
        bad = [finding async for finding in check(harbour.settings(), t) if not finding.good]
        assert [finding.subject for finding in bad] == ["win1: panel"]
        assert "Windows knows no service Panel" in bad[0].detail
