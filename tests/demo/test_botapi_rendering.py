"""What a person sees of a formatted text: safe HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.botapi.entities import Entity
from demo.botapi.formatted import FormattedText, from_bot, typed
from demo.botapi.rendering import to_html

_BLOCKS = "a\n<pre><code>b</code></pre>c\n\n<blockquote>d</blockquote>e"


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<b>a<i>b</i></b>", "<b>a<i>b</i></b>"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        (
            '<a href="https://example.org/?a=1&amp;b=%22">x</a>',
            ('<a href="https://example.org/?a=1&amp;b=%22" target="_blank" rel="noopener noreferrer">x</a>'),
        ),
        (
            '<pre><code class="language-a&quot;onx=1">x</code></pre>',
            '<pre data-language="a&quot;onx=1"><code>x</code></pre>',
        ),
        ("<blockquote expandable>x</blockquote>", '<blockquote class="expandable">x</blockquote>'),
        ("a\n<pre>b</pre>\nc\n\n<blockquote>d</blockquote>\ne", _BLOCKS),
        ("<tg-spoiler>x</tg-spoiler>", '<span class="spoiler" tabindex="0">x</span>'),
        ('<tg-time unix="5" format="r">x</tg-time>', '<time data-unix="5" data-format="r">x</time>'),
    ],
)
def test_entities_become_tags_and_everything_else_is_escaped(source: str, html: str) -> None:
    assert to_html(from_bot(source, "HTML", [])) == html


def test_a_command_can_be_pressed() -> None:
    expected = '<a class="command" role="button" tabindex="0" data-command="/status">/status</a> now'
    assert to_html(typed("/status now")) == expected


def test_crossing_entities_are_closed_and_opened_again() -> None:
    crossing = FormattedText("abc", (Entity("bold", 0, 2), Entity("italic", 1, 2)))
    assert to_html(crossing) == "<b>a<i>b</i></b><i>c</i>"


def test_a_link_that_runs_code_is_no_link() -> None:
    assert to_html(FormattedText("x", (Entity("text_link", 0, 1, url="javascript://a.b/%0aalert(1)"),))) == (
        "<span>x</span>"
    )


_KINDS = ["bold", "italic", "code", "pre", "text_link", "url", "spoiler", "blockquote", "bot_command", "date_time"]
_ENTITIES = st.builds(
    Entity,
    type=st.sampled_from(_KINDS),
    offset=st.integers(0, 12),
    length=st.integers(1, 12),
    url=st.sampled_from(['https://a.b/"><script>', "javascript:x", "x.org"]),
    language=st.sampled_from(['"><img src=x>', None]),
)


@given(st.text(alphabet="<>&\"'aя🚀/\n", max_size=12), st.lists(_ENTITIES, max_size=6))
def test_whatever_is_sent_the_tags_balance_and_none_is_the_senders(text: str, entities: list[Entity]) -> None:
    html = to_html(FormattedText(text, tuple(entities)))
    opened: list[str] = []
    for closing, tag in re.findall(r"<(/?)([a-z]+)[^<>]*>", html):
        if closing:
            assert opened.pop() == tag
        else:
            opened.append(tag)
    assert opened == []
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript" not in re.sub(r">[^<]*<", "><", html)
