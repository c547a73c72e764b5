"""A deploy that measures says in one line how the project answered before and after, and draws it."""

from __future__ import annotations

import re

from demo.sandbox.sandbox import Sandbox
from handlers.picture import can_draw
from tests.e2e.conftest import Opening
from tests.length import only_long


async def test_the_result_compares_and_nothing_is_held_up(opening: Opening, sandbox: Sandbox) -> None:
    async with opening(measure={"url": f"http://127.0.0.1:{sandbox.port}/health", "seconds": 2}) as harbour:
        card, result = await harbour.run("/deploy v1.2.3")
        assert card.text.startswith("✅")
        assert card.text.index("✅ Перевірки перед початком") < card.text.index("✅ Швидкість до")
        assert card.text.index("✅ Швидкість після") > card.text.index("✅ Журнал app без помилок")
        assert re.search(r"⏱ p95 \d+ → \d+ мс", result.text)
        assert "Навантаження" in result.text
        await harbour.until_row("SELECT sent_at IS NOT NULL FROM outbox WHERE kind = 'measured'")
        pictures = [message for message in harbour.messages() if "до й після" in message.text]
        assert len(pictures) == can_draw()


@only_long
async def test_a_url_that_never_answers_is_a_warning_and_no_failure(opening: Opening) -> None:
    async with opening(measure={"url": "http://127.0.0.1:1/", "seconds": 2}) as harbour:
        card, result = await harbour.run("/deploy v1.2.3")
        assert card.text.startswith("✅")
        assert "p95 — → — мс" in result.text
