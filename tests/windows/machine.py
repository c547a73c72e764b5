"""A Windows server's state, and what our scripts would do there: played in Python, because no PowerShell runs here.

What is played is held to the scripts' own text: a fact, a code or a value that a script does not speak of fails.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from ops.hosts.dialect import dialect_of
from ops.runs.runbook import SHIPPED, shared_script, stack_script
from ops.runs.script import Script


def commit_id(subject: str) -> str:
    return hashlib.sha1(subject.encode(), usedforsecurity=False).hexdigest()


class ScriptEnd(Exception):
    """The script has called exit."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Speech:
    """What a script says and prints; native programs end their lines as Windows does."""

    def __init__(self, text: str, env: Mapping[str, str], mark: str, write: Callable[[bytes], None]) -> None:
        self._text = text
        self._env = env
        self._mark = mark
        self._write = write

    def env(self, name: str) -> str:
        assert re.search(rf"\$\{{?env:{name}\b", self._text), f"$env:{name} is not read"
        return self._env.get(name, "")

    def line(self, text: str) -> None:
        self._write(f"{text}\n".encode())

    def native(self, text: str) -> None:
        self._write(f"{text}\r\n".encode())

    def fact(self, name: str, value: object) -> None:
        self._say("Fact", name, f"fact {name} {value}")

    def item(self, name: str, value: object) -> None:
        self._say("Item", name, f"item {name} {value}")

    def warn(self, code: str) -> None:
        self._say("Warn", code, f"warn {code}")

    def skip(self, code: str) -> None:
        self._say("Skip", code, f"skip {code}")
        raise ScriptEnd(0)

    def refuse(self, code: str) -> None:
        self._say("Refuse", code, f"refuse {code}")
        raise ScriptEnd(64)

    def fail(self, code: str) -> None:
        self._say("Fail", code, f"fail {code}")
        raise ScriptEnd(65)

    def _say(self, verb: str, word: str, message: str) -> None:
        assert re.search(rf"\b{verb} '{word}'", self._text), f"the script never says {verb} '{word}'"
        self._write(f"{self._mark} {message}\n".encode())


@dataclass
class Service:
    """state: as Windows calls it. pid changes with every start."""

    state: str = "Running"
    pid: int = 1000


@dataclass
class Machine:
    """One Windows server with one checkout.

    history: subjects of commits, oldest first; refs: what is named how. crashes, refuses: commits with which the
    service goes down after its start, or does not start. breaks: commits whose migration fails. sql: what Alembic would
    run for a commit. serves: what the version's URL answers, where it is not the commit. slow: seconds by script.
    played: names of scripts, in order.
    """

    name: str = "WIN1"
    path: str = r"C:\srv\panel"
    history: tuple[str, ...] = ("one", "two", "three")
    refs: dict[str, str] = field(default_factory=dict)
    head: str = ""
    services: dict[str, Service] = field(default_factory=lambda: {"Panel": Service()})
    config: dict[str, str] = field(default_factory=lambda: {".env": "SECRET_KEY=keepmequiet123\r\n"})
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    requirements: dict[str, str] = field(default_factory=dict)
    installed: str = ""
    migrated: list[str] = field(default_factory=list)
    crashes: set[str] = field(default_factory=set)
    refuses: set[str] = field(default_factory=set)
    breaks: set[str] = field(default_factory=set)
    sql: dict[str, str] = field(default_factory=dict)
    serves: str = ""
    slow: dict[str, float] = field(default_factory=dict)
    dirty: list[str] = field(default_factory=list)
    remote_away: bool = False
    boot: str = "b41"
    played: list[str] = field(default_factory=list)

    def id(self, name: str) -> str:
        """The commit of a ref, a subject or a piece of an id; empty for none."""
        if name in self.refs:
            return commit_id(self.refs[name])
        return next((commit_id(s) for s in self.history if s == name or commit_id(s).startswith(name)), "")

    def number(self, commit: str) -> int:
        return [commit_id(subject) for subject in self.history].index(commit)

    def called(self, commit: str) -> str:
        return next((ref for ref, s in self.refs.items() if ref[0] == "v" and commit_id(s) == commit), commit[:8])

    async def play(self, script: Script, env: Mapping[str, str], write: Callable[[bytes], None]) -> int:
        """Do what a stored script would do; return its exit status."""
        name, text = recognise(script)
        self.played.append(name)
        speech = Speech(text, env, env["LOTSMAN_MARK"], write)
        try:
            await asyncio.sleep(self.slow.get(name, 0))
            if name == "own":
                play_own(speech, text)
            else:
                await PLAYS[name](self, speech)
        except ScriptEnd as end:
            return end.status
        return 0


