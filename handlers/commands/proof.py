"""/backup proof: the answer of whoever holds a backup key; without a word, what was asked comes again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from handlers.cards.card import Card
from ops.backups.proof import shortened
from ops.store.outbox import REPLY, Draft
from ops.store.proofs import KIND

if TYPE_CHECKING:
    from handlers.desk import Talk


async def prove(talk: Talk, words: list[str]) -> None:
    """Take the word, or send again what waits for one."""
    if not words:
        await _ask_again(talk)
        return
    answer, challenge = await talk.desk.proofs.answer(words[0], talk.actor)
    if challenge is None:
        await talk.reply.say(Card(talk.t("proof-wrong")))
        return
    key = shortened(challenge.recipient)
    if answer == "right":
        await talk.reply.say(Card(talk.t("proof-right", recipient=key)))
    else:
        await talk.reply.say(Card(talk.t("proof-old", recipient=key, at=talk.t.stamp(challenge.asked_at))))


async def _ask_again(talk: Talk) -> None:
    waiting = await talk.desk.proofs.open(talk.actor)
    if not waiting:
        await talk.reply.say(Card(talk.t("proof-none")))
    for each in waiting:
        body = json.dumps({"challenge": each.id, "language": talk.t.language})
        key = f"reply:{talk.reply.update_id}:{KIND}:{each.id}"
        await talk.reply.queue(Draft(talk.reply.to, key, KIND, body, REPLY, talk.desk.now()))
