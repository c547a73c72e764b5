"""A mistake in .env is told with file, line and variable, and no secret is ever shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings
from ops.errors import BadFile

CHECKOUT = Path(__file__).parent.parent.parent
TOKEN = "123456789:AAHcanary-DrR3d_canary-DrR3d_canary1"
GOOD = f"BOT_TOKEN={TOKEN}\nTEAM_CHAT_ID=-1001234567890\n"


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def env(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def refusal(env: Path, text: str) -> BadFile:
    env.write_text(text)
    with pytest.raises(BadFile) as error:
        load_settings(env)
    assert error.value.path == str(env)
    return error.value


def test_two_lines_are_enough(env: Path) -> None:
    env.write_text(GOOD)
    settings = load_settings(env)
    assert settings.team_chat_id == -1001234567890
    assert settings.bot_token.get_secret_value() == TOKEN
    assert str(settings.zone) == "Europe/Kyiv"
    assert settings.admin_ids == frozenset()


def test_comments_quotes_exports_and_other_programs_variables_are_fine(env: Path) -> None:
    env.write_text(f"# ours\n\nexport {GOOD}ADMIN_IDS='1001, 1002'\nPOSTGRES_PASSWORD=x y\nTEAM_TOPIC_ID=\n")
    settings = load_settings(env)
    assert settings.admin_ids == {1001, 1002}
    assert settings.team_topic_id is None


@pytest.mark.parametrize(
    ("line", "problem", "detail"),
    [
        ("TEAM_TOPIC_ID=first", "number", "first"),
        ("TEAM_TOPIC_ID=٣", "number", "٣"),
        ("ADMIN_IDS=1001;1002", "ids", "1001;1002"),
        ("ADMIN_IDS=@olena", "ids", "@olena"),
        ("ADMIN_IDS=1087968824", "anonymous-admin", ""),
        ("TEAM_LANGUAGE=de", "language", "de"),
        ("TIMEZONE=Kyiv/Europe", "zone", "Kyiv/Europe"),
        ("TIMEZONE=../../etc/passwd", "zone", "../../etc/passwd"),
        ("BOT_API_URL=api.telegram.org", "url", "api.telegram.org"),
        ("HTTP_LISTEN=8080", "listen", "8080"),
        ("DATABASE_URL=mysql://u:canary-DrR3d@h/d", "dsn", ""),
        ("BACKUP_IDENTITY=AGE-SECRET-KEY-1canary", "identity", ""),
        ("BACKUP_IDENTITY=/nonexistent/canary", "identity-file", ""),
        ("BACKUP_GPG_KEY=/nonexistent/key", "gpg-key", ""),
    ],
)
def test_what_is_wrong_is_named_with_its_line(env: Path, line: str, problem: str, detail: str) -> None:
    error = refusal(env, f"{GOOD}# a comment\n{line}\n")
    assert (error.line, error.key, error.problem, error.detail) == (4, line.partition("=")[0], problem, detail)


@pytest.mark.parametrize(
    ("text", "line", "key", "problem"),
    [
        (f"{GOOD}what is this\n", 3, "", "env-line"),
        (f"{GOOD}=x\n", 3, "", "env-line"),
        (f"{GOOD}TEAM_CHAT_ID=-5\n", 3, "TEAM_CHAT_ID", "duplicate"),
        (f"{GOOD}ADMIN_ID=5\n", 3, "ADMIN_ID", "unknown-variable"),
        (f"BOT_TOKEN={TOKEN}\n", 0, "TEAM_CHAT_ID", "missing"),
        ("TEAM_CHAT_ID=-5\n", 0, "BOT_TOKEN", "missing"),
        ("BOT_TOKEN=replace-me\nTEAM_CHAT_ID=-5\n", 1, "BOT_TOKEN", "token"),
    ],
)
def test_a_file_that_cannot_be_used_names_the_place(env: Path, text: str, line: int, key: str, problem: str) -> None:
    error = refusal(env, text)
    assert (error.line, error.key, error.problem) == (line, key, problem)


def test_the_keys_that_open_backups_are_given_or_named(env: Path, tmp_path: Path) -> None:
    keys = [f"AGE-SECRET-KEY-1{letter * 58}" for letter in "AB"]
    env.write_text(f"{GOOD}BACKUP_IDENTITY={','.join(keys)}\nBACKUP_GPG_KEY=\n")
    assert load_settings(env).step_secrets == {"BACKUP_IDENTITY": ",".join(keys), "BACKUP_GPG_KEY": ""}
    (tmp_path / "identity.txt").write_text(f"# created\n# public key: age1\n{keys[1]}\n")
    (tmp_path / "gpg").write_bytes(b"\0key")
    env.write_text(f"{GOOD}BACKUP_IDENTITY={tmp_path}/identity.txt\nBACKUP_GPG_KEY={tmp_path}/gpg\n")
    settings = load_settings(env)
    assert settings.step_secrets == {"BACKUP_IDENTITY": keys[1], "BACKUP_GPG_KEY": "AGtleQ=="}
    assert keys[1] not in repr(settings)


def test_a_file_that_is_no_text_is_told_as_such(env: Path) -> None:
    env.write_bytes(b"BOT_TOKEN=\xff\xfe\n")
    with pytest.raises(BadFile) as error:
        load_settings(env)
    assert error.value.problem == "unreadable"


def test_the_environment_outranks_the_file_and_is_named_where_it_is_wrong(
    env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env.write_text(GOOD)
    monkeypatch.setenv("TEAM_LANGUAGE", "en")
    assert load_settings(env).team_language == "en"
    monkeypatch.setenv("TEAM_LANGUAGE", "xx")
    with pytest.raises(BadFile) as error:
        load_settings(env)
    assert (error.value.path, error.value.problem) == ("TEAM_LANGUAGE", "language")


@pytest.mark.parametrize(
    "text",
    [
        f"BOT_TOKEN={TOKEN} x\nTEAM_CHAT_ID=-5\n",
        f"BOT_TOKEN=x\nTEAM_CHAT_ID={TOKEN}\n",
        f"TEAM_CHAT_ID={TOKEN}\n",
        f"BOT_TOKEN={TOKEN}\nTEAM_CHAT_ID={TOKEN}\n",
        f"{GOOD}ADMIN_IDS={TOKEN}\n",
        f"{GOOD}{TOKEN}\n",
        f"{GOOD}BOT_TOKEN={TOKEN}\n",
        f"{GOOD}BOT_TOKE={TOKEN}\n",
        f"{GOOD}DATABASE_URL=postgresql//u:canary-DrR3d@h/d\n",
        f"{GOOD}BOT_API_URL=htp://u:canary-DrR3d@h/\n",
    ],
)
def test_no_error_shows_a_secret(env: Path, text: str) -> None:
    error = refusal(env, text)
    assert "canary" not in f"{error!r} {error} {error.facts()} {error.__cause__!r}"


def test_settings_do_not_show_their_secrets(env: Path) -> None:
    env.write_text(f"{GOOD}DATABASE_URL=postgresql://u:canary-DrR3d@h/d\n")
    assert "canary" not in repr(load_settings(env))


def test_the_program_says_so_in_the_terminal_and_ends_with_2(env: Path) -> None:
    env.write_text(f"{GOOD}\nTIMEZONE=Nowhere\n")
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", "check"],
        cwd=env.parent,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "TEAM_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr == ".env:4 TIMEZONE: Nowhere is no time zone such as Europe/Kyiv\n"
    assert ended.stdout == ""
