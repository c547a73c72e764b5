"""Steps that make backups and prove them. Pure: the planner puts them where a runbook says ``use``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.errors import BadValue
from ops.runs.plan import MINUTE, Step
from ops.runs.runbook import shared_script

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.backups.backup import Backup
    from ops.project import DatabaseSpec, Project

BACKUP_IDENTITY = "BACKUP_IDENTITY"
"""The secret keys of age that open sealed backups: the bot has them, and steps that ask for them are told."""
BACKUP_GPG_KEY = "BACKUP_GPG_KEY"
"""A secret key of gpg, in base64."""

BACKUP_STEPS = frozenset({"backup-database", "backup-folder", "backup-config"})
_HOUR = 60 * MINUTE
_LONGEST = 6 * _HOUR


def backup_databases(project: Project) -> Iterator[Step]:
    """Back each database up, in a step of its own."""
    for database in project.databases:
        yield Step(
            key=f"backup-database.{database.name}",
            name="backup-database",
            subject=database.name,
            script=shared_script(f"backup-{database.engine}.sh", project.shell),
            values={**database_values(database), **_about(database.engine, database.name)},
            first_host=True,
            repeatable=True,
            timeout=_LONGEST,
            silence=_LONGEST,  # a dump says nothing while it works
        )


def backup_folders(project: Project) -> Iterator[Step]:
    """Back each folder up, in a step of its own."""
    for name, folder in project.backups.folders.items():
        yield Step(
            key=f"backup-folder.{name}",
            name="backup-folder",
            subject=name,
            script=shared_script("backup-folder.sh", project.shell),
            values={
                "FOLDER_NAME": name,
                "FOLDER": folder.path,
                "FOLDER_CONTAINER": folder.container or "",
                **_about("folder", name),
            },
            first_host=True,
            repeatable=True,
            timeout=_LONGEST,
            silence=_LONGEST,
        )


def backup_config(project: Project) -> Iterator[Step]:
    """Save the config files, on every host."""
    if project.config or project.config_update:
        yield Step(
            key="backup-config",
            name="backup-config",
            script=shared_script("backup-config.sh", project.shell),
            values=_about("config", "config"),
            repeatable=True,
            timeout=MINUTE,
        )


def verify_backup(project: Project, given: Mapping[str, str]) -> Iterator[Step]:
    """Look at one backup: as deep as ``PROVE`` says, and as far as its subject is one of the project's still.

    Raises BadValue where no file is named: nobody can type this runbook's values.
    """
    if not given.get("BACKUP_FILE"):
        raise BadValue("file", "", "missing", f"/backup verify {project.name}")
    engine, subject = given.get("BACKUP_ENGINE", ""), given.get("SUBJECT", "")
    database = next((each for each in project.databases if (each.engine, each.name) == (engine, subject)), None)
    script = "verify-file.sh"
    if given.get("PROVE"):
        script = {"folder": "verify-archive.sh", "config": "verify-archive.sh"}.get(engine, script)
        script = f"verify-{engine}.sh" if database else script
    yield Step(
        key="verify-backup",
        name="verify-backup",
        subject=subject,
        script=shared_script(script, project.shell),
        values=restore_values(database) if database else {},
        secrets=(BACKUP_IDENTITY, BACKUP_GPG_KEY),
        first_host=True,
        repeatable=True,
        timeout=_LONGEST,
        silence=_LONGEST,
    )


def verification_of(backup: Backup, *, prove: bool = True) -> dict[str, str]:
    """Return the values that the runbook ``verify`` asks for; it runs on the backup's own host.

    prove: restore it on trial; else it is only read to its end.
    """
    return {
        "SUBJECT": backup.subject,
        "BACKUP_ID": str(backup.id),
        "BACKUP_FILE": backup.path,
        "BACKUP_SHA256": backup.sha256,
        "BACKUP_ENGINE": backup.engine,
        "MANIFEST_SHA256": str(backup.manifest.get("sha256", "")),
        "PROVE": "yes" if prove else "",
    }


def database_values(database: DatabaseSpec) -> dict[str, str]:
    """Return how scripts log in to a database."""
    file, _, variable = (database.url_from or "").partition(":")
    return {
        "DATABASE": database.name,
        "DATABASE_ENGINE": database.engine,
        "DATABASE_PATH": database.path or "",
        "DATABASE_LOGIN_FILE": database.login_from or "",
        "DATABASE_URL_FILE": file,
        "DATABASE_URL_NAME": variable,
        "DATABASE_SUDO_USER": database.sudo_user or "",
        "DATABASE_CONTAINER": database.container or "",
    }


def restore_values(database: DatabaseSpec) -> dict[str, str]:
    """Return how scripts log in that make and drop databases."""
    if not database.restore_as:
        return database_values(database)
    without = dict.fromkeys(("DATABASE_LOGIN_FILE", "DATABASE_URL_FILE", "DATABASE_URL_NAME"), "")
    return {**database_values(database), **without, "DATABASE_SUDO_USER": database.restore_as}


def _about(engine: str, subject: str) -> dict[str, str]:
    """Return what a backup says of itself."""
    return {"BACKUP_ENGINE": engine, "BACKUP_SUBJECT": subject}
