"""/runs, and the buttons of runs that are over: their log, another try, the rest, the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import RunAction, RunButton
from handlers.cards.card import Card
from handlers.cards.runs import runs_card
from handlers.commands.line import launch
from handlers.commands.start import offer, repeat
from handlers.telegram import Document
from ops.actor import Right
from ops.errors import RunNotFound

if TYPE_CHECKING:
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk
    from ops.runs.run import Run

_SHOWN = 10


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="runs")
    router.message.register(runs, Command("runs"), flags={"right": Right.VIEW})
    router.callback_query.register(
        log_pressed, RunButton.filter(F.action == RunAction.LOG), flags={"right": Right.VIEW}
    )
    router.callback_query.register(
        retry_pressed, RunButton.filter(F.action == RunAction.RETRY), flags={"right": Right.OPERATE}
    )
    router.callback_query.register(
        back_pressed, RunButton.filter(F.action == RunAction.BACK), flags={"right": Right.OPERATE}
    )
    router.callback_query.register(
        resume_pressed, RunButton.filter(F.action == RunAction.RESUME), flags={"right": Right.OPERATE}
    )
    router.callback_query.register(
        one_version_pressed,
        RunButton.filter(F.action.in_({RunAction.FINISH, RunAction.ALL_BACK})),
        flags={"right": Right.OPERATE},
    )
    return router


async def runs(_: Message, talk: Talk) -> None:
    """List the latest runs."""
    await show_latest(talk)


async def log_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Send a run's log again, and what its services say by now."""
    run = await visible(talk, callback_data.run)
    rows = await talk.desk.journal.log(run.id)
    document = Document(talk.desk.run_log.name(run), talk.desk.run_log.text(run, rows).encode())
    await talk.reply.say(Card(talk.t("run-log", run=str(run.id), project=run.project)), document)


async def retry_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Do the same again, as a new run."""
    await repeat(talk, await visible(talk, callback_data.run))


async def back_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Offer versions to go back to."""
    run = await visible(talk, callback_data.run)
    await offer(talk, "rollback", talk.desk.inventory.project(run.project, talk.actor, Right.OPERATE))


async def resume_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Go on where the run stopped. Raises CannotResume, ProjectLocked."""
    key, chat_id = f"update:{talk.reply.update_id}", talk.reply.to.chat_id
    await talk.desk.launcher.resume(callback_data.run, talk.actor, key, chat_id)


async def one_version_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Bring all hosts of a run that succeeded on some of them to one version. Raises CannotResume."""
    run = await visible(talk, callback_data.run)
    launcher, key, chat_id = talk.desk.launcher, f"update:{talk.reply.update_id}", talk.reply.to.chat_id
    make = launcher.finish_rest if callback_data.action is RunAction.FINISH else launcher.take_all_back
    await launch(talk, await make(run, talk.actor, key, chat_id))


async def show_latest(talk: Talk) -> None:
    """List the latest runs of the projects that the person sees."""
    names = [project.name for project in talk.desk.inventory.visible(talk.actor)]
    numbers = await talk.desk.journal.latest(names, _SHOWN)
    latest = [await talk.desk.journal.load(number) for number in numbers]
    await talk.reply.say(runs_card(latest, talk.t, talk.desk.now()))


async def visible(talk: Talk, run_id: int) -> Run:
    """Return a run of a project that the person sees. Raises RunNotFound."""
    run = await talk.desk.journal.load(run_id)
    if not talk.actor.sees(run.project):
        raise RunNotFound(run_id)
    return run
