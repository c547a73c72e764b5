"""Driver: what drives runs, with or without a chat beside it. Built and closed here."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
from functools import partial
from typing import TYPE_CHECKING, Self

import asyncpg
import structlog

from bot.configuration import Configuration
from bot.postgres import EmbeddedPostgres
from bot.timers import every_minute
from handlers.menu import RESERVED
from ops.actor import Role
from ops.backups.folders import Folders
from ops.backups.keeper import Keeper
from ops.backups.patrol import Patrol
from ops.backups.proving import KeyProofs
from ops.errors import HostError
from ops.hosts.known_hosts import KnownHosts
from ops.hosts.questions import Questions
from ops.hosts.ssh import Hosts
from ops.inventory import load_inventory
from ops.runs.launcher import Launcher
from ops.runs.library import load_library
from ops.runs.secrets import learn_secrets
from ops.runs.worker import Worker
from ops.store.backups import PostgresBackups
from ops.store.dispatch import Dispatcher
from ops.store.hints import Hints
from ops.store.incidents import PostgresIncidents
from ops.store.journal import PostgresJournal, identify
from ops.store.keeping import PostgresKeeping
from ops.store.mutes import PostgresMutes
from ops.store.outbox import Destination, PostgresOutbox
from ops.store.patterns import PostgresPatterns
from ops.store.postgres import open_pool
from ops.store.proofs import PostgresProofs
from ops.store.rounds import PostgresRounds
from ops.store.watches import PostgresWatches
from ops.store.wishes import PostgresWishes
from ops.watch.checks import Checks
from ops.watch.incidents import Incidents
from ops.watch.learner import Learner
from ops.watch.maintenance import Maintenance
from ops.watch.probation import Probation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from bot.settings import Settings
    from ops.inventory import Difference, Inventory
    from ops.redaction import Redactor
    from ops.runs.run import Run
    from ops.store.postgres import Pool
    from ops.watch.rules import Rules

log = structlog.get_logger()

_DATABASE_SECONDS = 60
"""How long a database may take to come up beside us, as in Compose."""


class Driver:
    """Database, servers and the worker: ``async with Driver(settings, redactor, now) as driver: await driver.serve()``.

    where: the name by which it reports what is wrong, when it is not the bot itself.
    redraw: called with the number of a run that has changed, here or in another process.
    told: called when something was queued for people.
    redraw_all: called when such calls may have been missed.
    """

    def __init__(self, settings: Settings, redactor: Redactor, now: Callable[[], datetime], *, where: str = "") -> None:
        self.settings = settings
        self.where = where
        self.redactor = redactor
        self.now = now
        self.redraw: Callable[[int], None] = lambda _: None
        self.redraw_all: Callable[[], None] = lambda: None
        self.told: Callable[[], None] = lambda: None
        redactor.learn_settings([f"url={settings.database_url.get_secret_value()}"])
        redactor.learn(settings.backup_identity.get_secret_value().split(","))
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Build everything. Raises OpsError for what the settings or files make impossible, and asyncpg's errors."""
        try:
            await self._build()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything, the newest first. Runs stay open in the journal; their jobs go on."""
        await self._stack.aclose()

    async def serve(self) -> None:
        """Drive runs until cancelled."""
        log.info("driving runs", projects=sorted(self.inventory.projects))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep(), name="keeping")
            group.create_task(self.hints.run(), name="hints")
            group.create_task(self.dispatcher.run(), name="dispatcher")
            group.create_task(self.probation.run(), name="probation")
            group.create_task(self.checks.run(), name="checks")
            group.create_task(self.incidents.run(), name="incidents")
            group.create_task(self.learner.run(), name="learner")

    async def _build(self) -> None:
        settings, stack = self.settings, self._stack
        self.inventory = self._read_inventory()
        self.pool = await self._open_database()
        installation = await identify(self.pool)
        known_hosts = KnownHosts(settings.state_dir / "known_hosts")
        self.hosts = Hosts(self.inventory.hosts, known_hosts, random.Random())  # noqa: S311  spreads retries, guards nothing
        stack.push_async_callback(self.hosts.close)
        self.questions = Questions(self.hosts, self.redactor, lambda: secrets.token_hex(16))
        self.team = Destination(settings.team_chat_id, settings.team_topic_id)
        self.journal = PostgresJournal(self.pool, self.team)
        self.worker = Worker(
            journal=self.journal,
            hosts=self.hosts,
            redactor=self.redactor,
            identity=(installation.id, installation.secret),
            now=self.now,
            changed=self._changed,
            prepare=self._prepare,
            secrets=settings.step_secrets,
        )
        stack.push_async_callback(self.worker.close)
        self.dispatcher = Dispatcher(self.pool, self.worker.drive)
        self.configuration = Configuration(
            self.inventory,
            self._read_inventory,
            pool=self.pool,
            outbox=PostgresOutbox(self.pool),
            team=self.team,
            now=self.now,
            where=self.where,
        )
        self.configuration.parts.append(lambda fresh: ({}, partial(self.hosts.adopt, fresh.hosts)))
        self.configuration.after.append(self._learn_what_is_new)
        stack.push_async_callback(self.configuration.close)
        self.library = load_library(self.inventory, RESERVED)
        self.configuration.parts.append(self._prepare_library)
        self.launcher = Launcher(self.inventory, self.library, self.journal, self.worker, settings.zone, self.now)
        self.watches = PostgresWatches(self.pool, self.team)
        self.wishes = PostgresWishes(self.pool)
        self.probation = Probation(
            self.inventory,
            self.watches,
            self.journal,
            self.questions,
            self.launcher,
            learn=self._learn,
            told=self._told,
            now=self.now,
        )
        self.incidents = Incidents(
            PostgresIncidents(self.pool, self.team),
            PostgresMutes(self.pool),
            Maintenance(self.pool),
            rules=self._rules,
            owners=self._owners,
            told=self._told,
            now=self.now,
        )
        self.checks = Checks(
            self.inventory,
            PostgresRounds(self.pool),
            self.incidents,
            self.questions,
            learn=self._learn,
            now=self.now,
        )
        self.patterns = PostgresPatterns(self.pool, self.team)
        self.learner = Learner(
            self.inventory,
            self.patterns,
            self.journal,
            self.questions,
            learn=self._learn,
            told=self._told,
            now=self.now,
        )
        self._build_keeping()
        self.hints = Hints(
            self.pool,
            on_run=self._changed,
            on_signal=self.worker.listen,
            on_reload=self.configuration.call,
            on_return=self._listening_again,
        )

    def _build_keeping(self) -> None:
        """Build what makes backups by the clock, keeps as many as are wanted, and looks after them."""
        zone, folders = self.settings.zone, Folders(self.questions)
        self.backups = PostgresBackups(self.pool)
        self.keeping = PostgresKeeping(self.pool)
        shared = (self.backups, self.keeping, folders, zone)
        observe = self.incidents.observe
        self.keeper = Keeper(self.inventory, self.launcher, *shared, team=self.team, observe=observe, now=self.now)
        self.patrol = Patrol(self.inventory, *shared, saved=self.keeper.saved, observe=observe, now=self.now)
        self.proofs = KeyProofs(
            self.inventory,
            PostgresProofs(self.pool, self.team),
            self.keeping,
            self.questions,
            word=lambda: secrets.token_hex(8),
            observe=observe,
            told=self._told,
            now=self.now,
        )

    async def _keep(self) -> None:
        """Do every minute what is due about backups. A task's boundary: what was not done is due again then."""
        minute = asyncio.Event()

        async def tick() -> None:  # what is no coroutine, the scheduler calls in another thread
            minute.set()

        with every_minute(self.settings.zone, tick):
            while True:
                for look in (self.keeper.look, self.patrol.look, self.proofs.look):
                    try:
                        await look()
                    except Exception:
                        log.exception("the keeping of backups goes on later")
                await minute.wait()
                minute.clear()

    def _read_inventory(self) -> Inventory:
        return load_inventory(self.settings.lotsman_config, self.settings.admin_ids)

    def _prepare_library(self, inventory: Inventory) -> tuple[dict[str, Difference[str]], Callable[[], None]]:
        fresh = load_library(inventory, RESERVED)
        return {"commands": self.library.differences(fresh)}, partial(self.library.adopt, fresh)

    async def _learn_what_is_new(self, differences: dict[str, Difference[str]], _texts: int) -> None:
        """Learn what must never be shown of projects that are new or different, beside everything else."""
        for name in (*differences["projects"].added, *differences["projects"].changed):
            for host in self.inventory.projects[name].hosts:
                self.configuration.begin(self._learn(name, host))

    async def _open_database(self) -> Pool:
        """Connect to the database that is set, or start our own."""
        dsn = self.settings.database_url.get_secret_value()
        if not dsn:
            server = EmbeddedPostgres(self.settings.state_dir / "postgres")
            await server.start()
            self._stack.push_async_callback(server.stop)
            dsn = server.dsn
            self.redactor.learn_settings([f"url={dsn}"])
        deadline = asyncio.get_running_loop().time() + _DATABASE_SECONDS
        while True:
            try:
                return await self._stack.enter_async_context(await open_pool(dsn))
            except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                log.info("waiting for the database", why=type(error).__name__)
                await asyncio.sleep(1)

    # Who redraws is known only later: these find it when they are called.
    def _changed(self, run_id: int) -> None:
        self.redraw(run_id)
        self.probation.look()
        self.learner.look(run_id)

    def _rules(self, check: str) -> Rules:
        return self.inventory.alerts.rules(check)

    def _owners(self) -> tuple[int, ...]:
        """Return who is written to when nobody in the chat takes an incident on."""
        admins = (person.id for person in self.inventory.people.values() if person.role is Role.ADMIN)
        return self.inventory.alerts.owners or tuple(admins)

    def _told(self) -> None:
        self.told()

    def _listening_again(self) -> None:
        self.configuration.listening_again()
        self.redraw_all()

    async def _prepare(self, run: Run, host: str) -> None:
        await self._learn(run.project, host)

    async def _learn(self, name: str, host: str) -> None:
        """Learn what must never be shown of a project."""
        project = self.inventory.projects.get(name)
        if project is not None:
            with contextlib.suppress(HostError):  # a host that cannot be reached: the step itself will say so
                await learn_secrets(self.questions, project, host)
