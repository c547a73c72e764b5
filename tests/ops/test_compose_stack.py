"""The stack "compose" without an engine: what lotsman.yml may say, the plan, and what is read from a compose file."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from ops.errors import BadFile
from ops.inventory import load_inventory
from ops.project import Project
from ops.runs.plan import Plan
from ops.runs.planner import log_values, make_plan
from ops.runs.runbook import SHIPPED, load_runbook
from ops.runs.script import check_value
from tests.ops.test_runbooks import IN_CONTAINERS

AT = datetime(2025, 10, 10, 15, 30, 0)  # noqa: DTZ001  the planner is given local time
COMPOSE = SHIPPED / "compose"
HOSTILE = ["alembic", "upgrade head", "$(id)", "'; true", ""]
OF_VERSION_2 = """\
name: field
services:
  admin-bot:
    build:
      context: /srv/field
      dockerfile: Dockerfile
    command:
      - sh
      - -c
      - |
            ports:
          published: "1"
    deploy:
      replicas: 2
    ports:
      - mode: ingress
        target: 8080
        published: 9000-9010
        protocol: tcp
    volumes:
      - type: bind
        source: /srv/field/nginx.conf
        target: /etc/nginx/nginx.conf
        read_only: true
        bind:
          create_host_path: true
  db:
    environment:
      POSTGRES_PASSWORD: 'image: x'
    image: postgres:17
    volumes:
      - type: volume
        source: db
        target: /var/lib/postgresql/data
        volume: {}
  empty:
    image: "busybox"
  proxy:
    image: nginx:1
    ports:
      - mode: ingress
        target: 80
        published: "8080"
        protocol: tcp
  worker:
    build:
      context: /srv/field
    container_name: worker
    image: field/worker:latest
    volumes:
      - type: bind
        source: /srv
        target: /srv
networks:
  default:
    name: field_default
"""
OF_VERSION_1 = """\
services:
  admin-bot:
    build:
      context: /srv/field
    ports:
    - published: 9000-9010
      target: 8080
    volumes:
    - /srv/field/nginx.conf:/etc/nginx/nginx.conf:ro
  db:
    image: postgres:17
    volumes:
    - db:/var/lib/postgresql/data:rw
  host:
    image: busybox
    network_mode: host
  proxy:
    image: nginx:1
    ports:
    - 127.0.0.1:8080:80/tcp
    - target: 81
version: '3'
volumes:
  db: {}
