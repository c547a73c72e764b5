"""A project on three servers: they go one after another, and end on one version or say on which they are."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from demo.botapi.message import Message
from demo.sandbox.sandbox import Sandbox
from demo.sandbox.server import Sibling
from tests.e2e.conftest import Opening
from tests.e2e.harbour import Harbour
from tests.length import only_long


@pytest.fixture
def siblings(built_siblings: tuple[Sibling, ...], sandbox: Sandbox) -> tuple[Sibling, ...]:  # noqa: ARG001  resets them
    """The second and the third server, as they were built."""
    return built_siblings


@pytest_asyncio.fixture(loop_scope="session")
async def harbour(opening: Opening, siblings: tuple[Sibling, ...]) -> AsyncIterator[Harbour]:
    async with opening(siblings=siblings) as harbour:
        yield harbour
        assert harbour.world.failures == []


async def versions(harbour: Harbour) -> list[str]:
    """What runs on each server, by the names of the refs."""
    names = {harbour.sandbox.commit_of(ref): ref for ref in ("v1.2.2", "v1.2.3", "main", "broken")}
    running = [await server.running_commit() for server in harbour.servers]
    return [
        next((name for full, name in names.items() if commit and full.startswith(commit)), "?") for commit in running
    ]


def hosts_shown(message: Message) -> list[str]:
    """The lines of a card that are about one server each."""
    return [line for line in message.text.splitlines() if " web" in line and " · " in line]


async def rollouts(harbour: Harbour, run: int) -> dict[str, tuple[float, float]]:
    """When each server's own way began and ended."""
    found = await harbour.app.driver.journal.load(run)
    own = {step.key for step in found.plan.rollout}
    times: dict[str, list[float]] = {}
    for attempt in found.attempts:
        if attempt.started.step in own and attempt.ended:
            times.setdefault(attempt.started.host, []).extend(
                (attempt.started.at.timestamp(), attempt.ended.at.timestamp())
            )
    return {host: (min(of_host), max(of_host)) for host, of_host in times.items()}


async def test_servers_go_one_after_another_and_the_card_names_each_ones_version(harbour: Harbour) -> None:
    card, _ = await harbour.run("/deploy v1.2.3")
    assert await versions(harbour) == ["v1.2.3"] * 3
    assert hosts_shown(card) == [f"✅ web{number} · v1.2.3" for number in (1, 2, 3)]
    ways = await rollouts(harbour, 1)
    assert ways["web1"][1] <= ways["web2"][0]
    assert ways["web2"][1] <= ways["web3"][0]


class TestAFailureOnTheSecondServer:
    """It alone is taken back, the ones after it are left alone, and two buttons lead to one version."""

    async def partial(self, harbour: Harbour) -> tuple[Message, Message]:
        second = harbour.siblings[0]
        second.lose_packages()
        card, result = await harbour.run("/deploy v1.2.3")
        assert await versions(harbour) == ["v1.2.3", "v1.2.2", "v1.2.2"]
        assert card.text.startswith("⚠️")
        assert "✅ web1 · v1.2.3\n↩️ web2 · v1.2.2 · не вийшло: Залежності\n▫️ web3 · v1.2.2\n" in result.text
        assert result.labels == [["Завершити на решті", "Повернути всі"], ["Журнал"]]
        assert set(await rollouts(harbour, 1)) == {"web1", "web2"}
        second.share_packages()
        return card, result

    async def test_finish_the_rest_brings_the_others_to_the_new_version(self, harbour: Harbour) -> None:
        _, result = await self.partial(harbour)
        card, finished = await harbour.press(result, "Завершити на решті", 2)
        assert card.text.startswith("✅ formbot · деплой #2 · Олена\nv1.2.2 → v1.2.3\n")
        assert "✅ web2 · v1.2.3\n✅ web3 · v1.2.3" in finished.text
        assert await versions(harbour) == ["v1.2.3"] * 3
        assert set(await rollouts(harbour, 2)) == {"web2", "web3"}
        (late,) = await harbour.press(result, "Повернути всі")
        assert "після нього був #2" in late.text

    async def test_take_all_back_brings_the_first_to_the_version_before(self, harbour: Harbour) -> None:
        _, result = await self.partial(harbour)
        card, back = await harbour.press(result, "Повернути всі", 2)
        assert card.text.startswith("✅ formbot · відкат #2 · Олена\nv1.2.3 → v1.2.2\n")
        assert "повернулися на v1.2.2" in back.text
        assert await versions(harbour) == ["v1.2.2"] * 3
        assert set(await rollouts(harbour, 2)) == {"web1"}


async def test_a_failure_on_the_first_server_touches_no_other(harbour: Harbour) -> None:
    started = [server.log.read_text().count("listening on") for server in harbour.siblings]
    card, result = await harbour.run("/deploy broken")
    assert card.text.startswith("↩️")
    assert "↩️ web1 · v1.2.2 · не вийшло: Служба formbot\n▫️ web2 · v1.2.2\n▫️ web3 · v1.2.2\n" in result.text
    assert await versions(harbour) == ["v1.2.2"] * 3
    assert set(await rollouts(harbour, 1)) == {"web1"}
    assert [server.log.read_text().count("listening on") for server in harbour.siblings] == started


@only_long
async def test_with_serial_two_the_first_goes_alone_and_the_others_together(
    opening: Opening, siblings: tuple[Sibling, ...]
) -> None:
    async with opening(siblings=siblings, serial=2) as harbour:
        await harbour.run("/deploy v1.2.3")
        ways = await rollouts(harbour, 1)
        assert ways["web1"][1] <= min(ways["web2"][0], ways["web3"][0])
        assert max(ways["web2"][0], ways["web3"][0]) < min(ways["web2"][1], ways["web3"][1])
        assert await versions(harbour) == ["v1.2.3"] * 3


@only_long
async def test_max_failures_lets_the_rest_go_on_after_a_failure(
    opening: Opening, siblings: tuple[Sibling, ...]
) -> None:
    async with opening(siblings=siblings, max_failures=1) as harbour:
        siblings[0].lose_packages()
        card, result = await harbour.run("/deploy v1.2.3")
        assert await versions(harbour) == ["v1.2.3", "v1.2.2", "v1.2.3"]
        assert any("Зупинити тут" in str(state.keyboard.labels) for state in card.history if "⏳ web3" in state.text)
        siblings[0].share_packages()
        await harbour.press(result, "Завершити на решті", 2)
        assert await versions(harbour) == ["v1.2.3"] * 3
