"""Fetching: how a backup comes from its server to a person."""

from __future__ import annotations

import hashlib
import shlex
from typing import TYPE_CHECKING

from ops.errors import ScriptRefused
from ops.hosts.host import listed
from ops.runs.runbook import shared_script

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ops.backups.backup import Backup
    from ops.hosts.host import Host
    from ops.project import HostSpec, Project

LARGEST = 50 * 1000 * 1000
"""Bytes of a file that Telegram takes from a bot."""
_SECONDS = 60
"""How long it may take: other messages of the chat wait meanwhile."""
_SSH = 22


class Fetcher:
    """Brings files of backups. ``mark``: returns a fresh random text for each question."""

    def __init__(self, hosts: Mapping[str, Host], mark: Callable[[], str]) -> None:
        self._hosts = hosts
        self._mark = mark

    async def fetch(self, backup: Backup) -> bytes:
        """Return what the file holds, if that still is what it was. Raises HostError."""
        script, values = shared_script("fetch-backup.sh"), {"BACKUP_FILE": backup.path}
        host = listed(backup.host, self._hosts)
        answer = await host.ask(script, values, mark=self._mark(), seconds=_SECONDS, limit=LARGEST + 1)
        if answer.status != 0 or hashlib.sha256(answer.output).hexdigest() != backup.sha256:
            raise ScriptRefused(backup.host, "backup-changed" if answer.status == 0 else "backup-unread", "")
        return answer.output


def by_hand(backup: Backup, project: Project, hosts: Mapping[str, HostSpec]) -> list[str]:
    """Return the commands that fetch it, to be copied: from its server, and from its copy elsewhere."""
    lines = []
    spec = hosts.get(backup.host)
    if spec is not None:
        through = hosts.get(spec.via or "")
        jump = f" -J {_login(through)}:{through.port}" if through else ""
        port = f" -P {spec.port}" if spec.port != _SSH else ""
        lines.append(f"scp{port}{jump} {shlex.quote(f'{_login(spec)}:{backup.path}')} .")
    if backup.copy_state == "done" and project.backups.copy_to:
        inner = backup.path.removeprefix(f"{project.backups_folder}/")
        to = project.backups.copy_to
        lines.append(f"rclone copy {shlex.quote(to + ('' if to.endswith((':', '/')) else '/') + inner)} .")
    return lines


def _login(spec: HostSpec) -> str:
    return f"{spec.user}@{f'[{spec.address}]' if ':' in spec.address else spec.address}"
