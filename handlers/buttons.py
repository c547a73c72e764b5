"""Buttons: what a press sends back. Anybody can forge these, so every press is authorised again.

Telegram allows 64 bytes. A ref that does not fit is named by a piece of its hash, and found again in the
server's list when the button is pressed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable  # noqa: TC003  aiogram reads annotations at run time
from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from ops.runs.events import Choice

_ROOM = 48
"""Bytes that prefix, command and flag leave for a project's name (at most 32) and a ref."""
_HASH_DIGITS = 15
_HASHED = "+"
_LONGEST_COMMAND = 8
"""Bytes of a command that leave that room."""
_HASHED_COMMAND = "~"

Number = Annotated[int, Field(ge=0, lt=2**63)]
"""A row's number; a forged one may be larger than any row can have."""


class RunAction(StrEnum):
    """What can be asked of a run."""

    CANCEL = "cancel"  # nothing was changed yet, or a person still has to say how
    STOP = "stop"  # where it stands
    STOP_BACK = "stop-back"  # and take back what was changed
    LOG = "log"
    RETRY = "retry"
    RESUME = "resume"
    GO_ON = "go-on"  # with what was refused, now that somebody has seen it
    BACK = "back"
    FINISH = "finish"  # bring the other hosts to the new version too
    ALL_BACK = "all-back"  # bring all hosts back to the version before


class RunButton(CallbackData, prefix="run"):
    """Something about one run."""

    action: RunAction
    run: Number


class AnswerButton(CallbackData, prefix="ans"):
    """An answer to what a run asks: how did this job end? ``alone``: it stands under the question, not on the card."""

    run: Number
    job: str
    choice: Choice
    alone: bool = False


class StandInLine(CallbackData, prefix="line"):
    """Begin what was wished for (a row's number) when the project is free."""

    wish: Number


class ChooseProject(CallbackData, prefix="proj"):
    """A project for a command that was typed without one; ``ref`` as pack_ref made it."""

    command: str
    project: str
    ref: str = ""


class ChooseRef(CallbackData, prefix="ref"):
    """A version for a deploy or a way back. ``again``: even though it is live already."""

    command: str
    project: str
    ref: str
    again: bool = False


class ChooseWay(CallbackData, prefix="way"):
    """A way back to a version.

    down: the migrations that it does not know are taken back too; steps: so many of them, where they are counted;
    data: the data from before that deploy comes back with it.
    """

    project: str
    ref: str
    down: bool = False
    steps: Annotated[int, Field(ge=0, le=99)] = 0
    data: bool = False


class RestoreAction(StrEnum):
    """What can be done about a restore."""

    PICK = "pick"  # a backup
    UNDO = "undo"  # of what was put aside
    AGREE = "agree"  # as the second person
    WITHDRAW = "withdraw"


class RestoreButton(CallbackData, prefix="rst"):
    """Something about a restore; ``row``: of the backup, of what was put aside, or of what was asked for."""

    action: RestoreAction
    row: Number


class ChooseLog(CallbackData, prefix="log"):
    """A log of a project; ``source`` as pack_ref made it."""

    project: str
    source: str


class FollowLog(CallbackData, prefix="flw"):
    """Follow a log of a project; ``source`` as pack_ref made it. ``level``: that one or worse alone, empty for all."""

    project: str
    source: str
    level: str = ""


class FollowAction(StrEnum):
    """What can be done with a message that follows a log."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


class FollowButton(CallbackData, prefix="flb"):
    """Something about one of them."""

    action: FollowAction
    follow: Number


class ChooseLanguage(CallbackData, prefix="lang"):
    """A language."""

    language: str


class WatchAction(StrEnum):
    """What can be done about a version that does not hold."""

    BACK = "back"
    LOGS = "logs"
    KEEP = "keep"


class WatchButton(CallbackData, prefix="watch"):
    """Something about what a run has put live."""

    action: WatchAction
    run: Number


class IncidentAction(StrEnum):
    """What can be done about an incident."""

    ACK = "ack"
    UNACK = "unack"
    SNOOZE_1 = "snooze-1"
    SNOOZE_4 = "snooze-4"
    MUTE = "mute"
    LOGS = "logs"
    RESTART = "restart"
    ROLLBACK = "rollback"
    SHOW = "show"


class IncidentButton(CallbackData, prefix="inc"):
    """Something about one incident."""

    action: IncidentAction
    incident: Number


class AlertButton(CallbackData, prefix="alr"):
    """Taking on a group of alerts from elsewhere, in one of its episodes; ``back``: giving it back."""

    group: Number
    episode: Number
    back: bool = False


class MuteWhy(StrEnum):
    """A reason for which alerts are not wanted for a while."""

    WORKS = "works"
    KNOWN = "known"
    FALSE = "false"


class MuteButton(CallbackData, prefix="mute"):
    """Hear nothing of what an incident is about, for a time that goes with the reason."""

    why: MuteWhy
    incident: Number


class BackupAction(StrEnum):
    """What can be asked of one backup."""

    SHOW = "show"
    DOWNLOAD = "get"
    VERIFY = "verify"
    PIN = "pin"
    UNPIN = "unpin"


class BackupButton(CallbackData, prefix="bak"):
    """Something about one backup, by its row in the catalogue."""

    action: BackupAction
    backup: Number


class BackupsPage(CallbackData, prefix="baks"):
    """A page of a project's backups, from 0."""

    project: str
    page: Annotated[int, Field(ge=0, lt=10_000)] = 0


class BackupsAbout(CallbackData, prefix="baka"):
    """Something about all backups of a project: ``cleanup``, ``schedule``, ``dbsize`` or ``verify``."""

    what: str
    project: str


class CleanUp(CallbackData, prefix="clean"):
    """Delete what was shown; ``plan``: a piece of the hash of exactly that."""

    project: str
    plan: str


class Withdraw(CallbackData, prefix="off"):
    """Call off what was announced."""

    announcement: Number


class RunStale(CallbackData, prefix="late"):
    """Run a command that arrived too late to be run unasked."""

    update: Number


class Menu(CallbackData, prefix="menu"):
    """A command, from the menu that /help shows."""

    command: str


def pack_command(name: str) -> str:
    """Return a runbook's name as a button can carry it: a piece of its hash where it is long."""
    return name if len(name) <= _LONGEST_COMMAND else _HASHED_COMMAND + hashlib.sha256(name.encode()).hexdigest()[:7]


def unpack_command(packed: str, known: Iterable[str]) -> str:
    """Return the runbook that a button meant; empty when it is not known."""
    return next((name for name in known if pack_command(name) == packed), "")


def pack_ref(project: str, ref: str) -> str:
    """Return a ref as a button can carry it beside the project's name."""
    if len(project) + len(ref) <= _ROOM:
        return ref
    return _HASHED + hashlib.sha256(ref.encode()).hexdigest()[:_HASH_DIGITS]


def ref_button(command: str, project: str, ref: str, *, again: bool = False) -> str:
    """Return the payload of a button that starts a version."""
    return ChooseRef(command=pack_command(command), project=project, ref=pack_ref(project, ref), again=again).pack()


def is_hashed(packed: str) -> bool:
    """Whether the ref has to be looked for by its hash."""
    return packed.startswith(_HASHED)


def unpack_ref(project: str, packed: str, known: Iterable[str]) -> str | None:
    """Return the ref a button meant; None when it is not known any more."""
    if not is_hashed(packed):
        return packed
    return next((ref for ref in known if pack_ref(project, ref) == packed), None)
