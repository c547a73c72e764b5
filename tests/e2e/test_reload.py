"""What lotsman.yml and the texts say is live without a restart: in the bot, and in every process beside it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from bot.app import utc_now
from bot.driver import Driver
from handlers import i18n
from ops.redaction import Redactor
from tests.e2e.conftest import Opening
from tests.e2e.harbour import IHOR, TOKEN, Harbour
from tests.length import only_long

ROOT = Path(__file__).parent.parent.parent


def edit(harbour: Harbour, change: Callable[[dict[str, Any]], object]) -> None:
    """Change lotsman.yml as an editor would."""
    path = harbour.folder / "lotsman.yml"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content, indent=2))


def add_shop(content: dict[str, Any]) -> None:
    content["projects"]["shop"] = content["projects"]["formbot"] | {"databases": [], "migrations": "none"}


async def test_a_project_is_added_changed_and_removed_without_a_restart(harbour: Harbour) -> None:
    def change(content: dict[str, Any]) -> None:
        add_shop(content)
        content["projects"]["formbot"]["stable"] = "2s"

    edit(harbour, change)
    (told,) = await harbour.say("/reload")
    assert told.text == "🔄 Налаштування оновлено, Олена\nПроєкти: + shop, ~ formbot"
    card, _ = await harbour.run("/backup shop")
    assert card.text.startswith("✅ shop · бекап #1")
    edit(harbour, lambda content: content["projects"].pop("shop"))
    (told,) = await harbour.say("/reload")
    assert told.text.endswith("Проєкти: − shop")
    (status,) = await harbour.say("/status")
    assert "shop" not in status.text


async def test_a_bad_file_keeps_the_old_configuration_and_names_the_place_in_the_teams_language(
    harbour: Harbour,
) -> None:
    def change(content: dict[str, Any]) -> None:
        add_shop(content)
        content["projects"]["shop"]["hosts"] = ["nowhere"]

    edit(harbour, change)
    lines = (harbour.folder / "lotsman.yml").read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "nowhere" in text)
    harbour.world.say(harbour.world.private(harbour.olena), harbour.olena, "/reload")
    await harbour.world.until(lambda: len(harbour.messages()) == 1)
    (told,) = harbour.messages()
    assert told.text.startswith("⚠️ Налаштування лишилися як були, Олена. Помилка:")
    assert f"lotsman.yml:{line} projects.shop.hosts.0: сервера nowhere немає в hosts" in told.text
    (status,) = await harbour.say("/status")
    assert "🟢 formbot" in status.text
    assert "shop" not in status.text


async def test_only_admins_may_reload(harbour: Harbour) -> None:
    (answer,) = await harbour.say("/reload", by=harbour.ihor)
    assert "нет на это права" in answer.text


async def test_people_come_and_go_with_their_menus(harbour: Harbour) -> None:
    private = harbour.world.private(harbour.ihor)
    harbour.world.say(private, harbour.ihor, "/help")
    await harbour.world.until(lambda: bool(harbour.messages(private)))

    def change(content: dict[str, Any]) -> None:
        content["people"] = [person for person in content["people"] if person["id"] != IHOR]

    edit(harbour, change)
    (told,) = await harbour.say("/reload")
    assert "Люди: − Игорь" in told.text
    await harbour.world.until(lambda: bool(harbour.world.calls_of("deleteMyCommands")))
    (refusal,) = await harbour.say("/backup", by=harbour.ihor)
    assert "Вас нет в списке" in refusal.text


async def test_a_run_under_way_keeps_its_plan_and_its_server(harbour: Harbour) -> None:
    harbour.world.say(harbour.team, harbour.olena, "/deploy slow-start")
    await harbour.world.until(
        lambda: "⏳ http" in harbour.messages()[0].text if harbour.messages() else False, timeout=60
    )

    def change(content: dict[str, Any]) -> None:
        content["hosts"] = {"elsewhere": content["hosts"]["web1"] | {"port": 1}}
        content["projects"] = {"shop": content["projects"]["formbot"] | {"hosts": ["elsewhere"], "path": "/nowhere"}}
        content["people"][1]["projects"] = []

    edit(harbour, change)
    harbour.world.say(harbour.team, harbour.olena, "/reload")
    card = harbour.messages()[0]
    await harbour.until_shows(card, "✅ Готово")
    assert list(harbour.app.driver.hosts) == ["elsewhere"]


@only_long
async def test_a_server_that_is_not_listed_any_more_is_named_before_anything_is_tried(harbour: Harbour) -> None:
    harbour.world.say(harbour.team, harbour.olena, "/deploy slow-start")
    await harbour.world.until(lambda: len(harbour.messages()) == 1)
    (refusal,) = await harbour.say("/deploy main")
    waiting, *_ = await harbour.press(refusal, "Стати в чергу")

    def change(content: dict[str, Any]) -> None:
        content["hosts"]["other"] = content["hosts"].pop("web1")
        content["projects"]["formbot"]["hosts"] = ["other"]

    edit(harbour, change)
    await harbour.say("/reload")
    await harbour.until_row("SELECT result IS NOT NULL FROM runs WHERE id = 2")
    await harbour.world.until(lambda: any("#2 не почато" in message.text for message in harbour.messages()))
    result = next(message for message in harbour.messages() if "#2 не почато" in message.text)
    assert "Сервера web1 немає в lotsman.yml" in result.text
    assert waiting.text.startswith("⛔")


async def test_a_projects_own_command_is_there_and_gone_again(harbour: Harbour) -> None:
    folder = harbour.folder / "runbooks" / "formbot"
    folder.mkdir(parents=True)
    own = folder / "greet.yml"
    own.write_text("runbook: greet\nsteps:\n  - {step: greet, run: 'echo hello'}\n")
    (told,) = await harbour.say("/reload")
    assert told.text.endswith("Команди: + formbot/greet")
    await harbour.run("/greet")
    own.write_text("runbook: greet\nsteps:\n  - {step: greet, run: nothing.sh}\n")
    (told,) = await harbour.say("/reload")
    assert "greet.yml:3 steps.0.run: скрипту nothing.sh немає" in told.text
    own.unlink()
    (told,) = await harbour.say("/reload")
    assert told.text.endswith("Команди: − formbot/greet")


class TestTexts:
    @pytest.fixture
    def locales(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A copy of our texts that may be edited."""
        folder = tmp_path / "locales"
        copytree(ROOT / "locales", folder)
        monkeypatch.setattr(i18n, "LOCALES", folder)
        return folder

    @staticmethod
    def put(path: Path, key: str, text: str) -> None:
        lines = [f"{key} = {text}" if line.startswith(f"{key} =") else line for line in path.read_text().splitlines()]
        path.write_text("\n".join(lines) + "\n")

    async def test_a_text_is_shown_from_its_reload_on(self, locales: Path, opening: Opening) -> None:
        async with opening() as harbour:
            self.put(locales / "uk" / "run.ftl", "runs-none", "Тиша й спокій.")
            (told,) = await harbour.say("/reload")
            assert told.text.endswith("Оновлено 1 текст")
            (answer,) = await harbour.say("/runs")
            assert answer.text == "Тиша й спокій."

    @pytest.mark.parametrize(
        ("text", "problem"),
        [("{ $who", "не розібрати"), ("{ $whom }", "факту whom цей текст не отримує")],
    )
    async def test_a_text_that_could_not_be_shown_changes_nothing(
        self, locales: Path, opening: Opening, text: str, problem: str
    ) -> None:
        async with opening() as harbour:
            self.put(locales / "ru" / "run.ftl", "run-accepted", text)
            edit(harbour, add_shop)
            (told,) = await harbour.say("/reload")
            assert "run.ftl:" in told.text
            assert "run-accepted" in told.text
            assert problem in told.text
            (status,) = await harbour.say("/status")
            assert "shop" not in status.text


