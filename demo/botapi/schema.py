"""Schema: the Bot API's methods and the parameters each accepts (Bot API 10.3).

Telegram ignores a misspelt parameter silently, so a bot's typing error shows up as a missing button months later. The
stand-in answers as Telegram would and records it. A test compares these tables with aiogram's method classes; they
are written down here because importing aiogram takes seconds and 180 MB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_METHODS = {
    "getMe": "",
    "getUpdates": "allowed_updates limit offset timeout",
    "setWebhook": "allowed_updates certificate drop_pending_updates ip_address max_connections secret_token url",
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "sendMessage": (
        "allow_paid_broadcast allow_sending_without_reply business_connection_id callback_query_id chat_id "
        "direct_messages_topic_id disable_notification disable_web_page_preview entities "
        "ephemeral_message_parameters link_preview_options message_effect_id message_thread_id parse_mode "
        "protect_content receiver_user_id reply_markup reply_parameters reply_to_message_id "
        "suggested_post_parameters text"
    ),
    "editMessageText": (
        "business_connection_id chat_id disable_web_page_preview entities inline_message_id "
        "link_preview_options message_id parse_mode reply_markup rich_message text"
    ),
    "editMessageReplyMarkup": "business_connection_id chat_id inline_message_id message_id reply_markup",
    "deleteMessage": "chat_id message_id",
    "sendDocument": (
        "allow_paid_broadcast allow_sending_without_reply business_connection_id callback_query_id caption "
        "caption_entities chat_id direct_messages_topic_id disable_content_type_detection "
        "disable_notification document ephemeral_message_parameters message_effect_id message_thread_id "
        "parse_mode protect_content receiver_user_id reply_markup reply_parameters reply_to_message_id "
        "suggested_post_parameters thumbnail"
    ),
    "sendPhoto": (
        "allow_paid_broadcast allow_sending_without_reply business_connection_id callback_query_id caption "
        "caption_entities chat_id direct_messages_topic_id disable_notification ephemeral_message_parameters "
        "has_spoiler message_effect_id message_thread_id parse_mode photo protect_content receiver_user_id "
        "reply_markup reply_parameters reply_to_message_id show_caption_above_media suggested_post_parameters"
    ),
    "editMessageCaption": (
        "business_connection_id caption caption_entities chat_id inline_message_id message_id parse_mode "
        "reply_markup show_caption_above_media"
    ),
    "sendChatAction": "action business_connection_id chat_id message_thread_id",
    "answerCallbackQuery": "cache_time callback_query_id show_alert text url",
    "setMyCommands": "commands language_code scope",
    "getMyCommands": "language_code scope",
    "deleteMyCommands": "language_code scope",
    "getChat": "chat_id",
    "getChatMember": "chat_id user_id",
    "getFile": "file_id",
    "leaveChat": "chat_id",
    "pinChatMessage": "business_connection_id chat_id disable_notification message_id",
    "unpinChatMessage": "business_connection_id chat_id message_id",
    "setMessageReaction": "chat_id is_big message_id reaction",
}

_NOT_HERE = """
    addStickerToSet answerChatJoinRequestQuery answerGuestQuery answerInlineQuery answerPreCheckoutQuery
    answerShippingQuery answerWebAppQuery approveChatJoinRequest approveSuggestedPost banChatMember
    banChatSenderChat close closeForumTopic closeGeneralForumTopic convertGiftToStars copyMessage copyMessages
    createChatInviteLink createChatSubscriptionInviteLink createForumTopic createInvoiceLink createNewStickerSet
    declineChatJoinRequest declineSuggestedPost deleteAllMessageReactions deleteBusinessMessages deleteChatPhoto
    deleteChatStickerSet deleteEphemeralMessage deleteForumTopic deleteMessageReaction deleteMessages
    deleteStickerFromSet deleteStickerSet deleteStory editChatInviteLink editChatSubscriptionInviteLink
    editEphemeralMessageCaption editEphemeralMessageMedia editEphemeralMessageReplyMarkup editEphemeralMessageText
    editForumTopic editGeneralForumTopic editMessageChecklist editMessageLiveLocation editMessageMedia editStory
    editUserStarSubscription exportChatInviteLink forwardMessage forwardMessages getAvailableGifts
    getBusinessAccountGifts getBusinessAccountStarBalance getBusinessConnection getChatAdministrators getChatGifts
    getChatMemberCount getChatMenuButton getCustomEmojiStickers getForumTopicIconStickers getGameHighScores
    getManagedBotAccessSettings getManagedBotToken getMyDefaultAdministratorRights getMyDescription getMyName
    getMyShortDescription getMyStarBalance getStarTransactions getStickerSet getUserChatBoosts getUserGifts
    getUserPersonalChatMessages getUserProfileAudios getUserProfilePhotos giftPremiumSubscription
    hideGeneralForumTopic logOut postStory promoteChatMember readBusinessMessage refundStarPayment
    removeBusinessAccountProfilePhoto removeChatVerification removeMyProfilePhoto removeUserVerification
    reopenForumTopic reopenGeneralForumTopic replaceManagedBotToken replaceStickerInSet repostStory
    restrictChatMember revokeChatInviteLink savePreparedInlineMessage savePreparedKeyboardButton sendAnimation
    sendAudio sendChatJoinRequestWebApp sendChecklist sendContact sendDice sendGame sendGift sendInvoice
    sendLivePhoto sendLocation sendMediaGroup sendMessageDraft sendPaidMedia sendPoll sendRichMessage
    sendRichMessageDraft sendSticker sendVenue sendVideo sendVideoNote sendVoice setBusinessAccountBio
    setBusinessAccountGiftSettings setBusinessAccountName setBusinessAccountProfilePhoto
    setBusinessAccountUsername setChatAdministratorCustomTitle setChatDescription setChatMemberTag
    setChatMenuButton setChatPermissions setChatPhoto setChatStickerSet setChatTitle
    setCustomEmojiStickerSetThumbnail setGameScore setManagedBotAccessSettings setMyDefaultAdministratorRights
    setMyDescription setMyName setMyProfilePhoto setMyShortDescription setPassportDataErrors setStickerEmojiList
    setStickerKeywords setStickerMaskPosition setStickerPositionInSet setStickerSetThumbnail setStickerSetTitle
    setUserEmojiStatus stopMessageLiveLocation stopPoll transferBusinessAccountStars transferGift unbanChatMember
    unbanChatSenderChat unhideGeneralForumTopic unpinAllChatMessages unpinAllForumTopicMessages
    unpinAllGeneralForumTopicMessages upgradeGift uploadStickerFile verifyChat verifyUser
    """

_OBJECTS = {
    "InlineKeyboardButton": (
        "callback_data callback_game copy_text disabled icon_custom_emoji_id login_url pay style "
        "switch_inline_query switch_inline_query_chosen_chat switch_inline_query_current_chat text url web_app"
    ),
    "ReplyParameters": (
        "allow_sending_without_reply chat_id checklist_task_id ephemeral_message_id message_id poll_option_id quote "
        "quote_entities quote_parse_mode quote_position"
    ),
    "LinkPreviewOptions": "is_disabled prefer_large_media prefer_small_media show_above_text url",
    "MessageEntity": "custom_emoji_id date_time_format language length offset type unix_time url user",
    "BotCommand": "command description is_ephemeral",
}

METHODS: dict[str, frozenset[str]] = {name: frozenset(parameters.split()) for name, parameters in _METHODS.items()}
OBJECTS: dict[str, frozenset[str]] = {name: frozenset(fields.split()) for name, fields in _OBJECTS.items()}
NOT_HERE = frozenset(_NOT_HERE.split())
NAMES = {name.lower(): name for name in (*METHODS, *NOT_HERE)}
"""Every real method by its lower-case name: Telegram does not mind the case."""

_UNSUPPORTED = """
    business_connection_id direct_messages_topic_id ephemeral_message_parameters inline_message_id receiver_user_id
    rich_message suggested_post_parameters
