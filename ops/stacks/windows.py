"""Windows: services of a Windows server."""

from __future__ import annotations

from datetime import timedelta

from ops.duration import Duration
from ops.spec import Spec


class WindowsSpec(Spec):
    """The section ``windows`` of a project. stop_within: how long a service may take to stop."""

    stop_within: Duration = timedelta(seconds=60)


def windows_values(spec: WindowsSpec) -> dict[str, str]:
    """Return what the stack's scripts are told beside what all are."""
    return {"STOP_SECONDS": str(int(spec.stop_within.total_seconds()))}
