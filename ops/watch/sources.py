"""Sources: the logs that a project has, those that lotsman.yml names first, and those that its stack brings. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ops.project import LogSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.project import Project

_UNFIT = re.compile(r"[^a-z0-9_-]+")
_LONGEST = 32
_PHP_FPM = re.compile(r"php[0-9.]*-fpm(?:\.service)?", re.ASCII)


def sources_of(project: Project) -> dict[str, LogSource]:
    """Return the project's logs by name, in the order in which they are offered.

    Named by hand, they keep their names; a log that is there already is not offered twice.
    """
    found = dict(project.logs)
    known = set(found.values())
    for name, source in _brought(project):
        if source not in known and name not in found:
            known.add(source)
            found[name] = source
    return found


def _brought(project: Project) -> Iterator[tuple[str, LogSource]]:
    if project.shell != "sh":
        return
    if project.stack == "laravel":
        shared = "/shared" if project.laravel.layout == "releases" else ""
        yield "laravel", LogSource(file=f"{project.path}{shared}/storage/logs/laravel.log")
        yield "nginx", LogSource(file="/var/log/nginx/error.log")
        yield "nginx-access", LogSource(file="/var/log/nginx/access.log")
        for unit in project.services:
            if _PHP_FPM.fullmatch(unit):
                yield "php-fpm", LogSource(unit=unit)
    if project.stack == "compose":
        for service in project.compose.services:
            yield _name(service), LogSource(container=service)
    for unit in project.services:
        yield _name(unit.removesuffix(".service")), LogSource(unit=unit)


def _name(text: str) -> str:
    return _UNFIT.sub("-", text.lower()).strip("-_")[:_LONGEST] or "service"
