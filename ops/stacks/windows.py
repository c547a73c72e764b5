"""Windows: services of a Windows server."""

from __future__ import annotations

from ops.spec import Spec


class WindowsSpec(Spec):
    """The section ``windows`` of a project."""


def windows_values(spec: WindowsSpec) -> dict[str, str]:  # noqa: ARG001  it has no keys yet
    """Return what the stack's scripts are told beside what all are."""
    return {}
