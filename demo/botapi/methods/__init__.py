"""The methods a bot can call, by name. getUpdates waits, so it lives with the server in polling.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo.botapi.methods import callbacks, chats, commands, editing, files, reactions, sending, webhook

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.botapi.params import Params
    from demo.botapi.state import State

HANDLERS: dict[str, Callable[[State, Params], Any]] = {
    "getMe": chats.get_me,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "leaveChat": chats.leave_chat,
    "pinChatMessage": chats.pin_chat_message,
    "unpinChatMessage": chats.unpin_chat_message,
    "sendChatAction": chats.send_chat_action,
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "sendPhoto": sending.send_photo,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "setMessageReaction": reactions.set_message_reaction,
    "answerCallbackQuery": callbacks.answer_callback_query,
    "setMyCommands": commands.set_my_commands,
    "getMyCommands": commands.get_my_commands,
    "deleteMyCommands": commands.delete_my_commands,
    "getFile": files.get_file,
    "setWebhook": webhook.set_webhook,
    "deleteWebhook": webhook.delete_webhook,
    "getWebhookInfo": webhook.get_webhook_info,
}
CHARGED = frozenset(
    {"sendMessage", "sendDocument", "sendPhoto", "editMessageText", "editMessageCaption", "editMessageReplyMarkup"}
)
"""Methods that take from the chat's budget."""
