"""Browser: a real Chromium without a window, driven from asyncio."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from selenium.common.exceptions import TimeoutException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

P = ParamSpec("P")
R = TypeVar("R")
INSTALL = "apt install chromium chromium-driver"

_UNTIL = """
const done = arguments[arguments.length - 1];
const look = () => (%s);
const watch = new MutationObserver(() => { const found = look(); if (found) { watch.disconnect(); done(found); } });
watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
const found = look();
if (found) { watch.disconnect(); done(found); }
"""


class BrowserMissing(Exception):
    """Chromium or its driver is not installed; the text is the command that installs both."""


class Browser:
    """One window. An async context manager; everything it keeps lies in ``folder``."""

    def __init__(self, folder: Path) -> None:
        """Raise BrowserMissing when there is none."""
        chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
        if chromium is None or driver is None:
            raise BrowserMissing(INSTALL)
        self._service = Service(driver, log_output=os.devnull, env=_environment(folder))
        self._options = ChromeOptions()
        self._options.binary_location = chromium
        self._options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        for option in (
            "headless=new",
            "no-sandbox",  # root's Chromium has none, and it opens nothing but our own page
            "disable-dev-shm-usage",  # containers have little of it
            "disable-background-networking",
            "no-first-run",
            "hide-scrollbars",
            f"user-data-dir={folder / 'profile'}",
        ):
            self._options.add_argument(f"--{option}")
        self._window: Chrome

    async def __aenter__(self) -> Self:
        self._window = await asyncio.to_thread(Chrome, self._options, self._service)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._window.quit)

    async def open(self, url: str) -> None:
        """Go there."""
        await _apart(self._window.get, url)

    async def size(self, width: int, height: int) -> None:
        """Make the page as large as that, in CSS pixels, smaller than windows can be included."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 0, "mobile": False}
        await _apart(self._window.execute_cdp_cmd, "Emulation.setDeviceMetricsOverride", metrics)

    async def prefers(self, feature: str, value: str) -> None:
        """Pretend that the person prefers something, as a media query asks for it."""
        wish = {"features": [{"name": feature, "value": value}]}
        await _apart(self._window.execute_cdp_cmd, "Emulation.setEmulatedMedia", wish)

    async def run(self, script: str, *values: object) -> Any:
        """Run a script in the page; return what it returns. ``values`` are its arguments."""
        return await _apart(self._window.execute_script, script, *values)

    async def until(self, expression: str, seconds: float = 60) -> Any:
        """Wait until an expression is true in the page; return its value. Raises AssertionError."""
        await _apart(self._window.set_script_timeout, seconds)
        try:
            return await _apart(self._window.execute_async_script, _UNTIL % expression)
        except TimeoutException as error:
            shown = await self.run("return document.body.innerText")
            raise AssertionError(f"never true: {expression}\n{shown[-3000:]}") from error

    async def click(self, selector: str) -> None:
        """Click what is there, as a mouse would: raises when something lies over it."""
        await _apart(lambda: self._window.find_element(By.CSS_SELECTOR, selector).click())

    async def type(self, selector: str, text: str) -> None:
        """Type into a field, key by key, and press Enter."""
        await _apart(lambda: self._window.find_element(By.CSS_SELECTOR, selector).send_keys(text, Keys.ENTER))

    async def console(self) -> list[str]:
        """Return what the page complained about since the last call: errors, refused resources, warnings."""
        entries = await _apart(self._window.get_log, "browser")
        return [entry["message"] for entry in entries if entry["level"] in {"SEVERE", "WARNING"}]

    async def screenshot(self) -> bytes:
        """Return what is to be seen, as PNG."""
        return await _apart(self._window.get_screenshot_as_png)


async def _apart(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call in a thread: the page's server runs in this loop."""
    return await asyncio.to_thread(function, *args, **kwargs)


def _environment(folder: Path) -> dict[str, str]:
    """Chromium writes to these places, whatever it is told about its profile."""
    places = {name: str(folder) for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    # The zone is the one that the bot shows times in unless it is told otherwise.
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "Europe/Kyiv"} | places
