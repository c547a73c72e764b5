"""Laravel: a PHP site."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ops.spec import Spec, UserName, matching

Program = Annotated[str, matching(r"/?[A-Za-z0-9_][A-Za-z0-9._/+-]{0,200}", "program")]
"""A program's name, or the whole path to it."""


class LaravelSpec(Spec):
    """The section ``laravel`` of a project.

    layout: ``checkout``, a git work tree that is updated in its place; ``releases``, a folder for each version and a
    link ``current`` to the live one. keep: how many of those folders stay. php_user: whom php-fpm runs as.
    """

    layout: Literal["checkout", "releases"] = "checkout"
    keep: Annotated[int, Field(ge=2, le=100)] = 5
    php: Program = "php"
    composer: Program = "composer"
    php_user: UserName = "www-data"
    migrate: bool = True
    maintenance: bool = False
    queue: bool = False
    refresh: Literal["restart", "reload"] = "restart"


def laravel_values(spec: LaravelSpec, path: str) -> dict[str, str]:
    """Return what the stack's scripts are told beside what all are. path: the project's."""
    releases = spec.layout == "releases"
    return {
        "SITE_PATH": path,
        # Each release is a work tree of one repository: what is asked of a checkout can be asked of the live one.
        "PROJECT_PATH": f"{path}/current" if releases else path,
        "LAYOUT": spec.layout,
        "RELEASES": _flag(releases),
        "KEEP": str(spec.keep),
        "PHP_PROGRAM": spec.php,
        "COMPOSER_PROGRAM": spec.composer,
        "PHP_USER": spec.php_user,
        "MIGRATE": _flag(spec.migrate),
        "MIGRATIONS_FOLDER": "database/migrations",
        "MAINTENANCE": _flag(spec.maintenance),
        "QUEUE": _flag(spec.queue),
        # This one starts a unit that is down, too.
        "UNIT_VERBS": "reload-or-restart" if spec.refresh == "reload" else "restart",
    }


def _flag(value: bool) -> str:  # noqa: FBT001  it is what the function is about
    return "yes" if value else ""
