"""The demo: ``python -m demo`` opens a chat page; ``python -m demo --play`` plays by itself and checks the ends."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from datetime import UTC
from pathlib import Path

from demo.play import play
from demo.scene import Scene
from handlers.i18n import LANGUAGES, Texts

FOLDER = Path("var/demo")


def main() -> int:
    """Run the demo; return 0 when all went as it must."""
    t = Texts(_language(), UTC)
    parser = argparse.ArgumentParser(prog="python -m demo", description=t("demo-about"))
    parser.add_argument("--play", action="store_true", help=t("demo-help-play"))
    parser.add_argument("--language", choices=LANGUAGES, default=t.language, help=t("demo-help-language"))
    parser.add_argument("--port", type=int, default=8042, help=t("demo-help-port"))
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        return asyncio.run(_run(options.language, options.port, play_it=options.play))
    except KeyboardInterrupt:
        return 0


async def _run(language: str, port: int, *, play_it: bool) -> int:
    t = Texts(language, UTC)
    _say(t("demo-preparing"))
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with Scene(FOLDER, language, 0 if play_it else port) as scene:
        if play_it:
            playing = asyncio.ensure_future(_play(scene))
            stopping = asyncio.ensure_future(stopped.wait())
            await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not playing.done():
                playing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await playing
                return 130
            return playing.result()
        _say(t("demo-open", url=scene.page.url))
        _say(t("demo-stop"))
        await stopped.wait()
    return 0


async def _play(scene: Scene) -> int:
    endings = []
    async for ending in play(scene):
        endings.append(ending)
        _say(f"… {ending.command}: {ending.wrong or 'ok'}")
    _say("\n" + scene.world.transcript(scene.team))
    for failure in scene.world.failures:
        _say(f"the stand-in objects: {failure}")
    wrong = [ending for ending in endings if ending.wrong]
    for ending in endings:
        _say(f"{'❌' if ending.wrong else '✅'} {ending.command} {ending.wrong}")
    return 1 if wrong or scene.world.failures else 0


def _language() -> str:
    """Return the terminal's language if we speak it, else Ukrainian."""
    for name in ("TEAM_LANGUAGE", "LC_ALL", "LANG"):
        code = os.environ.get(name, "")[:2].lower()
        if code in LANGUAGES:
            return code
    return "uk"


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  a demo talks


if __name__ == "__main__":
    sys.exit(main())