"""
UNSUPPORTED = frozenset(_UNSUPPORTED.split())
"""Real parameters whose effect this stand-in does not have."""

_NESTED = {
    "reply_parameters": "ReplyParameters",
    "link_preview_options": "LinkPreviewOptions",
    "entities": "MessageEntity",
    "caption_entities": "MessageEntity",
    "commands": "BotCommand",
}


def problems(method: str, parameters: dict[str, Any]) -> Iterator[str]:
    """What a strict server would have complained about in a call of a known method. Values are JSON, decoded."""
    for name, value in parameters.items():
        if name not in METHODS[method]:
            yield f"{method} has no parameter {name!r}"
        elif name in UNSUPPORTED:
            yield f"{method}: {name!r} is a real parameter, but this stand-in does not implement it"
        elif name == "reply_markup":
            yield from _markup_problems(value)
        elif name in _NESTED:
            for each in value if isinstance(value, list) else [value]:
                yield from _object_problems(_NESTED[name], each)


def _markup_problems(markup: Any) -> Iterator[str]:
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    for row in rows if isinstance(rows, list) else []:
        for button in row if isinstance(row, list) else []:
            yield from _object_problems("InlineKeyboardButton", button)


def _object_problems(kind: str, given: Any) -> Iterator[str]:
    for name in given if isinstance(given, dict) else ():
        if name not in OBJECTS[kind]:
            yield f"{kind} has no field {name!r}"
