"""The checklist of a look before a deploy: what was looked at and what was found, and what nobody has asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.markup import Html, cut_text, escape
from handlers.wording import reason_of
from ops.runs.events import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.i18n import Texts
    from ops.runs.run import Attempt, Run

FRESH_SECONDS = 26 * 3600
"""A daily backup may be so old: a day, and the time that it takes."""
_MEGABYTE = 1 << 20
_VERSIONS_UNITS = 160
_GOOD, _BAD, _DOUBTFUL, _UNASKED, _UNSEEN = "✅", "❌", "⚠️", "➖", "▫️"


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands in a line behind its name."""

    sign: str
    detail: Html = Html()  # noqa: RUF009  it is a str, which nobody can change


def checklist_lines(run: Run, t: Texts) -> list[Html]:
    """Return a line for each thing that a look ahead has looked at; nothing for other runs, or before the end."""
    if run.runbook != "preflight" or run.end is None or not run.facts().get("commit"):
        return []
    lines = [t("checklist")]
    for name, (codes, look) in ROWS.items():
        found = _told(run, codes) or look(run, t)
        detail = Html(f": {found.detail}") if found.detail else Html()
        lines.append(Html(f"{found.sign} {t(f'checklist-{name}')}") + detail)
    return lines


def _told(run: Run, codes: frozenset[str]) -> _Found | None:
    """Return a line's sign where a step has said one of its codes: why is said in the messages already."""
    ended = [attempt.ended for attempt in run.attempts if attempt.ended]
    if any(each.code in codes and each.outcome is not Outcome.SKIPPED for each in ended):
        return _Found(_BAD)
    return _Found(_DOUBTFUL) if any(code in codes for each in ended for code in each.warnings) else None


def _seen(run: Run, fact: str) -> bool:
    return fact in run.facts()


def _servers(run: Run, _: Texts) -> _Found:
    reached = [each.started.host for each in run.attempts if each.started.step == "reach" and each.good]
    sign = _GOOD if len(reached) == len(run.plan.hosts) else _BAD
    loads = ((host, run.facts(host).get("load", "")) for host in reached)
    return _Found(sign, escape(", ".join(f"{host} ({load})" if load else host for host, load in loads)))


def _disk(run: Run, t: Texts) -> _Found:
    free = [int(room) for host in run.plan.hosts if (room := run.facts(host).get("free_mb", "")).isdigit()]
    return _Found(_GOOD, t("checklist-free", size=t.size(min(free) * _MEGABYTE))) if free else _Found(_UNSEEN)


def _tree(run: Run, _: Texts) -> _Found:
    return _Found(_GOOD) if run.previous_commit() else _Found(_UNSEEN)


def _changes(run: Run, t: Texts) -> _Found:
    facts = run.facts()
    if "ahead" not in facts:
        return _Found(_UNSEEN)
    ahead = int(facts["ahead"] or 0)
    if facts.get("changelog_unchanged") and ahead:
        return _Found(_DOUBTFUL, t("run-changelog-unchanged"))
    return _Found(_GOOD, t("run-commits", count=ahead) if ahead else t("checklist-no-change"))


def _dependencies(run: Run, t: Texts) -> _Found:
    changed = run.facts().get("requirements_changed")
    sign = _GOOD if _seen(run, "ahead") else _UNSEEN
    return _Found(sign, t("checklist-changed" if changed else "checklist-no-change") if sign == _GOOD else Html())


def _versions(run: Run, t: Texts) -> _Found:
    there = [line for line in run.items("versions") if line]
    if there:
        return _Found(_GOOD, escape(cut_text("; ".join(there), _VERSIONS_UNITS)))
    return _unasked(run, t)


def _config(run: Run, _: Texts) -> _Found:
    return _Found(_GOOD) if _passed(run, "preflight") else _Found(_UNSEEN)


def _todos(run: Run, t: Texts) -> _Found:
    return _Found(_GOOD, t("checklist-none")) if _passed(run, "preflight") else _Found(_UNSEEN)


def _migrations(run: Run, t: Texts) -> _Found:
    count = len(run.items("migrations"))
    told = [t("run-migrations", count=count)] if count else []
    return _step(run, t, "migrations", lambda: Html.join(", ", [*told, t("checklist-only-add")]))


def _tests(run: Run, t: Texts) -> _Found:
    return _step(run, t, "tests", lambda: t("checklist-passed"))


def _backup(run: Run, t: Texts) -> _Found:
    found = run.items("fresh_backups")
    if not found:
        return _unasked(run, t)
    sign, told = _GOOD, []
    for age, _, name in (line.partition(" ") for line in found):
        if age.isdigit():
            told.append(Html(f"{escape(cut_text(name, 60))}, ") + t("checklist-old", span=t.span(int(age))))
        else:
            told.append(t("checklist-no-backup", database=name))
        if not age.isdigit() or int(age) > FRESH_SECONDS:
            sign = _DOUBTFUL
    return _Found(sign, Html.join("; ", told))


def _way_back(run: Run, _: Texts) -> _Found:
    name = run.facts().get("previous_name", "")
    return _Found(_GOOD, escape(cut_text(name, 60))) if _passed(run, "preflight") else _Found(_UNSEEN)


def _unasked(run: Run, t: Texts) -> _Found:
    """Return a line's state where nothing was found: nobody asked for it, or the look was over before."""
    return _Found(_UNASKED, t("checklist-unasked")) if _passed(run, "preflight") else _Found(_UNSEEN)


def _step(run: Run, t: Texts, name: str, good: Callable[[], Html]) -> _Found:
    """Return the state of what is a step of its own."""
    if name not in run.plan.by_key:
        return _Found(_UNASKED, t("checklist-unasked"))
    last: Attempt | None = next((each for each in reversed(run.attempts) if each.started.step == name), None)
    if last is None or last.ended is None:
        return _Found(_UNSEEN)
    if last.outcome is Outcome.SKIPPED:
        return _Found(_GOOD, reason_of(t, last.ended.code))
    return _Found(_GOOD, good()) if last.good else _Found(_BAD)


def _passed(run: Run, step: str) -> bool:
    ends = [attempt.good for attempt in run.attempts if attempt.started.step == step and attempt.ended]
    return bool(ends) and all(ends)


ROWS: dict[str, tuple[frozenset[str], Callable[[Run, Texts], _Found]]] = {
    "servers": (frozenset(), _servers),
    "disk": (frozenset({"disk-full"}), _disk),
    "tree": (frozenset({"dirty-tree", "no-repository", "path-unwritable"}), _tree),
    "changes": (frozenset({"would-undo", "known-bad", "already-live", "commit-missing"}), _changes),
    "dependencies": (frozenset({"composer-missing", "venv-missing"}), _dependencies),
    "versions": (frozenset({"version-unmet"}), _versions),
    "config": (frozenset({"env-missing", "config-missing", "dotenv-missing", "config-source-missing"}), _config),
    "todos": (frozenset({"todos-added"}), _todos),
    "migrations": (frozenset({"migrations-dangerous"}), _migrations),
    "tests": (frozenset({"tests-failed"}), _tests),
    "backup": (frozenset(), _backup),
    "way-back": (frozenset({"way-back-unsure", "way-back-images"}), _way_back),
}
"""By name: the codes that say it is not in order, and what tells that it is."""
