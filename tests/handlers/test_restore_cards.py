"""What people read before they restore something, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.cards.restore import offer_card, restore_card, second_card
from handlers.cards.versions import Ways, way_card
from handlers.i18n import LANGUAGES, Texts
from handlers.markup import MESSAGE_UNITS, plain_text, units
from handlers.wording import error_text
from ops.backups.backup import PROVEN, Backup
from ops.backups.loss import UNKNOWN, Loss
from ops.backups.restoring import Prospect
from ops.backups.target import target_of
from ops.errors import CannotRestore
from ops.project import Project
from ops.store.restores import Restore, Wish

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
THEN = NOW - timedelta(hours=6)
TEXTS = {language: Texts(language, UTC) for language in LANGUAGES}
PROJECT = Project(name="formbot", stack="custom", hosts=("web1",), path="/srv/formbot")
BACKUP = Backup(
    7, "formbot", "web1", "formbot_db", "/b/daily/formbot_db_20251010_063000.sql.gz", 4096, "ab", 3, THEN,
    "postgres", "daily", level=PROVEN, proof={"seconds": 180, "at": THEN.isoformat()},
)  # fmt: skip
WHYS = ("unknown", "bad", "unread", "config", "engine", "unlisted", "nothing", "unasked", "expired", "word", "other",
        "same", "over")  # fmt: skip


def asked(loss: Loss, *, backup: Backup = BACKUP, production: bool = False, kind: str = "restore") -> Prospect:
    wish = Wish("formbot", kind, backup.name, backup.subject, (target_of(backup),), production, "v1.2.3")
    return Prospect(Restore(5, wish, 1001, "Olena", NOW, NOW), (backup,), loss)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["restore", "rollback"])
def test_the_question_names_database_time_loss_duration_and_what_to_type(language: str, kind: str) -> None:
    loss = Loss((("public.orders", 40), ("public.users", 2)), (("public.notes", 3),))
    card = restore_card(asked(loss, kind=kind), TEXTS[language], NOW)
    text = plain_text(card.text)
    for part in ("formbot_db", "06:30", "42", "public.orders −40", "public.users −2", "3 ", "/restore undo"):
        assert part in text
    assert text.splitlines()[-1].endswith("/restore formbot_db_20251010_063000.sql.gz formbot_db")
    assert {"uk": "3 хв", "ru": "3 мин", "en": "3 min"}[language] in text
    assert ("v1.2.3" in text) is (kind == "rollback")
    assert [button.data for row in card.rows for button in row] == ["rst:withdraw:5"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_known_is_said_and_not_guessed(language: str) -> None:
    unproven = replace(BACKUP, level=1, proof={})
    t = TEXTS[language]
    text = restore_card(asked(UNKNOWN, backup=unproven), t, NOW).text
    assert t("restore-unproven") in text
    assert t("restore-loss-unknown", at="06:30") in text
    assert t("restore-loses-nothing") in restore_card(asked(Loss()), t, NOW).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_production_it_says_that_another_person_has_to_agree(language: str) -> None:
    t = TEXTS[language]
    assert t("restore-needs-second") in restore_card(asked(Loss(), production=True), t, NOW).text
    for kind in ("restore", "undo", "rollback"):
        card = second_card(asked(Loss(), production=True, kind=kind).restore, t)
        assert "Olena" in card.text
        assert [button.data for row in card.rows for button in row] == ["rst:agree:5", "rst:withdraw:5"]


def test_very_many_tables_still_fit_into_a_message() -> None:
    loss = Loss(tuple((f"public.a_rather_long_name_of_a_table_{n}" * 2, 5) for n in range(300)))
    assert units(plain_text(restore_card(asked(loss), TEXTS["uk"], NOW).text)) <= MESSAGE_UNITS


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_what_is_proven_has_the_green_tick(language: str) -> None:
    card = offer_card(PROJECT, [BACKUP, replace(BACKUP, id=8, level=1)], TEXTS[language], NOW)
    assert [line[0] for line in card.text.splitlines()[1:]] == ["✅", "▫"]
    assert [button.data for row in card.rows for button in row] == ["rst:pick:7", "rst:pick:8"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_way_back_offers_the_data_of_then_with_the_rows_that_would_be_lost(language: str) -> None:
    ways = Ways(data=(BACKUP,), loss=Loss((("public.orders", 12),)))
    card = way_card(PROJECT, "v1.2.3", ways, None, TEXTS[language], NOW)
    ((code, data),) = card.rows
    assert code.style == "primary"
    assert data.data == "way:formbot:v1.2.3:0:0:1"
    assert "06:30" in data.label
    assert "12" in data.label


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", WHYS)
def test_every_reason_not_to_restore_has_words_of_its_own(language: str, why: str) -> None:
    text = plain_text(error_text(TEXTS[language], CannotRestore("x.sql.gz", why, "7"), NOW))
    assert len(text) > 12
    others = {str(error_text(TEXTS[language], CannotRestore("x.sql.gz", each, "7"), NOW)) for each in WHYS}
    assert len(others) == len(WHYS)
