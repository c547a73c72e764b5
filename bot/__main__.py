"""The command line: ``python -m bot run | worker | check | trust HOST | init``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import signal
import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot import init as init_files
from bot.app import App, utc_now
from bot.check import check
from bot.driver import Driver
from bot.logs import set_up_logging
from bot.settings import Settings, load_settings
from bot.systemd import Systemd
from bot.trust import fetch_offer
from handlers.i18n import LANGUAGES, Texts
from handlers.markup import plain_text
from handlers.wording import error_text
from ops.errors import BadFile, OpsError
from ops.inventory import load_inventory
from ops.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import TextIO

GOOD, BAD, MISUSED = 0, 1, 2
"""Exit codes: all is well; something is not; a file or an argument has to be mended first."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    t = Texts(_terminal_language(), ZoneInfo("UTC"))
    options = _parser(t).parse_args(arguments)
    try:
        return _init(t) if options.command == "init" else asyncio.run(_command(options, load_settings(), t))
    except OpsError as error:
        _say(error_text(t, error, utc_now()), sys.stderr)
        return MISUSED if isinstance(error, BadFile) else BAD
    except (KeyboardInterrupt, EOFError):
        return BAD


async def _command(options: argparse.Namespace, settings: Settings, t: Texts) -> int:
    match options.command:
        case "check":
            return await _check(settings, t)
        case "trust":
            return await _trust(settings, t, options.host, options.fingerprint)
        case "worker":
            return await _work(settings, t)
        case _:
            return await _run(settings)


def _parser(t: Texts) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=t("cli-about"))
    commands = parser.add_subparsers(dest="command", metavar="run|worker|check|trust|init", required=True)
    for name in ("run", "worker", "check", "init"):
        commands.add_parser(name, help=t(f"cli-{name}"))
    trust = commands.add_parser("trust", help=t("cli-trust"))
    trust.add_argument("host", help=t("cli-trust-host"))
    trust.add_argument("--fingerprint", metavar="SHA256:...", help=t("cli-trust-fingerprint"))
    return parser


async def _run(settings: Settings) -> int:
    redactor = Redactor()
    set_up_logging(redactor)
    systemd = Systemd(os.environ)
    async with systemd.watching(), App(settings, redactor) as app:
        await _until_told_to_stop(app.serve(), app.driver.configuration.call, systemd)
    return GOOD


async def _work(settings: Settings, t: Texts) -> int:
    """Drive runs beside the bot, perhaps on another machine; the chat is the bot's alone."""
    if not settings.database_url.get_secret_value():
        _say(t("worker-needs-database"), sys.stderr)
        return MISUSED
    redactor = Redactor()
    set_up_logging(redactor)
    systemd = Systemd(os.environ)
    async with systemd.watching(), Driver(settings, redactor, utc_now, where=platform.node()) as driver:
        await _until_told_to_stop(driver.serve(), driver.configuration.call, systemd)
    return GOOD


async def _until_told_to_stop(work: Coroutine[None, None, None], reload: Callable[[], None], systemd: Systemd) -> None:
    serving = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, reload)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, serving.cancel)
    systemd.ready()
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    finally:
        systemd.stopping()


async def _check(settings: Settings, t: Texts) -> int:
    good = True
    async for finding in check(settings, t):
        good = good and finding.good
        print(f"{'✅' if finding.good else '❌'} {finding.subject:<24} {finding.detail}")  # noqa: T201  a table for people
        for warning in finding.warnings:
            print(f"⚠️ {'':<24} {warning}")  # noqa: T201  as above
    _say(t("check-good" if good else "check-bad"))
    return GOOD if good else BAD


async def _trust(settings: Settings, t: Texts, host: str, expected: str | None) -> int:
    inventory = load_inventory(settings.lotsman_config, settings.admin_ids)
    spec = inventory.hosts.get(host)
    if spec is None:
        _say(t("trust-unknown", host=host, known=", ".join(inventory.hosts)), sys.stderr)
        return MISUSED
    offer = await fetch_offer(settings, host, spec)
    _say(t("trust-offer", host=host, address=offer.address, fingerprint=offer.fingerprint))
    if offer.pinned == [offer.fingerprint]:
        _say(t("trust-known"))
        return GOOD
    if offer.pinned:
        _say(t("trust-changed", pinned=", ".join(offer.pinned)))
    if expected is None:
        expected = offer.fingerprint if _yes(t("trust-ask")) else ""
    if expected != offer.fingerprint:
        _say(t("trust-refused"), sys.stderr)
        return BAD
    offer.accept()
    _say(t("trust-done", host=host))
    return GOOD


def _init(t: Texts) -> int:
    files = init_files.Files()
    if existing := files.existing():
        _say(t("init-existing", files=", ".join(map(str, existing))), sys.stderr)
        return MISUSED
    _say(t("init-about"))
    answers = {}
    for name in init_files.QUESTIONS:
        default = init_files.DEFAULTS.get(name, "")
        question = plain_text(t(f"init-{name}")) + (f" [{default}]" if default else "")
        answers[name] = input(f"{question}: ").strip() or default
    public_key = init_files.write(files, answers, t.language)
    load_inventory(files.inventory)
    _say(t("init-done", key=public_key, user=answers["user"], address=answers["address"]))
    return GOOD


def _yes(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"{plain_text(question)} ").strip().lower() in {"y", "yes", "т", "так", "д", "да"}


def _terminal_language() -> str:
    """Return the language of the terminal, of those we speak."""
    for name in ("TEAM_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(name, "")[:2].lower()
        if code in LANGUAGES:
            return code
    return "en"


def _say(text: str, file: TextIO | None = None) -> None:
    print(plain_text(text), file=file or sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
