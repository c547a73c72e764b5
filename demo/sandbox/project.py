"""Project: formbot as it is deployed in the sandbox: a checkout with its own venv, settings and service."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from demo.sandbox.program import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from demo.sandbox.layout import Layout

UNIT = "formbot"
FIRST_RELEASE = "v1.2.2"


async def make_checkout(layout: Layout) -> None:
    """Clone the first release and fill its venv from the wheels."""
    if layout.project.exists():
        shutil.rmtree(layout.project)
    origin, target = str(layout.repository), str(layout.project)
    quiet = ("-c", "advice.detachedHead=false", "clone", "--quiet", "--no-hardlinks", "--template=")
    await run("git", *quiet, "--branch", FIRST_RELEASE, origin, target)
    await run(sys.executable, "-m", "venv", str(layout.project / "venv"))
    install = ("-m", "pip", "install", "--quiet", "-r", "requirements.txt")
    await run(python(layout), *install, env=layout.environment(), cwd=layout.project)


async def formbot(layout: Layout, *words: str, settings: dict[str, str]) -> None:
    """Run one of formbot's own commands. Raises ProgramFailed."""
    await run(python(layout), "-m", "formbot", *words, env=layout.environment() | settings, cwd=layout.project)


def python(layout: Layout) -> str:
    """Return the interpreter of the project's venv."""
    return str(layout.project / "venv" / "bin" / "python")


def write_env(layout: Layout, settings: Mapping[str, str]) -> None:
    """Write the project's .env, mode 0600."""
    path = layout.project / ".env"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))


def write_unit(layout: Layout) -> None:
    """Write the service file."""
    (layout.units / f"{UNIT}.service").write_text(f"""\
[Unit]
Description=Web forms
StartLimitIntervalSec=10
StartLimitBurst=5

[Service]
Type=exec
WorkingDirectory={layout.project}
ExecStart="{python(layout)}" -u -m formbot serve
Environment=PYTHONDONTWRITEBYTECODE=1
Restart=on-failure
RestartSec=500ms
TimeoutStopSec=10s
SyslogIdentifier=formbot

[Install]
WantedBy=multi-user.target
""")
