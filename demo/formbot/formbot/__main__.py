"""python -m formbot serve | migrate [--status] | seed N | version"""

import asyncio
import logging
import logging.handlers
import signal
import sys

from . import __version__
from .database import connect, migrate, migration_files, pending, seed
from .health import WARM_UP_SECONDS, Health
from .http import Pages
from .settings import Settings, read_settings

log = logging.getLogger("formbot")


def set_up_logging(settings: Settings) -> None:
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stdout)]
    if settings.log_file:
        handlers.append(logging.handlers.WatchedFileHandler(settings.log_file))  # goes on after a log rotation
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", handlers=handlers)


async def serve(settings: Settings) -> None:
    set_up_logging(settings)
    health = Health(settings.database_url)
    server = await asyncio.start_server(Pages(health).serve, settings.host, settings.port)
    log.info("formbot %s (%s) listening on %s:%d", __version__, health.commit[:12], settings.host, settings.port)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    if WARM_UP_SECONDS:
        log.warning("warming up for %s s", WARM_UP_SECONDS)
    warming_up = asyncio.create_task(health.warm_up())
    async with server:
        await stopping.wait()
    warming_up.cancel()
    log.info("stopped")


async def apply_migrations(settings: Settings, *, only_list: bool) -> None:
    connection = await connect(settings.database_url)
    try:
        if only_list:
            waiting = await pending(connection)
            for path in migration_files():
                print(f"{'pending' if path in waiting else 'applied'}  {path.stem}")
        else:
            for name in await migrate(connection):
                print(f"applied  {name}")
    finally:
        await connection.close()


async def add_samples(settings: Settings, count: int) -> None:
    connection = await connect(settings.database_url)
    try:
        await seed(connection, count)
    finally:
        await connection.close()
    print(f"seeded {count} submissions")


def main(words: list[str]) -> None:
    match words:
        case [] | ["serve"]:
            asyncio.run(serve(read_settings()))
        case ["migrate", *options]:
            asyncio.run(apply_migrations(read_settings(), only_list="--status" in options))
        case ["seed", count]:
            asyncio.run(add_samples(read_settings(), int(count)))
        case ["version"]:
            print(__version__)
        case _:
            sys.exit(f"usage: {__doc__}")


if __name__ == "__main__":
    main(sys.argv[1:])
