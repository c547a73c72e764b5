"""Plans as JSON: scripts are named by their hashes and kept apart, once each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ops.runs.plan import Plan, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.runs.script import Script

_PLAIN = (
    *("key", "name", "subject", "changes", "check", "first_host", "repeatable", "ack", "judge", "keep_going"),
    *("timeout", "silence"),
)
_SCRIPTS = ("script", "undo", "probe")


def write_plan(plan: Plan) -> str:
    """Return the JSON of a plan without its scripts' texts."""
    return json.dumps(
        {
            "hosts": plan.hosts,
            "values": dict(plan.values),
            "serial": plan.serial,
            "max_failures": plan.max_failures,
            "title": dict(plan.title),
            "steps": [_write_step(step) for step in plan.steps],
        }
    )


def scripts_named(text: str) -> set[str]:
    """Return the hashes of the scripts that a plan's JSON names."""
    steps = json.loads(text)["steps"]
    return {step[kind] for step in steps for kind in _SCRIPTS if step[kind]}


def read_plan(text: str, scripts: Mapping[str, Script]) -> Plan:
    """Return the plan of this JSON. ``scripts``: by hash, all that it names."""
    data = json.loads(text)
    steps = tuple(_read_step(step, scripts) for step in data["steps"])
    title = data.get("title", {})  # plans of the first versions have none
    return Plan(tuple(data["hosts"]), steps, data["values"], data["serial"], data["max_failures"], title)


def _write_step(step: Step) -> dict[str, Any]:
    scripts = {kind: getattr(step, kind) for kind in _SCRIPTS}
    return {
        **{name: getattr(step, name) for name in _PLAIN},
        "values": dict(step.values),
        "secrets": step.secrets,
        "title": dict(step.title),
        **{kind: script.sha256 if script else None for kind, script in scripts.items()},
    }


def _read_step(data: dict[str, Any], scripts: Mapping[str, Script]) -> Step:
    return Step(
        **{name: data[name] for name in _PLAIN if name in data},  # the version before knew fewer
        values=data["values"],
        title=data.get("title", {}),
        secrets=tuple(data.get("secrets", ())),
        script=scripts[data["script"]],
        undo=scripts[data["undo"]] if data["undo"] else None,
        probe=scripts[data["probe"]] if data["probe"] else None,
    )