def play_own(say: Speech, text: str) -> None:
    """A script of a project's own, where it is as simple as this: one call a line."""
    for line in text.splitlines():
        match = re.fullmatch(r"(Say-Line|Fail|Fact '(\w+)') [\"']?(.*?)[\"']?", line)
        if match is None:
            assert not line or line.startswith("#"), f"cannot play {line!r}"
            continue
        words = re.sub(r"\$env:(\w+)", lambda found: say.env(found[1]), match[3])
        if match[1] == "Say-Line":
            say.line(words)
        elif match[1] == "Fail":
            say.fail(words)
        else:
            say.fact(match[2], words)


def recognise(script: Script) -> tuple[str, str]:
    """Which of our scripts it is, and its text without the prelude that has to stand in front of it."""
    prelude = dialect_of("powershell").prelude
    assert script.text.startswith(prelude), "a script without its prelude"
    text = script.text.removeprefix(prelude)
    return next((name for name, known in shipped().items() if known.rstrip() == text.rstrip()), "own"), text


def shipped() -> dict[str, str]:
    """Every script for PowerShell, assembled, by its name (a stack's own before the shared one of that name)."""
    found = {}
    for folder in ("shared", "custom", "windows-service"):
        for path in sorted((SHIPPED / folder).glob("*.ps1")):
            whole = shared_script(path.name[:-4], "powershell") if folder == "shared" else None
            name = f"{folder}/{path.stem}" if folder == "custom" else path.stem
            found[name] = (whole or stack_script(folder, path.stem, "powershell")).text
    return found


Play = Callable[[Machine, Speech], Awaitable[None]]
PLAYS: dict[str, Play] = {}


def plays(name: str) -> Callable[[Play], Play]:
    def keep(play: Play) -> Play:
        PLAYS[name] = play
        return play

    return keep


@plays("reach")
async def reach(m: Machine, say: Speech) -> None:
    if say.env("PROJECT_PATH") != m.path:
        say.refuse("path-missing")
    say.fact("hostname", m.name)
    say.line(f"deploy@{m.name}, Windows 10.0.20348.0, PowerShell 5.1.20348.1")


@plays("resolve")
async def resolve(m: Machine, say: Speech) -> None:
    commit = m.id(say.env("REF")) if say.env("LOCAL_FIRST") else ""
    if not commit and m.remote_away:
        say.fail("remote-unreachable")
    commit = commit or m.id(say.env("REF"))
    if not commit:
        for ref in m.refs:
            say.item("refs", ref)
        say.refuse("unknown-ref")
    say.fact("commit", commit)


def _previous(m: Machine, say: Speech) -> str:
    say.fact("previous_commit", m.head)
    say.fact("previous_name", m.called(m.head))
    return m.head


def _services(m: Machine, say: Speech) -> None:
    for unit in say.env("SERVICES").split():
        say.fact("unit", unit)
        if unit not in m.services:
            say.refuse("service-missing")
        say.line(f"{unit}: {m.services[unit].state}")


@plays("preflight")
async def preflight(m: Machine, say: Speech) -> None:
    say.fact("free_mb", 20000)
    say.fact("need_mb", say.env("FREE_DISK_MB"))
    previous, commit = _previous(m, say), say.env("COMMIT")
    for name in m.dirty:
        say.item("dirty", name)
    if m.dirty:
        say.refuse("dirty-tree")
    _services(m, say)
    say.fact("commit_name", m.called(commit))
    if commit == previous and not say.env("AGAIN"):
        say.refuse("already-live")
    old, new = m.number(previous), m.number(commit)
    if (
        new < old
        and not say.env("LOCAL_FIRST")
        and say.env("UNDO_CONFIRMED") != previous
        and say.env("ACTOR") != "Олена"
    ):
        say.item("colleagues", f"{previous[:8]} Олена: {m.history[old]}")
        say.refuse("would-undo")
    say.fact("ahead", max(0, new - old))
    say.fact("behind", max(0, old - new))
    for subject in reversed(m.history[old + 1 : new + 1]):
        say.item("commits", f"{commit_id(subject)[:8]} Олена: {subject}")
    if m.requirements.get(previous) != m.requirements.get(commit):
        say.fact("requirements_changed", "yes")
    for name in say.env("CONFIG_FILES").split():
        if name not in m.config:
            say.warn("config-missing")


