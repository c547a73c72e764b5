"""Planner: a runbook and a project become a plan. Pure: the clock's reading is passed in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ops.backups.names import TIERS, is_period, mark
from ops.backups.steps import (
    BACKUP_STEPS,
    backup_config,
    backup_databases,
    backup_folders,
    database_values,
    verify_backup,
)
from ops.backups.steps import restore_values as maker_values
from ops.checks import CertificateCheck, DatabaseCheck, ScriptCheck, TcpCheck
from ops.errors import BadValue
from ops.project import HeartbeatCheck, HttpCheck, LogCheck, VersionCheck
from ops.runs.plan import MINUTE, Plan, Step
from ops.runs.restoring import RESTORE, RESTORING, restore_steps, restored
from ops.runs.runbook import own_script, shared_script, stack_script
from ops.stacks.compose import BETWEEN_WORDS, compose_place, compose_values
from ops.stacks.laravel import laravel_values
from ops.stacks.windows import windows_values
from ops.watch.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime, timedelta

    from ops.project import Check, Project
    from ops.runs.runbook import Entry, Runbook

PLACE_VALUES = ("TIER", "PERIOD")
"""What may be given to every runbook: the tier of the backups that it makes, and the period that they stand for."""
_WARM_UP_SECONDS = 15
"""How long a fresh start is left alone before it is measured."""
_UNIT_PATIENCE = "120"
"""Seconds that a unit may take to come up."""
_MEASURED = 50
"""Questions at the least, in however short a time: fewer good answers than 30 prove nothing."""


EVERY_LINE = dict.fromkeys(("FILTER", "FILTERS", "LEVEL", "SINCE", "UNTIL", "START"), "")
"""What tail-log.sh is told where nothing is left out."""


def make_plan(
    runbook: Runbook,
    project: Project,
    given: Mapping[str, str],
    local_time: datetime,
    hosts: tuple[str, ...] = (),
) -> Plan:
    """Return what a run would do, on these hosts of the project or on all. Raises BadRef, BadValue.

    local_time: in the team's zone; it names backups. Besides the runbook's own values, any may be given ``TIER`` and
    ``PERIOD``: where the backups that it makes belong.
    """
    values = {
        **project_values(project),
        **runbook.accept({k: v for k, v in given.items() if k not in PLACE_VALUES}, project.name, project.branch),
        "STAMP": local_time.strftime("%Y%m%d_%H%M%S"),
        **_place(runbook, given, local_time),
    }
    if RESTORE in runbook.values and runbook.values[RESTORE].default is None and not values[RESTORE]:
        raise BadValue(RESTORE.lower(), "", "missing", f"/restore {project.name}")
    given_values = {"", *(name for name, value in values.items() if value not in {"", "0"})}
    wanted = [entry for entry in runbook.entries if entry.spec.when in given_values]
    steps = tuple(step for entry in wanted for step in _expand(entry, project, values))
    if runbook.name == "backup" and (subject := values.get("SUBJECT")):
        steps = _only(subject, steps, runbook, project)
    chosen = tuple(host for host in project.hosts if not hosts or host in hosts)
    return Plan(chosen, steps, values, project.serial.of(len(chosen)), project.max_failures, runbook.title)


def _place(runbook: Runbook, given: Mapping[str, str], local_time: datetime) -> dict[str, str]:
    """Return where backups of this run belong, and what their files are marked with. Raises BadValue."""
    tier = given.get("TIER") or ("manual" if runbook.name == "backup" else "predeploy")
    period = given.get("PERIOD", "")
    if tier not in TIERS or (period and not is_period(tier, period)):
        raise BadValue("period" if period else "tier", period or tier, "unfit", "")
    return {"TIER": tier, "PERIOD": period, "BACKUP_MARK": mark(tier, period, local_time)}


def _only(subject: str, steps: tuple[Step, ...], runbook: Runbook, project: Project) -> tuple[Step, ...]:
    """Return the steps with one backup alone. Raises BadValue where there is none of that name."""
    there = {step.subject or "config" for step in steps if step.name in BACKUP_STEPS}
    if subject not in there:
        raise BadValue("subject", subject, "unfit", runbook.usage(project.name))
    return tuple(step for step in steps if step.name not in BACKUP_STEPS or (step.subject or "config") == subject)


def project_values(project: Project) -> dict[str, str]:
    """Return what every script of the project is told."""
    first = next((database for database in project.databases if database.engine != "sqlite"), None)
    files = [f"{name}={log.file}" for name, log in project.logs.items() if log.file]
    return {
        "PROJECT": project.name,
        "PROJECT_PATH": project.path,
        "BRANCH": project.branch,
        "VENV": _beside(project, project.venv),
        "REQUIREMENTS": project.requirements,
        "SERVICES": " ".join(project.services),
        "UNIT_VERBS": "restart" if project.self else "stop start",
        "ACK_SECONDS": _seconds(project.ack_within),
        "CONFIG_FILES": " ".join(dict.fromkeys((*project.config, *project.config_update))),
        "CONFIG_UPDATE": " ".join(f"{file}={source}" for file, source in project.config_update.items()),
        "STRICT_ENV": "yes" if project.strict_env else "",
        "NEEDS": " ".join(f"{name}{version}" for name, version in project.needs.items()),
        "TESTS": "\x1f".join(project.tests),
        "LOG_FILES": ",".join(files),
        "MIGRATIONS": project.migrations,
        "MIGRATIONS_FOLDER": project.migrations_folder,
        "BACKUPS": project.backups_folder,
        "ENCRYPT_TO": ",".join(project.backups.encrypt_to),
        "GPG_TO": ",".join(project.backups.gpg_to),
        "COMPRESS": project.backups.compress,
        "COPY_TO": project.backups.copy_to or "",
        "FREE_DISK_MB": str(project.free_disk_mb),
        "STABLE_SECONDS": _seconds(project.stable),
        "URLS": " ".join(check.http for check in project.checks if isinstance(check, HttpCheck)),
        **(database_values(first) if first else {}),
        "DATABASES": " ".join(database.name for database in project.databases),
        **_stack_values(project),
    }


def _beside(project: Project, inner: str) -> str:
    """Return a path inside the project as its servers write one."""
    if project.shell == "powershell":
        return "\\".join([project.path.rstrip("\\/"), *inner.split("/")])
    return f"{project.path}/{inner}"


def _stack_values(project: Project) -> dict[str, str]:
    match project.stack:
        case "laravel":
            return laravel_values(project.laravel, project.path)
        case "compose":
            return compose_values(project.compose)
        case "windows-service":
            return windows_values(project.windows)
        case _:
            return {}


def log_values(project: Project, name: str) -> dict[str, str]:
    """Return where a log of the project is."""
    source = sources_of(project)[name]
    return {
        "LOG_NAME": name,
        "LOG_FILE": source.file or "",
        "LOG_UNIT": source.unit or "",
        "LOG_CONTAINER": source.container or "",
        **({"PROJECT_PATH": project.path, **compose_place(project.compose)} if source.container else {}),
    }


def _expand(entry: Entry, project: Project, values: Mapping[str, str]) -> Iterator[Step]:
    spec = entry.spec
    if spec.use == "verify-backup":
        yield from verify_backup(project, values)
    elif spec.use in RESTORING:
        yield from restore_steps(spec.use, restore_places(project), values)
    elif spec.use == "restore-safety":
        yield from _safety(project, restored(values.get(RESTORE, "")))
    elif spec.use:
        yield from (replace(step, keep_going=spec.keep_going) for step in _USES[spec.use](project))
    elif spec.step and entry.script:
        yield Step(
            key=spec.step,
            name=spec.step,
            script=entry.script,
            undo=entry.undo,
            probe=entry.probe,
            changes=spec.changes,
            check=spec.check,
            repeatable=spec.retry == "safe",
            ack=spec.ack,
            judge=spec.judge or "",
            keep_going=spec.keep_going,
            first_host=spec.hosts == "first",
            timeout=spec.timeout.total_seconds(),
            silence=spec.silence.total_seconds(),
            title=spec.title,
        )


def restore_places(project: Project) -> dict[str, Mapping[str, str]]:
    """Return where each thing of a project is that a restore can replace, by its name."""
    databases = {database.name: maker_values(database) for database in project.databases}
    return {**databases, **{step.subject: step.values for step in backup_folders(project)}}


def _safety(project: Project, subjects: Collection[str]) -> Iterator[Step]:
    """Back up what is about to be replaced, as it is now."""
    for step in (*backup_databases(project), *backup_folders(project)):
        if step.subject in subjects:
            values = {**step.values, "TIER": "safety"}
            yield replace(step, key=f"restore-safety.{step.subject}", name="restore-safety", values=values)


def _tests(project: Project) -> Iterator[Step]:
    if project.tests:
        in_image = project.stack == "compose" and project.compose.tests_in is not None
        yield Step(
            key="tests",
            name="tests",
            script=stack_script(project.stack, "image-tests.sh" if in_image else "project-tests.sh"),
            first_host=True,
            repeatable=True,
            timeout=(60 if in_image else 20) * MINUTE,  # the image may have to be built
            silence=(20 if in_image else 10) * MINUTE,
        )


def _update_config(project: Project) -> Iterator[Step]:
    if project.config_update:
        yield Step(
            key="update-config",
            name="update-config",
            script=shared_script("update-config.sh"),
            undo=shared_script("unrestore-config.sh"),
            changes=True,
            repeatable=True,
            timeout=MINUTE,
        )


def check_steps(project: Project) -> Iterator[Step]:
    """Return the checks of a project, as a deploy asks them."""
    asked = next((check for check in project.checks if isinstance(check, HttpCheck)), None)
    first = {"FIRST_URL": asked.http, "FIRST_STATUS": str(asked.status)} if asked else {}
    for unit in project.services:
        yield Step(
            key=f"check-unit.{unit}",
            name="check-unit",
            subject=unit,
            script=shared_script("check-unit.sh", project.shell),
            values={"UNIT": unit, "PATIENCE_SECONDS": _UNIT_PATIENCE, **first},
            check=True,
            repeatable=True,
        )
    if project.stack == "compose":
        for service in project.compose.services or ("",):
            yield _container_check(service)
    for i, check in enumerate(project.checks):
        yield _check(i, check, project)


def _container_check(service: str) -> Step:
    """Return a check of one service's containers, or of all that is deployed."""
    name = "check-container" if service else "check-containers"
    return Step(
        key=f"{name}.{service}" if service else name,
        name=name,
        subject=service,
        script=stack_script("compose", "check-container.sh"),
        values={"CONTAINER": service},
        check=True,
        repeatable=True,
    )


