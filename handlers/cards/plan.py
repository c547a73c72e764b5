"""What a deploy would do: a card with the gist, and a file with every script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.buttons import ref_button
from handlers.cards.card import Button, Card
from handlers.cards.run import change_notes
from handlers.markup import Html, cut_text, escape, folded, plain_text
from handlers.telegram import Document
from handlers.wording import step_title

if TYPE_CHECKING:
    from handlers.i18n import Texts
    from ops.project import Project
    from ops.ref import Ref
    from ops.releases.outlook import Outlook
    from ops.runs.plan import Plan, Step

_LINE_UNITS = 110
_SHOWN = 8


def plan_card(project: Project, ref: Ref, plan: Plan, outlook: Outlook, t: Texts) -> Card:
    """Return the gist: from which version to which, and what each host would do."""
    lines = [
        t("plan-heading", project=project.name),
        t("run-change-ref", old=outlook.previous_name, new=outlook.commit_name, ref=cut_text(ref, 60)),
    ]
    if notes := change_notes(t, ahead=outlook.ahead, behind=outlook.behind):
        lines.append(Html.join(" · ", notes))
    if commits := (outlook.commits or outlook.undone)[:_SHOWN]:
        listed = [escape(cut_text(line, _LINE_UNITS)) for line in commits]
        lines.append(folded(Html.join("\n", listed)))
    lines.append(t("plan-steps", count=len(plan.steps)))
    waves = Html.join(" → ", [escape(", ".join(wave)) for wave in plan.waves])
    lines.append(t("plan-hosts", waves=waves))
    button = Button(t("menu-deploy"), ref_button("deploy", project.name, ref), "primary")
    return Card(Html.join("\n", lines), ((button,),))


def plan_document(project: Project, ref: Ref, plan: Plan, outlook: Outlook, t: Texts) -> Document:
    """Return the file: the table of hosts and steps, the values, the commits, and every script as it would run."""
    parts = [
        f"{project.name} {ref}: {outlook.previous} -> {outlook.commit}",
        _table(plan, t),
        "\n".join(f"{name}={value}" for name, value in sorted(plan.values.items())),
        *(["\n".join(outlook.commits)] if outlook.commits else []),
        *(_script_text(step, t) for step in plan.steps),
    ]
    name = f"plan_{project.name}_{outlook.commit[:8]}.txt"
    return Document(name, ("\n\n".join(parts) + "\n").encode())


def _table(plan: Plan, t: Texts) -> str:
    titles = [plain_text(step_title(t, step)) for step in plan.steps]
    width = max(len(title) for title in titles)
    head = " " * (width + 2) + "  ".join(plan.hosts)
    rows = []
    for title, step in zip(titles, plan.steps, strict=True):
        runs_on = plan.hosts_of(step)
        marks = [("x" if host in runs_on else "-").ljust(len(host)) for host in plan.hosts]
        rows.append((title.ljust(width) + "  " + "  ".join(marks)).rstrip())
    return "\n".join([head, *rows])


def _script_text(step: Step, t: Texts) -> str:
    parts = [f"=== {step.key}: {plain_text(step_title(t, step))}"]
    parts += [f"{name}={value}" for name, value in sorted(step.values.items())]
    named = (("run", step.script), ("undo", step.undo), ("verify", step.probe))
    parts += [f"--- {kind}\n{script.text.rstrip()}" for kind, script in named if script]
    return "\n".join(parts)
