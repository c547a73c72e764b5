"""Cards of runs: on several hosts, in line, with a question, stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.cards.card import Card
from handlers.cards.run import result_card, run_card
from handlers.cards.runs import runs_card
from handlers.i18n import LANGUAGES, Texts
from handlers.markup import plain_text
from ops.runs.engine import RunJob, begin, decide
from ops.runs.events import Answered, CancelRequested, Choice, Event, Outcome, StepEnded, StepStarted, Unlocked
from ops.runs.plan import Plan, Step
from ops.runs.run import Run
from ops.runs.script import Script

NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
COMMIT, PREVIOUS = "9" * 40, "1" * 40
TEXTS = {language: Texts(language, ZoneInfo("Europe/Kyiv")) for language in LANGUAGES}
UK = TEXTS["uk"]
SCRIPT = Script("true\n")
PLAN = Plan(
    hosts=("web1", "web2", "web3"),
    steps=(
        Step("resolve", "resolve", SCRIPT, first_host=True),
        Step("preflight", "preflight", SCRIPT),
        Step("code", "code", SCRIPT, undo=SCRIPT, changes=True),
        Step("start", "start", SCRIPT, undo=SCRIPT, changes=True),
    ),
)
FACTS = {
    "resolve": {"commit": COMMIT},
    "preflight": {"previous_commit": PREVIOUS, "previous_name": "v1.2.2", "commit_name": "v1.2.3"},
}


class Story:
    """A run whose jobs end as they are told to, one after another in the order in which they began."""

    def __init__(self, plan: Plan = PLAN, ref: str = "v1.2.3") -> None:
        self.run = Run(7, "formbot", "deploy", ref, 1001, "Олена", plan, NOW)
        self.going: list[StepStarted] = []
        self._take(begin(self.run, NOW))

    def _take(self, decision: object) -> None:
        self.run = decision.run  # type: ignore[attr-defined]
        self.going += [each.started for each in decision.effects if isinstance(each, RunJob)]  # type: ignore[attr-defined]

    def tell(self, event: Event) -> None:
        self._take(decide(self.run, event))

    def until(self, step: str, host: str) -> StepStarted:
        """Let everything end well until this begins; return it."""
        while True:
            first = self.going.pop(0)
            if (first.step, first.host) == (step, host):
                return first
            self.end(first, Outcome.OK)

    def end(self, started: StepStarted, outcome: Outcome) -> None:
        facts = FACTS.get(started.step, {}) if outcome.good else {}
        code = 1 if outcome is Outcome.FAILED else None
        self.tell(StepEnded(started.job, outcome, NOW + timedelta(seconds=5), 5.0, code, facts=facts))

    def to_the_end(self) -> None:
        while self.going:
            self.end(self.going.pop(0), Outcome.OK)


def lines(card: Card) -> list[str]:
    return plain_text(card.text).splitlines()


def labels(card: Card) -> list[list[str]]:
    return [[button.label for button in row] for row in card.rows]


def partial(plan: Plan = PLAN, ref: str = "v1.2.3") -> Story:
    story = Story(plan, ref)
    story.end(story.until("start", "web2"), Outcome.FAILED)
    story.to_the_end()
    return story


def test_it_names_the_version_of_each_host_and_what_the_one_under_way_does() -> None:
    story = Story()
    story.until("start", "web2")
    shown = lines(run_card(story.run, UK, NOW + timedelta(seconds=8)))
    assert shown[-5:] == ["✅ web1 · v1.2.3", "⏳ web2 · Запуск · 3 с", "▫️ web3 · v1.2.2", "", "⏱ 8 с"]
    assert "✅ Перевірки перед початком · 5 с" in shown


def test_a_step_that_hosts_take_together_counts_those_that_are_done() -> None:
    story = Story()
    story.until("preflight", "web2")
    assert "⏳ Перевірки перед початком · 1/3 · 7 с" in lines(run_card(story.run, UK, NOW + timedelta(seconds=12)))


def test_while_one_host_goes_back_and_others_go_on_it_says_where_and_can_be_stopped() -> None:
    story = Story(replace(PLAN, serial=2, max_failures=1))
    story.end(story.until("start", "web2"), Outcome.FAILED)
    card = run_card(story.run, UK, NOW)
    assert "↩️ На web2 не вийшло. Повертаю там v1.2.2…" in lines(card)
    assert labels(card) == [["Зупинити тут", "Зупинити й відкотити"]]


PARTIAL = {
    "uk": ["↩️ web2 · v1.2.2 · не вийшло: Запуск", "Завершити на решті", "Повернути всі"],
    "ru": ["↩️ web2 · v1.2.2 · не вышло: Запуск", "Завершить на остальных", "Вернуть все"],
    "en": ["↩️ web2 · v1.2.2 · failed: Start", "Finish the rest", "Take all back"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_different_versions_are_told_host_by_host_with_two_ways_to_one(language: str) -> None:
    card = result_card(partial().run, TEXTS[language])
    failed, *ways = PARTIAL[language]
    assert lines(card)[1:4] == ["✅ web1 · v1.2.3", failed, "▫️ web3 · v1.2.2"]
    assert labels(card)[0] == ways


def test_a_commit_that_was_asked_for_in_full_is_shown_by_its_name_and_listed_in_short() -> None:
    story = partial(ref=COMMIT)
    assert lines(run_card(story.run, UK, NOW))[1] == "v1.2.2 → v1.2.3"
    assert COMMIT not in runs_card([story.run], UK, NOW).text
    assert COMMIT[:8] in runs_card([story.run], UK, NOW).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_warning_says_what_the_script_found_even_where_the_run_went_well(language: str) -> None:
    story = Story()
    started = story.until("preflight", "web3")
    facts = {**FACTS["preflight"], "storage_place": "storage/logs"}
    warned = ("storage-unwritable", "artisan-broken", "said-by-nobody")
    story.tell(StepEnded(started.job, Outcome.OK, NOW, 5.0, 0, facts=facts, warnings=warned))
    story.to_the_end()
    told = [line for line in lines(result_card(story.run, TEXTS[language])) if line.startswith("⚠️")]
    assert "storage/logs" in told[0]
    assert len(told) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_line_it_shows_its_place_and_no_steps(language: str) -> None:
    waiting = replace(Run(8, "formbot", "deploy", "main", 1001, "Олена", PLAN, NOW), position=2)
    shown = lines(run_card(waiting, TEXTS[language], NOW))
    assert shown[0].startswith("🕐 formbot")
    assert len(shown) == 5
    assert ": 2." in shown[3]
    assert labels(run_card(waiting, UK, NOW)) == [["Скасувати"]]


def test_a_question_on_the_way_back_can_be_answered_from_the_card() -> None:
    story = Story()
    story.end(story.until("start", "web1"), Outcome.FAILED)
    story.end(story.going.pop(0), Outcome.UNKNOWN)
    assert story.run.asked
    assert labels(run_card(story.run, UK, NOW)) == [["Ще раз", "Зроблено"], ["Відкотити", "Завершити"]]


@pytest.mark.parametrize(
    ("back", "state", "end"),
    [
        (False, "🚫 Игорь скасовує, зупиняю…", "🚫 Скасовано: зроблене лишилося як є"),
        (True, "🚫 Игорь скасовує, повертаю v1.2.2…", "🚫 Скасовано, знову працює v1.2.2"),
    ],
)
def test_a_cancel_says_what_becomes_of_what_was_done(back: bool, state: str, end: str) -> None:  # noqa: FBT001  a parameter
    story = Story()
    held = story.until("code", "web1")
    story.tell(CancelRequested("Игорь", NOW, back=back))
    assert "🚫 Игорь скасовує, зупиняю…" in lines(run_card(story.run, UK, NOW))
    story.end(held, Outcome.CANCELLED)
    if back:
        assert state in lines(run_card(story.run, UK, NOW))
    story.to_the_end()
    assert end in lines(run_card(story.run, UK, NOW))


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (Unlocked("Олена", "диск <помер>", NOW), "formbot: проєкт звільнено (Олена: диск <помер>)."),
        (Answered("7-6s1", Choice.ABORT, "Игорь", NOW), "formbot: деплой #7 завершено як є (Игорь)."),
    ],
)
def test_who_ended_it_as_it_stands_and_why_is_told(event: Event, told: str) -> None:
    story = Story()
    held = story.until("code", "web1")
    assert held.job == "7-6s1"
    story.end(held, Outcome.UNKNOWN)
    story.tell(event)
    assert told in lines(result_card(story.run, UK))[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_failure_is_named_where_one_does_not_stop_the_others(language: str) -> None:
    databases = tuple(
        Step(f"backup-database.{name}", "backup-database", SCRIPT, subject=name, first_host=True, keep_going=True)
        for name in ("shop", "forum", "wiki")
    )
    story = Story(Plan(("web1",), databases), ref="")
    story.run = replace(story.run, runbook="backup")
    for outcome in (Outcome.FAILED, Outcome.OK, Outcome.FAILED):
        story.end(story.going.pop(0), outcome)
    said = plain_text(result_card(story.run, TEXTS[language]).text)
    assert ("shop" in said, "forum" in said, "wiki" in said) == (True, False, True)
