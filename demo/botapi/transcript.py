"""Transcript: a chat as plain text, for people reading a terminal or a failed test."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.message import Message

_KILO = 1024


def file_size(size: int) -> str:
    """Bytes as people write them."""
    amount = float(size)
    for unit in ("B", "KB", "MB"):
        if amount < _KILO:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= _KILO
    return f"{amount:.1f} GB"


def transcript(chat: Chat) -> str:
    """Author, time, text, buttons as [Label], files as 📎 name (size)."""
    return "\n".join(
        [f"# {chat.name} ({chat.kind} {chat.id})", *(line for each in chat.shown for line in _lines(each))]
    )


def _lines(message: Message) -> list[str]:
    sender = message.sender_chat.name if message.sender_chat else message.author.name
    topic = message.chat.topics.get(message.thread_id or 0)
    head = f"[{message.date:%H:%M:%S}] {sender}" + (f" #{topic.name}" if topic else "")
    edits = len(message.edits)
    head += f" (edited {edits}×)" if edits else ""
    if message.service:
        return [f"{head} * {', '.join(message.service)}"]
    lines = [f"{head}:"]
    lines += [f"    > {_first_line(message.reply_to)}"] if message.reply_to else []
    lines += [f"    {line}".rstrip() for line in message.text.split("\n")] if message.text else []
    if message.attachment:
        lines.append(f"    📎 {message.attachment.name} ({file_size(len(message.attachment.content))})")
    lines += ["    " + " ".join(f"[{label}]" for label in row) for row in message.labels]
    return lines + ([f"    {' '.join(message.reactions)}"] if message.reactions else [])


def _first_line(message: Message) -> str:
    first = (message.text or (message.document_name or "")).split("\n")[0]
    return f"{message.author.name}: {first}"
