"""Probes: what is looked at on one server in a round, and what its answers mean. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from ops.backups.steps import database_values
from ops.checks import CertificateCheck, ScriptCheck
from ops.project import LogCheck
from ops.runs.planner import check_steps, project_values
from ops.watch.level import LEVELS
from ops.watch.observation import HOST_CHECK, Observation, Subject
from ops.watch.patterns import errors_in
from ops.watch.rules import grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from ops.alerts import LimitsSpec
    from ops.inventory import Inventory
    from ops.project import Project
    from ops.runs.script import Script
    from ops.watch.incident import State
    from ops.watch.observation import Severity

AT_ONCE: Final = {
    "STABLE_SECONDS": "0",
    "WITHIN_SECONDS": "0",
    "WAIT_SECONDS": "0",
    "PATIENCE_SECONDS": "2",
    "FIRST_URL": "",
    "ASK_ONCE": "yes",
}
"""A check asks once in a round; a deploy's own patience with a fresh start is another thing."""
FIGURES: Final = ("disk", "inodes", "memory", "load")
_WARNINGS: Final = frozenset({"log", "drift"})
"""Kinds of checks that are worth a look and wake nobody."""
OURS: Final = frozenset(
    {
        *("unit", "http", "version", "heartbeat", "log", "tcp", "certificate", "database", "script", "container"),
        *("containers", "drift", *FIGURES),
    }
)
"""Kinds that a round looks at; subjects of others are somebody else's to forget."""
_BAD_ANYWAY: Final = frozenset({"path-missing", "container-missing", "certificate-missing"})
"""Why a look could not be made, where that is trouble itself."""
_UNIT_SEPARATOR: Final = "\x1f"
_CUT: Final = "[cut]"
"""What watch.sh puts behind a text that was too long."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One look. script: where it is not one of those that a round brings along."""

    subject: Subject
    values: Mapping[str, str]
    severity: Severity = "critical"
    script: Script | None = None
    critical_days: int = 0
    ignore: tuple[str, ...] = ()


