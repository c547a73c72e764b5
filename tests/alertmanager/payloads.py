"""What Alertmanager and Grafana post, version by version, written after the format that they document."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

T0 = datetime(2025, 10, 10, 11, 2, tzinfo=UTC)
VERSIONS = ("v0.27", "v0.28", "v0.31", "v0.32", "v0.34", "grafana")
NEVER = "0001-01-01T00:00:00Z"


def alert(name: str = "HighErrorRate", *, ended: timedelta | None = None, **changes: Any) -> dict[str, Any]:
    """One alert of a payload; ``instance`` tells it from others of its name."""
    instance = changes.pop("instance", "web1:9100")
    severity = changes.pop("severity", "critical")
    return {
        "status": "firing" if ended is None else "resolved",
        "labels": {"alertname": name, "instance": instance, "job": "formbot", "severity": severity},
        "annotations": {
            "summary": f"5% of the requests to {instance} fail",
            "description": "The last deploy is 10 minutes old.\nLook at its log first.",
            "runbook_url": "https://wiki.example.org/errors",
        },
        "startsAt": T0.isoformat().replace("+00:00", ".123456789Z"),
        "endsAt": NEVER if ended is None else (T0 + ended).isoformat(),
        "generatorURL": "http://prometheus:9090/graph?g0.expr=errors+%3E+0.05&g0.tab=1",
        "fingerprint": sha256(f"{name} {instance}".encode()).hexdigest()[:16],
        **changes,
    }


def payload(version: str, *alerts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A notification of a group of alerts."""
    alerts = alerts or (alert(),)
    labels = {"alertname": "HighErrorRate", "job": "formbot"}
    firing = any(each["status"] == "firing" for each in alerts)
    body: dict[str, Any] = {
        "receiver": "lotsman",
        "status": "firing" if firing else "resolved",
        "alerts": list(alerts),
        "groupLabels": labels,
        "commonLabels": labels,
        "commonAnnotations": {},
        "externalURL": "http://alertmanager:9093",
        "version": "4",
        "groupKey": '{}/{team="ops"}:{alertname="HighErrorRate", job="formbot"}',
        "truncatedAlerts": 0,
    }
    if version in {"v0.32", "v0.34"}:
        body["notification_reason"] = "first notification" if firing else "all alerts resolved"
    if version == "v0.34":
        body["routeLabels"] = {"team": "ops"}
    if version == "grafana":
        body |= {"version": "1", "orgId": 1, "title": "[FIRING:1] HighErrorRate", "state": "alerting", "message": "x"}
        for each in body["alerts"]:
            each |= {
                "values": {"B": 44.2, "C": 1},
                "valueString": "[ var='B' value=44.2 ]",
                "silenceURL": "https://grafana.example.org/alerting/silence/new?x=1",
                "dashboardURL": "https://grafana.example.org/d/abc",
                "panelURL": "http://grafana.example.org/d/abc?viewPanel=2",
                "imageURL": "",
            }
    return body | changes


def written(body: Any) -> bytes:
    return json.dumps(body).encode()
