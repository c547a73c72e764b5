"""Inbound: what other programs say, as observations: a webhook's own words, an Alertmanager that falls silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ops.plaintext import plain
from ops.watch.alertmanager import SILENT_AFTER, BadNotification, read_as, read_json
from ops.watch.observation import Observation, Severity, Subject

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ops.store.alerts import PostgresAlerts
    from ops.watch.incidents import Incidents

HOOK: Final = "hook"
MONITOR: Final = "monitor"
FOREIGN: Final = frozenset({HOOK, MONITOR})
"""Checks whose names are what somebody else has written."""
_FORGOTTEN = timedelta(hours=26)
"""Alertmanager repeats what fires, every four hours if nobody says otherwise, and hardly ever less than once a day."""
_LONGEST = {"title": 200, "text": 4000, "key": 200, "word": 40}
_MOST_LINES = 12
_TROUBLE = {"firing", "alert", "alerting", "down", "error", "fail", "failed", "problem", "critical", "warning", "open"}
_OVER = {"resolved", "ok", "up", "success", "recovered", "good", "closed"}
_MILD = {"warning", "warn", "minor", "info", "notice", "low", "medium"}


def _bounded(kind: str) -> BeforeValidator:
    def clean(value: Any) -> Any:
        return plain(value)[: _LONGEST[kind]].strip() if isinstance(value, str) else value

    return BeforeValidator(clean)


class _Words(BaseModel):
    """What a webhook may say."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    title: Annotated[str, _bounded("title"), Field(min_length=1)]
    text: Annotated[str, _bounded("text")] = ""
    severity: Annotated[str, _bounded("word")] = ""
    status: Annotated[str, _bounded("word")] = "firing"
    key: Annotated[str, _bounded("key")] = ""


@dataclass(frozen=True, slots=True)
class Word:
    """One message of a webhook. ``key``: what it is about; the same one again is the same trouble, or its end."""

    title: str
    text: str
    severity: Severity
    over: bool
    key: str


def read_word(raw: bytes) -> Word:
    """Read the body of a request. Raises BadNotification."""
    words = read_as(_Words, read_json(raw))
    status = words.status.lower()
    if status not in _TROUBLE | _OVER:
        message = f"status: one of {', '.join(sorted(_TROUBLE | _OVER))}"
        raise BadNotification(message)
    severity: Severity = "warning" if (words.severity or status).lower() in _MILD else "critical"
    return Word(words.title, words.text, severity, status in _OVER, words.key or words.title)


def word_observed(hook: str, project: str, word: Word, clean: Callable[[str], str], now: datetime) -> Observation:
    """Return what a webhook has said as an observation. ``clean``: masks secrets."""
    key = f"{hook}:{clean(word.key)}"
    return Observation(
        Subject(project, "", HOOK, key),
        ok=word.over,
        at=now,
        severity=word.severity,
        code="hook",
        facts={"title": clean(word.title), "hook": hook},
        lines=tuple(clean(word.text).splitlines()[:_MOST_LINES]),
        event=True,
        group=f"{HOOK}:{key}",
    )


class Monitors:
    """Those who watch others: as long as they are alive, their Watchdog comes again and again."""

    def __init__(self, alerts: PostgresAlerts, incidents: Incidents) -> None:
        self._alerts = alerts
        self._incidents = incidents

    async def heard(self, url: str, now: datetime) -> None:
        """Note that one of them is alive. ``url``: where it says that it is."""
        source = urlsplit(url).netloc.rpartition("@")[2][:200] or "alertmanager"
        if await self._alerts.is_silent(source):
            await self._incidents.observe(_silence(source, now, over=True))
        await self._alerts.heard(source, now)

    async def look(self, now: datetime) -> None:
        """Tell of those that were not heard for too long, and let go of alerts that were not heard of for much longer.

        First told, then noted, so that it is told for certain.
        """
        for source, heard_at in await self._alerts.silent_since(now - SILENT_AFTER):
            await self._incidents.observe(_silence(source, heard_at + SILENT_AFTER, over=False))
            await self._alerts.note_silence(source, heard_at)
        await self._alerts.let_go(now - _FORGOTTEN, now)


def _silence(source: str, at: datetime, *, over: bool) -> Observation:
    return Observation(
        Subject("", "", MONITOR, source),
        ok=over,
        at=at,
        code="monitor-silent",
        facts={"source": source, "minutes": str(int(SILENT_AFTER.total_seconds() / 60))},
        event=True,
        group=f"{MONITOR}:{source}",
    )
