"""/cancel and the buttons that stop a run, where it stands or with the way back; and answers to what runs ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import AnswerButton, RunAction, RunButton
from handlers.cards.attention import answered_card
from handlers.cards.card import Card
from handlers.cards.runs import cancel_card, how_card
from ops.actor import Right
from ops.errors import RunNotFound

if TYPE_CHECKING:
    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk

_RIGHT = {"right": Right.OPERATE}
_STOPS = {RunAction.STOP, RunAction.STOP_BACK}


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="cancel")
    router.message.register(cancel, Command("cancel"), flags=_RIGHT)
    router.callback_query.register(cancel_pressed, RunButton.filter(F.action == RunAction.CANCEL), flags=_RIGHT)
    router.callback_query.register(stop_pressed, RunButton.filter(F.action.in_(_STOPS)), flags=_RIGHT)
    router.callback_query.register(answered, AnswerButton.filter(), flags=_RIGHT)
    return router


async def cancel(_: Message, command: CommandObject, talk: Talk) -> None:
    """Cancel the run that was named, or the only one there is."""
    await begin(talk, (command.args or "").split())


async def cancel_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Cancel a run; its card shows what comes of it."""
    await _cancel(talk, callback_data.run)


async def stop_pressed(_: CallbackQuery, callback_data: RunButton, talk: Talk) -> None:
    """Stop a run that has changed something, the way the person chose."""
    await _stop(talk, callback_data.run, back=callback_data.action is RunAction.STOP_BACK)


async def answered(_: CallbackQuery, callback_data: AnswerButton, talk: Talk) -> None:
    """Hand an answer to the run that asked; one that is not asked any more hears so."""
    run = await talk.desk.launcher.answer(callback_data.run, callback_data.job, callback_data.choice, talk.actor)
    if run.end is not None or not any(attempt.started.job == callback_data.job for attempt in run.asked):
        await talk.reply.say(Card(talk.t("answer-late", run=str(run.id))))
    elif callback_data.alone:
        team = talk.desk.languages.team
        await talk.reply.edit(answered_card(run, callback_data.job, callback_data.choice, talk.actor.name, team))


async def begin(talk: Talk, words: list[str]) -> None:
    """Cancel with the words of the command; ask when several runs could be meant."""
    if words:
        number = words[0].removeprefix("#")
        if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004  fits into a bigint by far
            raise RunNotFound(0)
        await _cancel(talk, int(number))
        return
    numbers = await talk.desk.journal.open_runs()
    under_way = [run for run in [await talk.desk.journal.load(n) for n in numbers] if talk.actor.sees(run.project)]
    if len(under_way) == 1:
        await _cancel(talk, under_way[0].id)
    else:
        await talk.reply.say(cancel_card(under_way, talk.t))


async def _cancel(talk: Talk, run_id: int) -> None:
    """Stop a run that has changed nothing; ask how, where it has. Raises RunNotFound, NotAllowed."""
    run = await talk.desk.journal.load(run_id)
    if run.end is None and run.changed and not run.undoing and talk.actor.sees(run.project):
        await talk.reply.say(how_card(run, talk.t))
    else:
        await _stop(talk, run_id, back=False)


async def _stop(talk: Talk, run_id: int, *, back: bool) -> None:
    run = await talk.desk.launcher.cancel(run_id, talk.actor, back=back)
    if run.end is not None:
        result = talk.t(f"word-{run.end.result}")
        await talk.reply.say(Card(talk.t("cancel-over", run=str(run.id), result=result)))
    elif run.undoing:
        await talk.reply.say(Card(talk.t("cancel-undoing", run=str(run.id))))
