"""Rows 4 to 7: what a text may be and how it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from demo.botapi.entities import Entity
from demo.botapi.formatted import FormattedText, from_bot, typed
from demo.botapi.html_markup import MarkupError, parse_html
from demo.botapi.markdown_markup import parse_markdown

if TYPE_CHECKING:
    from demo.botapi.chat import Chat
    from demo.botapi.person import Person
    from demo.botapi.world import World
    from tests.demo.botapi_client import Caller


@pytest.mark.parametrize(
    ("text", "mode", "description"),
    [
        ("", "", "message text is empty"),
        (" \n ", "", "text must be non-empty"),
        ("<b> </b>", "HTML", "text must be non-empty"),
        ("я" * 16385, "", "text is too long"),
        ("x", "BBCode", "unsupported parse_mode"),
        ("x" * 4097, "", "message is too long"),
        ("<div>x</div>", "HTML", 'can\'t parse entities: Unsupported start tag "div" at byte offset 0'),
    ],
)
async def test_a_bad_text_is_refused_with_telegrams_words(
    call: Caller, ops: Chat, text: str, mode: str, description: str
) -> None:
    sent = await call("sendMessage", chat_id=ops.id, text=text, parse_mode=mode)
    assert sent.error == (400, f"Bad Request: {description}")
    assert ops.messages == []


async def test_4096_characters_are_counted_after_parsing(call: Caller, ops: Chat) -> None:
    sent = await call("sendMessage", chat_id=ops.id, text="<b>" + "&lt;" * 4096 + "</b>", parse_mode="HTML")
    assert sent.result["text"] == "<" * 4096


async def test_a_text_too_long_for_an_edit_has_another_complaint(call: Caller, ops: Chat) -> None:
    sent = (await call("sendMessage", chat_id=ops.id, text="short")).result
    edited = await call("editMessageText", chat_id=ops.id, message_id=sent["message_id"], text="x" * 4097)
    assert edited.error == (400, "Bad Request: MESSAGE_TOO_LONG")


async def test_a_caption_over_1024_characters_is_refused(call: Caller, ops: Chat, world: World) -> None:
    file = world.files.store("document", "a.log", b"x")
    sent = await call("sendDocument", chat_id=ops.id, document=file.file_id, caption="x" * 1025)
    assert sent.error == (400, "Bad Request: message caption is too long")


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<div>", 'Unsupported start tag "div" at byte offset 0'),
        ("ї <x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<b>bold", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a =1>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x>x</a>', "Unclosed start tag at byte offset 0"),
        ("<tg-emoji emoji-id='x'>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_html_that_cannot_be_parsed_is_named_with_its_byte_offset(source: str, complaint: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse_html(source)
    assert str(caught.value) == complaint


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("v1.2", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("*bold", "Can't find end of Bold entity at byte offset 0"),
        ("ї [x](y", "Can't find end of a URL at byte offset 3"),
    ],
)
def test_markdown_that_cannot_be_parsed_is_named(source: str, complaint: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse_markdown(source)
    assert str(caught.value) == complaint


def _kinds(formatted: FormattedText) -> list[tuple[str, int, int]]:
    return [(each.type, each.offset, each.length) for each in formatted.entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("🚀<b>жир</b>", "🚀жир", [("bold", 2, 3)]),
        ("<b><i>x</i></b>", "x", [("bold", 0, 1), ("italic", 0, 1)]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<ins>c</ins><del>d</del>", "cd", [("underline", 0, 1), ("strikethrough", 1, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<blockquote expandable>x\ny</blockquote>", "x\ny", [("expandable_blockquote", 0, 3)]),
        ("a &amp; &#x416;&#33; &nbsp; &lt", "a & Ж! &nbsp; <", []),
        ("<B>x</B>", "x", [("bold", 0, 1)]),
        ("<b>x</>", "x", [("bold", 0, 1)]),
        ("  <b>x</b>  \n", "x", [("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("a\tb\rc\x07", "a bc", []),
    ],
)  # fmt: skip
def test_html_becomes_plain_text_and_utf16_entities(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    formatted = from_bot(source, "HTML", [])
    assert (formatted.text, _kinds(formatted)) == (text, entities)


def test_a_pre_around_a_code_is_one_pre_with_a_language() -> None:
    source = '<pre><code class="language-python">x = 1</code></pre>'
    assert parse_html(source)[1] == [Entity("pre", 0, 5, language="python")]


def test_a_language_without_a_pre_is_dropped() -> None:
    assert parse_html('<code class="language-python">x</code>')[1] == [Entity("code", 0, 1)]


@pytest.mark.parametrize(
    ("href", "entity"),
    [
        ("https://example.org/a?b=1&amp;c", Entity("text_link", 0, 1, url="https://example.org/a?b=1&c")),
        ("example.org", Entity("text_link", 0, 1, url="http://example.org/")),
        ("tg://user?id=1001", Entity("text_mention", 0, 1, user_id=1001)),
        ("javascript:alert(1)", None),
        ("http://localhost:8080/", None),
    ],
)
def test_a_link_telegram_would_not_open_is_plain_text(href: str, entity: Entity | None) -> None:
    assert parse_html(f'<a href="{href}">x</a>')[1] == ([entity] if entity else [])


def test_a_moment_is_an_entity_that_every_reader_sees_in_their_own_zone() -> None:
    text, entities = parse_html('<tg-time unix="1763629200" format="wDT">09:00</tg-time>')
    assert (text, entities) == ("09:00", [Entity("date_time", 0, 5, unix_time=1763629200, date_time_format="wDT")])


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        (r"*b* _i_ __u__ v1\.2", "b i u v1.2", ["bold", "italic", "underline"]),
        ("~s~ ||p|| `c`", "s p c", ["strikethrough", "spoiler", "code"]),
        ("```py\nx.y\n```", "x.y", ["pre"]),
        ("[x](https://example.org/\\))", "x", ["text_link"]),
        ("*b _bi_*", "b bi", ["bold", "italic"]),
        (">quoted\n>more\nrest", "quoted\nmore\nrest", ["blockquote"]),
    ],
)  # fmt: skip
def test_markdown_becomes_plain_text_and_entities(source: str, text: str, entities: list[str]) -> None:
    formatted = from_bot(source, "MarkdownV2", [])
    assert (formatted.text, [each.type for each in formatted.entities]) == (text, entities)


async def test_entities_may_be_given_instead_of_markup(call: Caller, ops: Chat) -> None:
    entities = [{"type": "bold", "offset": 3, "length": 2}]
    sent = (await call("sendMessage", chat_id=ops.id, text="🚀 <b>", entities=entities)).result
    assert (sent["text"], sent["entities"]) == ("🚀 <b>", entities)


async def test_an_entity_behind_the_texts_end_is_refused(call: Caller, ops: Chat) -> None:
    sent = await call("sendMessage", chat_id=ops.id, text="ab", entities=[{"type": "bold", "offset": 1, "length": 5}])
    text = "Bad Request: entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 6"
    assert sent.error == (400, text)


def test_everything_beyond_a_hundred_entities_is_ignored() -> None:
    assert len(from_bot("<b>x</b> " * 101, "HTML", []).entities) == 100


async def test_the_answer_carries_plain_text_and_entities(call: Caller, ops: Chat) -> None:
    sent = (await call("sendMessage", chat_id=ops.id, text="<b>a</b> &lt;c&gt;", parse_mode="HTML")).result
    assert sent["text"] == "a <c>"
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 1}]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/deploy main", [("bot_command", 0, 7)]),
        ("🚀 /deploy@lotsman_bot x", [("bot_command", 3, 19)]),
        ("see /srv/formbot", []),
        ("https://example.org/x, ok", [("url", 0, 21)]),
        ("@olena_k and #ops", [("mention", 0, 8), ("hashtag", 13, 4)]),
        ("me@example.org", [("email", 0, 14)]),
    ],
)
def test_commands_links_and_mentions_are_found_in_what_people_type(
    text: str, entities: list[tuple[str, int, int]]
) -> None:
    assert _kinds(typed(text)) == entities


async def test_a_command_reaches_the_bot_with_its_entity(call: Caller, world: World, ops: Chat, olena: Person) -> None:
    world.say(ops, olena, "/deploy main")
    update: dict[str, Any] = (await call("getUpdates")).result[0]
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 7}]


async def test_a_mention_by_link_comes_back_with_the_person(call: Caller, ops: Chat) -> None:
    text = '<a href="tg://user?id=1001">you</a>'
    sent = (await call("sendMessage", chat_id=ops.id, text=text, parse_mode="HTML")).result
    assert sent["entities"][0]["user"]["first_name"] == "Olena"
