"""Settings: the .env file and the environment, read once. An error names the file, the line and the variable."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from handlers.i18n import LANGUAGES
from ops.backups.steps import BACKUP_GPG_KEY, BACKUP_IDENTITY
from ops.duration import Duration
from ops.errors import BadFile
from ops.project import ANONYMOUS_ADMIN
from ops.redaction import Redactor

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{1,100}", re.ASCII)
_URL = re.compile(r"https?://[!-~]+", re.ASCII)
_DSN = re.compile(r"postgres(?:ql)?://[!-~]+", re.ASCII)
_IDENTITY = re.compile(r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b", re.ASCII)
_LARGEST_KEY = 12_000
"""Bytes of a key of gpg: in base64 it has to fit into one value of a step."""
_BEARER = re.compile(r"[!-~]{16,200}", re.ASCII)
_LISTEN = re.compile(r"[A-Za-z0-9.:\[\]-]+:\d{1,5}", re.ASCII)


def _ids(value: Any) -> Any:
    """Read ``1001, 1002``."""
    if not isinstance(value, str):
        return value
    words = [word.strip() for word in value.split(",") if word.strip()]
    if not all(word.isascii() and word.isdigit() for word in words):
        message = f"ids: {value}"
        raise ValueError(message)
    ids = frozenset(map(int, words))
    if ANONYMOUS_ADMIN in ids:
        raise ValueError("anonymous-admin")
    return ids


def _whole(value: Any) -> Any:
    """Read a whole number; nothing where the line is empty."""
    if value == "":
        return None
    if isinstance(value, str) and not re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
        message = f"number: {value}"
        raise ValueError(message)
    return value


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"zone: {name}"
        raise ValueError(message) from None
    return name


class Settings(BaseSettings):
    """What .env says. docs/configuration.md and .env.example explain each; a test holds all three together."""

    model_config = SettingsConfigDict(env_file_encoding="utf-8", extra="ignore", frozen=True, hide_input_in_errors=True)

    bot_token: SecretStr
    bot_api_url: str = "https://api.telegram.org"
    admin_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)] = frozenset()
    team_chat_id: Annotated[int, BeforeValidator(_whole)]
    team_topic_id: Annotated[int | None, BeforeValidator(_whole)] = None
    # Not LANGUAGE: many desktops export that for gettext, and the environment outranks the file.
    team_language: str = "uk"
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Kyiv"
    database_url: SecretStr = SecretStr("")
    lotsman_config: Path = Path("lotsman.yml")
    state_dir: Path = Path("var")
    http_listen: str = ""
    backup_identity: SecretStr = SecretStr("")
    backup_gpg_key: Path | None = None
    hooks_token: SecretStr = SecretStr("")
    metrics_token: SecretStr = SecretStr("")
    deadman_url: SecretStr = SecretStr("")
    deadman_every: Duration = timedelta(seconds=60)

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        return _insist(value, _TOKEN, "token")

    @field_validator("database_url")
    @classmethod
    def _dsn(cls, value: SecretStr) -> SecretStr:
        return value if not value.get_secret_value() else _insist(value, _DSN, "dsn")

    @field_validator("backup_identity")
    @classmethod
    def _identity(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if text and not text.startswith("AGE-SECRET-KEY-"):
            try:
                text = Path(text).expanduser().read_text()
            except (OSError, ValueError):
                raise ValueError("identity-file") from None
        keys = _IDENTITY.findall(text)
        if text and not keys:
            raise ValueError("identity")
        return SecretStr(",".join(keys))

    @field_validator("backup_gpg_key", mode="before")
    @classmethod
    def _gpg_key(cls, value: Any) -> Any:
        if value in {"", None}:
            return None
        path = Path(str(value)).expanduser()
        try:
            fits = 0 < path.stat().st_size <= _LARGEST_KEY
        except OSError:
            fits = False
        if not fits:
            raise ValueError("gpg-key")
        return path

    @field_validator("hooks_token", "metrics_token")
    @classmethod
    def _bearer(cls, value: SecretStr) -> SecretStr:
        return value if not value.get_secret_value() else _insist(value, _BEARER, "bearer")

    @field_validator("deadman_url")
    @classmethod
    def _deadman_url(cls, value: SecretStr) -> SecretStr:
        return value if not value.get_secret_value() else _insist(value, _URL, "url")

    @field_validator("bot_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        if not _URL.fullmatch(value):
            message = f"url: {value}"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("http_listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        if value and not _LISTEN.fullmatch(value):
            message = f"listen: {value}"
            raise ValueError(message)
        return value

    @field_validator("team_language")
    @classmethod
    def _language(cls, value: str) -> str:
        if value not in LANGUAGES:
            message = f"language: {value}"
            raise ValueError(message)
        return value

    @property
    def step_secrets(self) -> dict[str, str]:
        """What steps are told that ask for it, and nobody else: the keys that open sealed backups. Raises OSError."""
        gpg_key = b64encode(self.backup_gpg_key.read_bytes()).decode() if self.backup_gpg_key else ""
        return {BACKUP_IDENTITY: self.backup_identity.get_secret_value(), BACKUP_GPG_KEY: gpg_key}

    @property
    def zone(self) -> ZoneInfo:
        """The team's time zone."""
        return ZoneInfo(self.timezone)


def load_settings(env_file: Path = Path(".env")) -> Settings:
    """Read the environment and the file. Raises BadFile."""
    lines = _lines(env_file)
    for name, line in lines.items():
        _refuse_typo(env_file, name, line)
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]).upper()
        if first["type"] == "missing":
            raise BadFile(str(env_file), 0, name, "missing") from None
        problem, _, detail = str(first.get("ctx", {}).get("error", "invalid")).partition(": ")
        place = (str(env_file), lines[name]) if name in lines else (name, 0)
        # A token in the wrong line is an easy slip; the error must not show it.
        raise BadFile(*place, name, problem, Redactor().clean(detail)) from None


def _insist(value: SecretStr, pattern: re.Pattern[str], problem: str) -> SecretStr:
    """Refuse a secret that does not match; the error must not show it."""
    if not pattern.fullmatch(value.get_secret_value()):
        raise ValueError(problem)
    return value


def _lines(env_file: Path) -> dict[str, int]:
    """Return the line of each variable. Raises BadFile."""
    try:
        text = env_file.read_text()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(str(env_file), 0, "", "unreadable", str(error)) from None
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip().removeprefix("export ")
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, _ = stripped.partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name.strip()):
            raise BadFile(str(env_file), number, "", "env-line")
        if name.strip().upper() in found:
            raise BadFile(str(env_file), number, name.strip(), "duplicate")
        found[name.strip().upper()] = number
    return found


def _refuse_typo(env_file: Path, name: str, line: int) -> None:
    """Refuse ADMIN_ID where ADMIN_IDS is meant; variables of other programs may share the file."""
    ours = [field.upper() for field in Settings.model_fields]
    if name not in ours and (near := get_close_matches(name, ours, n=1, cutoff=0.85)):
        raise BadFile(str(env_file), line, name, "unknown-variable", near[0])