async def test_a_notify_from_anybody_reloads_every_process(harbour: Harbour) -> None:
    async with Driver(harbour.settings(), Redactor(), utc_now, where="box2") as worker:
        serving = asyncio.create_task(worker.serve())
        try:
            await asyncio.sleep(0)
            edit(harbour, add_shop)
            await until_heard(harbour, lambda: "shop" in worker.inventory.projects)
            told = await harbour.letter("config:%")
            assert told.text.endswith("Проєкти: + shop")
            assert "shop" in harbour.app.driver.inventory.projects
        finally:
            serving.cancel()
            await asyncio.wait({serving})


async def until_heard(harbour: Harbour, heard: Callable[[], bool]) -> None:
    """Say NOTIFY until it was heard: a process that is just starting does not listen yet."""
    async with asyncio.timeout(30):
        while not heard():
            await harbour.app.driver.pool.execute("NOTIFY reload_config")
            for _ in range(20):
                await asyncio.sleep(0.05)
                if heard():
                    return


async def test_a_worker_with_a_bad_file_of_its_own_says_so_and_a_reload_in_the_chat_reaches_it(
    harbour: Harbour, tmp_path: Path
) -> None:
    own = tmp_path / "worker.yml"
    own.write_text((harbour.folder / "lotsman.yml").read_text())
    settings = harbour.settings().model_copy(update={"lotsman_config": own})
    async with Driver(settings, Redactor(), utc_now, where="box2") as worker:
        serving = asyncio.create_task(worker.serve())
        try:
            async with asyncio.timeout(30):
                while not worker.configuration._listening:  # noqa: ASYNC110  nothing tells of it
                    await asyncio.sleep(0.05)
            own.write_text("hosts: {}\nprojects: 7\n")
            (told, complaint) = await harbour.say("/reload", 2)
            texts = {told.text.splitlines()[0], complaint.text.splitlines()[0]}
            assert "🔄 Налаштування перечитано, нічого не змінилося, Олена" in texts
            assert "⚠️ Налаштування лишилися як були (процес на box2). Помилка:" in texts
            assert list(worker.inventory.projects) == ["formbot"]
        finally:
            serving.cancel()
            await asyncio.wait({serving})


