"""The demo: ``python -m demo`` opens a chat page; ``python -m demo --play`` plays by itself and checks the ends."""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from demo.needs import missing_packages
from demo.play import play
from demo.sandbox.sandbox import SandboxBusy
from demo.scene import Scene
from handlers.i18n import LANGUAGES, Texts
from handlers.wording import error_text
from ops.errors import OpsError

FOLDER = Path("var/demo")
STOPPED = 130
"""Exit code of a play that a signal stopped, as of a shell's command."""


def main() -> int:
    """Run the demo; return 0 when all went as it must."""
    t = Texts(_language(), UTC)
    parser = argparse.ArgumentParser(prog="python -m demo", description=t("demo-about"))
    parser.add_argument("--play", action="store_true", help=t("demo-help-play"))
    parser.add_argument("--language", choices=LANGUAGES, default=t.language, help=t("demo-help-language"))
    parser.add_argument("--port", type=int, default=8042, help=t("demo-help-port"))
    options = parser.parse_args()
    t = Texts(options.language, UTC)
    if packages := missing_packages():
        return _sorry(t("demo-needs", packages=" ".join(packages)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        return asyncio.run(_run(t, options.port, play_it=options.play))
    except SandboxBusy as error:
        return _sorry(t("demo-busy", pid=str(error)))
    except OpsError as error:
        return _sorry(error_text(t, error, datetime.now(UTC)))
    except ChildProcessError as error:
        return _sorry(str(error))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return _sorry(t("demo-port-taken", port=str(options.port)))


async def _run(t: Texts, port: int, *, play_it: bool) -> int:
    """Show it until it is over or a signal comes. A second signal does not disturb the tidying up after the first."""
    showing = asyncio.create_task(_show(t, port, play_it=play_it))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, lambda: showing.cancelling() or showing.cancel())
    try:
        return await showing
    except asyncio.CancelledError:
        return STOPPED if play_it else 0


async def _show(t: Texts, port: int, *, play_it: bool) -> int:
    _say(t("demo-preparing"))
    async with Scene(FOLDER, t.language, 0 if play_it else port) as scene:
        if play_it:
            return await _play(scene)
        _say(t("demo-open", url=scene.page.url))
        _say(t("demo-stop"))
        await asyncio.Event().wait()
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


def _sorry(text: str) -> int:
    print(text, file=sys.stderr)  # noqa: T201  a demo talks
    return 1


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  a demo talks


if __name__ == "__main__":
    sys.exit(main())
