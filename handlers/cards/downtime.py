"""What a run's cards say about downtime: that it comes, that it lasts, how long it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.runs.downtime import downtime, will_stop

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.i18n import Texts
    from handlers.markup import Html
    from ops.runs.run import Run


def down_now(run: Run, t: Texts, now: datetime) -> list[Html]:
    """Return a line for each host whose services are stopped at this moment, or will be."""
    if run.position:
        return []
    if will_stop(run) and run.cancel is None:
        return [t("down-soon", project=run.project)]
    lines = []
    for host in run.plan.hosts:
        since = downtime(run, host).since
        if since is not None:
            lines.append(_of(run, t, "down-now", host, span=t.span((now - since).total_seconds())))
    return lines


def down_in_all(run: Run, t: Texts) -> list[Html]:
    """Return how long services were down because of a run that is over, and where they still are."""
    found = {host: downtime(run, host) for host in run.plan.hosts}
    over = {host: t.span(each.seconds) for host, each in found.items() if each.measured and each.since is None}
    lines = [_of(run, t, "down-still", host) for host, each in found.items() if each.since is not None]
    if over and len(run.plan.hosts) > 1:
        lines.insert(0, t("down-was", spans=", ".join(f"{host} {span}" for host, span in over.items())))
    elif over:
        lines.insert(0, t("down-was", spans=next(iter(over.values()))))
    return lines


def _of(run: Run, t: Texts, key: str, host: str, **facts: Html) -> Html:
    return t(key, project=run.project, host=host if len(run.plan.hosts) > 1 else "no", **facts)