@plays("pending-migrations")
async def pending_migrations(m: Machine, say: Speech) -> None:
    if say.env("MIGRATIONS") == "none":
        say.skip("no-migrations")
    sql = m.sql.get(say.env("COMMIT"), "")
    if not sql:
        say.skip("migrations-applied")
    text = f"-- migration: 0002\n{sql}\n".encode()
    say.fact("migrations_dialect", "postgres")
    say.fact("migrations_sha256", hashlib.sha256(text).hexdigest())
    say.fact("migrations_bytes", len(text))
    say.item("migrations", "0002")
    say.item("migrations_sql", base64.b64encode(text).decode())


@plays("check-version")
async def check_version(m: Machine, say: Speech) -> None:
    if m.serves or m.head != (say.env("LIVE_COMMIT") or m.head):
        say.fact("version_said", m.serves)
        say.fact("version_wanted", m.head[:8])
        say.fact("proof", "answer")
        say.fail("old-code")
    say.line(f"{say.env('URL')} names {m.head[:8]} after 0 s")


@plays("look-rights")
async def look_rights(m: Machine, say: Speech) -> None:
    _previous(m, say)
    _services(m, say)


@plays("backup-postgres")
async def backup_postgres(m: Machine, say: Speech) -> None:
    name = f"{say.env('DATABASE')}_{say.env('BACKUP_MARK')}.sql.gz"
    path = "\\".join([say.env("BACKUPS"), say.env("TIER"), name])
    m.files[path] = {"dump": "\n".join(m.migrated)}
    say.fact("backup_path", path)
    say.fact("backup_bytes", 4096)
    say.fact("backup_sha256", hashlib.sha256(path.encode()).hexdigest())
    say.fact("backup_engine", "postgres")
    say.fact("backup_level", 1)
    say.line(f"Backup created: {name}")


@plays("backup-config")
async def backup_config(m: Machine, say: Speech) -> None:
    kept = {name: m.config[name] for name in say.env("CONFIG_FILES").split() if name in m.config}
    if not kept:
        say.skip("no-config")
    path = rf"{say.env('BACKUPS')}\config\{say.env('PROJECT')}\{say.env('STAMP')}_{m.head[:12]}.zip"
    m.files[path] = kept
    say.fact("backup_path", path)
    say.fact("backup_bytes", 300)
    say.fact("backup_sha256", hashlib.sha256(path.encode()).hexdigest())
    say.fact("config_saved", path)


@plays("restore-config")
async def restore_config(m: Machine, say: Speech) -> None:
    folder, short = rf"{say.env('BACKUPS')}\config\{say.env('PROJECT')}", say.env("COMMIT")[:12]
    saved = sorted(path for path in m.files if path.startswith(folder) and path.endswith(f"_{short}.zip"))
    if not saved:
        say.skip("no-saved-config")
    m.config |= m.files[saved[-1]]
    say.fact("config_restored", saved[-1])


@plays("unrestore-config")
async def unrestore_config(m: Machine, say: Speech) -> None:
    if not say.env("CONFIG_SAVED"):
        say.skip("no-config")
    m.config |= m.files[say.env("CONFIG_SAVED")]


@plays("stop")
async def stop(m: Machine, say: Speech) -> None:
    assert int(say.env("STOP_SECONDS")) > 0
    say.fact("stopped_at", int(time.time()))
    for unit in reversed(say.env("SERVICES").split()):
        m.services[unit].state = "Stopped"
        say.line(f"stopped {unit}")


@plays("start")
async def start(m: Machine, say: Speech) -> None:
    say.fact("started_at", int(time.time()))
    for unit in say.env("SERVICES").split():
        if m.head in m.refuses:
            say.native("Start-Service : Не вдається запустити службу «Панель керування (Panel)».")
            say.fact("unit", unit)
            say.fail("start-failed")
        pid = m.services[unit].pid + 7
        m.services[unit] = Service("Stopped" if m.head in m.crashes else "Running", pid)
        say.line(f"started {unit}")
    say.fact("up_at", int(time.time()))


@plays("code")
async def code(m: Machine, say: Speech) -> None:
    m.head = say.env("COMMIT")
    say.native(f"now at {m.head[:8]} {m.history[m.number(m.head)]}")


