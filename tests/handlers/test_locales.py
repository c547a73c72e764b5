"""Nothing is said in two languages only, and nothing is asked for that no language has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from fluent.syntax import ast, parse, visitor

from handlers.buttons import BackupAction, FollowAction, IncidentAction, MuteWhy, RunAction, WatchAction
from handlers.cards.checklist import ROWS
from handlers.i18n import LANGUAGES, LOCALES, Texts
from handlers.markup import units
from handlers.menu import COMMANDS
from ops.backups.backup import CopyState, Tier
from ops.backups.freshness import CODES as FRESHNESS
from ops.backups.retention import DROPPED, KEPT
from ops.backups.schedule import KINDS
from ops.errors import OpsError
from ops.releases.confirmation import CONFIRMABLE
from ops.releases.migrations import CODES
from ops.runs.events import Choice, Outcome, Result
from ops.runs.runbook import SHIPPED
from ops.watch.alertmanager import SEVERITIES
from ops.watch.cause import _SIGNS
from ops.watch.level import LEVELS
from ops.watch.probes import FIGURES
from ops.watch.telling import Overlay

ROOT = LOCALES.parent
PLURALS = {"uk": {"one", "few", "many", "other"}, "ru": {"one", "few", "many", "other"}, "en": {"one", "other"}}
ENGLISH_ONLY = {"log.ftl"}  # the log file of a run is English whatever the team speaks


def messages(language: str) -> dict[str, ast.Message]:
    found: dict[str, ast.Message] = {}
    for path in sorted((LOCALES / language).glob("*.ftl")):
        if path.name in ENGLISH_ONLY:
            continue
        for entry in parse(path.read_text()).body:
            assert not isinstance(entry, ast.Junk), f"{path}: {entry.content}"
            if isinstance(entry, ast.Message):
                assert entry.id.name not in found, f"{path}: {entry.id.name} twice"
                found[entry.id.name] = entry
    return found


ALL = {language: messages(language) for language in LANGUAGES}


class Looker(visitor.Visitor):
    def __init__(self) -> None:
        self.arguments: set[str] = set()
        self.selectors: list[ast.SelectExpression] = []

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802  the visitor's own naming
        self.arguments.add(node.id.name)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802  as above
        self.selectors.append(node)
        self.generic_visit(node)


def look(message: ast.Message) -> Looker:
    looker = Looker()
    looker.visit(message)
    return looker


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_every_language(language: str) -> None:
    assert ALL[language].keys() == ALL["uk"].keys()


@pytest.mark.parametrize("key", sorted(ALL["uk"]))
def test_every_language_tells_the_same_facts(key: str) -> None:
    facts = {language: look(ALL[language][key]).arguments for language in LANGUAGES}
    assert facts["ru"] == facts["uk"]
    assert facts["en"] == facts["uk"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_count_has_all_plural_forms_of_its_language(language: str) -> None:
    for key, message in ALL[language].items():
        for selector in look(message).selectors:
            names = {v.key.name if isinstance(v.key, ast.Identifier) else v.key.value for v in selector.variants}
            if names & {"one", "few", "many"}:
                assert names == PLURALS[language], key


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("uk", 1, "1 новий коміт"),
        ("uk", 2, "2 нові коміти"),
        ("uk", 5, "5 нових комітів"),
        ("uk", 11, "11 нових комітів"),
        ("uk", 21, "21 новий коміт"),
        ("uk", 22, "22 нові коміти"),
        ("uk", 112, "112 нових комітів"),
        ("ru", 1, "1 новый коммит"),
        ("ru", 3, "3 новых коммита"),
        ("ru", 111, "111 новых коммитов"),
        ("en", 1, "1 new commit"),
        ("en", 0, "0 new commits"),
    ],
)
def test_counts_are_worded_rightly(language: str, count: int, words: str) -> None:
    assert Texts(language, UTC)("run-commits", count=count) == words


def test_no_invisible_marks_end_up_in_what_people_copy() -> None:
    text = Texts("uk", UTC)("error-project-locked", project="a", runbook="b", run="7", holder="c", since="d")
    assert text.isprintable() or "\n" in text
    assert "\u2068" not in text


def keys_asked_for() -> Iterator[tuple[str, str]]:
    """Every key that stands in the code as it is."""
    for folder in ("bot", "handlers", "demo"):
        for path in (ROOT / folder).rglob("*.py"):
            for key in re.findall(r"\bt\(\s*[\"']([a-z0-9-]+)[\"']", path.read_text()):
                yield key, str(path.relative_to(ROOT))


def test_every_text_the_code_asks_for_is_there() -> None:
    missing = {(key, path) for key, path in keys_asked_for() if key not in ALL["uk"]}
    assert not missing


def derived_keys() -> set[str]:
    """Keys that the code makes from codes, names and states."""
    codes = set()
    for script in SHIPPED.rglob("*.sh"):
        codes |= set(re.findall(r"(?<![-\w])(?:refuse|fail|skip|warn) ([a-z][a-z-]+)", _without_comments(script)))
    for script in SHIPPED.rglob("*.ps1"):
        codes |= set(re.findall(r"(?:Refuse|Fail|Skip|Warn) '([a-z-]+)'", script.read_text()))
    errors = [each for each in _subclasses(OpsError) if each.__module__.startswith(("ops.", "bot."))]
    return (
        {f"reason-{code}" for code in codes}
        | {f"error-{error.code}" for error in errors}
        | {f"outcome-{outcome}" for outcome in Outcome if not outcome.good}
        | {f"ended-{result}" for result in Result}
        | {f"word-{result}" for result in Result}
        | {f"result-{result}" for result in Result}
        | {f"step-{name}" for name in _step_names()}
        | {f"runbook-{path.stem.removesuffix('-self')}" for path in SHIPPED.rglob("*.yml")}
        | {f"answer-{choice}" for choice in Choice}
        | {f"button-{action}" for action in RunAction if action is not RunAction.GO_ON}
        | {f"{stem}-{code}" for code in CONFIRMABLE for stem in ("button-go-on", "reason", "hint")}
        | {f"finding-{code}" for code in CODES}
        | {f"settled-{outcome}" for outcome in (Outcome.OK, Outcome.FAILED)}
        | {f"probation-{state}" for state in ("watching", "good", "superseded", "kept")}
        | {f"trouble-{action}" for action in WatchAction}
        | {"reason-crash-loop", "actor-probation"}
        | {f"checklist-{row}" for row in ROWS}
        | {f"tier-{tier}" for tier in get_args(Tier)}
        | {f"schedule-{kind}" for kind in KINDS}
        | {f"weekday-{number}" for number in range(7)}
        | {f"button-backup-{action.value}" for action in BackupAction if action is not BackupAction.SHOW}
        | {f"download-{why}" for why in ("large", "plain", "failed")}
        | {f"cleanup-{what}" for what in ("here", "copies", "refused-most", "refused-all")}
        | {f"backup-copy-{state}" for state in get_args(CopyState)}
        | {f"bad-{why}" for why in ("missing", "changed", "other")}
        | {f"keep-{why}" for why in KEPT}
        | {f"drop-{why}" for why in DROPPED}
        | {f"trouble-{code}" for code in FRESHNESS}
        | {"actor-clock"}
        | {f"announce-{what}" for what in ("made", "soon", "withdrawn")}
        | {f"alerts-link-{kind}" for kind in ("runbook", "dashboard", "panel", "silence", "source", "sender")}
        | {"trouble-hook", "trouble-monitor-silent"}
        | {f"alerts-severity-{severity}" for severity in SEVERITIES}
        | {f"config-{section}" for section in ("projects", "hosts", "hooks", "alerts", "people", "commands")}
        | {f"logs-level-{level}" for level in LEVELS}
        | {f"follow-{action}" for action in FollowAction}
        | {f"follow-ended-{why}" for why in ("time", "stopped", "replaced", "restart")}
        | {f"{prefix}-{name}" for name in COMMANDS for prefix in ("help", "menu-about")}
        | {f"button-incident-{action}" for action in IncidentAction}
        | {f"incident-{overlay}" for overlay in get_args(Overlay) if overlay}
        | {f"{stem}-{why}" for why in MuteWhy for stem in ("mute", "mute-reason")}
        | {f"cause-{cause}" for cause, _ in _SIGNS}
        | {
            f"trouble-{code}"
            for code in ("no-data", "crash-loop", "check-script", *(f"{name}-high" for name in FIGURES))
        }
    )


def _without_comments(script: Path) -> str:
    return re.sub(r"(?m)^ *#.*$", "", script.read_text())


def _subclasses(of: type[OpsError]) -> Iterator[type[OpsError]]:
    each: type[OpsError]
    for each in of.__subclasses__():
        yield each
        yield from _subclasses(each)


def _step_names() -> set[str]:
    named = {name for path in SHIPPED.rglob("*.yml") for name in re.findall(r"step: ([a-z-]+)", path.read_text())}
    made = re.findall(r"name=\"([a-z-]+)\"|\bname, subject = \"([a-z-]+)\"", (ROOT / "ops/runs/planner.py").read_text())
    return named | {a or b for a, b in made}


def test_every_code_state_and_name_has_its_text() -> None:
    assert not {key for key in derived_keys() if key not in ALL["uk"]}


def test_no_text_is_left_over() -> None:
    code = "".join(
        path.read_text() for folder in ("bot", "handlers", "demo", "ops") for path in (ROOT / folder).rglob("*.py")
    )
    prefixes = ("problem-", "hint-", "undo-", "unit-", "role-", "right-", "refused-", "ago-", "size-", "button-",
                "menu-", "init-", "cli-", "postgres-", "release-", "trouble-", "advice-", "cause-")  # fmt: skip
    known = {key for key, _ in keys_asked_for()} | derived_keys()
    unused = {key for key in ALL["uk"] if key not in known and not key.startswith(prefixes) and f'"{key}"' not in code}
    assert not {key for key in unused if not re.match(r"(result|ended|word|reason|error|outcome|step)-", key)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_menu_texts_keep_to_telegrams_limits(language: str) -> None:
    t = Texts(language, UTC)
    for name in COMMANDS:
        assert 1 <= units(t(f"menu-about-{name}")) <= 256
        assert re.fullmatch("[a-z0-9_]{1,32}", name)


@pytest.mark.parametrize(
    ("seconds", "span"),
    [
        (0.04, "0,1 с"),
        (0.44, "0,4 с"),
        (59.6, "1 хв"),
        (12, "12 с"),
        (65, "1 хв 5 с"),
        (7500, "2 год 5 хв"),
        (90000, "1 д 1 год"),
    ],
)
def test_spans_are_said_in_two_units_at_the_most(seconds: float, span: str) -> None:
    assert Texts("uk", UTC).span(seconds) == span


def test_times_are_the_teams_own() -> None:
    t = Texts("uk", ZoneInfo("Europe/Kyiv"))
    at = datetime(2025, 10, 10, 21, 30, tzinfo=UTC)
    assert t.clock(at) == "00:30"
    assert t.moment(at, at) == "00:30"
    assert t.moment(at, at + timedelta(days=1)) == "11.10 00:30"
    assert t.stamp(at) == "2025-10-11 00:30:00"
    assert t.ago(at, at + timedelta(days=2)) == "2 дні тому"
    assert t.ago(at, at - timedelta(hours=1)) == "щойно"
