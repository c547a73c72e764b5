"""answerCallbackQuery."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo.botapi.params import Params
    from demo.botapi.state import State


def answer_callback_query(state: State, params: Params) -> bool:
    """Stop the spinner on a button and perhaps say something."""
    state.callbacks.answer(
        params.text("callback_query_id"),
        params.text("text"),
        params.text("url"),
        show_alert=params.boolean("show_alert"),
    )
    state.changes.notify()
    return True
