"""What migrations would do to the version that runs, statement by statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.markup import Html, code, cut_text, folded, plain_text, units
from ops.releases.migrations import DANGEROUS, Finding, read_finding

if TYPE_CHECKING:
    from handlers.i18n import Texts
    from ops.runs.run import Run

_STATEMENT_UNITS = 300
_SHORT_STATEMENT_UNITS = 110
_ROOMY = 1000
"""From here on there is room for whole statements."""


def findings_lines(run: Run, t: Texts, most: int) -> list[Html]:
    """Return the findings that fit into so many units, each with its statement, and how many are left out."""
    refused = run.failure.ended if run.failure else None
    if refused is None or refused.code != DANGEROUS:
        return []
    found = [read_finding(text) for text in refused.items.get("findings", ())]
    length = _STATEMENT_UNITS if most >= _ROOMY else _SHORT_STATEMENT_UNITS
    lines: list[Html] = []
    for finding in found:
        line = _finding_line(finding, t, length)
        if lines and units(plain_text(Html.join("\n", [*lines, line]))) > most:
            break
        lines.append(line)
    left = int(refused.facts.get("findings_count") or len(found)) - len(lines)
    return [folded(Html.join("\n", lines + ([t("and-more", count=left)] if left > 0 else [])))]


def _finding_line(finding: Finding, t: Texts, length: int) -> Html:
    size = t.size(finding.size) if finding.size else ""
    what = t(f"finding-{finding.code}", subject=finding.subject or "?", size=size, known="yes" if size else "no")
    head = Html(f"❗ {code(finding.migration)}: {what}") if finding.migration else Html(f"❗ {what}")
    return Html(f"{head}\n{code(cut_text(finding.statement, length))}") if finding.statement else head
