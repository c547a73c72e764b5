"""Alertmanager's webhook, version 4: what a notification says. Read without touching anything.

Fields that there are by a later version, or that Grafana adds, are passed over. Source: Alertmanager's webhook
message and template data, v0.27 to v0.34; Grafana's webhook contact point.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ops.plaintext import plain

MOST_ALERTS = 2000
_MOST_FACTS = 100
_LONGEST = 2000
_LIKE_WARNING = {"warning", "warn", "minor", "medium", "moderate"}
_LIKE_INFO = {"info", "information", "informational", "notice", "none", "debug", "low", "ok"}
SEVERITIES = ("info", "warning", "critical")
"""From the least to the most urgent. What names none, or none that is known, is critical: rather too loud than lost."""
_YEAR_ONE = 1
"""Go's zero time stands for "not yet"."""


class BadNotification(ValueError):
    """A body that is no notification; the text says where and why."""


def _facts(value: Any) -> Any:
    """Bound and clean names and values; Go writes an empty map as null."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        return value
    # Grafana has annotations that are no text.
    items = list(value.items())[:_MOST_FACTS]
    return {plain(str(name))[:_LONGEST]: plain(_text(each))[:_LONGEST] for name, each in items}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _clean(value: Any) -> Any:
    return plain(value)[:_LONGEST] if isinstance(value, str) else value or ""


def _whole(value: Any) -> Any:
    """Replace half characters, which JSON can write and nothing else can hold."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


Facts = Annotated[Mapping[str, str], BeforeValidator(_facts)]
Text = Annotated[str, BeforeValidator(_clean)]


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True)


class Alert(_Read):
    """One alert of a group. The links are as they came: whoever shows them decides which are fit to be followed."""

    status: Literal["firing", "resolved"]
    labels: Facts = {}
    annotations: Facts = {}
    starts_at: AwareDatetime = Field(alias="startsAt")
    ends_at: AwareDatetime | None = Field(None, alias="endsAt")
    fingerprint: Text = ""
    generator_url: Text = Field("", alias="generatorURL")
    silence_url: Text = Field("", alias="silenceURL")
    dashboard_url: Text = Field("", alias="dashboardURL")
    panel_url: Text = Field("", alias="panelURL")

    @property
    def name(self) -> str:
        """What the alert is called."""
        return self.labels.get("alertname", "")

    @property
    def severity(self) -> str:
        """One of SEVERITIES."""
        said = (self.labels.get("severity") or self.labels.get("priority") or "").strip().lower()
        return "warning" if said in _LIKE_WARNING else "info" if said in _LIKE_INFO else "critical"

    @property
    def key(self) -> tuple[str, datetime]:
        """What tells it from every other alert, and from the same one at another time."""
        return self.fingerprint or _digest(json.dumps(dict(self.labels), sort_keys=True)), self.starts_at

    @property
    def ended_at(self) -> datetime | None:
        """When it ended, if it did."""
        ended = self.ends_at
        return ended if self.status == "resolved" and ended is not None and ended.year > _YEAR_ONE else None


class Group(_Read):
    """What is said of a whole group of alerts. truncated: how many of them were left out."""

    receiver: Text = ""
    group_labels: Facts = Field({}, alias="groupLabels")
    common_labels: Facts = Field({}, alias="commonLabels")
    common_annotations: Facts = Field({}, alias="commonAnnotations")
    external_url: Text = Field("", alias="externalURL")
    truncated: int = Field(0, alias="truncatedAlerts", ge=0)


class Notification(Group):
    """One notification. group_key: the same for all of its group. reason: why it comes now, from v0.32 on."""

    version: Literal["4", "1"]  # Grafana calls the very same "1"
    group_key: Annotated[str, BeforeValidator(_whole)] = Field(alias="groupKey", min_length=1, max_length=100_000)
    status: Literal["firing", "resolved"]
    reason: Text = Field("", alias="notification_reason")
    alerts: tuple[Alert, ...] = Field(min_length=1, max_length=MOST_ALERTS)

    @property
    def digest(self) -> str:
        """The group's key in a form of bounded length."""
        return _digest(self.group_key)

    def facts(self) -> str:
        """Return what is said of the group, as JSON that Group reads."""
        return self.model_dump_json(include=set(Group.model_fields))


WATCHDOG = "Watchdog"
"""The alert that fires always, by the name that everybody gives it."""
SILENT_AFTER = timedelta(minutes=10)


def read_notification(raw: bytes) -> Notification:
    """Read the body of a request. Raises BadNotification."""
    return read_as(Notification, read_json(raw))


def read_json(raw: bytes) -> Any:
    """Read JSON. Raises BadNotification."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        message = "the body is no JSON"
        raise BadNotification(message) from None


Model = TypeVar("Model", bound=BaseModel)


def read_as(model: type[Model], value: Any) -> Model:
    """Validate what was read. Raises BadNotification."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        message = f"{place}: {first['msg']}"
        raise BadNotification(message) from None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
