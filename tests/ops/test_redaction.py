import base64
import json
import random
import shlex
import string
import time
from urllib.parse import quote

import pytest

from ops.hosts.output import OutputReader
from ops.plaintext import LINE_LIMIT
from ops.redaction import MASK, LineRedactor, Redactor
from tests.ops.leaks import ENCODINGS, MARK, leaks, secret_values

SECRET = "f0rmb0t-db-Passw0rd/+x"


@pytest.mark.parametrize("lead", [b"", b"a", b"ab", b"abc"])
def test_base64_is_masked_at_every_alignment(lead: bytes) -> None:
    printed = base64.b64encode(lead + SECRET.encode() + b"tail").decode()
    before, mask, after = Redactor([SECRET]).clean(printed).partition(MASK)
    assert mask
    # A letter of base64 is six bits: at the seams one letter may belong to both neighbours.
    assert len(before) <= len(lead) * 8 // 6 + 1
    assert len(after) <= len(base64.b64encode(b"tail")) + 1


def test_every_usual_form_of_a_known_secret_is_masked() -> None:
    rnd = random.Random(5)  # noqa: S311  a repeatable test
    alphabet = string.ascii_letters + string.digits + "/+=:@&%$ \"'\\-_.éї"
    for _ in range(200):
        secret = "Kq" + "".join(rnd.choice(alphabet) for _ in range(rnd.randint(8, 40))) + "Zw"
        redactor = Redactor([secret])
        raw = secret.encode()
        forms = [
            secret,
            quote(secret, safe=""),
            json.dumps(secret)[1:-1],
            json.dumps(secret, ensure_ascii=False)[1:-1],
            shlex.quote(secret),
            raw.hex(),
            base64.b64encode(raw).decode(),
            base64.urlsafe_b64encode(b"x" + raw).decode(),
        ]
        for form in forms:
            cleaned = redactor.clean(f"before {form} after")
            assert form.strip("='\"") not in cleaned, (secret, form)
            assert cleaned.startswith("before ")


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("DATABASE_URL=postgresql://formbot:hunter2@127.0.0.1/formbot", "hunter2"),
        ("export PASSWORD=hunter2", "hunter2"),
        ('{"api_key": "abcd1234"}', "abcd1234"),
        ("Authorization: Bearer abc.def.ghi", "abc.def.ghi"),
        ("token 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw is in use", "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcdefgh"),
        ("AGE-SECRET-KEY-1" + "Q" * 58, "QQQQ"),
    ],
)
def test_what_is_written_like_a_secret_is_masked_unseen_before(line: str, hidden: str) -> None:
    assert hidden not in Redactor().clean(line)


def test_ordinary_lines_stay_as_they_are() -> None:
    lines = [
        "applied 0003_source in 0.02 s",
        "GET /tokens 200",
        "password reset mail sent",
        "https://example.org/a?b=c",
    ]
    assert [Redactor([SECRET]).clean(line) for line in lines] == lines


def test_short_values_are_not_masked_because_they_would_blot_out_everything() -> None:
    assert Redactor(["8080", "yes"]).clean("yes, port 8080") == "yes, port 8080"


def test_of_settings_only_secret_ones_are_learnt() -> None:
    redactor = Redactor()
    redactor.learn_settings(["LOG_LEVEL=WARNING", 'SECRET_KEY="4f1c9a7be2d85360"', "URL=redis://u:p%40sswd@h/0"])
    assert redactor.clean("WARNING 4f1c9a7be2d85360 p@sswd p%40sswd") == f"WARNING {MASK} {MASK} {MASK}"


def test_a_private_key_is_masked_line_by_line_to_its_end() -> None:
    lines = LineRedactor(Redactor())
    key = ["-----BEGIN OPENSSH PRIVATE KEY-----", "b3BlbnNzaC1rZXk", "AAAAB3Nza", "-----END OPENSSH PRIVATE KEY-----"]
    assert not any("AAAA" in line or "b3Bl" in line for line in map(lines.clean, key))
    assert lines.clean("after") == "after"


