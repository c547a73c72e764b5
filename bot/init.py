"""``python -m bot init``: write the first .env and lotsman.yml from a few answers."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh

if TYPE_CHECKING:
    from collections.abc import Mapping

QUESTIONS = ("token", "admin", "chat", "address", "user", "project", "path", "service")
"""What is asked, in order; locales know each as ``init-<name>``."""

DEFAULTS = {"user": "deploy", "project": "formbot"}


@dataclass(frozen=True, slots=True)
class Files:
    """Where the files go. A file that is there is never overwritten."""

    env: Path = Path(".env")
    inventory: Path = Path("lotsman.yml")
    key: Path = field(default_factory=lambda: Path("~/.ssh/lotsman_ed25519").expanduser())

    def existing(self) -> list[Path]:
        """Return those that are there already."""
        return [path for path in (self.env, self.inventory) if path.exists()]


def write(files: Files, answers: Mapping[str, str], language: str) -> str:
    """Write both files, and a key where there is none; return the public key's line."""
    _write_private(files.env, _env(answers, language))
    _write_private(files.inventory, _inventory(answers, files.key))
    return _key(files.key)


def _env(answers: Mapping[str, str], language: str) -> str:
    return (
        f"BOT_TOKEN={answers['token']}\n"
        f"ADMIN_IDS={answers['admin']}\n"
        f"TEAM_CHAT_ID={answers['chat'] or answers['admin']}\n"
        f"TEAM_LANGUAGE={language}\n"
    )


def _inventory(answers: Mapping[str, str], key: Path) -> str:
    """Return lotsman.yml. Answers are quoted as JSON strings, which YAML reads as they are."""
    quoted = {name: json.dumps(value) for name, value in answers.items()}
    project = answers["project"]
    return f"""\
hosts:
  main: {{address: {quoted["address"]}, user: {quoted["user"]}, key: {json.dumps(str(key))}}}
projects:
  {json.dumps(project)}:
    stack: python-systemd
    hosts: [main]
    path: {json.dumps(answers["path"] or f"/srv/{project}")}
    services: [{json.dumps(answers["service"] or project)}]
    config: [.env]
    # databases: [{{engine: postgres, name: {project}, url_from: ".env:DATABASE_URL"}}]
    # migrations: alembic
    # checks: [{{http: "http://127.0.0.1:8080/health"}}]
    logs: {{journal: {{unit: {json.dumps(answers["service"] or project)}}}}}
"""


def _key(path: Path) -> str:
    """Return the public key, making the pair when there is none."""
    public = path.with_suffix(".pub")
    if not path.exists():
        key = asyncssh.generate_private_key("ssh-ed25519", comment="lotsman")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(path, key.export_private_key().decode())
        public.write_bytes(key.export_public_key())
    return public.read_text().strip()


def _write_private(path: Path, text: str) -> None:
    """Write a file that only we may read; never over another. Raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
