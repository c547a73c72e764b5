#!/usr/bin/env python
"""Makes docs/chat.png and docs/chat.en.png: a deploy and a failed one in the real demo, as two phones show them.

Run by hand when the chat has come to look different:
    apt install chromium chromium-driver fonts-dejavu-core fonts-noto-color-emoji pngquant
    PYTHONPATH=. .venv/bin/python tools/screenshot.py
"""

from __future__ import annotations

import asyncio
import base64
import shutil
import subprocess
from pathlib import Path

from demo.scene import Scene
from tests.e2e.browser import Browser

PICTURES = {"uk": Path("docs/chat.png"), "en": Path("docs/chat.en.png")}
FOLDER = Path("/tmp/demo")  # noqa: S108  its path is in the picture, so it is short and nobody's; it must not exist yet
WIDTH, HEIGHT, GAP = 480, 1418, 12
INPUT = '[data-testid="composer-input"]'

_BOTH = """<!doctype html><body style="margin:0; padding:{gap}px; display:flex; gap:{gap}px; background:#e7ebef">
<img style="border-radius:14px" width="{width}" src="data:image/png;base64,{left}">
<img style="border-radius:14px" width="{width}" src="data:image/png;base64,{right}">"""


async def make(language: str) -> bytes:
    """Return one team's picture."""
    async with Scene(FOLDER / "var", language) as scene, Browser(FOLDER / "browser") as browser:
        await browser.size(WIDTH, HEIGHT)
        await browser.prefers("prefers-reduced-motion", "reduce")
        await browser.open(scene.page.url)
        await browser.until(f"document.querySelector('{INPUT}').placeholder")
        await type_command(scene, browser, "/status", answers=1)
        await type_command(scene, browser, "/deploy main", answers=2)
        left = await picture(browser)
        await type_command(scene, browser, "/deploy broken", answers=2)
        right = await picture(browser)
        page = FOLDER / "both.html"
        page.write_text(_BOTH.format(width=WIDTH, gap=GAP, left=left, right=right))
        await browser.size(2 * WIDTH + 3 * GAP, HEIGHT + 2 * GAP)
        await browser.open(page.as_uri())
        return quantized(await browser.screenshot())


async def type_command(scene: Scene, browser: Browser, command: str, answers: int) -> None:
    """Type a command into the page and wait until it shows all answers."""
    before = len(scene.world.messages(scene.team))
    await browser.type(INPUT, command)
    await scene.world.until(lambda: len(scene.world.messages(scene.team)) >= before + answers, timeout=90)
    last = scene.world.messages(scene.team)[-1].id
    await browser.until(f"document.querySelector('[data-message-id=\"{last}\"]')")


async def picture(browser: Browser) -> str:
    """Return what is to be seen, without a cursor."""
    await browser.run("document.activeElement.blur()")
    return base64.b64encode(await browser.screenshot()).decode()


def quantized(png: bytes) -> bytes:
    """Return the picture in 256 colours, a quarter of the size."""
    return subprocess.run(["pngquant", "--speed=1", "256", "-"], input=png, capture_output=True, check=True).stdout


def main() -> None:
    """Make both."""
    FOLDER.mkdir()
    try:
        for language, target in PICTURES.items():
            target.write_bytes(asyncio.run(make(language)))
    finally:
        shutil.rmtree(FOLDER)


if __name__ == "__main__":
    main()
