"""Compose: containers on a Docker engine."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from ops.duration import Duration
from ops.spec import InnerPath, Service, Spec, Word

BETWEEN_WORDS = "\x1f"
"""ASCII's unit separator: stands between the words of a command where it is one value. No word has it."""


class InContainer(Spec):
    """A command, word by word, and the service whose container it runs in."""

    service: Service
    command: Annotated[tuple[Word, ...], Field(min_length=1)]


class Migrating(InContainer):
    """How migrations are applied. pending: a command that prints the SQL of those that are not, and changes nothing."""

    pending: tuple[Word, ...] = ()


class ComposeSpec(Spec):
    """The section ``compose`` of a project.

    files, project: as Compose finds them when empty. services: those to deploy, in order; all when empty.
    build: on the server. migrate: runs in a container of the new image before the switch. tests_in: the service whose
    new image the project's tests run in; on the server when empty. strategy: where it is
    to be another than what the compose file allows. wait: how long a container may take to become healthy.
    reload: makes a proxy look again for the containers behind it. keep: of how many releases images stay.
    """

    files: tuple[InnerPath, ...] = ()
    project: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")] | None = None
    services: tuple[Service, ...] = ()
    build: bool = True
    pull: Literal["missing", "always"] = "missing"
    migrate: Migrating | None = None
    tests_in: Service | None = None
    strategy: dict[Service, Literal["rolling", "recreate"]] = Field(default_factory=dict)
    wait: Duration = timedelta(seconds=60)
    reload: InContainer | None = None
    keep: Annotated[int, Field(ge=2, le=100)] = 5


def compose_values(spec: ComposeSpec) -> dict[str, str]:
    """Return what the stack's scripts are told beside what all are."""
    return {
        **compose_place(spec),
        "COMPOSE_SERVICES": " ".join(spec.services),
        "BUILD_IMAGES": "yes" if spec.build else "",
        "PULL_IMAGES": spec.pull,
        "STRATEGIES": " ".join(f"{service}={strategy}" for service, strategy in spec.strategy.items()),
        "WAIT_SECONDS": str(int(spec.wait.total_seconds())),
        "KEEP_RELEASES": str(spec.keep),
        **_in_container("MIGRATE", spec.migrate),
        "MIGRATE_PENDING": BETWEEN_WORDS.join(spec.migrate.pending) if spec.migrate else "",
        "TESTS_SERVICE": spec.tests_in or "",
        **_in_container("RELOAD", spec.reload),
    }


def compose_place(spec: ComposeSpec) -> dict[str, str]:
    """Return what it takes to find the project's containers."""
    return {"COMPOSE_FILES": ":".join(spec.files), "COMPOSE_NAME": spec.project or ""}


def _in_container(name: str, task: InContainer | None) -> dict[str, str]:
    return {
        f"{name}_SERVICE": task.service if task else "",
        f"{name}_COMMAND": BETWEEN_WORDS.join(task.command) if task else "",
    }
