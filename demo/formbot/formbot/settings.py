"""Settings: from the environment, else from .env beside the package."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    database_url: str
    secret_key: str
    host: str
    port: int
    log_file: str


def read_settings() -> Settings:
    """A required variable that is missing is a KeyError with its name."""
    values = {**_env_file(), **os.environ}
    return Settings(
        database_url=values["DATABASE_URL"],
        secret_key=values["SECRET_KEY"],
        host=values.get("FORMBOT_HOST", "127.0.0.1"),
        port=int(values.get("FORMBOT_PORT", "8080")),
        log_file=values.get("FORMBOT_LOG_FILE", ""),
    )


def _env_file() -> dict[str, str]:
    path = ROOT / ".env"
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}