def _check(number: int, check: Check, project: Project) -> Step:
    match check:
        case HttpCheck():
            name, subject = "check-http", check.http
            values = {
                "URL": check.http,
                "WANTED_STATUS": str(check.status),
                "WITHIN_SECONDS": _seconds(check.within),
                "WANTED_BODY": check.contains,
                "MOST_MS": str(int(check.answers_in.total_seconds() * 1000)) if check.answers_in else "",
            }
        case HeartbeatCheck():
            name, subject = "check-heartbeat", check.heartbeat
            values = {
                "HEARTBEAT": check.heartbeat,
                "HEARTBEAT_CONTAINER": check.container or "",
                "MAX_AGE_SECONDS": _seconds(check.max_age),
            }
        case VersionCheck():
            name, subject = "check-version", check.version
            values = {"URL": check.version, "WITHIN_SECONDS": _seconds(check.within)}
        case LogCheck():
            name, subject = "check-log", check.log
            values = {**log_values(project, check.log), "IGNORE": BETWEEN_WORDS.join(check.ignore)}
        case TcpCheck():
            name, subject = "check-tcp", check.tcp
            host, _, port = check.tcp.rpartition(":")
            values = {"TCP_HOST": host, "TCP_PORT": port, "WITHIN_SECONDS": _seconds(check.within)}
        case CertificateCheck():
            name, subject = "check-certificate", check.certificate
            in_file = check.certificate.startswith("/")
            values = {
                "CERT_FILE": check.certificate if in_file else "",
                "CERT_ADDRESS": "" if in_file else check.certificate,
                "CERT_DAYS": "0",  # one that ends soon is no version's fault
            }
        case DatabaseCheck():
            name, subject = "check-database", check.database
            values = database_values(next(each for each in project.databases if each.name == check.database))
        case ScriptCheck():
            script = own_script(project.folder / check.script)
            return Step(f"check-script.{number}", "check-script", script, check.script, check=True, repeatable=True)
    script = shared_script(f"{name}.sh", project.shell)
    return Step(f"{name}.{number}", name, script, subject, values, check=True, repeatable=True)


