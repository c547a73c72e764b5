"""Laravel: a PHP site."""

from __future__ import annotations

from ops.spec import Spec


class LaravelSpec(Spec):
    """The section ``laravel`` of a project."""


def laravel_values(spec: LaravelSpec) -> dict[str, str]:  # noqa: ARG001  it has no keys yet
    """Return what the stack's scripts are told beside what all are."""
    return {}