async def until_logged(path: Path, words: str) -> None:
    """Wait until a process has said this."""
    async with asyncio.timeout(90):
        while words not in await asyncio.to_thread(path.read_text):  # noqa: ASYNC110  nothing tells of a line
            await asyncio.sleep(0.1)


@asynccontextmanager
async def process(harbour: Harbour, command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """``python -m bot COMMAND`` on the harbour's files, beside its database and its chat."""
    settings = harbour.settings()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": settings.bot_api_url,
        "TEAM_CHAT_ID": str(settings.team_chat_id),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "LOTSMAN_CONFIG": str(settings.lotsman_config),
        "STATE_DIR": str(settings.state_dir),
    }
    with (harbour.folder / f"{command}.log").open("wb") as log:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", command, cwd=harbour.folder, env=environment, stdout=log, stderr=log
        )
        try:
            yield running
        finally:
            running.terminate()
            await running.wait()


async def test_a_hangup_signal_reloads_a_process_of_either_kind(harbour: Harbour) -> None:
    async with process(harbour, "worker") as worker:
        await until_logged(harbour.folder / "worker.log", "driving runs")
        (harbour.folder / "lotsman.yml").write_text("hosts: 7\n")
        worker.send_signal(signal.SIGHUP)
        told = await harbour.letter("config:%")
        assert "lotsman.yml:1 hosts" in told.text
        assert "процес на" in told.text
        assert worker.returncode is None
    harbour.write_inventory()
    await harbour.stop_bot()
    async with process(harbour, "run") as bot:
        await until_logged(harbour.folder / "run.log", "ready")
        edit(harbour, add_shop)
        bot.send_signal(signal.SIGHUP)
        await harbour.world.until(
            lambda: any("Проєкти: + shop" in message.text for message in harbour.messages()), timeout=60
        )
    await harbour.start_bot()
