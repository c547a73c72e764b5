"""/runs and /cancel, and the buttons of runs: their log, another try, the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import RunAction, RunButton
from handlers.cards.card import Card
from handlers.cards.runs import cancel_card, runs_card
from handlers.commands import backup, versions
from handlers.telegram import Document
from ops.actor import Right
from ops.errors import RunNotFound

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk
    from ops.runs.run import Run

_SHOWN = 10


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="runs")
    router.message.register(runs, Command("runs"), flags={"right": Right.VIEW})
    router.message.register(cancel, Command("cancel"), flags={"right": Right.OPERATE})
    router.callback_query.register(
        cancel_pressed, RunButton.filter(F.action == RunAction.CANCEL), flags={"right": Right.OPERATE}
    )
    router.callback_query.register(
        log_pressed, RunButton.filter(F.action == RunAction.LOG), flags={"right": Right.VIEW}
    )
    router.callback_query.register(
        retry_pressed, RunButton.filter(F.action == RunAction.RETRY), flags={"right": Right.OPERATE}
    )
    router.callback_query.register(
        back_pressed, RunButton.filter(F.action == RunAction.BACK), flags={"right": Right.OPERATE}
    )
    return router


async def runs(_: Message, talk: Talk) -> None:
    """List the latest runs."""
    await show_latest(talk)


async def cancel(_: Message, command: CommandObject, talk: Talk) -> None:
    """Cancel the run that was named, or the only one there is."""
    await begin_cancel(talk, (command.args or "").split())


async def cancel_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Cancel a run; its card shows what comes of it."""
    await cancel_run(talk, callback_data.run)


async def log_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Send a run's log again, and what its services say by now."""
    run = await _visible(talk, callback_data.run)
    rows = await talk.desk.journal.log(run.id)
    document = Document(talk.desk.run_log.name(run), talk.desk.run_log.text(run, rows).encode())
    await talk.reply.say(Card(talk.t("run-log", run=str(run.id), project=run.project)), document)


async def retry_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Do the same again, as a new run."""
    run = await _visible(talk, callback_data.run)
    project = talk.desk.inventory.project(run.project, talk.actor, Right.OPERATE)
    if run.runbook == "backup":
        await backup.start(talk, project)
    else:
        await versions.start(talk, run.runbook, project, run.ref)


async def back_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Offer versions to go back to."""
    run = await _visible(talk, callback_data.run)
    await versions.offer(talk, "rollback", talk.desk.inventory.project(run.project, talk.actor, Right.OPERATE))


async def show_latest(talk: Talk) -> None:
    """List the latest runs of the projects that the person sees."""
    names = [project.name for project in talk.desk.inventory.visible(talk.actor)]
    numbers = await talk.desk.journal.latest(names, _SHOWN)
    latest = [await talk.desk.journal.load(number) for number in numbers]
    await talk.reply.say(runs_card(latest, talk.t, talk.desk.now()))


async def begin_cancel(talk: Talk, words: list[str]) -> None:
    """Cancel with the words of the command; ask when several runs could be meant."""
    if words:
        number = words[0].removeprefix("#")
        if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004  fits into a bigint by far
            raise RunNotFound(0)
        await cancel_run(talk, int(number))
        return
    numbers = await talk.desk.journal.open_runs()
    under_way = [run for run in [await talk.desk.journal.load(n) for n in numbers] if talk.actor.sees(run.project)]
    if len(under_way) == 1:
        await cancel_run(talk, under_way[0].id)
    else:
        await talk.reply.say(cancel_card(under_way, talk.t))


async def cancel_run(talk: Talk, run_id: int) -> None:
    """Ask a run to stop. Raises RunNotFound, NotAllowed."""
    run = await talk.desk.launcher.cancel(run_id, talk.actor)
    if run.end is not None:
        result = talk.t(f"word-{run.end.result}")
        await talk.reply.say(Card(talk.t("cancel-over", run=str(run.id), result=result)))
    elif run.undo_from is not None:
        await talk.reply.say(Card(talk.t("cancel-undoing", run=str(run.id))))


async def _visible(talk: Talk, run_id: int) -> Run:
    run = await talk.desk.journal.load(run_id)
    if not talk.actor.sees(run.project):
        raise RunNotFound(run_id)
    return run
