"""Safe HTML for a formatted text: every character escaped, tags made from entities alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from demo.botapi.entities import Entity, nesting_key
from demo.botapi.links import BadLink, checked_link

if TYPE_CHECKING:
    from demo.botapi.formatted import FormattedText

_PLAIN = {"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "blockquote": "blockquote"}
_BLOCK_ENDS = ("</blockquote>", "</code></pre>")
_SPANS = {
    "mention": "mention",
    "hashtag": "hashtag",
    "cashtag": "hashtag",
    "text_mention": "mention",
    "custom_emoji": "emoji",
}


def to_html(formatted: FormattedText) -> str:
    """The text as HTML. Line breaks stay line breaks: show it with ``white-space: pre-wrap``.

    The one right behind a block (pre, blockquote) is left out: the block itself breaks the line.
    """
    units = formatted.text.encode("utf-16-le", "surrogatepass")
    cuts = sorted(
        {0, len(units) // 2, *(each.offset for each in formatted.entities), *(each.end for each in formatted.entities)}
    )
    html: list[str] = []
    stack: list[Entity] = []
    for begin, end in zip(cuts, [*cuts[1:], cuts[-1]], strict=True):
        html += _turn(stack, [each for each in formatted.entities if each.offset <= begin < each.end], units)
        text = _text(units, begin, end)
        html.append(escape(text.removeprefix("\n") if html and html[-1] in _BLOCK_ENDS else text))
    html += _turn(stack, [], units)
    return "".join(html)


def _text(units: bytes, begin: int, end: int) -> str:
    return units[2 * begin : 2 * end].decode("utf-16-le", "replace")


def _turn(stack: list[Entity], wanted: list[Entity], units: bytes) -> list[str]:
    """Close and open tags until exactly the wanted ones stand open, properly nested even where entities cross."""
    html: list[str] = []
    while any(each not in wanted for each in stack):
        html.append(_tags(stack.pop(), units)[1])
    for each in sorted((each for each in wanted if each not in stack), key=nesting_key):
        html.append(_tags(each, units)[0])
        stack.append(each)
    return html


def _tags(entity: Entity, units: bytes) -> tuple[str, str]:
    text = _text(units, entity.offset, entity.end)
    if entity.type in _PLAIN:
        tag = _PLAIN[entity.type]
        return f"<{tag}>", f"</{tag}>"
    if entity.type in _SPANS:
        return f'<span class="{_SPANS[entity.type]}">', "</span>"
    if entity.type in {"url", "text_link", "email"}:
        return _anchor(entity, text)
    return _special(entity, text)


def _special(entity: Entity, text: str) -> tuple[str, str]:  # noqa: PLR0911 - one return per kind of entity
    match entity.type:
        case "code":
            return '<code tabindex="0">', "</code>"
        case "pre":
            language = f' data-language="{escape(entity.language)}"' if entity.language else ""
            return f"<pre{language}><code>", "</code></pre>"
        case "expandable_blockquote":
            return '<blockquote class="expandable">', "</blockquote>"
        case "spoiler":
            return '<span class="spoiler" tabindex="0">', "</span>"
        case "bot_command":
            return f'<a class="command" role="button" tabindex="0" data-command="{escape(text)}">', "</a>"
        case "date_time":
            form = escape(entity.date_time_format or "")
            return f'<time data-unix="{entity.unix_time}" data-format="{form}">', "</time>"
        case _:
            return "<span>", "</span>"


def _anchor(entity: Entity, text: str) -> tuple[str, str]:
    if entity.type == "email":
        address = f"mailto:{text}"
    else:
        try:
            address = checked_link(entity.url or text)
        except BadLink:
            return "<span>", "</span>"
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">', "</a>"
