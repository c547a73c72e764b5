"""Metrics: the figures as Prometheus reads them."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Mapping  # noqa: TC003  dataclasses read annotations at run time
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import asyncpg
import structlog
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from bot.health import PARTS
from ops.store.figures import DEPLOY_BUCKETS
from ops.watch.inbound import FOREIGN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from prometheus_client import Metric

    from bot.health import State
    from ops.store.figures import Sample
    from ops.watch.incidents import Counts
    from ops.watch.observation import Subject

log = structlog.get_logger()

_CACHED_SECONDS = 5.0
_DATABASE_SECONDS = 5.0
"""With those that a look at ourselves may take within the ten after which Prometheus gives up."""
PHASES: Final = {"ok": 0, "suspect": 1, "firing": 2, "recovering": 3, "unknown": 4}
"""How a check stands, as a figure."""
_BACKUP = ("app", "target", "db", "tier")
_GAUGES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "last_deploy_timestamp_seconds": ("When a version was last put live.", ("app", "target")),
    "runs_open": ("Runs that are not over: running, waiting in line, or asking people.", ("app", "state")),
    "backup_last_attempt_timestamp_seconds": ("When a backup was last begun.", ("app",)),
    "backup_last_success_timestamp_seconds": ("When the newest backup that could be decoded whole was made.", _BACKUP),
    "backup_last_verified_timestamp_seconds": ("When a backup was last restored on trial, with success.", _BACKUP),
    "backup_size_bytes": ("Size of the newest good backup.", _BACKUP),
    "backup_duration_seconds": ("How long the newest good backup took.", _BACKUP),
    "backups_kept": ("Good backups that are kept.", _BACKUP),
    "backups_bad": ("Backups that were found to be no good.", (*_BACKUP, "reason")),
    "backup_copies_missing": ("Backups without their copy elsewhere.", ("app", "target", "state")),
    "restore_drill_duration_seconds": ("How long the last restore on trial took.", ("app", "target", "db")),
    "alert_groups_firing": ("Groups of alerts that other programs have sent and that fire.", ("severity",)),
    "check_round_seconds": ("How long the last look at all checks of a server took.", ("target",)),
    "check_last_round_timestamp_seconds": ("When the checks of a server were last looked at.", ("target",)),
    "notifications_waiting": ("Messages that Telegram has not taken yet.", ()),
    "notifications_oldest_timestamp_seconds": ("When the oldest message that waits was written.", ()),
    "monitor_last_heard_timestamp_seconds": ("When an Alertmanager's Watchdog last came in.", ()),
}
_COUNTERS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "deploys": ("Deploys that are over, by result.", ("app", "result")),
    "runs": ("Runs that are over, by runbook and result.", ("app", "runbook", "result")),
    "backup_failures": ("Backup runs that did not succeed.", ("app",)),
    "notifications_failed": ("Messages that can never be delivered, of the last 90 days.", ("reason",)),
}


@dataclass(frozen=True, slots=True)
class Own:
    """What this process knows by itself. Times are seconds since 1970; None: not yet.

    refusals: how often Telegram wanted us to wait. connects: seconds that the newest connection to each server took.
    """

    state: State
    scheduler_at: float | None = None
    telegram_at: float | None = None
    refusals: int = 0
    connects: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot(Collector):
    """All figures of one moment. figures, counts: None while the database is away."""

    own: Own
    figures: Mapping[str, list[Sample]] | None
    counts: Counts | None

    def collect(self) -> Iterable[Metric]:
        """Return them as families."""
        yield _gauge("up", "Whether all is well: loop, clock, database, Telegram.", [((), float(self.own.state.well))])
        yield _gauge("build_info", "What Lotsman runs on.", [((platform.python_version(),), 1.0)], ("python",))
        yield from self._own()
        if self.figures is not None:
            yield from self._figures(self.figures)
        if self.counts is not None:
            yield from _checks(self.counts)

    def _own(self) -> Iterator[Metric]:
        own = self.own
        parts: list[Sample] = [((part,), float(getattr(own.state, part))) for part in PARTS]
        yield _gauge("part_up", "Whether a part of it is well.", parts, ("part",))
        refusals = CounterMetricFamily("lotsman_telegram_429", "Times that Telegram wanted us to wait.")
        refusals.add_metric([], own.refusals)
        yield refusals
        times = {
            "scheduler_last_tick_timestamp_seconds": ("When a job of the clock last ran.", own.scheduler_at),
            "telegram_last_answer_timestamp_seconds": ("When Telegram last answered.", own.telegram_at),
        }
        for name, (about, at) in times.items():
            yield _gauge(name, about, [] if at is None else [((), at)])
        connects: list[Sample] = [((target,), seconds) for target, seconds in own.connects.items()]
        yield _gauge("ssh_connect_seconds", "How long the newest connection took.", connects, ("target",))

    @staticmethod
    def _figures(figures: Mapping[str, list[Sample]]) -> Iterator[Metric]:
        for name, (about, labels) in _GAUGES.items():
            yield _gauge(name, about, figures[name], labels)
        for name, (about, labels) in _COUNTERS.items():
            counter = CounterMetricFamily(f"lotsman_{name}", about, labels=labels)
            for values, figure in figures[name]:
                counter.add_metric(values, figure)
            yield counter
        yield _durations(figures)


def _gauge(name: str, about: str, samples: Iterable[Sample], labels: tuple[str, ...] = ()) -> Metric:
    family = GaugeMetricFamily(f"lotsman_{name}", about, labels=labels)
    for values, figure in samples:
        family.add_metric(values, figure)
    return family


def _durations(figures: Mapping[str, list[Sample]]) -> Metric:
    family = HistogramMetricFamily("lotsman_deploy_duration_seconds", "How long deploys took.", labels=("app",))
    between = dict(figures["deploy_duration_buckets"])
    for (app,), total in figures["deploy_duration_sum"]:
        sums = accumulate(between.get((app, str(number)), 0.0) for number in range(len(DEPLOY_BUCKETS) + 1))
        edges = zip((*(str(float(edge)) for edge in DEPLOY_BUCKETS), "+Inf"), sums, strict=True)
        family.add_metric([app], list(edges), total)
    return family


def _checks(counts: Counts) -> Iterator[Metric]:
    yield _gauge(
        "check_state",
        "How a check stands: " + ", ".join(f"{number} {phase}" for phase, number in PHASES.items()) + ".",
        [((s.project, s.host, s.check, s.name), float(PHASES[phase])) for s, phase in _ours(counts).items()],
        ("app", "target", "check", "name"),
    )
    firing: list[Sample] = [((severity,), float(count)) for severity, count in counts.firing.items()]
    yield _gauge("alerts_firing", "Incidents that people are told about.", firing, ("severity",))
    untold: list[Sample] = [((reason,), float(count)) for reason, count in counts.untold.items()]
    yield _gauge("alerts_suppressed", "What fires and is not told, by why.", untold, ("reason",))


def _ours(counts: Counts) -> dict[Subject, str]:
    """Return the checks of our own: what others call theirs is their text."""
    return {subject: phase for subject, phase in counts.phases.items() if subject.check not in FOREIGN}


class Metrics:
    """Answers Prometheus; who asks again within a few seconds is told the same.

    read: returns the figures. count: returns those of the incidents. own: returns what the process itself knows.
    known: whether there is such a project: rows of others stay, and nobody is to be told that their backups are late.
    """

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(
        self,
        read: Callable[[], Awaitable[Mapping[str, list[Sample]]]],
        count: Callable[[], Awaitable[Counts]],
        own: Callable[[], Awaitable[Own]],
        known: Callable[[str], bool],
    ) -> None:
        self._read = read
        self._count = count
        self._own = own
        self._known = known
        self._process = CollectorRegistry()
        ProcessCollector(registry=self._process)
        self._turn = asyncio.Lock()
        self._text = b""
        self._until = float("-inf")

    async def scrape(self) -> bytes:
        """Return the figures as text."""
        async with self._turn:
            clock = asyncio.get_running_loop().time
            if clock() >= self._until:
                self._text = generate_latest(await self._look()) + generate_latest(self._process)
                self._until = clock() + _CACHED_SECONDS
            return self._text

    async def _look(self) -> Snapshot:
        own = await self._own()
        if not own.state.database:
            return Snapshot(own, None, None)
        try:
            async with asyncio.timeout(_DATABASE_SECONDS):
                figures = await self._read()
                return Snapshot(
                    own, {name: self._of_ours(name, figures[name]) for name in figures}, await self._count()
                )
        except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.PostgresError) as error:
            log.warning("figures without the database", why=type(error).__name__)
            return Snapshot(own, None, None)

    def _of_ours(self, name: str, samples: list[Sample]) -> list[Sample]:
        about = (_GAUGES.get(name) or _COUNTERS.get(name) or ("", ("app",)))[1]
        if "app" not in about:
            return samples
        return [(values, figure) for values, figure in samples if self._known(values[about.index("app")])]
