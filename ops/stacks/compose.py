"""Compose: containers on a Docker engine."""

from __future__ import annotations

from ops.spec import Spec


class ComposeSpec(Spec):
    """The section ``compose`` of a project."""


def compose_values(spec: ComposeSpec) -> dict[str, str]:  # noqa: ARG001  it has no keys yet
    """Return what the stack's scripts are told beside what all are."""
    return {}