def test_a_hostile_line_costs_no_more_than_a_usual_one() -> None:
    redactor = Redactor([SECRET])

    def cost(line: str) -> float:
        begun = time.perf_counter()
        for _ in range(20):
            redactor.clean(line)
        return time.perf_counter() - begun

    usual = cost("the quick brown fox " * 400)
    for hostile in ("a" * 8000, "a.a-" * 2000, "://" * 2600, "password" * 1000, "-----BEGIN " * 700, "eyJ" * 2600):
        assert cost(hostile) < 40 * usual + 0.2, hostile[:12]


def test_no_secret_comes_through_in_any_encoding_wherever_its_line_is_split() -> None:
    assert leaks(secret_values(40), lambda length: iter(range(0, length + 1, 7))) == []
    assert leaks(secret_values(2, seed=6), lambda length: iter(range(length + 1))) == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_secret_where_a_huge_line_is_cut_does_not_come_through_in_part(encoding: str) -> None:
    (secret,) = secret_values(1, seed=7)
    printed = ENCODINGS[encoding](secret)
    redactor = Redactor([secret])
    fills = (*range(7_960, 8_000, 4), 15_990, 23_980, 23_990, 31_980, 31_990)
    for fill, rest in ((fill, rest) for fill in fills for rest in (3_000, 200_000)):
        reader = OutputReader(MARK, redactor)
        (line,) = reader.feed(b"\x1b[1m" + b"y" * fill + printed.encode() + b"z" * rest + b"\n")
        assert printed[4:12] not in line
        assert len(line) < LINE_LIMIT + 10


def test_a_line_of_nothing_but_secrets_does_not_shrink_until_half_a_one_shows() -> None:
    (secret,) = secret_values(1, seed=8)
    reader = OutputReader(MARK, Redactor([secret]))
    (line,) = reader.feed(secret.encode() * 5000 + b"\n")
    assert set(line) <= set("• […]")


@pytest.mark.parametrize(
    "printed",
    [
        "a%2526b%252Fc%2524d-E9f",  # encoded twice
        r"a\u0026b/c$d-E9f",  # JSON in HTML
        r"a\&b/c\$d-E9f",  # printf %q
        r"a&b/c\$d-E9f",  # in double quotes
        "a&amp;b/c$d-E9f",
        "a%26b%2fc%24d-E9f",
    ],
)
def test_forms_that_are_less_usual_are_masked_as_well(printed: str) -> None:
    assert Redactor(["a&b/c$d-E9f"]).clean(f"x {printed} y") == f"x {MASK} y"


def test_settings_that_only_sound_secret_are_left_readable() -> None:
    redactor = Redactor()
    redactor.learn_settings(
        [
            "SESSION_COOKIE_NAME=formbot_session",
            "AUTH_BACKEND=django.contrib.auth",
            "TOKEN_TTL=86400",
            "CACHE_KEY_PREFIX=formbot",
            "DB_PASSWORD=postgres",
            "COOKIE_DOMAIN=example.org",
            "SLACK_WEBHOOK_PATH=/services/T1/B2/x9Yz8Wv7",
            "SENTRY_DSN=https://abc123def456@sentry.example.org/5",
            "API_KEY_FILE=https://bot:Xy7pQ9zz@example.org/key",
        ]
    )
    line = "formbot formbot_session django.contrib.auth 86400 postgres example.org"
    assert redactor.clean(line) == line
    secret = "/services/T1/B2/x9Yz8Wv7 https://abc123def456@sentry.example.org/5 Xy7pQ9zz"
    assert redactor.clean(secret) == f"{MASK} {MASK} {MASK}"


def test_it_is_known_which_texts_would_give_a_secret_away() -> None:
    redactor = Redactor([SECRET])
    assert redactor.touches("PASSW0RD")
    assert redactor.touches(base64.b64encode(SECRET.encode()).decode()[4:9])
    assert not redactor.touches("timeout")
