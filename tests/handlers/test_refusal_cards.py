"""Cards of runs that were refused and may go on: what is in the way, statement by statement, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.cards.card import Card
from handlers.cards.run import result_card, run_card
from handlers.cards.versions import Ways, way_card
from handlers.i18n import LANGUAGES, Texts
from handlers.markup import CAPTION_UNITS, MESSAGE_UNITS, plain_text, units
from ops.project import Project
from ops.releases.confirmation import confirmation
from ops.releases.migrations import CODES, DANGEROUS, Finding
from ops.runs.engine import RunJob, begin, decide
from ops.runs.events import Outcome, StepEnded
from ops.runs.plan import Plan, Step
from ops.runs.run import Run
from ops.runs.script import Script
from ops.store.releases import Saved

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
TEXTS = {language: Texts(language, ZoneInfo("Europe/Kyiv")) for language in LANGUAGES}
SCRIPT = Script("true\n")
PLAN = Plan(
    ("web1",),
    (
        Step("migrations", "migrations", SCRIPT, first_host=True),
        Step("code", "code", SCRIPT, undo=SCRIPT, changes=True),
    ),
    {"REF": "main", "AGAIN": "", "KNOWN_BAD_CONFIRMED": "9" * 40},
)
BUTTON = {"uk": "Деплой із цими міграціями", "ru": "Деплой с этими миграциями", "en": "Deploy with these migrations"}


def refused(*findings: Finding, runbook: str = "deploy", count: int | None = None) -> Run:
    """A run whose migrations were found to be dangerous."""
    decision = begin(Run(7, "formbot", runbook, "main", 1001, "Олена", PLAN, NOW), NOW)
    (effect,) = decision.effects
    assert isinstance(effect, RunJob)
    facts = {"migrations_sha256": "a" * 64, "findings_count": str(count or len(findings))}
    items = {"findings": tuple(found.to_json() for found in findings)}
    ended = StepEnded(effect.started.job, Outcome.REFUSED, NOW, 1.0, 0, DANGEROUS, facts, items)
    return decide(decision.run, ended).run


def labels(card: Card) -> list[list[str]]:
    return [[button.label for button in row] for row in card.rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_finding_stands_there_with_its_statement_and_an_admins_button(language: str) -> None:
    run = refused(Finding("drop-column", "0005_a", "users.name", "ALTER TABLE users DROP COLUMN name"))
    for card in (run_card(run, TEXTS[language], NOW), result_card(run, TEXTS[language])):
        text = plain_text(card.text)
        assert "0005_a" in text
        assert "users.name" in text
        assert "ALTER TABLE users DROP COLUMN name" in text
    assert labels(result_card(run, TEXTS[language]))[0] == [BUTTON[language]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(CODES))
def test_every_finding_can_be_worded_with_and_without_a_size(language: str, code: str) -> None:
    for size in (0, 3 * 1024**3):
        text = plain_text(run_card(refused(Finding(code, "", "t", "", size)), TEXTS[language], NOW).text)
        assert "❗ " in text


def test_many_long_statements_leave_room_for_how_the_run_ended() -> None:
    many = [Finding("drop-table", f"00{number}_x", "t" * 60, "DROP TABLE " + "x" * 480) for number in range(10, 50)]
    run = refused(*many, count=70)
    card, result = run_card(run, TEXTS["uk"], NOW), result_card(run, TEXTS["uk"])
    assert units(plain_text(card.text)) <= MESSAGE_UNITS
    assert units(plain_text(result.text)) <= CAPTION_UNITS
    assert "нічого не змінено" in plain_text(card.text).splitlines()[-2]
    assert "… і ще 6" in plain_text(card.text)


def test_what_was_allowed_before_stays_allowed_and_nothing_else_is() -> None:
    allowed = confirmation(refused(Finding("truncate", "", "t")))
    assert allowed is not None
    assert allowed.values == {
        "REF": "main",
        "KNOWN_BAD_CONFIRMED": "9" * 40,
        "MIGRATIONS_CONFIRMED": "a" * 64,
    }
    assert confirmation(refused(Finding("truncate", "", "t"), runbook="preflight")) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_way_back_over_migrations_offers_the_code_alone_first(language: str) -> None:
    saved = Saved("/opt/backups/predeploy/formbot_20251010_153015.sql.gz", 4096, NOW)
    project = Project(name="formbot", stack="custom", hosts=("web1",), path="/srv/formbot")
    ways = Ways(("0005_a.py", "0006_b.py"))
    card = way_card(project, "v1.2.3", ways, saved, TEXTS[language], NOW)
    text = plain_text(card.text)
    assert "0005_a.py\n0006_b.py" in text
    assert "formbot_20251010_153015.sql.gz" in text
    ((first, second),) = card.rows
    assert (first.style, second.style) == ("primary", "danger")
    assert first.data == "way:formbot:v1.2.3:0:0:0"
    assert second.data == "way:formbot:v1.2.3:1:0:0"
    ((_, steps),) = way_card(project, "v1.2.3", replace(ways, counted=True), saved, TEXTS[language], NOW).rows
    assert steps.data == "way:formbot:v1.2.3:0:2:0"
    assert "2" in steps.label
