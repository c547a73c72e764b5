"""Restoring: the steps that put backups in the place of what is live, and take them back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ops.backups.steps import BACKUP_GPG_KEY, BACKUP_IDENTITY
from ops.backups.target import Target, fresh_name, old_name, read_targets
from ops.errors import CannotRestore
from ops.runs.plan import MINUTE, Step
from ops.runs.runbook import SHIPPED, shared_script

if TYPE_CHECKING:
    from collections.abc import Callable

_HOUR = 60 * MINUTE
_KEYS = (BACKUP_IDENTITY, BACKUP_GPG_KEY)
_BETWEEN = "\x1f"

RESTORE = "RESTORE"
"""The value of a run that tells what it restores: ops/backups/target.py."""
Places = Mapping[str, Mapping[str, str]]
"""By the name of what is restored: the values that say where it is, and who logs in there."""


def can_restore(engine: str) -> bool:
    """Whether there are scripts for it."""
    return (SHIPPED / "shared" / f"restore-swap-{engine}.sh").is_file()


def restored(given: str) -> dict[str, Target]:
    """Return the targets of a run that are read from a file, by subject."""
    return {target.subject: target for target in read_targets(given) if target.path}


def _look(target: Target, places: Places, stamp: str) -> Step:
    """Whether it can be restored at all: looked at before anything is begun."""
    return _step("restore-look", target, places, stamp, timeout=_HOUR, silence=_HOUR, secrets=_KEYS)


def _load(target: Target, places: Places, stamp: str) -> Step:
    """Restore beside what is live; what opens a sealed backup comes with the step."""
    return _step(
        "restore-load",
        target,
        places,
        stamp,
        undo="restore-unload",
        probe="restore-loaded",
        timeout=6 * _HOUR,
        silence=6 * _HOUR,
        secrets=_KEYS,
    )


def _swap(target: Target, places: Places, stamp: str) -> Step:
    """Put it in the place of what is live."""
    return _step("restore-swap", target, places, stamp, undo="restore-unswap", probe="restore-swapped")


def _drop(target: Target, places: Places, stamp: str) -> Step:
    """Drop what was put aside."""
    return _step("restore-drop", target, places, stamp, timeout=_HOUR, silence=_HOUR)


_MADE: dict[str, Callable[[Target, Places, str], Step]] = {
    "restore-look": _look,
    "restore-load": _load,
    "restore-swap": _swap,
    "restore-drop": _drop,
}
RESTORING = frozenset(_MADE)
"""The ``use`` of runbooks that are made here."""


def restore_steps(use: str, places: Places, values: Mapping[str, str]) -> Iterator[Step]:
    """Yield a step for each target that it concerns. Raises CannotRestore for what the project does not list."""
    for target in read_targets(values.get(RESTORE, "")):
        if target.path or use != "restore-load":
            yield _MADE[use](target, places, values["STAMP"])


def _step(
    name: str, target: Target, places: Places, stamp: str, *, undo: str = "", probe: str = "", **limits: Any
) -> Step:
    subject = target.subject
    if subject not in places:
        raise CannotRestore(subject, "unlisted")
    dropping = name == "restore-drop"

    def script(verb: str) -> str:
        return f"{verb}-{target.engine}.sh"

    return Step(
        key=f"{name}.{subject}",
        name=name,
        subject=subject,
        script=shared_script(script(name)),
        undo=shared_script(script(undo)) if undo else None,
        probe=shared_script(script(probe)) if probe else None,
        changes=bool(undo),
        first_host=True,
        repeatable=True,
        values={
            **places[subject],
            "RESTORE_BACKUP": str(target.backup),
            "RESTORE_FILE": target.path,
            "RESTORE_SHA256": target.sha256,
            "RESTORE_SIZE": str(target.size),
            "MANIFEST_SHA256": target.manifest,
            "WANTED_ROWS": _BETWEEN.join(_told(*row) for row in target.rows.items()),
            "NEW_NAME": target.aside or fresh_name(subject, stamp),
            "OLD_NAME": target.aside if dropping else old_name(subject, stamp),
        },
        **limits,
    )


def _told(table: str, count: int) -> str:
    """Return a table's rows as databases tell them: names as JSON has them."""
    return f"{count} {json.dumps(table, ensure_ascii=False)}"
