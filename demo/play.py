"""The play: a morning's work, typed by itself, and looked at as closely as a newcomer would."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from demo.botapi.message import Message
    from demo.scene import Scene

SECONDS = 150


@dataclass(frozen=True, slots=True)
class Act:
    """A command, how many messages answer it, and what must be true afterwards: returns what is wrong, or nothing."""

    command: str
    answers: int
    wrong: Callable[[Scene, list[Message]], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Ending:
    """How an act went."""

    command: str
    wrong: str


async def play(scene: Scene) -> AsyncIterator[Ending]:
    """Play every act, whatever became of the one before."""
    for act in ACTS:
        before = len(scene.world.messages(scene.team))
        scene.world.say(scene.team, scene.olena, act.command)
        try:
            await scene.world.until(
                lambda: len(scene.world.messages(scene.team)) >= before + act.answers,  # noqa: B023  awaited here
                timeout=SECONDS,
            )
        except AssertionError as error:
            yield Ending(act.command, f"no answer within {SECONDS} s: {error}"[:300])
        else:
            yield Ending(act.command, await act.wrong(scene, scene.world.messages(scene.team)[before:]))


async def _serves(scene: Scene, ref: str) -> str:
    wanted, found = scene.sandbox.commit_of(ref), await scene.sandbox.running_commit()
    health = await scene.sandbox.health()
    if not found or not wanted.startswith(found):
        return f"{ref} should be live, {found or 'nothing'} is"
    return "" if health.status == 200 else f"/health says {health.status}"  # noqa: PLR2004  of HTTP


async def _deployed(scene: Scene, answers: list[Message]) -> str:
    return _sign("✅", answers) or await _serves(scene, "main")


async def _backed_up(scene: Scene, answers: list[Message]) -> str:
    files = sorted((scene.sandbox.backups / "manual").glob("formbot_*.sql.gz"))
    if not files:
        return "there is no backup"
    if "PostgreSQL database dump complete" not in gzip.decompress(files[-1].read_bytes()).decode():
        return "the backup is not whole"
    return _sign("✅", answers)


async def _logged(_: Scene, answers: list[Message]) -> str:
    return "" if "listening on" in answers[0].text else "the log is not in the message"


async def _taken_back(scene: Scene, answers: list[Message]) -> str:
    return _sign("↩️", answers) or await _serves(scene, "main")


async def _rolled_back(scene: Scene, answers: list[Message]) -> str:
    return _sign("✅", answers) or await _serves(scene, "v1.2.3")


async def _told(_: Scene, answers: list[Message]) -> str:
    return (
        "" if "v1.2.3" in answers[0].text and "🟢" in answers[0].text else "the status does not say that v1.2.3 is live"
    )


def _sign(wanted: str, answers: list[Message]) -> str:
    """Return what is wrong with a run's card and result: both begin with the sign of the end, the log is attached."""
    card, result = answers[0], answers[-1]
    if not card.text.startswith(wanted) or not result.text.startswith(wanted):
        return f"it should have ended with {wanted}: {result.text[:200]}"
    return "" if result.document else "no log is attached"


ACTS = (
    Act("/deploy main", 2, _deployed),
    Act("/backup", 2, _backed_up),
    Act("/logs formbot", 1, _logged),
    Act("/deploy broken", 2, _taken_back),
    Act("/rollback v1.2.3", 2, _rolled_back),
    Act("/status", 1, _told),
)
