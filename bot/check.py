"""``python -m bot check``: could a deploy start? Looks at everything it needs, and changes nothing."""

from __future__ import annotations

import asyncio
import random
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import asyncpg
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramAPIError

from bot.app import utc_now
from bot.postgres import EmbeddedPostgres
from handlers.markup import plain_text
from handlers.menu import RESERVED
from handlers.wording import error_text, reason_of
from ops.errors import OpsError, PostgresUnavailable
from ops.hosts.known_hosts import KnownHosts
from ops.hosts.questions import Questions
from ops.hosts.ssh import Hosts
from ops.inventory import load_inventory
from ops.redaction import Redactor
from ops.runs.library import load_library
from ops.runs.planner import project_values
from ops.runs.runbook import shared_script, stack_script
from ops.store.postgres import open_pool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.settings import Settings
    from handlers.i18n import Texts
    from ops.inventory import Inventory
    from ops.project import Project


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table. ``detail``: what was found, or what is wrong and what to do.

    warnings: what does not keep a deploy from starting, and may spoil one later.
    """

    good: bool
    subject: str
    detail: str
    warnings: tuple[str, ...] = ()


async def check(settings: Settings, t: Texts) -> AsyncIterator[Finding]:
    """Yield findings as they are made."""
    try:
        inventory = load_inventory(settings.lotsman_config, settings.admin_ids)
    except OpsError as error:
        yield _bad(t, str(settings.lotsman_config), error)
        return
    counts = {"projects": len(inventory.projects), "hosts": len(inventory.hosts), "people": len(inventory.people)}
    yield Finding(good=True, subject=str(settings.lotsman_config), detail=t("check-inventory", **counts))
    slips: list[OpsError] = []
    load_library(inventory, RESERVED, slips.append)
    for slip in slips:
        yield _bad(t, "runbooks", slip)
    if not inventory.people:
        yield Finding(good=False, subject="ADMIN_IDS", detail=t("check-nobody"))
    yield await _telegram(settings, t)
    yield await _database(settings, t)
    async for finding in _servers(settings, inventory, t):
        yield finding


async def _telegram(settings: Settings, t: Texts) -> Finding:
    server = TelegramAPIServer.from_base(settings.bot_api_url)
    try:
        async with Bot(settings.bot_token.get_secret_value(), session=AiohttpSession(api=server)) as bot:
            me = await bot.get_me()
            chat = await bot.get_chat(settings.team_chat_id)
    except TelegramAPIError as error:
        return Finding(good=False, subject="Telegram", detail=t("check-telegram-refused", why=error.message))
    except (AiogramError, aiohttp.ClientError, OSError) as error:
        return Finding(good=False, subject="Telegram", detail=t("check-telegram-away", why=type(error).__name__))
    return Finding(good=True, subject="Telegram", detail=f"@{me.username} → {chat.title or chat.full_name}")


async def _database(settings: Settings, t: Texts) -> Finding:
    subject = "PostgreSQL"
    dsn = settings.database_url.get_secret_value()
    try:
        if dsn:
            await _open(dsn)
            return Finding(good=True, subject=subject, detail="DATABASE_URL")
        async with EmbeddedPostgres(settings.state_dir / "postgres") as server:
            await _open(server.dsn)
        return Finding(good=True, subject=subject, detail=t("check-embedded", path=str(settings.state_dir)))
    except PostgresUnavailable as error:
        if error.what == "running":
            return Finding(good=True, subject=subject, detail=t("check-embedded-busy"))
        return _bad(t, subject, error)
    except OpsError as error:
        return _bad(t, subject, error)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        return Finding(good=False, subject=subject, detail=t("check-database-away", why=str(error)[:200]))


async def _open(dsn: str) -> None:
    async with asyncio.timeout(15):
        pool = await open_pool(dsn, most=1)
        await pool.close()


async def _servers(settings: Settings, inventory: Inventory, t: Texts) -> AsyncIterator[Finding]:
    known_hosts = KnownHosts(settings.state_dir / "known_hosts")
    hosts = Hosts(inventory.hosts, known_hosts, random.Random())  # noqa: S311  spreads retries, guards nothing
    questions = Questions(hosts, Redactor(), lambda: secrets.token_hex(16))
    try:
        for project in inventory.projects.values():
            for host in project.hosts:
                yield await _project(questions, project, host, t)
    finally:
        await hosts.close()


async def _project(questions: Questions, project: Project, host: str, t: Texts) -> Finding:
    """Ask what a deploy would ask, up to the first change."""
    subject = f"{host}: {project.name}"
    values, shell = project_values(project), project.shell
    try:
        if project.stack == "custom":
            return await _custom(questions, project, host, t)
        await questions.ask(host, shared_script("reach.sh", shell), values)
        found = await questions.ask(host, shared_script("resolve.sh", shell), values | {"REF": project.branch})
        commit = found.said.facts["commit"]
        preflight = stack_script(project.stack, "preflight.sh", shell)
        live = await questions.ask(host, preflight, values | {"COMMIT": commit, "AGAIN": "yes"})
        doctor = (await questions.ask(host, stack_script(project.stack, "doctor.sh", shell), values)).said
    except OpsError as error:
        return _bad(t, subject, error)
    facts = {"live": live.said.facts.get("previous_name", "?"), "branch": project.branch, "commit": commit[:8]}
    warnings = tuple(plain_text(reason_of(t, code, **doctor.facts)) for code in dict.fromkeys(doctor.warnings))
    return Finding(good=True, subject=subject, detail=t("check-project", **facts), warnings=warnings)


async def _custom(questions: Questions, project: Project, host: str, t: Texts) -> Finding:
    """Ask whether the host can be reached and the folder is there: what more a project needs, its own runbooks know."""
    found = await questions.ask(host, stack_script(project.stack, "status.sh", project.shell), project_values(project))
    live = found.said.facts.get("name", "—")
    return Finding(good=True, subject=f"{host}: {project.name}", detail=t("check-custom", live=live))


def _bad(t: Texts, subject: str, error: OpsError) -> Finding:
    return Finding(good=False, subject=subject, detail=plain_text(error_text(t, error, utc_now())))
