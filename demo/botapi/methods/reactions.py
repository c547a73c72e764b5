"""setMessageReaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.botapi.access import target_message, writable_chat
from demo.botapi.errors import bad_request

if TYPE_CHECKING:
    from demo.botapi.params import Params
    from demo.botapi.state import State

# core.telegram.org/bots/api#reactiontypeemoji
_EMOJI = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋
🖕 😈 😴 😭 🤓 👻
👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
EMOJI = frozenset(_EMOJI.split())


def set_message_reaction(state: State, params: Params) -> bool:
    """Put the bot's reaction on a message; none removes it."""
    chat = writable_chat(state, params)
    message = target_message(chat, params, "react")
    emoji = tuple(str(each.get("emoji", "")) for each in params.objects("reaction"))
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not EMOJI.issuperset(emoji):
        raise bad_request("REACTION_INVALID")
    message.reactions = emoji
    state.touch(message)
    return True
