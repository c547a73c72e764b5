"""Project: what a team deploys, and the hosts it runs on, as lotsman.yml describes them."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ops.actor import Role
from ops.alerts import LimitsSpec
from ops.backups.keeping import KeepSpec, Remote, ScheduleSpec, read_schedule
from ops.checks import CertificateCheck, DatabaseCheck, ScriptCheck, TcpCheck
from ops.duration import Duration
from ops.spec import (
    AbsolutePath,
    Address,
    AgeRecipient,
    DatabaseName,
    GpgRecipient,
    InnerPath,
    Name,
    Port,
    Service,
    Spec,
    Unit,
    Url,
    UserName,
    VersionWanted,
    Word,
    matching,
)
from ops.stacks.compose import ComposeSpec
from ops.stacks.laravel import LaravelSpec
from ops.stacks.windows import WindowsSpec

ANONYMOUS_ADMIN = 1087968824
"""The id every anonymous group admin shares: granting it a role would open the door to all of them."""


LONGEST_ACK = timedelta(minutes=15)
"""How long a new version of Lotsman may be given at the most: the step that waits for it has a limit too."""


Shell = Literal["sh", "powershell"]
"""What a server's scripts are written for."""


class HostSpec(Spec):
    """One SSH address. ``via`` names another host of the inventory to jump through; ``limits`` are its own ones."""

    address: Address
    user: UserName
    port: Port = 22
    key: Path = Path("~/.ssh/id_ed25519")
    via: Name | None = None
    shell: Shell = "sh"
    limits: LimitsSpec | None = None


class HookSpec(Spec):
    """Another program that tells of trouble. ``project``: what it is about."""

    project: str = ""


class PersonSpec(Spec):
    """One person, by numeric Telegram id."""

    id: Annotated[int, Field(gt=0)]
    name: Annotated[str, Field(min_length=1, max_length=64)]
    role: Role
    projects: frozenset[Name] = frozenset()
    git: Annotated[str, matching(r"[^\x00-\x1f\x7f]{0,128}", "git-author")] = ""
    """The name or e-mail that this person's commits carry, where it is not ``name``."""

    @model_validator(mode="after")
    def _no_shared_id(self) -> PersonSpec:
        if self.id == ANONYMOUS_ADMIN:
            raise ValueError("anonymous-admin")
        return self


class DatabaseSpec(Spec):
    """A database to back up and migrate.

    engine: ``mysql`` is MariaDB as well. How the dump logs in: ``url_from`` names a variable in one of the project's
    config files (``.env:DATABASE_URL``), ``login_from`` a file with DB_HOST, DB_USERNAME and so on, as Laravel has
    them; both are read on the server, so the password never leaves it. Or ``sudo_user`` runs the client as that system
    user (peer authentication). With none of them, the SSH user's own. ``container``: the Compose service that the
    server is; the client runs in there, with the login that the container was given. ``restore_as``: the system user
    that makes and drops databases, for trial restores and restores, where the login above may not. ``path``: of a
    SQLite database, its file: inside of the project's path or a whole one, in the container where there is one.
    """

    engine: Literal["postgres", "mysql", "sqlite"]
    name: DatabaseName
    path: AbsolutePath | InnerPath | None = None
    url_from: Annotated[str, matching(r"[A-Za-z0-9._/-]+:[A-Za-z_][A-Za-z0-9_]*", "url-from")] | None = None
    login_from: InnerPath | None = None
    sudo_user: UserName | None = None
    restore_as: UserName | None = None
    container: Service | None = None

    @model_validator(mode="after")
    def _one_login(self) -> DatabaseSpec:
        logins = sum(way is not None for way in (self.url_from, self.login_from, self.sudo_user))
        if logins > 1:
            raise ValueError("one-login")
        if (self.path is None) == (self.engine == "sqlite") or (self.path and (logins or self.restore_as)):
            raise ValueError("sqlite-path")
        return self


