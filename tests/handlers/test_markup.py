from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.markup import Html, cut, cut_text, escape, folded, plain_text, pre, units

TEXT = st.text(max_size=80)


class Balance(HTMLParser):
    """Fails on a tag that Telegram does not know, or that is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  the parser's own signature
        assert tag in {"b", "i", "s", "code", "pre", "blockquote"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_parses(markup: str) -> None:
    balance = Balance()
    balance.feed(markup)
    balance.close()
    assert not balance.open


@given(TEXT)
def test_any_text_is_shown_as_it_is_but_for_what_cannot_be_seen(text: str) -> None:
    assert_parses(escape(text))
    assert plain_text(escape(text)) == plain_text(escape(plain_text(escape(text))))


@given(st.lists(TEXT, min_size=1, max_size=5), st.integers(1, 120))
def test_cut_markup_parses_and_keeps_to_its_limit(parts: list[str], most: int) -> None:
    markup = Html.join(
        "\n", [Html(f"<b>{escape(part)}</b>") for part in parts] + [pre(parts[0]), folded(pre(parts[-1]))]
    )
    short = cut(markup, most)
    assert_parses(short)
    assert units(plain_text(short)) <= most


def test_what_fits_is_not_touched() -> None:
    markup = Html("<b>a &amp; b</b>")
    assert cut(markup, 5) is markup
    assert cut(markup, 4) == "<b>a &amp;</b>…" or cut(markup, 4) == "<b>a &amp;…</b>"


@given(TEXT, st.integers(1, 40))
def test_cut_text_never_splits_a_character(text: str, most: int) -> None:
    short = cut_text(text, most)
    assert units(short) <= most
    assert short == text or short.endswith("…")


@pytest.mark.parametrize(("text", "count"), [("a", 1), ("ї", 1), ("🚢", 2), ("👨‍👩‍👧", 8)])
def test_units_are_utf16(text: str, count: int) -> None:
    assert units(text) == count
