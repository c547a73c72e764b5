"""Prometheus is given every figure, in its own format, and nothing that people have written."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.health import State
from bot.metrics import Metrics, Own
from ops.store.figures import read_figures
from ops.watch.incidents import Counts
from ops.watch.observation import Subject

if TYPE_CHECKING:
    from ops.store.postgres import Pool

MONITORING = Path(__file__).parents[2] / "docs" / "monitoring"
NOW = datetime(2025, 10, 10, 12, 30, tzinfo=UTC)
CANARY = "Вася просив"
ROWS = f"""
    INSERT INTO runs
        (request, project, runbook, ref, actor_id, actor_name, plan, accepted_at, begun_at, ended_at, result)
    SELECT 'r' || n, 'formbot', 'deploy', 'v1', 1, '{CANARY}', '{{}}', now, now, now + n * interval '20 s', result
    FROM (VALUES (1, 'succeeded'), (2, 'succeeded'), (9, 'rolled-back')) AS run (n, result),
        (SELECT timestamptz '2025-10-10 12:00Z' AS now) AS clock;
    INSERT INTO runs (request, project, runbook, ref, actor_id, actor_name, plan, accepted_at, result, ended_at)
    VALUES ('gone', 'gone', 'deploy', 'v1', 1, 'x', '{{}}', '2025-10-10 12:00Z', 'failed', '2025-10-10 12:01Z'),
        ('b1', 'formbot', 'backup', 'v1', 1, 'x', '{{}}', '2025-10-10 12:00Z', 'succeeded', '2025-10-10 12:01Z'),
        ('b2', 'formbot', 'backup', 'v1', 1, 'x', '{{}}', '2025-10-10 12:05Z', 'failed', '2025-10-10 12:06Z'),
        ('ask', 'formbot', 'restart', 'v1', 1, 'x', '{{}}', '2025-10-10 12:05Z', NULL, NULL);
    INSERT INTO releases (project, host, commit, ref, run_id, live_at)
    SELECT 'formbot', 'web1', 'c', 'v1', min(id), '2025-10-10 12:01Z' FROM runs;
    INSERT INTO backups (project, host, subject, path, bytes, sha256, run_id, taken_at, tier, level, verified_at,
        manifest, proof, bad, copy_state)
    SELECT 'formbot', 'web1', 'formbot', '/b/' || n, 1000 * n, '', run.id,
        timestamptz '2025-10-09 02:00Z' + n * interval '1 h', 'daily', level, '2025-10-10 10:00Z',
        '{{"seconds": 12}}', '{{"seconds": 34}}', bad, 'pending'
    FROM (VALUES (1, 2, NULL), (2, 1, NULL), (3, 0, 'changed')) AS made (n, level, bad),
        (SELECT min(id) AS id FROM runs) AS run;
    INSERT INTO rounds (host, next_at, seen_at, seconds) VALUES ('web1', '2025-10-10Z', '2025-10-10 12:00Z', 0.5);
    INSERT INTO outbox (key, kind, body, chat_id, urgency, created_at, dropped)
    VALUES ('a', 'say', '{{}}', 1, 0, '2025-10-10 12:00Z', NULL),
        ('b', 'say', '{{}}', 1, 0, '2025-10-10 11:00Z', 'Forbidden: bot was kicked {CANARY}');
    INSERT INTO monitors (source, heard_at) VALUES ('am:9093', '2025-10-10 12:00Z');
