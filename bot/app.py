"""App: the composition root. Every long-lived object is built here and closed here."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import asyncpg
import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError

from bot.poller import Poller
from bot.postgres import EmbeddedPostgres
from bot.timers import timers
from handlers import routers
from handlers.access import Access, Demand
from handlers.cards.run_log import RunLog
from handlers.desk import Desk
from handlers.i18n import Languages
from handlers.letters import Letters
from handlers.menu import publish_menus
from handlers.outbox import Postman
from handlers.telegram import Sender
from ops.errors import HostError
from ops.hosts.known_hosts import KnownHosts
from ops.hosts.questions import Questions
from ops.hosts.ssh import Hosts
from ops.inventory import load_inventory
from ops.redaction import Redactor
from ops.runs.launcher import Launcher
from ops.runs.secrets import learn_secrets
from ops.runs.worker import Worker
from ops.store.cleaning import clean
from ops.store.inbox import PostgresInbox
from ops.store.journal import PostgresJournal, identify
from ops.store.outbox import Destination, PostgresOutbox
from ops.store.people import PostgresAudit, PostgresPeople
from ops.store.postgres import open_pool
from ops.store.releases import PostgresReleases

if TYPE_CHECKING:
    from types import TracebackType

    from aiogram.types import Update

    from bot.settings import Settings
    from ops.runs.run import Run
    from ops.store.postgres import Pool

log = structlog.get_logger()

_DATABASE_SECONDS = 60
"""How long a database may take to come up beside us, as in Compose."""


def utc_now() -> datetime:
    """Return the time, aware."""
    return datetime.now(UTC)


class App:
    """The running bot: ``async with App(settings) as app: await app.serve()``."""

    def __init__(self, settings: Settings, redactor: Redactor | None = None) -> None:
        self.settings = settings
        self.redactor = redactor or Redactor()
        token = settings.bot_token.get_secret_value()
        self.redactor.learn([token, token.partition(":")[2]])
        self.redactor.learn_settings([f"url={settings.database_url.get_secret_value()}"])
        self._stack = contextlib.AsyncExitStack()
        self._moved_to: int | None = None

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
        """Take runs up again, and answer people, until cancelled."""
        await self.worker.take_over()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.postman.run(), name="postman")
            group.create_task(self._greet(), name="menus")
            group.create_task(self.poller.run(), name="poller")

    async def _build(self) -> None:
        settings, stack = self.settings, self._stack
        self.inventory = load_inventory(settings.lotsman_config, settings.admin_ids)
        self.pool = await self._open_database()
        installation = await identify(self.pool)
        known_hosts = KnownHosts(settings.state_dir / "known_hosts")
        hosts = Hosts(self.inventory.hosts, known_hosts, random.Random())  # noqa: S311  spreads retries, guards nothing
        stack.push_async_callback(hosts.close)
        self.questions = Questions(hosts, self.redactor, lambda: secrets.token_hex(16))
        team = Destination(settings.team_chat_id, settings.team_topic_id)
        self.journal = PostgresJournal(self.pool, team)
        self.outbox = PostgresOutbox(self.pool)
        self.inbox = PostgresInbox(self.pool)
        self.worker = Worker(
            journal=self.journal,
            hosts=hosts,
            redactor=self.redactor,
            identity=(installation.id, installation.secret),
            now=utc_now,
            changed=self._run_changed,
            prepare=self._prepare,
        )
        stack.push_async_callback(self.worker.close)
        self._build_chat()
        stack.enter_context(timers(settings.zone, lambda: clean(self.pool, utc_now())))
        if settings.http_listen:
            from bot.http import health_app, serving  # noqa: PLC0415  a server is memory, and most bots serve nobody

            health = health_app(lambda: self.poller.last_answer, lambda: self.pool.fetchval("SELECT 1"), utc_now)
            await stack.enter_async_context(serving(health, settings.http_listen))

    def _build_chat(self) -> None:
        settings = self.settings
        token = settings.bot_token.get_secret_value()
        server = TelegramAPIServer.from_base(settings.bot_api_url)
        self.bot = Bot(token, session=AiohttpSession(api=server))
        self._stack.push_async_callback(self.bot.session.close)
        self.languages = Languages(settings.zone, settings.team_language)
        run_log = RunLog(settings.zone)
        letters = Letters(
            Sender(self.bot), self.journal, self.outbox, team=self.languages.team, run_log=run_log, now=utc_now
        )
        self.postman = Postman(self.outbox, letters, utc_now)
        people = PostgresPeople(self.pool)
        self.launcher = Launcher(self.inventory, self.journal, self.worker, settings.zone, utc_now)
        self.dispatcher = Dispatcher()
        self.dispatcher["desk"] = Desk(
            inventory=self.inventory,
            launcher=self.launcher,
            journal=self.journal,
            releases=PostgresReleases(self.pool),
            inbox=self.inbox,
            people=people,
            questions=self.questions,
            languages=self.languages,
            run_log=run_log,
            now=utc_now,
            team_chat=self._team_chat,
            handle=self._handle,
        )
        self.access = Access(
            inventory=self.inventory,
            team_chat=self._team_chat,
            outbox=self.outbox,
            postman=self.postman,
            people=people,
            audit=PostgresAudit(self.pool),
            languages=self.languages,
            now=utc_now,
        )
        self.dispatcher.update.outer_middleware(self.access)
        self.dispatcher.message.middleware(Demand())
        self.dispatcher.callback_query.middleware(Demand())
        self.dispatcher.include_routers(*routers())
        url = server.api_url(token, "getUpdates")
        self.poller = Poller(self.bot, url, self.inbox, self._handle, utc_now)

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
            except (OSError, asyncpg.CannotConnectNowError) as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await log.ainfo("waiting for the database", why=type(error).__name__)
                await asyncio.sleep(1)

    async def _handle(self, update: Update) -> None:
        await self.dispatcher.feed_update(self.bot, update)

    async def _greet(self) -> None:
        """Learn our own name, and set the menus; Telegram may be away while we start."""
        while True:
            try:
                self.access.bot_name = (await self.bot.get_me()).username or ""
                await publish_menus(self.bot, self.languages, self.inventory, self._team_chat())
            except TelegramAPIError as error:
                await log.awarning("setting the menus later", why=error.message)
                await asyncio.sleep(10)
            else:
                await log.ainfo("ready", bot=self.access.bot_name, projects=sorted(self.inventory.projects))
                return

    def _team_chat(self) -> int:
        return self.postman.current(self.settings.team_chat_id)

    def _run_changed(self, run_id: int) -> None:
        self.postman.redraw(run_id)

    async def _prepare(self, run: Run, host: str) -> None:
        """Learn what must never be shown of this project."""
        project = self.inventory.projects.get(run.project)
        if project is not None:
            with contextlib.suppress(HostError):  # a host that cannot be reached: the step itself will say so
                await learn_secrets(self.questions, project, host)
