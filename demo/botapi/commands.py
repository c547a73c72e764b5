"""CommandMenu: the commands a bot offers, per scope and language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from demo.botapi.errors import bad_request

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.person import Person

MAX_COMMANDS = 100
_NAME = re.compile(r"[a-z0-9_]{1,32}")
_MAX_NAME = 32
_MAX_DESCRIPTION = 256
_CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}
_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"} | _CHAT_SCOPES


@dataclass(frozen=True, slots=True)
class Command:
    """One entry of the menu; the name has no slash."""

    command: str
    description: str
    is_ephemeral: bool = False

    def to_json(self) -> dict[str, Any]:
        """The Bot API's BotCommand."""
        shown: dict[str, Any] = {"command": self.command, "description": self.description}
        return shown | ({"is_ephemeral": True} if self.is_ephemeral else {})


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a menu is shown; chat_id and user_id as the type needs them."""

    type: str = "default"
    chat_id: int | None = None
    user_id: int | None = None


DEFAULT_SCOPE = Scope()


def parse_scope(given: Any) -> Scope:
    """Read ``scope``. Raises Refusal."""
    if given is None:
        return DEFAULT_SCOPE
    kind = given.get("type") if isinstance(given, dict) else None
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat_id = _id(given, "chat_id") if kind in _CHAT_SCOPES else None
    return Scope(kind, chat_id, _id(given, "user_id") if kind == "chat_member" else None)


def _id(given: dict[str, Any], name: str) -> int:
    try:
        return int(given[name])
    except (KeyError, TypeError, ValueError) as error:
        raise bad_request(f'can\'t parse BotCommandScope: Field "{name}" must be a valid Number') from error


def parse_commands(given: Any) -> tuple[Command, ...]:
    """Read ``commands``. Raises Refusal."""
    if not isinstance(given, list):
        raise bad_request("can't parse commands JSON object")
    if len(given) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return tuple(_command(each) for each in given)


def _command(given: Any) -> Command:
    if not isinstance(given, dict) or not {"command", "description"} <= set(given):
        raise bad_request("can't parse BotCommand: expected an Object with command and description")
    name, description = str(given["command"]).strip().removeprefix("/"), str(given["description"]).strip()
    for text, what, longest in ((name, "command", _MAX_NAME), (description, "command description", _MAX_DESCRIPTION)):
        if not text:
            raise bad_request(f"{what} must be non-empty")
        if len(text) > longest:
            raise bad_request(f"{what} length must not exceed {longest}")
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    return Command(name, description, is_ephemeral=bool(given.get("is_ephemeral")))


def parse_language(code: str) -> str:
    """Read ``language_code``: two letters or nothing. Raises Refusal."""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


class CommandMenu:
    """The menus a bot has set."""

    def __init__(self) -> None:
        self._set: dict[tuple[Scope, str], tuple[Command, ...]] = {}

    def put(self, scope: Scope, language: str, commands: tuple[Command, ...]) -> None:
        """Set one menu; none clears it."""
        if commands:
            self._set[scope, language] = commands
        else:
            self._set.pop((scope, language), None)

    def at(self, scope: Scope, language: str) -> tuple[Command, ...]:
        """Exactly what was set there."""
        return self._set.get((scope, language), ())

    def shown(self, chat: Chat, person: Person) -> tuple[Command, ...]:
        """What a person sees in a chat: narrowest scope first, in each the person's language before none.

        Source: core.telegram.org/bots/api#determining-list-of-commands.
        """
        language = person.language_code.partition("-")[0]
        for scope in _lookup(chat, person):
            for code in (language, ""):
                if commands := self.at(scope, code):
                    return commands
        return ()


def _lookup(chat: Chat, person: Person) -> list[Scope]:
    if not chat.is_group:
        return [Scope("chat", chat.id), Scope("all_private_chats"), DEFAULT_SCOPE]
    admin = chat.is_admin(person)
    return [
        Scope("chat_member", chat.id, person.id),
        *([Scope("chat_administrators", chat.id)] if admin else []),
        Scope("chat", chat.id),
        *([Scope("all_chat_administrators")] if admin else []),
        Scope("all_group_chats"),
        DEFAULT_SCOPE,
    ]
