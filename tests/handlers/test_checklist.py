"""The checklist under a look ahead: a line for each thing, with what was found, and no tick without evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.cards.checklist import FRESH_SECONDS, checklist_lines
from handlers.cards.run import run_card
from handlers.markup import plain_text
from ops.runs.engine import RunJob, begin, decide
from ops.runs.events import Outcome, StepEnded
from ops.runs.plan import Plan, Step
from ops.runs.run import Run
from tests.handlers.test_run_cards import COMMIT, NOW, PREVIOUS, SCRIPT, TEXTS, UK

FACTS = {
    "reach": {"load": "0.42"},
    "resolve": {"commit": COMMIT},
    "preflight": {
        "previous_commit": PREVIOUS, "previous_name": "v1.2.2", "commit_name": "v1.2.3", "free_mb": "2048",
        "ahead": "2", "behind": "0",
    },
}  # fmt: skip
ITEMS: dict[str, dict[str, tuple[str, ...]]] = {
    "preflight": {
        "fresh_backups": (f"{3 * 3600} shop_20251010_020000.sql.gz",),
        "versions": ("python 3.11.2, >=3.11",),
    },
    "migrations": {"migrations": ("0001", "0002")},
}


def look(ends: dict[str, StepEnded] | None = None, *, without: tuple[str, ...] = (), runbook: str = "preflight") -> Run:
    """A look ahead that has ended; ``ends`` changes how its steps did."""
    names = [name for name in ("reach", "resolve", "preflight", "migrations", "tests") if name not in without]
    plan = Plan(
        ("web1", "web2"), tuple(Step(n, n, SCRIPT, first_host=n not in {"reach", "preflight"}) for n in names), {}
    )
    decision = begin(Run(7, "formbot", runbook, "v1.2.3", 1001, "Олена", plan, NOW), NOW)
    going = [each.started for each in decision.effects if isinstance(each, RunJob)]
    while going:
        started = going.pop(0)
        good = StepEnded(
            "", Outcome.OK, NOW, 1.0, 0, facts=FACTS.get(started.step, {}), items=ITEMS.get(started.step, {})
        )
        ended = (ends or {}).get(started.step, good)
        decision = decide(decision.run, replace(ended, job=started.job, at=NOW + timedelta(seconds=1)))
        going += [each.started for each in decision.effects if isinstance(each, RunJob)]
    assert decision.run.end
    return decision.run


def told(
    outcome: Outcome = Outcome.OK,
    code: str = "",
    step: str = "preflight",
    warnings: tuple[str, ...] = (),
    items: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, StepEnded]:
    facts, listed = FACTS.get(step, {}), {**ITEMS.get(step, {}), **(items or {})}
    return {step: StepEnded("", outcome, NOW, 1.0, 0, code=code, facts=facts, items=listed, warnings=warnings)}


def lines(run: Run) -> list[str]:
    return [plain_text(line) for line in checklist_lines(run, UK)]


def test_it_shows_what_was_found_on_every_line() -> None:
    assert lines(look()) == [
        "Чекліст",
        "✅ Сервери: web1 (0.42), web2 (0.42)",
        "✅ Диск: вільно 2 ГБ",
        "✅ Чиста робоча копія",
        "✅ Зміни та CHANGELOG: 2 нові коміти",
        "✅ Залежності: без змін",
        "✅ Версії: python 3.11.2, >=3.11",
        "✅ Налаштування",
        "✅ Термінові TODO: немає",
        "✅ Міграції: 2 міграції, лише додають",
        "✅ Тести: пройшли",
        "✅ Свіжий бекап: shop_20251010_020000.sql.gz, 3 год тому",
        "✅ Шлях назад: v1.2.2",
    ]
    assert "✅ Шлях назад: v1.2.2" in plain_text(run_card(look(), UK, NOW).text)


def test_what_nobody_asked_for_has_no_tick() -> None:
    shown = lines(look(told(items={"versions": (), "fresh_backups": ()}), without=("migrations", "tests")))
    for name in ("Версії", "Міграції", "Тести", "Свіжий бекап"):
        assert f"➖ {name}: не задано" in shown


@pytest.mark.parametrize(
    ("code", "line"),
    [("disk-full", "❌ Диск"), ("dirty-tree", "❌ Чиста робоча копія"), ("version-unmet", "❌ Версії")],
)
def test_what_is_in_the_way_is_marked_and_what_was_not_looked_at_is_not_ticked(code: str, line: str) -> None:
    shown = lines(look({"preflight": StepEnded("", Outcome.REFUSED, NOW, 1.0, 64, code=code)}))
    assert line in shown
    assert [each for each in shown if each.startswith("✅")] == ["✅ Сервери: web1 (0.42), web2 (0.42)"]
    assert "▫️ Тести" in shown


@pytest.mark.parametrize(
    ("warning", "line"),
    [
        ("todos-added", "⚠️ Термінові TODO"),
        ("env-missing", "⚠️ Налаштування"),
        ("way-back-unsure", "⚠️ Шлях назад"),
        ("way-back-images", "⚠️ Шлях назад"),
    ],
)
def test_what_was_warned_of_is_no_tick(warning: str, line: str) -> None:
    assert line in lines(look(told(warnings=(warning,))))


def test_an_old_backup_and_none_are_not_fresh() -> None:
    old = f"{FRESH_SECONDS + 60} a.sql.gz"
    assert "⚠️ Свіжий бекап: a.sql.gz, 1 д 2 год тому" in lines(look(told(items={"fresh_backups": (old,)})))
    assert "⚠️ Свіжий бекап: для shop немає" in lines(look(told(items={"fresh_backups": ("- shop",)})))


def test_a_changelog_that_was_left_alone_is_doubtful() -> None:
    ends = told()
    ends["preflight"] = replace(ends["preflight"], facts={**ends["preflight"].facts, "changelog_unchanged": "yes"})
    assert "⚠️ Зміни та CHANGELOG: CHANGELOG без змін" in lines(look(ends))


def test_migrations_that_may_break_and_tests_that_fail_are_marked() -> None:
    assert "❌ Міграції" in lines(look(told(Outcome.REFUSED, "migrations-dangerous", "migrations")))
    assert "❌ Тести" in lines(look(told(Outcome.FAILED, "tests-failed", "tests")))
    assert "✅ Міграції: усі вже застосовано" in lines(look(told(Outcome.SKIPPED, "migrations-applied", "migrations")))


def test_other_runs_have_none_and_every_language_has_its_words() -> None:
    assert checklist_lines(look(runbook="deploy"), UK) == []
    for t in TEXTS.values():
        assert len(checklist_lines(look(), t)) == 13
