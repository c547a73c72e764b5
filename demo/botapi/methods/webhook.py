"""setWebhook, deleteWebhook, getWebhookInfo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo.botapi.webhook import Webhook, parse_webhook

if TYPE_CHECKING:
    from demo.botapi.params import Params
    from demo.botapi.state import State


def set_webhook(state: State, params: Params) -> bool:
    """Have updates sent to an address; an empty one means polling again."""
    state.webhook = parse_webhook(
        params.text("url"),
        params.text("secret_token"),
        params.integer("max_connections", 40),
        local=state.options.local,
    )
    allowed = params.json("allowed_updates")
    state.updates.allow(allowed if isinstance(allowed, list) else None)
    _drop(state, params)
    return True


def delete_webhook(state: State, params: Params) -> bool:
    """Poll again."""
    state.webhook = Webhook()
    _drop(state, params)
    return True


def get_webhook_info(state: State, params: Params) -> dict[str, Any]:
    """The address, what waits to be sent there, and the last thing that went wrong."""
    del params
    return state.webhook.to_json(len(state.updates.pending), state.updates.allowed)


def _drop(state: State, params: Params) -> None:
    if params.boolean("drop_pending_updates"):
        state.updates.clear()
    state.changes.notify()