@dataclass
class Said:
    """What one look brought back. status: its exit status; None where it never came to its end."""

    status: int | None = None
    failed: str = ""
    refused: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    items: dict[str, list[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def probes_of(
    inventory: Inventory, host: str, released: Mapping[str, str], memos: Mapping[str, Mapping[str, str]]
) -> list[Probe]:
    """Return what is looked at on a server beside the server itself.

    released: by project, the commit that is live there. memos: by a subject's key, what the last look left.
    """
    found: dict[str, Probe] = {}
    for project in inventory.projects.values():
        if host in project.hosts:
            for probe in _project_probes(project, host, released.get(project.name, ""), memos):
                found.setdefault(probe.subject.key, probe)
    return list(found.values())


def _project_probes(
    project: Project, host: str, commit: str, memos: Mapping[str, Mapping[str, str]]
) -> Iterator[Probe]:
    by_number = dict(enumerate(project.checks))
    for step in check_steps(project):
        kind = step.name.removeprefix("check-")
        number = step.key.rpartition(".")[2]
        check = by_number.get(int(number)) if kind not in {"unit", "container", "containers"} else None
        subject = Subject(project.name, host, kind, step.subject)
        probe = Probe(subject, {**step.values, **AT_ONCE}, "warning" if kind in _WARNINGS else "critical")
        match check:
            case LogCheck():
                at = {"LOG_FROM": memos.get(subject.key, {}).get("log_at", ""), "LOG_PATTERN": LEVELS["error"]}
                probe = replace(probe, values={**probe.values, **at}, ignore=_ignored(check))
            case CertificateCheck():
                days = {"CERT_DAYS": str(check.days[0])}
                probe = replace(probe, values={**probe.values, **days}, critical_days=check.days[1])
            case ScriptCheck():
                values = {**project_values(project), **AT_ONCE}
                probe = replace(probe, script=step.script, values=values, severity=check.severity)
        yield (
            probe
            if project.shell == "sh" or probe.script
            else replace(probe, script=step.script, values={**project_values(project), **probe.values})
        )
    if project.shell == "sh":
        yield from _unasked(project, host, commit)


def _ignored(check: LogCheck) -> tuple[str, ...]:
    """Return the texts that make an error no error, where the check names some."""
    return tuple(getattr(check, "ignore", ()))


def _unasked(project: Project, host: str, commit: str) -> Iterator[Probe]:
    """Yield what is looked at without being written down as a check."""
    if host == project.hosts[0]:
        for database in project.databases:
            if database.engine in {"postgres", "mysql"}:
                yield Probe(Subject(project.name, host, "database", database.name), database_values(database))
    if project.stack != "custom":
        yield Probe(Subject(project.name, host, "drift", ""), {"WANTED_COMMIT": commit}, "warning")


def round_values(inventory: Inventory, host: str, probes: Sequence[Probe]) -> dict[str, str]:
    """Return the values of a round's script: the server itself is its first check, then the probes in their order."""
    projects = [project for project in inventory.projects.values() if host in project.hosts]
    shared = {project.name: number for number, project in enumerate(projects, 1)}
    paths = dict.fromkeys(["/", *(path for project in projects for path in (project.path, project.backups_folder))])
    values = {f"VALUES_{shared[project.name]}": _joined(project_values(project)) for project in projects}
    # Paths may hold blanks, so the separator is between them too; that is why they are no value among others.
    values["DISK_PATHS"] = _UNIT_SEPARATOR.join(paths)
    values["WATCH_1"] = _UNIT_SEPARATOR.join(["host", "0", ""])
    for number, probe in enumerate(probes, 2):
        place = str(shared.get(probe.subject.project, 0))
        values[f"WATCH_{number}"] = _UNIT_SEPARATOR.join([probe.subject.check, place, _joined(probe.values)])
    values["WATCH_COUNT"] = str(len(probes) + 1)
    return values


def _joined(values: Mapping[str, str]) -> str:
    """Return values as a round's script takes them apart; what cannot be among them no check asks for."""
    return _UNIT_SEPARATOR.join(f"{name}={value}" for name, value in values.items() if _UNIT_SEPARATOR not in value)


def read_round(items: Mapping[str, Sequence[str]], longest: int = 0) -> dict[int, Said]:
    """Return what each check of a round said, by its number. longest: see read_said."""
    return {
        int(name[1:]): read_said(said, longest)
        for name, said in items.items()
        if name[:1] == "c" and name[1:].isdigit()
    }


def read_said(said: Sequence[str], longest: int = 0) -> Said:
    """Return what one check said. longest: characters that a secret may have that the server has cut in two."""
    found = Said()
    for each in said:
        verb, _, rest = _held_back(each, longest).partition(" ")
        name, _, value = rest.partition(" ")
        match verb:
            case "line":
                found.lines.append(rest)
            case "fact":
                found.facts[name] = value
            case "item":
                found.items.setdefault(name, []).append(value)
            case "fail":
                found.failed = name
            case "refuse":
                found.refused = name
            case "exit" if name.isdigit():
                found.status = int(name)
    return found


def _held_back(text: str, longest: int) -> str:
    """Return a text without its end where the server has cut it there."""
    whole = text.removesuffix(_CUT)
    return text if whole == text else whole[: max(0, len(whole) - longest)] + "…"


def judge(probe: Probe, said: Said | None, before: State | None, at: datetime) -> Observation:
    """Return what a look means. said: None where it brought nothing back."""
    subject = probe.subject
    facts = {**(said.facts if said else {}), "name": subject.name}
    seen = Observation(subject, None, at, probe.severity, facts=facts, lines=tuple(said.lines if said else ()))
    if said is None or (said.status is None and not said.failed):
        return replace(seen, code="check-timeout")
    match subject.check:
        case "unit":
            return _judge_unit(seen, said, before)
        case "log":
            return _judge_log(seen, said, probe)
        case _:
            return _judge_other(seen, said, probe)


def _judge_other(seen: Observation, said: Said, probe: Probe) -> Observation:
    subject, facts = seen.subject, seen.facts
    if said.failed or said.refused in _BAD_ANYWAY:
        code = said.failed or said.refused
        soft = subject.check == "certificate" and int(facts.get("cert_days") or -1) > probe.critical_days
        return replace(seen, ok=False, code=code, severity="warning" if soft else probe.severity)
    if said.refused:
        return replace(seen, code=said.refused)
    if said.status:
        own = probe.script is not None
        return replace(seen, ok=False if own else None, code="check-script" if own else "check-broken")
    return replace(seen, ok=True, lines=())


def _judge_unit(seen: Observation, said: Said, before: State | None) -> Observation:
    """A service that systemd has started again since the last look does not run, however it is at this moment."""
    now = said.facts.get("restarts", "")
    then = before.memo.get("restarts", "") if before else ""
    memo = {"restarts": now} if now else None
    if said.failed:
        return replace(seen, ok=False, code=said.failed, memo=memo)
    if now.isdigit() and then.isdigit() and int(now) > int(then):
        facts = {**seen.facts, "times": str(int(now) - int(then))}
        return replace(seen, ok=False, code="crash-loop", facts=facts, memo=memo)
    if said.refused or said.status:
        return replace(seen, code=said.refused or "check-broken", memo=memo)
    return replace(seen, ok=True, lines=(), memo=memo)


def _judge_log(seen: Observation, said: Said, probe: Probe) -> Observation:
    memo = {"log_at": said.facts["log_at"]} if "log_at" in said.facts else None
    if said.failed:
        patterns = errors_in(said.lines, probe.ignore)
        if not patterns:
            return replace(seen, ok=True, lines=(), memo=memo)
        (pattern, _count), *_ = patterns.most_common(1)
        facts = {**seen.facts, "pattern": pattern.text, "count": str(patterns.total())}
        return replace(seen, ok=False, code="log-errors", facts=facts, memo=memo)
    if said.refused or said.status:
        return replace(seen, code=said.refused or "check-broken", memo=memo)
    return replace(seen, ok=True, lines=(), memo=memo)


def judge_host(
    host: str, said: Said | None, limits: LimitsSpec, before: Mapping[str, State], at: datetime
) -> list[Observation]:
    """Return what a server's figures mean. before: by a subject's key, how it stood."""
    if said is None:
        return []
    found = [
        _figure(Subject("", host, name, ""), said.facts.get(name, ""), {}, limits, before, at)
        for name in ("memory", "load")
    ]
    for each in said.items.get("disk", ()):
        used, inodes, free, mount = [*each.split(" ", 3), "", "", ""][:4]
        facts = {"free_mb": free}
        found.append(_figure(Subject("", host, "disk", mount), used, facts, limits, before, at))
        found.append(_figure(Subject("", host, "inodes", mount), inodes, {}, limits, before, at))
    return [each for each in found if each is not None]


def _figure(
    subject: Subject,
    text: str,
    facts: Mapping[str, str],
    limits: LimitsSpec,
    before: Mapping[str, State],
    at: datetime,
) -> Observation | None:
    limit = limits.of(subject.check)
    try:
        value = float(text)
    except ValueError:
        return None
    if limit is None:
        return None
    known = before.get(subject.key)
    bad = grade(value, limit, known.severity if known and known.phase.trouble else None)
    facts = {
        **facts,
        "name": subject.name,
        "value": f"{value:g}",
        "limit": f"{limit.critical if bad == 'critical' else limit.warn:g}",
    }
    return Observation(subject, bad is None, at, bad or "warning", f"{subject.check}-high" if bad else "", facts)


def gone(known: Sequence[Subject], host: str, looked_at: set[str]) -> list[str]:
    """Return the keys of subjects of a server that a whole round has not looked at: nobody asks for them any more."""
    return [
        subject.key
        for subject in known
        if subject.host == host and subject.check in OURS and subject.key not in looked_at
    ]


def host_subject(host: str) -> Subject:
    """Return the server itself as a subject."""
    return Subject("", host, HOST_CHECK, "")
