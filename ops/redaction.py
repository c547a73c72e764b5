"""Redaction: secrets are masked before a text is stored, logged or sent.

Two nets. Known values (our token, what stands in a project's config files) are masked in every form
a program may print them in: as they are, base64 at each of its three alignments, hexadecimal, URL-encoded
once and twice, as a string of JSON, of Python and of JSON inside of JSON, in HTML, quoted or escaped for a shell.
Unknown ones are caught by how they are written: ``password=...``, ``://user:...@``, private keys, tokens of
well-known makes.

Nearly no line holds a secret, so most of the work is to see that quickly. Of a known form's first seven bytes, four lie
in one machine word, however the line is aligned: a line none of whose words is one of those holds no form. Of what is
written like a secret, each make has a few letters that have to be there.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MASK = "•••"
SHORTEST = 6
"""Values under this length are not masked: they would blot out half of every log."""

_WORD = 4
"""Bytes of what is compared at once."""
_SURE = 2 * _WORD - 1
"""Bytes of a form that has a whole word in it wherever it begins."""

# Every part is bounded and nothing precedes a keyword: a hostile line must not cost quadratic time.
_NAMES = r"(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key)"
_VALUE = r"(?!•)[^\s\"',;&]{4,512}"
_WRITTEN: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (signs, re.compile(pattern, re.IGNORECASE))
    for signs, pattern in (
        (("://",), r"(?P<kept>://[^\s:/@]{0,128}:)[^\s@/]{1,256}(?=@)"),
        (
            ("passw", "passphrase", "secret", "token", "api_key", "api-key", "apikey", "private"),
            rf"(?P<kept>{_NAMES}[\w.-]{{0,32}}[\"']?\s{{0,3}}(?:=>|[=:])\s{{0,3}}[\"']?){_VALUE}",
        ),
        (
            ("authorization",),
            r"(?P<kept>\b(?:authorization|proxy-authorization)\s{0,3}[:=]\s{0,3}(?:\w+\s)?)[^\s\"',;]{4,512}",
        ),
        (("gh", "glpat", "xox"), r"(?P<kept>)\b(?:gh[pousr]|github_pat|glpat|xox[abprs])[_-][A-Za-z0-9_-]{16,255}\b"),
        (("akia",), r"(?P<kept>)\bAKIA[0-9A-Z]{16}\b"),
        (("age-secret",), r"(?P<kept>)\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"),
        # A JSON web token.
        (("eyj",), r"(?P<kept>)\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
        (
            ("-----begin",),
            r"(?P<kept>)-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
        ),
    )
)
_SIGN = re.compile("|".join(re.escape(sign) for signs, _ in _WRITTEN for sign in signs))
_BOT_TOKEN = re.compile(r"(?P<kept>)\b\d{6,12}:[A-Za-z0-9_-]{30,50}\b")
_LIKE_A_BOT_TOKEN = re.compile(r":[A-Za-z0-9_-]{30}")

_SECRET_NAME = re.compile(r"pass|secret|token|key|salt|credential|auth|dsn|private|cookie|webhook", re.IGNORECASE)
_URL_LOGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s:/@]*:(?P<password>[^\s/]+)@")
_PERCENT = re.compile(r"%[0-9A-F]{2}")
_UNSAFE = re.compile(r"[^\w@%+=:,./-]", re.ASCII)
_SPECIAL = re.compile(r'[\\"$`!]')
_HTML_SIGNS = re.compile("[<>&']")
_KEY_BEGIN = re.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----")
_KEY_END = re.compile("-----END [A-Z ]*PRIVATE KEY-----")


# What a name that sounds secret often holds, and no secret is. Masked, it would blot out half of every log.
_ABOUT_SECRETS = re.compile(
    r"_(?:ttl|age|expir\w*|lifetime|minutes|seconds|days|algorithm|alg|driver|backend|class|prefix|header|domain|samesite"
    r"|secure|httponly|enabled|required|host|port|path|dir|file|type|user|username|name|id|rounds|length|provider)$",
    re.IGNORECASE,
)
_PLAIN_WORDS = frozenset(
    {
        *("default", "disabled", "enabled", "false", "none", "null", "required", "strict", "changeme", "example"),
        *("development", "production", "staging", "testing", "localhost", "database", "cookie", "session"),
        *("memcached", "mysql", "postgres", "postgresql", "rabbitmq", "redis", "password", "secret", "username"),
    }
)


class Redactor:
    """Masks secrets in lines. Grows as secrets are learnt; never shrinks."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._known: re.Pattern[str] | None = None
        self._words: set[int] = set()
        self._short: list[str] = []
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Mask these values from now on. A value of several lines is masked line by line too."""
        fresh: set[str] = set()
        for secret in secrets:
            for part in {secret, secret.strip(), *secret.splitlines()}:
                if len(part.strip()) >= SHORTEST:
                    fresh |= _forms(part)
        fresh -= self._forms
        if not fresh:
            return
        self._forms |= fresh
        self._known = None
        for form in fresh:
            raw = form.encode(errors="surrogatepass")
            if len(raw) < _SURE:
                self._short.append(form)
            else:
                self._words.update(_telling_words(raw))

    def learn_settings(self, lines: Iterable[str]) -> None:
        """Learn the secret ones among lines of ``NAME=value``: by their names, and passwords inside of URLs."""
        for line in lines:
            name, _, value = line.partition("=")
            value = value.strip().strip("\"'")
            if login := _URL_LOGIN.match(value):
                self.learn([value, login["password"], unquote(login["password"])])
            elif _SECRET_NAME.search(name) and not _is_harmless(name.strip(), value):
                self.learn([value])

    def touches(self, text: str) -> bool:
        """Whether a known secret has this text in it: who may look for it learns what the secret is."""
        wanted = text.casefold()
        return any(wanted in form.casefold() for form in self._forms)

    @property
    def longest(self) -> int:
        """Characters of the longest form: what a reader must hold back where it cuts a text."""
        return max(map(len, self._forms), default=0)

    def harmless(self, text: str) -> bool:
        """Whether it is seen at once that a text, of any number of lines, has nothing to mask."""
        return not self._may_know(text) and not _SIGN.search(text.lower()) and not _LIKE_A_BOT_TOKEN.search(text)

    def clean(self, text: str) -> str:
        """Return the text with every secret masked."""
        if self._may_know(text):
            text = self._pattern.sub(MASK, text)
        lowered = text.lower()
        if _SIGN.search(lowered):
            for signs, pattern in _WRITTEN:
                if any(sign in lowered for sign in signs):
                    text = pattern.sub(_keep_name, text)
        if _LIKE_A_BOT_TOKEN.search(text):
            text = _BOT_TOKEN.sub(_keep_name, text)
        return text

    def _may_know(self, text: str) -> bool:
        raw = text.encode(errors="surrogatepass")
        words = memoryview(raw + bytes(-len(raw) % _WORD)).cast("I")
        return not self._words.isdisjoint(words) or (bool(self._short) and any(form in text for form in self._short))

    @property
    def _pattern(self) -> re.Pattern[str]:
        if self._known is None:
            # The longest first: a form that begins another one must not leave the other's tail behind.
            self._known = re.compile("|".join(map(re.escape, sorted(self._forms, key=len, reverse=True))))
        return self._known


def _keep_name(match: re.Match[str]) -> str:
    return match["kept"] + MASK


def _telling_words(raw: bytes) -> Iterator[int]:
    """Return a word for each way in which a form may be aligned, the ones least like anything else in a log."""
    for shift in range(_WORD):
        found = (raw[i : i + _WORD] for i in range(shift, len(raw) - _WORD + 1, _WORD))
        yield memoryview(max(found, key=_oddity)).cast("I")[0]


def _oddity(word: bytes) -> int:
    """Return how often a word goes over from one kind of character to another, as ordinary text seldom does."""
    kinds = [(48 <= byte < 58) + 2 * (65 <= byte < 91) + 3 * (97 <= byte < 123) for byte in word]  # noqa: PLR2004  ASCII
    return 4 * sum(one != other for one, other in pairwise(kinds)) - kinds.count(1)


def _is_harmless(name: str, value: str) -> bool:
    """Whether a value is none to keep secret, although its name sounds like one."""
    if value.casefold() in _PLAIN_WORDS or (value.isdigit() and len(value) <= 8):  # noqa: PLR2004  a number of seconds
        return True
    return bool(_ABOUT_SECRETS.search(name)) and not re.search(r"webhook|dsn", name, re.IGNORECASE)


def _forms(secret: str) -> set[str]:
    """Return every way the value is commonly printed, those long enough to be safe to mask."""
    raw = secret.encode(errors="surrogatepass")
    as_json = json.dumps(secret)[1:-1]
    plain_json = json.dumps(secret, ensure_ascii=False)[1:-1]
    quoted = quote(secret, safe="", errors="surrogatepass")
    as_html = html.escape(secret, quote=True)
    forms = {
        secret,
        quoted,
        quote(secret, errors="surrogatepass"),
        quote_plus(secret, errors="surrogatepass"),
        _PERCENT.sub(lambda code: code[0].lower(), quoted),
        quote(quoted, safe=""),
        as_json,
        plain_json,
        as_json.replace("/", "\\/"),
        plain_json.replace("/", "\\/"),
        json.dumps(as_json)[1:-1],
        repr(secret)[1:-1],
        _HTML_SIGNS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", as_json),  # as JSON in HTML
        _HTML_SIGNS.sub(lambda sign: f"\\u{ord(sign[0]):04X}", as_json),
        html.escape(secret, quote=False),
        as_html,
        as_html.replace("&#x27;", "&#39;"),
        as_html.replace("&#x27;", "&#039;"),
        as_html.replace("&#x27;", "&apos;"),
        as_html.replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
        shlex.quote(secret),
        shlex.quote(secret).strip("'"),
        _UNSAFE.sub(r"\\\g<0>", secret),  # a shell's printf %q
        _SPECIAL.sub(r"\\\g<0>", secret),  # inside of a shell's double quotes
        raw.hex(),
        raw.hex().upper(),
        *_base64_forms(raw),
    }
    return {form for form in forms if len(form) >= SHORTEST}


def _base64_forms(raw: bytes) -> set[str]:
    """Return the base64 letters that this value alone decides, at each alignment, in both alphabets."""
    forms = set()
    for lead in range(3):
        encoded = base64.b64encode(bytes(lead) + raw).decode().rstrip("=")
        # The first letters mix with what stands before the value, the last one with what follows.
        first = (lead * 8 + 5) // 6
        last = len(encoded) if (lead + len(raw)) % 3 == 0 else len(encoded) - 1
        inner = encoded[first:last]
        forms |= {inner, inner.replace("+", "-").replace("/", "_")}
    return forms


class LineRedactor:
    """Cleans a log line by line; remembers that it is inside a private key, which has many lines."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._inside_key = False

    def harmless(self, text: str) -> bool:
        """See Redactor.harmless."""
        return not self._inside_key and self._redactor.harmless(text)

    def clean(self, line: str) -> str:
        """Return the line with every secret masked."""
        if self._inside_key:
            self._inside_key = _KEY_END.search(line) is None
            return MASK
        if _KEY_BEGIN.search(line):
            self._inside_key = _KEY_END.search(line) is None
        return self._redactor.clean(line)
