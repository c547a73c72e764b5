"""/start and /help, the menu, and what to say to a command there is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import Menu
from handlers.cards.card import Button, Card, in_rows
from handlers.commands import announce, backups, cancel, dbsize, incidents, language, logs, runs, start, status
from handlers.markup import Html, code
from handlers.menu import COMMANDS, own_commands
from handlers.wording import near_text, runbook_title
from ops.actor import Right
from ops.ref import nearest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk
    from ops.project import Project
    from ops.runs.runbook import Runbook

_RIGHT = {"right": Right.TALK}

_BARE: dict[str, tuple[Right, Callable[[Talk], Awaitable[None]]]] = {
    "deploy": (Right.OPERATE, lambda talk: start.begin(talk, "deploy", [])),
    "rollback": (Right.OPERATE, lambda talk: start.begin(talk, "rollback", [])),
    "preflight": (Right.OPERATE, lambda talk: start.begin(talk, "preflight", [])),
    "backup": (Right.OPERATE, lambda talk: start.begin(talk, "backup", [])),
    "backups": (Right.VIEW, lambda talk: backups.begin(talk, [])),
    "dbsize": (Right.VIEW, lambda talk: dbsize.begin(talk, [])),
    "announce": (Right.OPERATE, announce.show),
    "logs": (Right.VIEW, lambda talk: logs.begin(talk, [])),
    "status": (Right.VIEW, status.show),
    "incidents": (Right.VIEW, incidents.show),
    "runs": (Right.VIEW, runs.show_latest),
    "cancel": (Right.OPERATE, lambda talk: cancel.begin(talk, [])),
    "lang": (Right.TALK, language.offer),
}
"""Commands without words, as the menu's buttons start them. A restart is not a thing to touch by mistake."""


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="help")
    router.message.register(help_, Command("start", "help"), flags=_RIGHT)
    router.callback_query.register(menu_pressed, Menu.filter(F.command.in_(_BARE)), flags=_RIGHT)
    router.message.register(unknown, F.text.startswith("/"), flags=_RIGHT)
    return router


async def help_(_: Message, talk: Talk) -> None:
    """Say what can be done here, by this person, with these projects."""
    await talk.reply.say(_help_card(talk))


async def menu_pressed(_: CallbackQuery, callback_data: Menu, talk: Talk) -> None:
    """Do what the command without words would do, with the right it asks for."""
    right, begin = _BARE[callback_data.command]
    talk.desk.demand(talk.actor, right)
    await begin(talk)


async def unknown(message: Message, talk: Talk) -> None:
    """Name similar commands. In a group an unknown command may be another bot's, unless it names us."""
    word = (message.text or "").split()[0]
    if message.chat.type == "private" or "@" in word:
        name = word[1:].partition("@")[0]
        known = (*COMMANDS, *_own(talk))
        near = near_text(talk.t, tuple(f"/{each}" for each in nearest(name, known)))
        await talk.reply.say(Card(talk.t("command-unknown", command=f"/{name}", near=near)))


def _own(talk: Talk) -> dict[str, tuple[Runbook, list[Project]]]:
    """Return the commands that this person's projects bring themselves."""
    library, actor = talk.desk.launcher.library, talk.actor
    return own_commands(library, talk.desk.inventory.visible(actor), actor.may)


def _help_card(talk: Talk) -> Card:
    t, actor = talk.t, talk.actor
    projects = ", ".join(project.name for project in talk.desk.inventory.visible(actor)) or "—"
    allowed = [name for name, right in COMMANDS.items() if actor.may(right)]
    lines = [t("help-greeting", name=actor.name, role=t(f"role-{actor.role}"), projects=projects)]
    lines += [t(f"help-{name}") for name in allowed]
    for runbook, having in _own(talk).values():
        title = runbook_title(t, runbook.name, runbook.title)
        lines += [code(runbook.usage(project.name)) + Html(": ") + title for project in having]
    buttons = [Button(t(f"menu-{name}"), Menu(command=name).pack()) for name in allowed if name in _BARE]
    return Card(type(lines[0]).join("\n", lines), in_rows(buttons, 2))