@plays("uncode")
async def uncode(m: Machine, say: Speech) -> None:
    m.head = say.env("PREVIOUS_COMMIT")
    say.native(f"back at {m.head[:8]}")


@plays("code-probe")
async def code_probe(m: Machine, say: Speech) -> None:
    if m.head == say.env("PREVIOUS_COMMIT"):
        say.fail("not-done")
    raise ScriptEnd(0 if m.head == say.env("COMMIT") else 1)


def _install(m: Machine, say: Speech, commit: str) -> None:
    assert say.env("VENV").startswith(m.path + "\\")
    wanted = m.requirements.get(commit, "")
    if m.installed == wanted:
        say.skip("requirements-unchanged")
    say.native(f"Successfully installed {wanted}")
    m.installed = wanted


@plays("dependencies")
async def dependencies(m: Machine, say: Speech) -> None:
    _install(m, say, m.head)


@plays("undependencies")
async def undependencies(m: Machine, say: Speech) -> None:
    _install(m, say, say.env("PREVIOUS_COMMIT"))


@plays("migrate")
async def migrate(m: Machine, say: Speech) -> None:
    if say.env("MIGRATIONS") == "none":
        say.skip("no-migrations")
    if m.head in m.breaks:
        say.native("sqlalchemy.exc.ProgrammingError: стовпець «стан» уже існує")
        say.fail("migration-failed")
    m.migrated.append(m.head)


@plays("migrate-probe")
async def migrate_probe(m: Machine, say: Speech) -> None:
    raise ScriptEnd(0 if m.head in m.migrated or say.env("MIGRATIONS") == "none" else 1)


@plays("check-unit")
async def check_unit(m: Machine, say: Speech) -> None:
    unit = m.services[say.env("UNIT")]
    if unit.state != "Running":
        say.fact("unit_state", unit.state)
        say.fact("unit_result", 1067)
        say.fail("unit-down")
    assert say.env("FIRST_STATUS") in {"", "200"}
    say.line(f"{say.env('UNIT')} has been running for {say.env('STABLE_SECONDS')} s, process {unit.pid}")


@plays("check-http")
async def check_http(m: Machine, say: Speech) -> None:
    if any(service.state != "Running" for service in m.services.values()):
        say.fact("unit", "Panel")
        say.fail("unit-down")
    say.fact("answered_at", int(time.time()))
    say.line(f"{say.env('URL')}: {say.env('WANTED_STATUS')} after 0 s")


@plays("check-log")
async def check_log(_: Machine, say: Speech) -> None:
    say.line(f"no errors in {say.env('LOG_NAME')} since the start")


@plays("tail-log")
async def tail_log(m: Machine, say: Speech) -> None:
    assert int(say.env("LINES")) > 0
    say.line(f"Сервер {m.name} слухає, ключ keepmequiet123")


@plays("secrets")
async def secrets(m: Machine, say: Speech) -> None:
    for name in say.env("CONFIG_FILES").split():
        for line in m.config.get(name, "").splitlines():
            say.line(line)


@plays("refs")
async def refs(m: Machine, say: Speech) -> None:
    if m.remote_away:
        say.fail("remote-unreachable")
    for ref, subject in m.refs.items():
        kind = "tag" if ref.startswith("v") else "branch"
        say.item("refs", f"{kind} {1760000000 + m.number(commit_id(subject))} {commit_id(subject)} {ref}")


@plays("outlook")
async def outlook(m: Machine, say: Speech) -> None:
    _previous(m, say)
    commit = m.id(say.env("REF"))
    if not commit:
        say.refuse("unknown-ref")
    say.fact("commit", commit)
    say.fact("commit_name", m.called(commit))
    say.fact("ahead", max(0, m.number(commit) - m.number(m.head)))
    say.fact("behind", max(0, m.number(m.head) - m.number(commit)))


async def _status(m: Machine, say: Speech) -> None:
    say.fact("commit", m.head)
    say.fact("name", m.called(m.head))
    words = {"Running": "active", "Stopped": "inactive"}
    for unit in say.env("SERVICES").split():
        say.item("units", f"{words[m.services[unit].state]} 0 {unit}")
    say.fact("free_mb", 20000)


PLAYS["status"] = PLAYS["custom/status"] = _status


@plays("doctor")
async def doctor(m: Machine, say: Speech) -> None:
    for name in say.env("CONFIG_FILES").split():
        if name not in m.config:
            say.warn("config-missing")
