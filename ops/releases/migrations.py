"""Migrations: what pending ones would do to the version that runs now. Pure.

The rule they are held to is "only add": the version before has to run on the new structure, for it serves until the
new one does, and again when that one fails.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from ops.runs.events import Outcome, StepEnded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DANGEROUS = "migrations-dangerous"
CODES = frozenset(
    {"drop-table", "drop-column", "drop-other", "rename", "not-null", "type", "truncate", "delete-all", "unclear"}
    | {f"lock-{how}" for how in ("index", "constraint", "rewrite", "update", "other")}
    | {"unseen", "too-long", "garbled"}
)
"""Everything that can be found."""
MOST_FINDINGS = 40
_STATEMENT_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a migration would do and should not.

    code: locales know it as ``finding-<code>``. migration: the file or revision. subject: the table or column.
    statement: the text that does it. size: bytes of the table that is locked; 0 where nobody can tell, or none is.
    """

    code: str
    migration: str = ""
    subject: str = ""
    statement: str = ""
    size: int = 0

    def to_json(self) -> str:
        """Return it as an item of a step's end."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(self.code)


def read_finding(text: str) -> Finding:
    """Return the finding of an item."""
    return Finding(**json.loads(text))


def judge_migrations(ended: StepEnded, confirmed: str, clean: Callable[[str], str]) -> StepEnded:
    """Return the end of a step that has listed pending migrations: OK, or refused with what was found in them.

    ``confirmed``: the SHA-256 of the SQL that an admin has allowed; another SQL is not covered by it. What the step
    said: see ops/runbooks/shared/say-sql.sh. The SQL itself is not kept; ``clean`` masks secrets in what is.
    """
    findings = _findings(ended)
    kept = {name: entries for name, entries in ended.items.items() if name not in {"migrations_sql", "tables"}}
    if not findings:
        return replace(ended, items=kept)
    shown = [replace(found, statement=clean(_short(found.statement))) for found in findings[:MOST_FINDINGS]]
    kept["findings"] = tuple(found.to_json() for found in shown)
    facts = {**ended.facts, "findings_count": str(len(findings))}
    if confirmed and confirmed == ended.facts.get("migrations_sha256"):
        return replace(ended, items=kept, facts=facts)
    return replace(ended, outcome=Outcome.REFUSED, code=DANGEROUS, items=kept, facts=facts)


def _findings(ended: StepEnded) -> Sequence[Finding]:
    facts = ended.facts
    if facts.get("migrations_unseen"):
        return [Finding("unseen", ", ".join(ended.items.get("migrations", ())))]
    if not facts.get("migrations_bytes", "0").strip("0"):
        return []
    encoded = ended.items.get("migrations_sql", ())
    if not encoded:
        return [Finding("too-long", size=int(facts["migrations_bytes"]))]
    try:
        sql = base64.b64decode("".join(encoded), validate=True)
    except binascii.Error:
        sql = b""
    if hashlib.sha256(sql).hexdigest() != facts.get("migrations_sha256"):
        return [Finding("garbled")]
    # Here, because what parses SQL takes memory, and most processes never need it.
    from ops.releases.migration_rules import judge_sql  # noqa: PLC0415

    sizes = _sizes(ended.items.get("tables", ())) if facts.get("tables_listed") else None
    return judge_sql(sql.decode(errors="replace"), facts.get("migrations_dialect", "postgres"), sizes)


def _sizes(entries: Sequence[str]) -> Mapping[str, int]:
    """Return bytes by table, from items ``BYTES NAME``."""
    pairs = (entry.split(" ", 1) for entry in entries)
    return {name: int(size) for size, name in pairs if size.isdigit()}


def _short(statement: str) -> str:
    line = " ".join(statement.split())
    return line if len(line) <= _STATEMENT_LENGTH else line[: _STATEMENT_LENGTH - 1] + "…"
