"""App: the composition root. Every long-lived object is built here and closed here."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError

from bot.deadman import DeadMan
from bot.driver import Driver
from bot.health import Health
from bot.poller import Poller
from bot.process import read_birth
from bot.timers import timers
from handlers import routers
from handlers.access import Access, Demand
from handlers.alert_letters import AlertLetters
from handlers.cards.run_log import RunLog
from handlers.desk import Desk
from handlers.follow import Follows
from handlers.i18n import Languages
from handlers.incident_letters import IncidentLetters
from handlers.letters import Letters
from handlers.menu import publish_menus
from handlers.outbox import Postman
from handlers.telegram import Sender
from handlers.vault_letters import VaultLetters
from ops.actor import Role
from ops.backups.fetching import Fetcher
from ops.backups.restoring import Restoring
from ops.errors import HostError
from ops.redaction import Redactor
from ops.runs.attention import remind
from ops.store.alerts import PostgresAlerts
from ops.store.announcements import PostgresAnnouncements
from ops.store.backups import PostgresBackups
from ops.store.cleaning import KEEP_JOBS_DAYS, clean
from ops.store.figures import read_figures
from ops.store.follows import PostgresFollows
from ops.store.inbox import PostgresInbox
from ops.store.outbox import REPLY, Destination, Draft, PostgresOutbox
from ops.store.people import PostgresAudit, PostgresPeople
from ops.store.postgres import write_pulse
from ops.store.releases import PostgresReleases
from ops.store.restores import PostgresRestores
from ops.watch.inbound import Monitors

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType

    from aiogram.types import Update

    from bot.metrics import Own
    from bot.settings import Settings
    from handlers.cards.card import Card
    from ops.inventory import Difference
    from ops.store.outbox import Letter

log = structlog.get_logger()

_AGAIN_SECONDS = 2.0
"""How long to wait before something that did not work is tried again."""


def utc_now() -> datetime:
    """Return the time, aware."""
    return datetime.now(UTC)


class App:
    """The running bot: ``async with App(settings) as app: await app.serve()``."""

    def __init__(self, settings: Settings, redactor: Redactor | None = None) -> None:
        self.settings = settings
        self.redactor = redactor or Redactor()
        token = settings.bot_token.get_secret_value()
        others = (settings.hooks_token, settings.metrics_token, settings.deadman_url)
        self.redactor.learn([token, token.partition(":")[2], *(each.get_secret_value() for each in others)])
        self.birth = read_birth(utc_now())
        self._stack = contextlib.AsyncExitStack()
        self._menus_of: frozenset[int] = frozenset()

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
        """Drive runs and answer people, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.driver.serve(), name="driver")
            group.create_task(self.postman.run(), name="postman")
            group.create_task(self.follows.run(), name="follows")
            group.create_task(self._greet(), name="menus")
            group.create_task(self._acknowledge(), name="acknowledge")
            group.create_task(self.poller.run(), name="poller")
            group.create_task(self.health.run(), name="health")
            if url := self.settings.deadman_url.get_secret_value():
                switch = DeadMan(url, self.settings.deadman_every, self.health.look)
                group.create_task(switch.run(), name="dead man's switch")

    async def _build(self) -> None:
        settings, stack = self.settings, self._stack
        self.driver = await stack.enter_async_context(Driver(settings, self.redactor, utc_now))
        self.outbox = PostgresOutbox(self.driver.pool, secrets.token_hex(8))
        self.inbox = PostgresInbox(self.driver.pool)
        self.announcements = PostgresAnnouncements(self.driver.pool, self.driver.team)
        self.alerts = PostgresAlerts(self.driver.pool, self.driver.team, self.redactor.clean)
        self._build_chat()
        self.health = Health(
            lambda: self.poller.last_answer,
            lambda: write_pulse(self.driver.pool, utc_now()),
            utc_now,
            self.birth.commit,
        )
        self.monitors = Monitors(self.alerts, self.driver.incidents)
        tick = self.health.scheduler_ran
        stack.enter_context(timers(settings.zone, clean=self._clean, remind=self._remind, tick=tick))
        if settings.http_listen:
            await stack.enter_async_context(self._serve_http())

    def _serve_http(self) -> AbstractAsyncContextManager[str]:
        """Return what answers monitors, and takes what other programs post."""
        # A server is memory, and most bots serve nobody.
        from bot.hooks import Doorkeeper, Hooks  # noqa: PLC0415  as above
        from bot.http import http_app, serving  # noqa: PLC0415  as above
        from bot.metrics import Metrics  # noqa: PLC0415  as above

        settings, driver = self.settings, self.driver
        token, hooks = settings.hooks_token.get_secret_value(), None
        if token:
            hooks = Hooks(
                Doorkeeper(token, PostgresAudit(driver.pool), utc_now),
                driver.inventory,
                self.alerts,
                driver.incidents,
                self.monitors,
                clean=self.redactor.clean,
                told=self.postman.wake,
                now=utc_now,
            )

        def known(project: str) -> bool:
            return project in driver.inventory.projects

        metrics = Metrics(lambda: read_figures(driver.pool), driver.incidents.counts, self._own_figures, known)
        app = http_app(self.health, metrics, hooks, metrics_token=settings.metrics_token.get_secret_value())
        return serving(app, settings.http_listen)

    async def _own_figures(self) -> Own:
        from bot.metrics import Own  # noqa: PLC0415  only who serves figures needs their library

        connects = {name: host.connect_seconds for name, host in self.driver.hosts.items()}
        scheduled_at, answered_at = self.health.scheduled_at, self.poller.last_answer
        return Own(
            state=await self.health.look(),
            scheduler_at=scheduled_at.timestamp() if scheduled_at else None,
            telegram_at=answered_at.timestamp() if answered_at else None,
            refusals=self.postman.refusals,
            connects={name: seconds for name, seconds in connects.items() if seconds is not None},
        )

    def _build_chat(self) -> None:
        settings, driver = self.settings, self.driver
        token = settings.bot_token.get_secret_value()
        server = TelegramAPIServer.from_base(settings.bot_api_url)
        self.bot = Bot(token, session=AiohttpSession(api=server))
        self._stack.push_async_callback(self.bot.session.close)
        self.languages = Languages(settings.zone, settings.team_language)
        run_log = RunLog(settings.zone)
        sender = Sender(self.bot)
        letters = Letters(
            sender,
            driver.journal,
            self.outbox,
            self.announcements,
            driver.watches,
            IncidentLetters(
                sender,
                driver.incidents.store,
                self.outbox,
                driver.inventory,
                team=self.languages.team,
                now=utc_now,
            ),
            AlertLetters(sender, self.alerts, self.outbox, team=self.languages.team, now=utc_now),
            self._vault_letters(sender),
            team=self.languages.team,
            run_log=run_log,
            now=utc_now,
        )
        self.postman = Postman(self.outbox, letters, utc_now, digest=letters.digest, instead=self._instead)
        letters.patterns = driver.patterns
        self.follows = letters.follows = Follows(
            PostgresFollows(driver.pool),
            driver.questions,
            self.languages,
            redraw=self.postman.redraw,
            wake=self.postman.wake,
            now=utc_now,
        )
        driver.redraw = self.postman.redraw
        driver.redraw_all = self.postman.wake
        driver.told = self.postman.wake
        people = PostgresPeople(driver.pool)
        self.restoring = Restoring(
            driver.inventory,
            PostgresBackups(driver.pool),
            PostgresRestores(driver.pool),
            driver.questions,
            driver.launcher,
            utc_now,
        )
        self.dispatcher = Dispatcher()
        self.dispatcher["desk"] = Desk(
            inventory=driver.inventory,
            launcher=driver.launcher,
            journal=driver.journal,
            releases=PostgresReleases(driver.pool),
            inbox=self.inbox,
            people=people,
            questions=driver.questions,
            languages=self.languages,
            run_log=run_log,
            now=utc_now,
            chat_now=self._chat_now,
            team_chat=self._team_chat,
            handle=self._handle,
            announcements=self.announcements,
            backups=driver.backups,
            keeping=driver.keeping,
            keeper=driver.keeper,
            patrol=driver.patrol,
            proofs=driver.proofs,
            watches=driver.watches,
            incidents=driver.incidents,
            alerts=self.alerts,
            wishes=driver.wishes,
            follows=self.follows,
            restoring=self.restoring,
            tell_team=self._tell_team,
            wake=self.postman.wake,
            reload=driver.configuration.reload_everywhere,
        )
        self._build_reload()
        self.access = Access(
            inventory=driver.inventory,
            team_chat=self._team_chat,
            outbox=self.outbox,
            postman=self.postman,
            people=people,
            audit=PostgresAudit(driver.pool),
            languages=self.languages,
            now=self._chat_now,
        )
        self.dispatcher.update.outer_middleware(self.access)
        self.dispatcher.message.middleware(Demand())
        self.dispatcher.callback_query.middleware(Demand())
        self.dispatcher.include_routers(*routers())
        url = server.api_url(token, "getUpdates")
        self.poller = Poller(
            self.bot, url, self.inbox, self._handle, self._set_aside, utc_now, self.postman.telegram_is_back
        )

    def _vault_letters(self, sender: Sender) -> VaultLetters:
        driver = self.driver
        return VaultLetters(
            sender,
            driver.inventory,
            driver.backups,
            driver.keeping,
            driver.keeper,
            Fetcher(driver.hosts, lambda: secrets.token_hex(16)),
            driver.proofs,
            self.languages,
            utc_now,
        )

    def _build_reload(self) -> None:
        configuration = self.driver.configuration
        configuration.texts = self.languages.prepare
        configuration.after.append(self._publish_menus_again)
        configuration.wake = self.postman.wake

    async def _publish_menus_again(self, differences: dict[str, Difference[str]], texts: int) -> None:
        """Set the menus of those who are new, or may do something else now; whoever is gone has none."""
        if texts or any(differences[kind] for kind in ("people", "projects", "commands")):
            self.driver.configuration.begin(self._greet())

    async def _handle(self, update: Update) -> None:
        await self.dispatcher.feed_update(self.bot, update)

    async def _set_aside(self, update: Update) -> None:
        if not await self.driver.journal.requested(f"update:{update.update_id}"):
            await self.access.set_aside(update)

    async def _greet(self) -> None:
        """Learn our own name, and set the menus; Telegram may be away at the moment."""
        while True:
            try:
                self.access.bot_name = (await self.bot.get_me()).username or ""
                chat = self._team_chat()
                self._menus_of = await publish_menus(
                    self.bot, self.languages, self.driver.inventory, self.driver.library, chat, self._menus_of
                )
            except TelegramAPIError as error:
                log.warning("setting the menus later", why=error.message)
                await asyncio.sleep(10)
            else:
                log.info("ready", bot=self.access.bot_name, projects=sorted(self.driver.inventory.projects))
                return

    async def _tell_team(self, key: str, card: Card) -> None:
        await self.outbox.add(Draft(self.driver.team, key, "say", card.to_json(), REPLY, utc_now()))
        self.postman.wake()

    def _chat_now(self) -> datetime:
        return self.poller.telegram_now()

    def _instead(self, letter: Letter) -> list[Destination]:
        """Return where to say what the team's chat does not take: to its admins."""
        if letter.to.chat_id not in {self.settings.team_chat_id, self._team_chat()}:
            return []
        admins = [person.id for person in self.driver.inventory.people.values() if person.role is Role.ADMIN]
        return [Destination(each) for each in admins if each != letter.to.chat_id]

    def _team_chat(self) -> int:
        return self.postman.current(self.settings.team_chat_id)

    async def _acknowledge(self) -> None:
        """Tell a step that has restarted us that we are there again: database, Telegram and all.

        What waits for us was written down before we began, so there is nothing to wait for once it has heard.
        """
        await self.poller.answered.wait()
        while True:
            try:
                for run_id in await self.driver.journal.open_runs():
                    await self.driver.worker.acknowledge(await self.driver.journal.load(run_id), self.birth)
            except Exception as error:  # noqa: BLE001  a task's boundary: it must not take the bot along
                log.warning("reporting back later", why=f"{type(error).__name__}: {error}")
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return

    async def _clean(self) -> None:
        await clean(self.driver.pool, utc_now())
        await self.driver.keeping.forget(utc_now())
        for host in tuple(self.driver.hosts.values()):  # a reload may replace them meanwhile
            with contextlib.suppress(HostError):  # there is another night tomorrow
                await host.clean(KEEP_JOBS_DAYS)

    async def _remind(self) -> None:
        await remind(self.driver.journal, utc_now())
        await self.announcements.remind(utc_now())
        await self.monitors.look(utc_now())
        await self.restoring.sweep()
        self.postman.wake()
