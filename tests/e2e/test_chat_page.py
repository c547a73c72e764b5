"""The demo's chat page in a real Chromium: what is typed and pressed there, and what is to be seen of it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from demo.botapi.message import Message
from demo.page.page import ChatPage
from tests.e2e.browser import Browser, BrowserMissing
from tests.e2e.harbour import Harbour

INPUT = '[data-testid="composer-input"]'
NARROW = (360, 700)
HOSTILE = "<img src=x onerror=\"document.title='run'\"> & </script><b>"

# Keeps every text that every message has ever shown, by its id.
WATCH = """
window.shown = {};
const log = document.querySelector('[data-testid="log"]');
const look = () => {
  for (const each of log.querySelectorAll('[data-message-id]')) {
    const texts = (window.shown[each.dataset.messageId] ??= []);
    const text = each.querySelector('[data-testid="text"]')?.innerText ?? '';
    if (texts.at(-1) !== text) texts.push(text);
  }
};
new MutationObserver(look).observe(log, { subtree: true, childList: true, characterData: true });
"""
TOO_WIDE = """
const edge = document.documentElement.clientWidth;
return [...document.querySelectorAll('.chat, .chat *')]
  .filter((each) => each.getBoundingClientRect().right > edge + 1 && each.checkVisibility())
  .map((each) => each.outerHTML.slice(0, 200));
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """One window for all tests here."""
    try:
        window = Browser(tmp_path_factory.mktemp("browser"))
    except BrowserMissing as error:
        if os.environ.get("LOTSMAN_CI") == "1":
            pytest.fail(f"no Chromium: {error}")
        pytest.skip(f"no Chromium: {error}")
    async with window:
        yield window


@pytest_asyncio.fixture(loop_scope="session")
async def page(harbour: Harbour, browser: Browser) -> AsyncIterator[Browser]:
    """The page, opened by Olena, with nothing to complain about at the end."""
    async with ChatPage(harbour.world) as served:
        await browser.open("about:blank")
        await browser.size(1200, 900)
        await browser.console()
        await browser.open(served.url)
        await browser.until("document.querySelector('[data-testid=\"chat-subtitle\"]').innerText.includes('5')")
        await browser.run(WATCH)
        yield browser
        assert await browser.console() == []
        await browser.open("about:blank")


def at(message: Message, part: str = "") -> str:
    """Where a message, or a part of it, is in the page."""
    return f'[data-message-id="{message.id}"] {part}'


def there(selector: str) -> str:
    """What is true in the page when something is to be seen."""
    return f"document.querySelector('{selector}')?.checkVisibility()"


async def type_command(harbour: Harbour, page: Browser, text: str, answers: int) -> list[Message]:
    """Type a command into the page and wait until it shows all answers."""
    before = len(harbour.messages())
    await page.type(INPUT, text)
    await harbour.world.until(lambda: len(harbour.messages()) >= before + answers, timeout=90)
    said = harbour.messages()[before:]
    await page.until(there(at(said[-1])))
    return said


async def texts(page: Browser, message: Message) -> list[str]:
    """Every text that a message has shown, its newest included."""
    await page.until(f"(window.shown['{message.id}'] ?? []).at(-1).includes({message.text.splitlines()[0]!r})")
    shown: list[str] = await page.run("return window.shown[arguments[0]]", message.id)
    return shown


async def test_a_deploy_moves_one_and_the_same_message_from_its_first_step_to_its_end(
    harbour: Harbour, page: Browser
) -> None:
    card, result = await type_command(harbour, page, "/deploy main", 2)
    states = await texts(page, card)
    assert len(set(states)) >= 4
    assert [state.count("✅") for state in states] == sorted(state.count("✅") for state in states)
    assert any("⏳" in state for state in states[:3]), "the first step is seen under way"
    assert [line for line in states[-1].splitlines() if line][:-2] == [line for line in card.text.splitlines() if line]
    assert len(await texts(page, result)) == 1
    shown = await page.run("return Object.keys(window.shown).map(Number)")
    assert shown == [card.id - 1, card.id, result.id], "the command, the card, the result, and nothing else"
    assert "змінено" in states[-1]


async def test_the_attached_log_opens_in_the_page(harbour: Harbour, page: Browser) -> None:
    _, result = await type_command(harbour, page, "/deploy main", 2)
    await page.click(at(result, '[data-testid="file"]'))
    await page.until(there('[data-testid="viewer-text"]'))
    read = await page.run("return document.querySelector('[data-testid=\"viewer-text\"]').textContent")
    assert read == (result.document or b"").decode()
    assert read.rstrip().endswith("DEPLOYMENT SUCCESS")
    await page.click('[data-testid="viewer-close"]')
    await page.until("!document.querySelector('[data-testid=\"viewer\"]').open")


async def test_a_pressed_button_does_what_it_says(harbour: Harbour, page: Browser) -> None:
    _, result = await type_command(harbour, page, "/deploy broken", 2)
    before = len(harbour.messages())
    await page.click(at(result, '[data-button="Журнал"]'))
    await harbour.world.until(lambda: len(harbour.messages()) > before)
    answer = harbour.messages()[-1]
    await page.until(there(at(answer)))
    await page.until("!document.querySelector('[data-state=\"waiting\"]')")
    assert "KeyError" in (await texts(page, answer))[-1] + (answer.document or b"").decode()


async def test_whoever_is_chosen_speaks_and_is_answered_in_their_language(harbour: Harbour, page: Browser) -> None:
    await page.click('[data-person="1002"]')
    await page.until("document.documentElement.lang === 'ru'")
    (answer,) = await type_command(harbour, page, "/status", 1)
    assert "работает" in answer.text
    assert harbour.team.shown[-2].author is harbour.ihor
    await page.click('[data-language="en"]')
    await page.until(f"document.querySelector('{INPUT}').placeholder === 'Message'")
    (answer,) = await type_command(harbour, page, "/status", 1)
    assert "running" in answer.text


async def test_a_stranger_types_deploy_and_nothing_is_deployed(harbour: Harbour, page: Browser) -> None:
    commit = await harbour.sandbox.running_commit()
    await page.click('[data-person="6606"]')
    await page.until("document.documentElement.lang === 'en'")
    await type_command(harbour, page, "/deploy main", 1)
    await harbour.until_row("SELECT count(*) = 0 FROM inbox WHERE handled_at IS NULL")
    assert await harbour.runs() == 0
    assert await harbour.audit() == ["stranger"]
    assert await harbour.sandbox.running_commit() == commit
    assert not await page.run("return document.querySelector('.key')")


async def test_what_is_typed_is_shown_and_never_run(harbour: Harbour, page: Browser) -> None:
    await page.type(INPUT, HOSTILE)
    await harbour.world.until(lambda: harbour.team.shown[-1].text == HOSTILE)
    said = harbour.team.shown[-1]
    await page.until(there(at(said)))
    assert HOSTILE in (await texts(page, said))[-1]
    assert await page.run("return document.title") == "formbot · Олена"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_narrow_phone_nothing_is_cut_off(harbour: Harbour, page: Browser, scheme: str) -> None:
    await page.prefers("prefers-color-scheme", scheme)
    await page.size(*NARROW)
    said: list[Any] = await type_command(harbour, page, "/deploy nowhere-" + "x" * 60, 1)
    said += await type_command(harbour, page, "/logs formbot", 1)
    said += await type_command(harbour, page, "/help", 1)
    assert await page.run(TOO_WIDE) == []
    await page.click('[data-testid="open-side"]')
    await page.until(there('[data-person="1001"]'))
