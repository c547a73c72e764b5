"""Manifest: what a backup holds, as its script has told it by facts and items."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ops.runs.events import StepEnded

ROWS_ITEM = "backup_rows"
"""The list that tells rows: entries of ``COUNT NAME``, names as JSON strings of what the database calls them."""
ABOUT_ITEM = "backup_rows_about"
"""The same of tables that were written to while they were dumped: not exact."""
_COUNTS = ("constraints", "indexes", "functions", "sequences", "triggers", "views", "files")


def manifest_of(ended: StepEnded) -> dict[str, Any]:
    """Return what the step's backup holds, as far as it was told.

    rows: by table, as the database quotes names (``public.orders``); rows_about: of tables that were written to
    meanwhile, and so are not exact; ``rows_of``: ``snapshot`` (of the very moment that was dumped), ``near`` (counted
    right after the dump, where nothing was written since it began) or ``largest`` (of the snapshot, but of the ten
    largest tables alone); constraints, indexes, functions, sequences and so on: how many; seconds: that the dump
    took; database_bytes; sha256: of the manifest's own file beside the backup.
    """
    facts = ended.facts
    manifest: dict[str, Any] = {}
    if rows := _rows(ended.items.get(ROWS_ITEM, ())):
        manifest |= {"rows": rows, "rows_of": facts.get("backup_rows_of", "snapshot")}
    if about := _rows(ended.items.get(ABOUT_ITEM, ())):
        manifest["rows_about"] = about
    manifest |= _numbers(facts.get("backup_counts", ""), _COUNTS)
    manifest |= _numbers(facts.get("backup_measures", ""), ("seconds", "database_bytes"))
    if sha256 := facts.get("backup_manifest_sha256"):
        manifest["sha256"] = sha256
    return manifest


def rows_in_all(manifest: Mapping[str, Any]) -> int:
    """Return how many rows a backup holds, as far as they were counted."""
    return sum(manifest.get("rows", {}).values())


def _rows(entries: Iterable[str]) -> dict[str, int]:
    """Read ``COUNT NAME`` entries; what is none is left out."""
    rows = {}
    for entry in entries:
        count, _, name = entry.partition(" ")
        if count.isdecimal() and name:
            rows[_name(name)] = int(count)
    return rows


def _name(text: str) -> str:
    """Read a name as JSON has it; one that was cut, or hidden as a secret, stays as it is."""
    try:
        name = json.loads(text)
    except ValueError:
        return text
    return name if isinstance(name, str) else text


def _numbers(text: str, names: Iterable[str]) -> dict[str, int]:
    """Read ``name=1 other=2``; what is none of these names is left out."""
    pairs = (word.partition("=") for word in text.split())
    known = set(names)
    return {name: int(number) for name, _, number in pairs if name in known and number.isdecimal()}