"""


def summary(text: str) -> dict[str, list[str]]:
    """What services.sh reads out of a compose file as Compose writes it."""
    script = f". {COMPOSE / 'services.sh'}; summarize_services"
    told = subprocess.run(["sh", "-c", script], input=text, capture_output=True, text=True, check=True).stdout
    return {line.split()[0]: line.split()[1:] for line in told.splitlines()}


def test_it_reads_what_version_2_writes() -> None:
    assert summary(OF_VERSION_2) == {
        "admin-bot": ["build", "-", "-", "2"],
        "db": ["image", "postgres:17", "volume", "0"],
        "empty": ["image", "busybox", "-", "0"],
        "proxy": ["image", "nginx:1", "port", "0"],
        "worker": ["build", "field/worker:latest", "name", "0"],
    }


def test_it_reads_what_version_1_writes() -> None:
    assert summary(OF_VERSION_1) == {
        "admin-bot": ["build", "-", "-", "0"],
        "db": ["image", "postgres:17", "volume", "0"],
        "host": ["image", "busybox", "network", "0"],
        "proxy": ["image", "nginx:1", "port", "0"],
    }


def inventory(tmp_path: Path, **changes: object) -> Project:
    section = {
        "services": ["web", "bot"],
        "migrate": {"service": "web", "command": HOSTILE[:4]},
        "files": ["a.yml", "b.yml"],
    }
    project = {"stack": "compose", "hosts": ["web1"], "path": "/srv/field", "compose": section, **changes}
    project = {key: value for key, value in project.items() if value is not None}
    file = tmp_path / "lotsman.yml"
    file.write_text(
        json.dumps(
            {"hosts": {"web1": {"address": "192.0.2.1", "user": "deploy"}}, "projects": {"field": project}}, indent=1
        )
    )
    return load_inventory(file).projects["field"]


def plan(project: Project, name: str) -> Plan:
    runbook = load_runbook(COMPOSE / f"{name}.yml")
    asked = {"ref", "way-back", "given"}
    given = {name: "main" for name, spec in runbook.values.items() if spec.type in asked and spec.default is None}
    return make_plan(runbook, project, given, AT)


def test_a_deploy_keeps_what_runs_before_it_changes_anything(tmp_path: Path) -> None:
    database = {"engine": "postgres", "name": "field", "container": "db"}
    project = inventory(tmp_path, config=[".env"], databases=[database], logs={"bot": {"container": "bot"}})
    steps = plan(project, "deploy").steps
    assert [step.name for step in steps] == [
        "reach", "resolve", "preflight", "migrations", "backup-database", "backup-config", "keep-images", "code",
        "build", "migrate", "switch", "check-container", "check-container", "tail-log",
    ]  # fmt: skip
    first = next(step for step in steps if step.changes)
    assert (first.name, bool(first.undo)) == ("keep-images", True)
    assert [step.name for step in plan(project, "rollback").steps][4:9] == [
        "keep-images", "restore-config", "code", "images", "switch",
    ]  # fmt: skip


def test_every_value_that_its_scripts_read_is_given(tmp_path: Path) -> None:
    logs = {"bot": {"container": "bot"}}
    checks = [{"heartbeat": "/tmp/beat", "container": "bot"}, {"log": "bot", "clean": True}]
    project = inventory(tmp_path, config=[".env"], logs=logs, checks=checks)
    learnt = {
        "COMMIT",
        "PREVIOUS_COMMIT",
        "STARTED_AT",
        "CONFIG_SAVED",
        "RUNNING_BEFORE",
        "SERVICES_AFTER",
        "FROM_KEPT",
    }
    outside = {"HOME", "XDG_STATE_HOME", "POSTGRES_USER", "POSTGRES_PASSWORD", "AGAIN", "LOCAL_FIRST", "REF"}
    outside |= {
        "LOOK_PYTHON",
        "LOOK_PHP",
        "PHP_PROGRAM",
        "COMPOSER_PROGRAM",
        "ACTOR",
        "ACTOR_GIT",
        "UNDO_CONFIRMED",
        "DATABASE",
        "ASK_ONCE",
    }
    outside |= IN_CONTAINERS | {
        "BACKUP_GPG_KEY",
        "BACKUP_IDENTITY",
    }  # of a trial restore, where the team has given them
    outside |= {"DATABASE_ENGINE", "DATABASE_CONTAINER", "DATABASE_SUDO_USER"}
    outside |= {"DATABASE_LOGIN_FILE", "DATABASE_URL_FILE", "DATABASE_URL_NAME"}
    for path in COMPOSE.glob("*.yml"):
        if path.stem == "restore":  # what it is about is worked out from a backup
            continue
        made = plan(project, path.stem)
        for step in made.steps:
            for script in filter(None, (step.script, step.undo, step.probe)):
                read = set(re.findall(r"\$\{?([A-Z][A-Z0-9_]+)", re.sub(r"(?m)^ *#.*$", "", script.text)))
                set_here = set(re.findall(r"(?m)\b([A-Z][A-Z0-9_]+)=", script.text))
                assert read <= learnt | outside | set_here | set(made.values) | set(step.values), step.name


def test_the_words_of_a_command_travel_as_one_value_and_arrive_as_they_were(tmp_path: Path) -> None:
    values = plan(inventory(tmp_path), "deploy").values
    check_value("MIGRATE_COMMAND", values["MIGRATE_COMMAND"])
    script = f'PROJECT=x STAMP=y; . {COMPOSE / "roll.sh"}; in_words "$MIGRATE_COMMAND" printf "%s\\n" run'
    told = subprocess.run(["sh", "-c", script], env=values, capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == ["run", *HOSTILE[:4]]
    assert values["COMPOSE_FILES"] == "a.yml:b.yml"


def test_tests_run_in_the_image_of_a_service_or_on_the_server_and_both_before_anything_is_changed(
    tmp_path: Path,
) -> None:
    measure = {"url": "http://127.0.0.1/", "seconds": 2}
    for section, where in (({"tests_in": "web"}, "docker run --rm"), ({}, "export_files")):
        made = plan(inventory(tmp_path, tests="pytest -q", compose=section, measure=measure), "deploy")
        names = [step.name for step in made.steps]
        assert where in made.by_key["tests"].script.text
        first = names.index("keep-images")
        assert names.index("tests") < names.index("measure-before") < first < names.index("measure-after")


def test_a_look_ahead_is_judged_as_a_deploy_is(tmp_path: Path) -> None:
    deploy, look = (plan(inventory(tmp_path, tests="true"), name) for name in ("deploy", "preflight"))
    assert [(step.name, step.judge) for step in look.steps] == [
        (step.name, step.judge) for step in deploy.steps if step.name in {each.name for each in look.steps}
    ]
    assert {step.judge for step in look.steps} == {"", "commit", "migrations"}


def test_a_log_in_a_container_can_be_found_without_the_rest_of_the_project(tmp_path: Path) -> None:
    project = inventory(tmp_path, logs={"bot": {"container": "bot"}})
    values = log_values(project, "bot")
    assert (values["LOG_CONTAINER"], values["PROJECT_PATH"]) == ("bot", "/srv/field")
    assert values["COMPOSE_FILES"] == "a.yml:b.yml"


@pytest.mark.parametrize(
    ("changes", "key", "problem"),
    [
        ({"migrations": "alembic"}, "projects.field.migrations", "migrations-of-compose"),
        ({"services": ["web"]}, "projects.field.services", "services-of-compose"),
        ({"compose": {"migrate": {"service": "web", "command": HOSTILE}}}, "projects.field.compose", "argument"),
        ({"compose": {"services": ["--build"]}}, "projects.field.compose", "service"),
        ({"compose": {"files": ["../compose.yml"]}}, "projects.field.compose", "inner-path"),
        ({"stack": "custom", "compose": {}}, "projects.field.compose", "other-stack"),
        ({"compose": {"tests_in": "web"}}, "projects.field.compose.tests_in", "tests-missing"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_key(
    tmp_path: Path, changes: dict[str, object], key: str, problem: str
) -> None:
    with pytest.raises(BadFile) as caught:
        inventory(tmp_path, **changes)
    assert caught.value.key.startswith(key)
    assert caught.value.problem == problem


def test_only_a_project_of_compose_has_containers(tmp_path: Path) -> None:
    changes = {"stack": "python-systemd", "services": ["x"], "compose": None, "logs": {"bot": {"container": "bot"}}}
    with pytest.raises(BadFile) as caught:
        inventory(tmp_path, **changes)
    assert caught.value.problem == "container-without-compose"
