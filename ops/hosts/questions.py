"""Questions: short scripts that only look, and what they bring back, redacted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.errors import ScriptRefused
from ops.hosts.host import listed
from ops.hosts.output import read_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ops.hosts.host import Host
    from ops.hosts.output import Messages
    from ops.redaction import Redactor
    from ops.runs.script import Script

SECONDS = 20
LIMIT_BYTES = 1024 * 1024
_TIMED_OUT = 124


@dataclass(frozen=True, slots=True)
class Findings:
    """What a script printed and said."""

    lines: list[str]
    said: Messages


class Questions:
    """Asks hosts. ``mark``: returns a fresh random text for each question."""

    def __init__(self, hosts: Mapping[str, Host], redactor: Redactor, mark: Callable[[], str]) -> None:
        self._hosts = hosts
        self._redactor = redactor
        self._mark = mark

    async def ask(self, host: str, script: Script, values: Mapping[str, str]) -> Findings:
        """Run a script that changes nothing. Raises HostError."""
        mark = self._mark()
        answer = await listed(host, self._hosts).ask(script, values, mark=mark, seconds=SECONDS, limit=LIMIT_BYTES)
        lines, said = read_answer(answer.output, mark, self._redactor)
        if answer.status != 0:
            why = said.refused or said.failed or ("timeout" if answer.status == _TIMED_OUT else "exit")
            last = next((line for line in reversed(lines) if line.strip()), "")
            raise ScriptRefused(host, why, last, dict(said.facts))
        return Findings(lines, said)

    async def look(self, host: str, script: Script, values: Mapping[str, str]) -> Findings:
        """Run a script that changes nothing, and take what it has said until its time was over. Raises HostError."""
        mark = self._mark()
        answer = await listed(host, self._hosts).ask(script, values, mark=mark, seconds=SECONDS, limit=LIMIT_BYTES)
        return Findings(*read_answer(answer.output, mark, self._redactor))

    @property
    def longest_secret(self) -> int:
        """Characters that are to be taken off where a server has cut a text: a secret may begin there."""
        return self._redactor.longest

    def touches(self, text: str) -> bool:
        """Whether a known secret has this text in it."""
        return self._redactor.touches(text)

    async def learn_secrets(self, host: str, script: Script, values: Mapping[str, str]) -> None:
        """Have the redactor know what the script prints as ``NAME=value``, where the name or value is secret.

        Nothing of it is kept elsewhere. Raises HostError.
        """
        answer = await listed(host, self._hosts).ask(
            script, values, mark=self._mark(), seconds=SECONDS, limit=LIMIT_BYTES
        )
        self._redactor.learn_settings(answer.output.decode(errors="replace").splitlines())
