"""setMyCommands, getMyCommands, deleteMyCommands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo.botapi.commands import Command, Scope, parse_commands, parse_language, parse_scope
from demo.botapi.errors import bad_request

if TYPE_CHECKING:
    from demo.botapi.params import Params
    from demo.botapi.state import State


def set_my_commands(state: State, params: Params) -> bool:
    """Set the menu of one scope and language."""
    _put(state, params, parse_commands(params.json("commands")))
    return True


def delete_my_commands(state: State, params: Params) -> bool:
    """Clear the menu of one scope and language."""
    _put(state, params, ())
    return True


def get_my_commands(state: State, params: Params) -> list[dict[str, Any]]:
    """The menu of exactly one scope and language."""
    return [each.to_json() for each in state.commands.at(*_place(state, params))]


def _put(state: State, params: Params, commands: tuple[Command, ...]) -> None:
    state.commands.put(*_place(state, params), commands)
    state.changes.notify()


def _place(state: State, params: Params) -> tuple[Scope, str]:
    scope, language = parse_scope(params.json("scope")), parse_language(params.text("language_code"))
    if scope.chat_id is not None and scope.chat_id not in state.chats:
        raise bad_request("chat not found")
    return scope, language