class Batch(BaseModel):
    """How many hosts go at once: a number, or a share of them all, rounded down but at least one."""

    model_config = ConfigDict(frozen=True)

    count: int = 0
    percent: int = 0

    def of(self, hosts: int) -> int:
        """Return the number for that many hosts."""
        return max(1, self.count or hosts * self.percent // 100)


def _read_batch(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return Batch(count=value)
    if isinstance(value, str) and re.fullmatch(r"(?:100|[1-9][0-9]?)%", value, re.ASCII):
        return Batch(percent=int(value[:-1]))
    if isinstance(value, Batch):
        return value
    message = f"batch: {str(value)[:20]}"
    raise ValueError(message)


class HttpCheck(Spec):
    """Asks a URL on the server itself until it answers with the status.

    contains: what has to stand in the answer. answers_in: how long the answer may take.
    """

    http: Url
    status: Annotated[int, Field(ge=100, le=599)] = 200
    within: Duration = timedelta(seconds=60)
    contains: Annotated[str, matching(r"[^\x00-\x1f\x7f]{0,200}", "contains")] = ""
    answers_in: Duration | None = None


class HeartbeatCheck(Spec):
    """A file that the service touches: newer than the start and than ``max_age``. ``container``: where it is."""

    heartbeat: AbsolutePath
    container: Service | None = None
    max_age: Duration = timedelta(minutes=2)


class LogCheck(Spec):
    """No ERROR, CRITICAL or Traceback in this log since the start, but for errors with a text of ``ignore`` in them."""

    log: Name
    clean: Literal[True] = True
    ignore: Annotated[tuple[Word, ...], Field(max_length=50)] = ()


class VersionCheck(Spec):
    """Asks a URL on the server itself until it names the commit, or the tag, that was put live."""

    version: Url
    within: Duration = timedelta(seconds=60)


Check = HttpCheck | HeartbeatCheck | LogCheck | VersionCheck | TcpCheck | CertificateCheck | DatabaseCheck | ScriptCheck


def _choose_check(value: Any) -> Any:
    """Pick the class by its key, so that an error names the key that is wrong and not all three."""
    kinds: dict[str, type[Spec]] = {
        "http": HttpCheck,
        "heartbeat": HeartbeatCheck,
        "log": LogCheck,
        "version": VersionCheck,
        "tcp": TcpCheck,
        "certificate": CertificateCheck,
        "database": DatabaseCheck,
        "script": ScriptCheck,
    }
    if not isinstance(value, dict):
        return value
    kind = next((kinds[key] for key in value if key in kinds), None)
    if kind is None:
        raise ValueError("check-kind")
    return kind.model_validate(value)


def _split_words(value: Any) -> Any:
    """Split a command line into words, as a shell would; nothing else in it means anything."""
    if not isinstance(value, str):
        return value
    try:
        words = shlex.split(value)
    except ValueError:
        raise ValueError("words: " + value[:80]) from None
    if any(sign in word for word in words for sign in "\n\r\0\x1f"):
        raise ValueError("words: " + value[:80])
    return tuple(words)


class LogSource(Spec):
    """Where a log is: a file on the server, the journal of a unit, or what a Compose service prints."""

    file: AbsolutePath | None = None
    unit: Unit | None = None
    container: Service | None = None

    @model_validator(mode="after")
    def _one_place(self) -> LogSource:
        if [self.file, self.unit, self.container].count(None) != 2:  # noqa: PLR2004  of three places, one
            raise ValueError("log-place")
        return self


class MeasureSpec(Spec):
    """What is asked before and after a deploy, and for how many seconds, to see whether it has become slower."""

    url: Url
    seconds: Annotated[int, Field(ge=2, le=600)] = 60


def _read_off(value: Any) -> Any:
    """Take ``off`` for none: YAML reads it as false."""
    return None if value is False or value == "off" else value


def _read_off_word(value: Any) -> Any:
    """Take what YAML has read as false for the word that stands there."""
    return "off" if value is False else value


def _some_time(value: timedelta) -> timedelta:
    if not value:
        raise ValueError("duration: 0")
    return value


SomeTime = Annotated[Duration, AfterValidator(_some_time)]


class FolderSpec(Spec):
    """A folder to back up, of the first host; ``container``: the Compose service in which it is."""

    path: AbsolutePath
    container: Service | None = None


def _read_folder(value: Any) -> Any:
    """Take a path alone for a folder on the host."""
    return {"path": value} if isinstance(value, str) else value


class BackupsSpec(Spec):
    """Where backups go on the server, what besides databases and config they hold, and for whom they are encrypted.

    encrypt_to: age's public keys. gpg_to: keys of gpg that the server has, for where it has no age.
    schedule: when they are made by themselves. keep: how many stay. copy_to: where rclone puts a copy of each.
    key_proof: how often somebody has to show that the secret keys are still there; None for never.
    """

    directory: AbsolutePath = "/opt/backups"
    compress: Literal["gzip", "zstd"] = "gzip"
    encrypt_to: tuple[AgeRecipient, ...] = ()
    gpg_to: tuple[GpgRecipient, ...] = ()
    folders: dict[Name, Annotated[FolderSpec, BeforeValidator(_read_folder)]] = Field(default_factory=dict)
    schedule: Annotated[ScheduleSpec, BeforeValidator(read_schedule)] = ScheduleSpec()
    keep: KeepSpec = KeepSpec()
    copy_to: Remote | None = None
    key_proof: Annotated[SomeTime | None, BeforeValidator(_read_off)] = timedelta(days=90)


class ProjectSpec(Spec):
    """A project as written; Project adds its name.

    laravel, compose, windows: what only a project of that stack has. self: it is Lotsman itself, so a deploy
    outlives the bot. ack_within: how long its new version has to report back. runbooks: the folder of its own ones,
    from where lotsman.yml is.
    """

    stack: Literal["python-systemd", "laravel", "compose", "windows-service", "custom"]
    laravel: LaravelSpec = LaravelSpec()
    compose: ComposeSpec = ComposeSpec()
    windows: WindowsSpec = WindowsSpec()
    self: bool = False
    production: bool = False
    """What cannot be taken back takes two people."""
    ack_within: Duration = timedelta(minutes=2)
    hosts: Annotated[tuple[Name, ...], Field(min_length=1)]
    runbooks: InnerPath | None = None
    path: AbsolutePath
    branch: Annotated[str, matching(r"[A-Za-z0-9_][A-Za-z0-9._/-]{0,100}", "branch")] = "main"
    venv: InnerPath = "venv"
    requirements: InnerPath = "requirements.txt"
    services: tuple[Unit, ...] = ()
    config: tuple[InnerPath, ...] = ()
    databases: tuple[DatabaseSpec, ...] = ()
    migrations: Literal["alembic", "sql", "none"] = "none"
    migrations_folder: InnerPath = "migrations"
    checks: tuple[Annotated[Check, BeforeValidator(_choose_check)], ...] = ()
    needs: dict[Literal["python", "postgres", "mysql", "php", "composer", "node", "docker", "git"], VersionWanted] = (
        Field(default_factory=dict)
    )
    strict_env: bool = False
    tests: Annotated[tuple[str, ...], BeforeValidator(_split_words)] = ()
    config_update: dict[InnerPath, InnerPath] = Field(default_factory=dict)
    stable: Duration = timedelta(seconds=5)
    serial: Annotated[Batch, BeforeValidator(_read_batch)] = Batch(count=1)
    max_failures: Annotated[int, Field(ge=0)] = 0
    measure: MeasureSpec | None = None
    watch: Annotated[Duration | None, BeforeValidator(_read_off)] = None
    watch_every: SomeTime = timedelta(seconds=30)
    on_trouble: Annotated[Literal["off", "tell", "auto"], BeforeValidator(_read_off_word)] = "tell"
    logs: dict[Name, LogSource] = Field(default_factory=dict)
    backups: BackupsSpec = BackupsSpec()
    free_disk_mb: Annotated[int, Field(ge=0)] = 512


class Project(ProjectSpec):
    """What a team deploys. ``shell``: of its hosts; ``folder``: where its own runbooks and scripts are."""

    name: Name
    shell: Shell = "sh"
    folder: Path = Path()

    @property
    def backups_folder(self) -> str:
        """Where backups go: as written, else where the shell's system keeps such things."""
        written = "directory" in self.backups.model_fields_set
        return self.backups.directory if written or self.shell == "sh" else r"C:\ProgramData\lotsman\backups"
