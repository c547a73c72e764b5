"""Redaction: secrets are masked before a text is stored, logged or sent.

Two nets. Known values (our token, what stands in a project's config files) are masked in every form
a program may print them in: as they are, base64 at each of its three alignments, hexadecimal,
URL-encoded, as a JSON string, shell-quoted. Unknown ones are caught by how they are written:
``password=...``, ``://user:...@``, private keys, tokens of well-known makes.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "•••"
SHORTEST = 6
"""Values under this length are not masked: they would blot out half of every log."""

_WRITTEN = re.compile(
    # Every part is bounded and nothing precedes a keyword: a hostile line must not cost quadratic time.
    r"(?P<url>://[^\s:/@]{0,128}:)[^\s@/]{1,256}(?=@)"
    r"|(?P<name>(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key)[\w.-]{0,32}"
    r"[\"']?\s{0,3}(?:=>|[=:])\s{0,3}[\"']?)(?!•)[^\s\"',;&]{4,512}"
    r"|(?P<header>\b(?:authorization|proxy-authorization)\s{0,3}[:=]\s{0,3}(?:\w+\s)?)[^\s\"',;]{4,512}"
    r"|\b\d{6,12}:[A-Za-z0-9_-]{30,50}\b"  # a Telegram bot's token
    r"|\b(?:gh[pousr]|github_pat|glpat|xox[abprs])[_-][A-Za-z0-9_-]{16,255}\b"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"  # a JSON web token
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
    re.IGNORECASE,
)

_SECRET_NAME = re.compile(r"pass|secret|token|key|salt|credential|auth|dsn|private|cookie|webhook", re.IGNORECASE)
_URL_LOGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s:/@]*:(?P<password>[^\s/]+)@")
_KEY_BEGIN = re.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----")
_KEY_END = re.compile("-----END [A-Z ]*PRIVATE KEY-----")


class Redactor:
    """Masks secrets in lines. Grows as secrets are learnt; never shrinks."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._known: re.Pattern[str] | None = None
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Mask these values from now on. A value of several lines is masked line by line too."""
        fresh: set[str] = set()
        for secret in secrets:
            for part in {secret, secret.strip(), *secret.splitlines()}:
                if len(part.strip()) >= SHORTEST:
                    fresh |= _forms(part)
        if fresh <= self._forms:
            return
        self._forms |= fresh
        # The longest first: a form that begins another one must not leave the other's tail behind.
        ordered = sorted(self._forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, ordered)))

    def learn_settings(self, lines: Iterable[str]) -> None:
        """Learn the secret ones among lines of ``NAME=value``: by their names, and passwords inside of URLs."""
        for line in lines:
            name, _, value = line.partition("=")
            value = value.strip().strip("\"'")
            if _SECRET_NAME.search(name):
                self.learn([value])
            elif login := _URL_LOGIN.match(value):
                self.learn([value, login["password"], unquote(login["password"])])

    @property
    def longest(self) -> int:
        """Characters of the longest form: what a reader must hold back where it cuts a text."""
        return max(map(len, self._forms), default=0)

    def clean(self, text: str) -> str:
        """Return the text with every secret masked."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        return _WRITTEN.sub(_keep_name, text)


def _keep_name(match: re.Match[str]) -> str:
    kept = match["url"] or match["name"] or match["header"] or ""
    return kept + MASK


def _forms(secret: str) -> set[str]:
    """Return every way the value is commonly printed, those long enough to be safe to mask."""
    raw = secret.encode(errors="surrogatepass")
    as_json = json.dumps(secret)[1:-1]
    forms = {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        as_json,
        json.dumps(secret, ensure_ascii=False)[1:-1],
        as_json.replace("/", "\\/"),
        shlex.quote(secret),
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

    def clean(self, line: str) -> str:
        """Return the line with every secret masked."""
        if self._inside_key:
            self._inside_key = _KEY_END.search(line) is None
            return MASK
        if _KEY_BEGIN.search(line):
            self._inside_key = _KEY_END.search(line) is None
        return self._redactor.clean(line)
