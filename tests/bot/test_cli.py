"""The command line, as people use it: what it says in three languages, what it writes, and its exit status."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import pytest
import pytest_asyncio

from bot.__main__ import BAD, GOOD, MISUSED, main
from bot.settings import Settings, load_settings
from demo.botapi.server import BotApi
from demo.botapi.world import World
from demo.sandbox.layout import Layout
from demo.sandbox.login import SshLogin
from demo.sandbox.machine import Machine
from demo.sandbox.ports import free_port
from demo.sandbox.sandbox import Sandbox
from ops.hosts.known_hosts import KnownHosts
from ops.inventory import load_inventory

TOKEN = "4200:test-token-of-a-bot-that-does-not-exist"
ANSWERS = (TOKEN, "1001", "-1005", "deploy.example", "", "shop", "", "")
Says = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, an own home, no settings around, nobody at the keyboard."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def login(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SshLogin]:
    async with Machine(Layout(tmp_path_factory.mktemp("machine"))) as machine:
        yield machine.ssh


def configure(folder: Path, login: SshLogin, **project: object) -> KnownHosts:
    """Write .env and lotsman.yml with one host, main; return its pins, of which there are none."""
    (folder / ".env").write_text(f"BOT_TOKEN={TOKEN}\nTEAM_CHAT_ID=-1005\nADMIN_IDS=1001\n")
    host = {"address": login.address, "port": login.port, "user": login.user, "key": str(login.client_key)}
    shop = {"stack": "python-systemd", "hosts": ["main"], "path": "/srv/shop", "services": ["shop"], **project}
    (folder / "lotsman.yml").write_text(json.dumps({"hosts": {"main": host}, "projects": {"shop": shop}}))
    return KnownHosts(folder / "var" / "known_hosts")


def server_key(login: SshLogin) -> asyncssh.SSHKey:
    (key,) = KnownHosts(login.known_hosts).pinned(login.address, login.port)
    return key


async def run(*arguments: str) -> int:
    """Run a command beside the servers that it talks to."""
    return await asyncio.to_thread(main, arguments)


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str, terminal: bool = False) -> None:
    typed = io.StringIO("".join(f"{line}\n" for line in lines))
    typed.isatty = lambda: terminal  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", typed)


class TestInit:
    @pytest.mark.parametrize(
        ("language", "said"),
        [("uk", "Написано .env і lotsman.yml"), ("ru", "Написаны .env и lotsman.yml"), ("en", "Written: .env")],
    )
    def test_it_writes_what_can_be_read_and_says_what_is_left(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Says, language: str, said: str
    ) -> None:
        monkeypatch.setenv("LANG", f"{language}_XX.UTF-8")
        answer(monkeypatch, *ANSWERS)
        assert main(["init"]) == GOOD
        printed = capsys.readouterr().out
        assert said in printed
        assert "python -m bot trust main" in printed
        settings = load_settings(folder / ".env")
        assert (settings.admin_ids, settings.team_chat_id) == (frozenset({1001}), -1005)
        assert settings.team_language == language
        inventory = load_inventory(folder / "lotsman.yml")
        assert inventory.hosts["main"].user == "deploy"
        assert inventory.projects["shop"].path == "/srv/shop"
        key = Path.home() / ".ssh" / "lotsman_ed25519"
        assert key.with_suffix(".pub").read_text().strip() in printed
        for path in (folder / ".env", folder / "lotsman.yml", key):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @pytest.mark.parametrize("name", [".env", "lotsman.yml"])
    def test_it_never_overwrites(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Says, name: str) -> None:
        (folder / name).write_text("precious\n")
        answer(monkeypatch, *ANSWERS)
        assert main(["init"]) == MISUSED
        assert name in capsys.readouterr().err
        assert [path.name for path in folder.iterdir()] == [name]
        assert (folder / name).read_text() == "precious\n"

    def test_a_key_that_is_there_is_kept(self, monkeypatch: pytest.MonkeyPatch, capsys: Says, tmp_path: Path) -> None:
        ssh = tmp_path / "home" / ".ssh"
        ssh.mkdir(parents=True)
        (ssh / "lotsman_ed25519").write_text("precious\n")
        (ssh / "lotsman_ed25519.pub").write_text("ssh-ed25519 AAAA mine\n")
        answer(monkeypatch, *ANSWERS)
        assert main(["init"]) == GOOD
        assert "ssh-ed25519 AAAA mine" in capsys.readouterr().out
        assert (ssh / "lotsman_ed25519").read_text() == "precious\n"


class TestTrust:
    @pytest.mark.parametrize(
        ("language", "said"),
        [("uk", "Нічого не закріплено."), ("ru", "Ничего не закреплено."), ("en", "Nothing was pinned.")],
    )
    async def test_it_shows_the_fingerprint_and_pins_nothing_by_itself(
        self,
        folder: Path,
        login: SshLogin,
        monkeypatch: pytest.MonkeyPatch,
        capsys: Says,
        language: str,
        said: str,
    ) -> None:
        monkeypatch.setenv("TEAM_LANGUAGE", language)
        pins = configure(folder, login)
        assert await run("trust", "main") == BAD
        printed = capsys.readouterr()
        assert server_key(login).get_fingerprint() in printed.out
        assert said in printed.err
        assert pins.pinned(login.address, login.port) == []

    @pytest.mark.parametrize(("typed", "status"), [("yes", GOOD), ("так", GOOD), ("no", BAD), ("", BAD)])
    async def test_a_person_decides(
        self, folder: Path, login: SshLogin, monkeypatch: pytest.MonkeyPatch, typed: str, status: int
    ) -> None:
        pins = configure(folder, login)
        answer(monkeypatch, typed, terminal=True)
        assert await run("trust", "main") == status
        assert pins.pinned(login.address, login.port) == ([server_key(login)] if status == GOOD else [])

    async def test_an_expected_fingerprint_pins_without_asking_and_again_changes_nothing(
        self, folder: Path, login: SshLogin, capsys: Says
    ) -> None:
        pins = configure(folder, login)
        fingerprint = server_key(login).get_fingerprint()
        assert await run("trust", "main", "--fingerprint", fingerprint) == GOOD
        assert pins.pinned(login.address, login.port) == [server_key(login)]
        assert await run("trust", "main") == GOOD
        assert "It is pinned already." in capsys.readouterr().out

    async def test_another_key_than_expected_or_pinned_is_refused(
        self, folder: Path, login: SshLogin, capsys: Says
    ) -> None:
        pins = configure(folder, login)
        other = asyncssh.generate_private_key("ssh-ed25519").convert_to_public()
        assert await run("trust", "main", "--fingerprint", other.get_fingerprint()) == BAD
        assert pins.pinned(login.address, login.port) == []
        pins.pin(login.address, login.port, other)
        assert await run("trust", "main") == BAD
        assert f"Another one is pinned: {other.get_fingerprint()}" in capsys.readouterr().out
        assert pins.pinned(login.address, login.port) == [other]

    async def test_an_unknown_host_is_a_slip_and_a_silent_one_is_not(
        self, folder: Path, login: SshLogin, capsys: Says
    ) -> None:
        configure(folder, login)
        assert await run("trust", "nosuch") == MISUSED
        assert "It has: main" in capsys.readouterr().err
        path = folder / "lotsman.yml"
        path.write_text(path.read_text().replace(str(login.port), str(free_port())))
        assert await run("trust", "main") == BAD
        assert "accepts no connections" in capsys.readouterr().err


class TestCheck:
    @pytest.mark.parametrize(
        ("language", "said"),
        [("uk", "Деплой ще не почався б"), ("ru", "Деплой ещё не начался бы"), ("en", "No deploy could start yet")],
    )
    async def test_every_thing_that_is_wrong_is_a_line_of_its_own(
        self, folder: Path, login: SshLogin, monkeypatch: pytest.MonkeyPatch, capsys: Says, language: str, said: str
    ) -> None:
        configure(folder, login)
        nowhere = free_port()
        monkeypatch.setenv("TEAM_LANGUAGE", language)
        monkeypatch.setenv("BOT_API_URL", f"http://127.0.0.1:{nowhere}")
        monkeypatch.setenv("DATABASE_URL", f"postgresql://u:canary-DrR3d@127.0.0.1:{nowhere}/d")
        assert await run("check") == BAD
        printed = capsys.readouterr().out
        assert [line[0] for line in printed.splitlines()[:4]] == ["✅", "❌", "❌", "❌"]
        assert said in printed
        assert "canary" not in printed
        assert TOKEN not in printed

    @pytest.mark.parametrize(
        ("language", "said"),
        [("uk", "це не схоже на токен"), ("ru", "это не похоже на токен"), ("en", "this is no token from @BotFather")],
    )
    def test_a_file_to_be_mended_first_is_named_with_its_line(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Says, language: str, said: str
    ) -> None:
        monkeypatch.setenv("TEAM_LANGUAGE", language)
        (folder / ".env").write_text("TEAM_CHAT_ID=-5\nBOT_TOKEN=canary-DrR3d\n")
        assert main(["check"]) == MISUSED
        printed = capsys.readouterr().err
        assert printed.startswith(".env:2 BOT_TOKEN: ")
        assert said in printed
        assert "canary" not in printed

    async def test_where_all_is_well_a_deploy_could_start(
        self, folder: Path, tmp_path: Path, dsn: str, monkeypatch: pytest.MonkeyPatch, capsys: Says
    ) -> None:
        world = World(TOKEN)
        team = world.group("the team")
        async with await Sandbox.create(tmp_path / "sandbox", slow_start_seconds=1) as sandbox, BotApi(world) as api:
            options = {"path": str(sandbox.path), "services": ["formbot"], "config": [".env"], "free_disk_mb": 10}
            configure(folder, sandbox.ssh, **options)
            (folder / "var").mkdir()
            shutil.copy(sandbox.ssh.known_hosts, folder / "var" / "known_hosts")
            for name, value in (("BOT_API_URL", api.url), ("TEAM_CHAT_ID", str(team.id)), ("DATABASE_URL", dsn)):
                monkeypatch.setenv(name, value)
            assert await run("check") == GOOD
        printed = capsys.readouterr().out
        assert "❌" not in printed
        assert "@lotsman_bot → the team" in printed
        assert "v1.2.2 is live, main is " in printed
        assert printed.endswith("A deploy could start.\n")


@pytest.mark.parametrize(
    ("language", "said"), [("uk", "чи міг би початися деплой?"), ("ru", "мог бы начаться деплой?"), ("en", "could a")]
)
def test_its_help_is_in_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: Says, language: str, said: str
) -> None:
    monkeypatch.setenv("LANG", f"{language}_XX.UTF-8")
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["explode"], ["trust"], ["run", "extra"]])
def test_what_it_does_not_understand_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == MISUSED


def test_a_question_that_nobody_answers_ends_quietly_and_writes_nothing(folder: Path) -> None:
    assert main(["init"]) == BAD
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("uk", "потрібна спільна база"), ("ru", "нужна общая база"), ("en", "needs a shared database")],
)
def test_a_worker_without_a_database_to_share_says_so_and_starts_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Says, language: str, said: str
) -> None:
    monkeypatch.setenv("TEAM_LANGUAGE", language)
    (folder / ".env").write_text(f"BOT_TOKEN={TOKEN}\nTEAM_CHAT_ID=-1005\nADMIN_IDS=1001\n")
    assert main(["worker"]) == MISUSED
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "DATABASE_URL" in printed.err
    assert said in printed.err
    assert [path.name for path in folder.iterdir()] == [".env"]