"""  # noqa: S608  our own text
COUNTS = Counts(
    firing={"warning": 0, "critical": 2},
    untold={"muted": 1},
    phases={Subject("formbot", "web1", "unit", 'a"b\\'): "firing", Subject("", "", "hook", CANARY): "firing"},
)
WELL = State(telegram=True, database=True, scheduler=True, loop=True)


def metrics(pool: Pool, state: State = WELL) -> Metrics:
    async def count() -> Counts:
        return COUNTS

    async def own() -> Own:
        return Own(state, 1.0, 2.0, 3, {"web1": 0.25})

    return Metrics(lambda: read_figures(pool), count, own, lambda project: project == "formbot")


def figures(text: bytes) -> dict[str, float]:
    return {
        sample.name.removeprefix("lotsman_")
        + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


@pytest.fixture
async def text(pool: Pool) -> bytes:
    await pool.execute(ROWS)
    return await metrics(pool).scrape()


async def test_every_figure_is_counted_over_the_rows(text: bytes) -> None:
    found = figures(text)
    at = datetime(2025, 10, 10, 12, 0, tzinfo=UTC).timestamp()
    expected = {
        "up": 1,
        "part_up database": 1,
        "deploys_total formbot succeeded": 2,
        "deploys_total formbot rolled-back": 1,
        "deploy_duration_seconds_bucket formbot 30.0": 1,
        "deploy_duration_seconds_bucket formbot 60.0": 2,
        "deploy_duration_seconds_bucket formbot +Inf": 3,
        "deploy_duration_seconds_sum formbot": 240,
        "last_deploy_timestamp_seconds formbot web1": at + 60,
        "runs_open formbot waiting": 1,
        "backup_last_attempt_timestamp_seconds formbot": at + 300,
        "backup_failures_total formbot": 1,
        "backup_last_success_timestamp_seconds formbot formbot web1 daily": at - 32 * 3600,
        "backup_last_verified_timestamp_seconds formbot formbot web1 daily": at - 2 * 3600,
        "backup_size_bytes formbot formbot web1 daily": 2000,
        "backup_duration_seconds formbot formbot web1 daily": 12,
        "backups_kept formbot formbot web1 daily": 2,
        "restore_drill_duration_seconds formbot formbot web1": 34,
        "backup_copies_missing formbot pending web1": 3,
        "notifications_waiting": 1,
        "notifications_oldest_timestamp_seconds": at,
        "notifications_failed_total kicked": 1,
        "check_round_seconds web1": 0.5,
        "monitor_last_heard_timestamp_seconds": at,
        "alerts_firing critical": 2,
        "alerts_suppressed muted": 1,
        "telegram_429_total": 3,
        "ssh_connect_seconds web1": 0.25,
        'check_state formbot unit a"b\\ web1': 2,
    }
    assert {name: found.get(name) for name in expected} == expected


async def test_nothing_that_people_wrote_and_no_project_that_is_gone_is_among_them(text: bytes) -> None:
    assert CANARY.encode() not in text
    assert b'"gone"' not in text
    labels = {label for name in re.findall(rb"\{(.*)\}", text) for label in re.findall(rb"(\w+)=", name)}
    assert labels <= {
        *(b"app", b"target", b"db", b"tier", b"result", b"runbook", b"reason", b"state", b"severity"),
        *(b"check", b"name", b"part", b"le", b"python"),
    }


async def test_without_the_database_it_still_says_how_it_is(pool: Pool) -> None:
    found = figures(await metrics(pool, State(telegram=True, database=False, scheduler=True, loop=True)).scrape())
    assert (found["up"], found["part_up database"], found["part_up telegram"]) == (0, 0, 1)
    assert "notifications_waiting" not in found


async def test_who_asks_again_at_once_is_told_the_same(pool: Pool) -> None:
    asked = metrics(pool)
    first = await asked.scrape()
    await pool.execute(ROWS)
    assert await asked.scrape() == first


async def test_the_docs_the_rules_and_the_dashboard_name_what_there_is(text: bytes) -> None:
    families = {
        family.name.removeprefix("lotsman_"): family for family in text_string_to_metric_families(text.decode())
    }
    ours = {n + ("_total" if f.type == "counter" else "") for n, f in families.items() if not n.startswith("process_")}
    listed = set(
        re.findall(r"`([a-z_0-9]+)`", MONITORING.with_suffix(".md").read_text().partition("## The figures")[2])
    )
    assert ours <= listed
    dashboard = json.loads((MONITORING / "grafana-dashboard.json").read_text())
    used = json.dumps(dashboard) + (MONITORING / "lotsman-alerts.yml").read_text()
    for name in re.findall(r"lotsman_([a-z0-9_]+)", used):
        if name != "alerts":
            assert re.sub("_(bucket|sum|count)$", "", name) in ours | {"runs"}, name
    assert {panel["type"] for panel in dashboard["panels"]} <= {"stat", "timeseries", "table"}


def promtool(*arguments: str, stdin: bytes = b"") -> str:
    if shutil.which("promtool") is None:
        pytest.skip("no promtool: apt install prometheus")
    done = subprocess.run(
        ["promtool", *arguments], input=stdin, cwd=MONITORING, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return (done.stdout + done.stderr).decode()


async def test_promtool_finds_nothing_to_say_about_the_figures(text: bytes) -> None:
    assert promtool("check", "metrics", stdin=text) == ""


def test_promtool_finds_the_rules_and_the_example_clean_and_they_fire_when_they_should() -> None:
    assert "13 rules found" in promtool("check", "rules", "lotsman-alerts.yml")
    promtool("test", "rules", "lotsman-alerts.test.yml")
    promtool("check", "config", "--syntax-only", "prometheus.example.yml")
