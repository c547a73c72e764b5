"""/incidents, /mute, /unmute, and the buttons of incidents. Every press is authorised again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aiogram import F, Router
from aiogram.filters import Command

from handlers.buttons import IncidentAction, IncidentButton, MuteButton, MuteWhy
from handlers.cards.card import Card
from handlers.cards.incident import incident_card
from handlers.cards.incidents import incidents_card, mute_offer_card
from handlers.commands import logs, start
from handlers.markup import cut_text
from ops.actor import Right
from ops.duration import parse_duration
from ops.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiogram.filters import CommandObject
    from aiogram.types import CallbackQuery, Message

    from handlers.desk import Talk
    from ops.actor import Actor
    from ops.store.mutes import Mute
    from ops.watch.telling import Incident

_SNOOZES: Final = {IncidentAction.SNOOZE_1: timedelta(hours=1), IncidentAction.SNOOZE_4: timedelta(hours=4)}
_MUTES: Final = {
    MuteWhy.WORKS: timedelta(hours=2),
    MuteWhy.KNOWN: timedelta(hours=8),
    MuteWhy.FALSE: timedelta(days=1),
}
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=30)
_REASON_UNITS = 200
_RECENT = 5


def new_router() -> Router:
    """Return the handlers, each with the right it asks for."""
    router = Router(name="incidents")
    operate, view = {"right": Right.OPERATE}, {"right": Right.VIEW}
    router.message.register(incidents, Command("incidents"), flags=view)
    router.message.register(mute, Command("mute"), flags=operate)
    router.message.register(unmute, Command("unmute"), flags=operate)
    looks = F.action.in_({IncidentAction.LOGS, IncidentAction.SHOW})
    router.callback_query.register(look_pressed, IncidentButton.filter(looks), flags=view)
    router.callback_query.register(pressed, IncidentButton.filter(), flags=operate)
    router.callback_query.register(mute_pressed, MuteButton.filter(), flags=operate)
    return router


async def incidents(_: Message, talk: Talk) -> None:
    """List what hurts, what is over, and what is muted."""
    await show(talk)


async def show(talk: Talk) -> None:
    """List what the person may see of it."""
    desk, now = talk.desk, talk.desk.now()
    going_on = [each for each in await desk.incidents.open() if each.told and sees(talk, each)]
    over = [each for each in await desk.incidents.store.recent(_RECENT * 4) if each.resolved_at and sees(talk, each)]
    await talk.reply.say(incidents_card(going_on, over[:_RECENT], await visible_mutes(talk), talk.t, now))


async def visible_mutes(talk: Talk) -> list[Mute]:
    """Return the mutes in force of what the person may see."""
    mutes = await talk.desk.incidents.mutes.in_force(talk.desk.now())
    return [each for each in mutes if _sees_target(talk, each.target)]


async def mute(_: Message, command: CommandObject, talk: Talk) -> None:
    """Mute, with ``target span reason``: it has to have an end and a reason. Raises NotAllowed."""
    words = (command.args or "").split()
    if not words:
        example = next((project.name for project in talk.desk.inventory.visible(talk.actor)), "web1")
        await talk.reply.say(Card(talk.t("mute-usage", example=example)))
        return
    target, span, reason = words[0], _span(words[1:2]), cut_text(" ".join(words[2:]), _REASON_UNITS)
    if not await _is_known(talk, target):
        await talk.reply.say(Card(talk.t("mute-unknown", target=target)))
    elif span is None:
        await talk.reply.say(Card(talk.t("mute-span")))
    elif not reason:
        await talk.reply.say(Card(talk.t("mute-reason", target=target, span=words[1])))
    else:
        await _mute(talk, target, span, reason)


async def unmute(_: Message, command: CommandObject, talk: Talk) -> None:
    """Hear of something again. Raises NotAllowed."""
    target = (command.args or "").strip()
    _demand(talk, target)
    lifted = await talk.desk.incidents.mutes.lift(target, talk.actor, talk.desk.now()) if target else []
    await talk.reply.say(Card(talk.t("mute-lifted" if lifted else "mute-none", target=target)))


async def look_pressed(_: CallbackQuery, callback_data: IncidentButton, talk: Talk) -> None:
    """Show an incident, or the log of its project. Raises UnknownProject, NotAllowed."""
    incident = await _find(talk, callback_data.incident, Right.VIEW)
    if incident is None:
        await talk.reply.say(Card(talk.t("incident-gone")))
    elif callback_data.action is IncidentAction.SHOW:
        await talk.reply.say(incident_card(incident, talk.t, talk.desk.now()))
    else:
        project = talk.desk.inventory.project(incident.project, talk.actor, Right.VIEW)
        await logs.show_latest(talk, project)


async def pressed(_: CallbackQuery, callback_data: IncidentButton, talk: Talk) -> None:
    """Do something about an incident. Raises UnknownProject, NotAllowed."""
    incident = await _find(talk, callback_data.incident, Right.OPERATE)
    if incident is None or incident.resolved_at is not None:
        await talk.reply.say(Card(talk.t("incident-gone")))
        return
    action, watched = callback_data.action, talk.desk.incidents
    match action:
        case IncidentAction.ACK:
            await watched.ack(incident.id, talk.actor.name)
        case IncidentAction.UNACK:
            await watched.give_back(incident.id)
        case IncidentAction.SNOOZE_1 | IncidentAction.SNOOZE_4:
            await watched.snooze(incident.id, talk.actor.name, _SNOOZES[action])
        case IncidentAction.MUTE:
            await talk.reply.say(mute_offer_card(incident, _target(incident), talk.t))
        case _:
            project = talk.desk.inventory.project(incident.project, talk.actor, Right.OPERATE)
            if action is IncidentAction.RESTART:
                await start.start(talk, "restart", project, {})
            else:
                await start.offer(talk, "rollback", project)


async def mute_pressed(_: CallbackQuery, callback_data: MuteButton, talk: Talk) -> None:
    """Mute what an incident is about, for the reason on the button. Raises UnknownProject, NotAllowed."""
    incident = await _find(talk, callback_data.incident, Right.OPERATE)
    if incident is None:
        await talk.reply.say(Card(talk.t("incident-gone")))
        return
    reason = str(talk.desk.languages.team(f"mute-reason-{callback_data.why}"))
    await _mute(talk, _target(incident), _MUTES[callback_data.why], reason)


async def _mute(talk: Talk, target: str, span: timedelta, reason: str) -> None:
    _demand(talk, target)
    now = talk.desk.now()
    key, until = f"update:{talk.reply.update_id}", now + span
    await talk.desk.incidents.mutes.add(key, target, reason, talk.actor, until, now)
    facts = {"target": target, "reason": reason, "until": talk.t.moment(until, now)}
    await talk.reply.say(Card(talk.t("mute-done", **facts)))


def _target(incident: Incident) -> str:
    """Return what is muted with an incident: the one check that it is about, else its project or server."""
    subjects = [member.subject for member in incident.members]
    if len(subjects) == 1 and " " not in subjects[0].key:
        return subjects[0].key.removeprefix("/")
    return incident.project or incident.host or incident.group.partition(":")[2]


def _span(words: Sequence[str]) -> timedelta | None:
    """Return for how long; None where that is not said, or out of bounds."""
    try:
        span = parse_duration(words[0]) if words else timedelta()
    except ValueError:
        return None
    return span if _SHORTEST <= span <= _LONGEST else None


async def _is_known(talk: Talk, target: str) -> bool:
    if not _sees_target(talk, target):
        return False
    inventory = talk.desk.inventory
    if target in inventory.projects or target in inventory.hosts or "*" in target:
        return True
    standings = await talk.desk.incidents.store.standings()
    keys = [each.subject.key.removeprefix("/") for each in standings]
    return any(key == target or key.startswith(f"{target}/") for key in keys)


def _sees_target(talk: Talk, target: str) -> bool:
    """Whether a person may know of what a mute is about; those who see some projects alone see no patterns."""
    inventory, actor = talk.desk.inventory, talk.actor
    project = target.partition("/")[0]
    if project in inventory.projects:
        return actor.sees(project)
    return not actor.projects or _on_own_host(talk, project)


def _on_own_host(talk: Talk, host: str) -> bool:
    return any(host in project.hosts for project in talk.desk.inventory.visible(talk.actor))


def _demand(talk: Talk, target: str) -> None:
    """Insist that somebody may decide about it. Raises UnknownProject, NotAllowed."""
    project = target.partition("/")[0]
    if project in talk.desk.inventory.projects:
        talk.desk.inventory.project(project, talk.actor, Right.OPERATE)
    elif talk.actor.projects:
        raise NotAllowed(Right.OPERATE.value)  # a server is everybody's


def sees(talk: Talk, incident: Incident) -> bool:
    """Whether a person may know of an incident."""
    return may_see(talk, talk.actor, incident)


def may_see(talk: Talk, actor: Actor, incident: Incident) -> bool:
    """Whether this is of a project that somebody sees, or of a server that such a project runs on."""
    if incident.project:
        return actor.sees(incident.project)
    return not actor.projects or _on_own_host(talk, incident.host)


async def _find(talk: Talk, number: int, right: Right) -> Incident | None:
    incident = await talk.desk.incidents.store.load(number)
    if incident is None or not sees(talk, incident):
        return None
    if incident.project in talk.desk.inventory.projects:
        talk.desk.inventory.project(incident.project, talk.actor, right)
    return incident
