"""Markup: Telegram's HTML, made only from escaped text, measured as Telegram measures it."""

from __future__ import annotations

import html
from html.parser import HTMLParser
from typing import Final

from ops.plaintext import plain

MESSAGE_UNITS: Final = 4096
"""UTF-16 units of a message's text, after the markup is taken out. Captions hold fewer."""
CAPTION_UNITS: Final = 1024


class Html(str):
    """Text that is markup already: everything in it that came from elsewhere has been escaped."""

    __slots__ = ()

    def __add__(self, other: str) -> Html:
        return Html(str(self) + (other if isinstance(other, Html) else escape(other)))

    @classmethod
    def join(cls, between: str, parts: list[Html]) -> Html:  # type: ignore[override]  # str.join takes a separator
        """Return the parts with something between them."""
        return cls(between.join(parts))


def escape(text: str) -> Html:
    """Return any text, made printable, as markup that shows it."""
    return Html(html.escape(plain(text), quote=True))


def pre(text: str) -> Html:
    """Return a block in which columns stay columns."""
    return Html(f"<pre>{escape(text)}</pre>")


def code(text: str) -> Html:
    """Return text that a tap copies."""
    return Html(f"<code>{escape(text)}</code>")


def bold(text: str) -> Html:
    """Return bold text."""
    return Html(f"<b>{escape(text)}</b>")


def folded(inner: Html) -> Html:
    """Return a block of which Telegram shows three lines until it is tapped."""
    return Html(f"<blockquote expandable>{inner}</blockquote>")


def units(text: str) -> int:
    """Return how many UTF-16 units a plain text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_text(text: str, most: int) -> str:
    """Return plain text of at most that many UTF-16 units, with an ellipsis where it was cut."""
    if units(text) <= most:
        return text
    kept = text[: max(0, most - 1)]
    while units(kept) > most - 1:
        kept = kept[:-1]
    return kept + "…"


def last_units(text: str, most: int) -> str:
    """Return the last whole lines of a text that have at most that many UTF-16 units together."""
    kept: list[str] = []
    left = most
    for line in reversed(text.split("\n")):
        left -= units(line) + 1
        if left < 0:
            break
        kept.append(line)
    return "\n".join(reversed(kept)) if kept else cut_text(text.rpartition("\n")[2], most)


def plain_text(markup: str) -> str:
    """Return what a person would read of markup."""
    reader = _Reader(None)
    reader.feed(markup)
    reader.close()
    return reader.text


def cut(markup: Html, most: int) -> Html:
    """Return markup that shows at most that many UTF-16 units; tags that are open at the cut are closed."""
    if units(markup) <= most or units(plain_text(markup)) <= most:
        return markup
    reader = _Reader(most - 1)
    reader.feed(markup)
    reader.close()
    return Html(reader.markup + "…" + "".join(f"</{tag}>" for tag in reversed(reader.open)))


class _Reader(HTMLParser):
    """Reads our own markup, up to a number of visible units."""

    def __init__(self, most: int | None) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.markup = ""
        self.open: list[str] = []
        self._left = most

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the parser's own signature
        if self._left != 0:
            self.markup += self.get_starttag_text() or ""
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._left != 0 and self.open and self.open[-1] == tag:
            self.markup += f"</{tag}>"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self._left is not None:
            whole = units(data) <= self._left
            data = data if whole else cut_text(data, self._left + 1)[:-1]
            self._left = self._left - units(data) if whole else 0
        self.text += data
        self.markup += html.escape(data, quote=True)