def _measure(name: str, project: Project) -> Iterator[Step]:
    """Ask the first host alone: what is compared has to be the same place. PowerShell has no such script yet."""
    if project.measure and project.shell == "sh":
        seconds = project.measure.seconds
        warm_up = _WARM_UP_SECONDS if name == "measure-after" else 0
        yield Step(
            key=name,
            name=name,
            subject=project.measure.url,
            script=shared_script("measure.sh"),
            values={
                "MEASURE_URL": project.measure.url,
                "MEASURE_SECONDS": str(seconds),
                "MEASURE_EVERY": f"{min(1.0, seconds / _MEASURED):g}",
                "WARM_UP_SECONDS": str(min(warm_up, seconds)),
            },
            first_host=True,
            repeatable=True,
            timeout=seconds * 2 + 2 * MINUTE,
            silence=seconds * 2 + 2 * MINUTE,
        )


def _tail_log(project: Project) -> Iterator[Step]:
    for name in list(project.logs)[:1]:
        yield Step(
            key="tail-log",
            name="tail-log",
            subject=name,
            script=shared_script("tail-log.sh", project.shell),
            values={**log_values(project, name), **EVERY_LINE, "LINES": "15"},
            repeatable=True,
            timeout=MINUTE,
        )


_USES: dict[str, Callable[[Project], Iterator[Step]]] = {
    "backup-databases": backup_databases,
    "backup-folders": backup_folders,
    "backup-config": backup_config,
    "tests": _tests,
    "update-config": _update_config,
    "measure-before": partial(_measure, "measure-before"),
    "measure-after": partial(_measure, "measure-after"),
    "checks": check_steps,
    "tail-log": _tail_log,
}


def _seconds(duration: timedelta) -> str:
    return str(int(duration.total_seconds()))
