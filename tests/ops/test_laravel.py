"""The stack laravel: what lotsman.yml says becomes the right steps and values, and its scripts read what is there."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from ops.errors import BadFile, BadValue
from ops.hosts.session import remote_script
from ops.inventory import load_inventory
from ops.project import Project
from ops.runs.plan import Plan
from ops.runs.planner import make_plan
from ops.runs.runbook import SHIPPED, load_runbook, shared_script, stack_script
from tests.ops.test_runbooks import _insist_on_values

AT = datetime(2025, 10, 10, 15, 30, 0)  # noqa: DTZ001  the planner is given local time
SHOP = """\
hosts:
  web1: {address: 203.0.113.10, user: deploy}
projects:
  shop:
    stack: laravel
    hosts: [web1]
    path: /srv/shop
    services: [php8.2-fpm, nginx]
    config: [.env]
    databases: [{engine: mysql, name: shop, login_from: .env}]
    checks: [{http: "http://127.0.0.1/health"}]
    laravel: {}
"""
FACTS = (
    "STEPS_BACK",
    "RELEASE",
    "PREVIOUS_RELEASE",
    "HAD_CACHES",
    "PATH",
    "LANG",
    "LOTSMAN_JOB",
    "SSH_AUTH_SOCK",
    "LOOK_PYTHON",
    "LOOK_PHP",
)
"""What earlier steps tell the later ones, or the login."""
SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "sh"]]


def shop(tmp_path: Path, section: str = "{}", *, more: str = "") -> Project:
    (tmp_path / "lotsman.yml").write_text(SHOP.replace("laravel: {}", f"laravel: {section}") + more)
    return load_inventory(tmp_path / "lotsman.yml").projects["shop"]


def plan(project: Project, name: str, **values: str) -> Plan:
    return make_plan(load_runbook(SHIPPED / "laravel" / f"{name}.yml"), project, values, AT)


def names(made: Plan) -> list[str]:
    return [step.name for step in made.steps]


def test_a_plain_checkout_needs_nothing_said_and_gets_no_more_steps_than_it_needs(tmp_path: Path) -> None:
    assert names(plan(shop(tmp_path), "deploy", REF="main")) == [
        "reach", "resolve", "preflight", "migrations", "backup-database", "backup-config", "return-point", "code",
        "dependencies", "migrate", "caches", "restart", "check-unit", "check-unit", "check-http",
    ]  # fmt: skip


def test_what_is_configured_adds_its_steps_in_their_places(tmp_path: Path) -> None:
    project = shop(tmp_path, "{layout: releases, maintenance: true, migrate: false}")
    made = plan(project, "deploy", REF="main")
    assert names(made)[5:14] == [
        "down", "return-point", "code", "dependencies", "caches", "switch", "restart", "up", "check-unit",
    ]  # fmt: skip
    assert names(made)[-1] == "prune"
    assert (made.values["PROJECT_PATH"], made.values["SITE_PATH"]) == ("/srv/shop/current", "/srv/shop")


def test_tests_config_and_measures_have_their_places_where_they_are_asked_for(tmp_path: Path) -> None:
    more = "    tests: php artisan test\n    config_update: {.env: deploy/env}\n    measure: {url: 'http://x/'}\n"
    made = plan(shop(tmp_path, more=more), "deploy", REF="main")
    assert names(made) == [
        "reach", "resolve", "preflight", "migrations", "tests", "measure-before", "backup-database", "backup-config",
        "return-point", "code", "update-config", "dependencies", "migrate", "caches", "restart", "check-unit",
        "check-unit", "check-http", "measure-after",
    ]  # fmt: skip
    assert "composer" in made.by_key["tests"].script.text.lower()
    _insist_on_values(made, *FACTS)


def test_a_look_ahead_is_judged_as_a_deploy_is(tmp_path: Path) -> None:
    steps = plan(shop(tmp_path, more="    tests: php artisan test\n"), "preflight", REF="main").steps
    assert [(step.name, step.judge) for step in steps] == [
        ("reach", ""), ("resolve", "commit"), ("preflight", ""), ("migrations", "migrations"), ("tests", ""),
    ]  # fmt: skip
    assert not any(step.changes for step in steps)


def test_migrations_are_taken_back_only_when_asked_and_then_after_a_backup_and_by_the_version_that_goes(
    tmp_path: Path,
) -> None:
    project = shop(tmp_path)
    assert {"migrate-back", "backup-database"}.isdisjoint(names(plan(project, "rollback", REF="v1")))
    assert {"migrate-back", "backup-database"}.isdisjoint(names(plan(project, "rollback", REF="v1", STEPS_BACK="0")))
    made = names(plan(project, "rollback", REF="v1", STEPS_BACK="2"))
    assert made.index("backup-database") < made.index("migrate-back") < made.index("code")
    for wrong in ("100", "-1", "two"):
        with pytest.raises(BadValue):
            plan(project, "rollback", REF="v1", STEPS_BACK=wrong)


def test_the_way_back_ends_with_dependencies_caches_and_services(tmp_path: Path) -> None:
    for runbook in ("deploy", "rollback"):
        steps = [step for step in plan(shop(tmp_path), runbook, REF="main").steps if step.changes and step.undo]
        assert steps[0].name == "return-point"
        assert [step.name for step in steps[1:2]] == ["code"]


def test_the_scripts_read_only_what_they_are_told(tmp_path: Path) -> None:
    for section in ("{}", "{layout: releases, maintenance: true, queue: true}"):
        for runbook, values in (("deploy", {"REF": "main"}), ("rollback", {"REF": "main", "STEPS_BACK": "1"})):
            _insist_on_values(plan(shop(tmp_path, section), runbook, **values), *FACTS)


def test_a_reload_is_what_the_rights_are_asked_for_too(tmp_path: Path) -> None:
    assert plan(shop(tmp_path, "{refresh: reload}"), "backup").values["UNIT_VERBS"] == "reload-or-restart"
    assert plan(shop(tmp_path), "backup").values["UNIT_VERBS"] == "restart"


@pytest.mark.parametrize(
    ("section", "more", "key", "problem"),
    [
        ("{keep: 1}", "", "projects.shop.laravel.keep", "invalid"),
        ("{layout: symlinks}", "", "projects.shop.laravel.layout", "not-one-of"),
        ("{php: php -d x=1}", "", "projects.shop.laravel.php", "program"),
        ("{}", "    migrations: alembic\n", "projects.shop.migrations", "laravel-migrations"),
    ],
)
def test_a_mistake_in_the_section_is_named(tmp_path: Path, section: str, more: str, key: str, problem: str) -> None:
    with pytest.raises(BadFile) as caught:
        shop(tmp_path, section, more=more)
    assert (caught.value.key, caught.value.problem) == (key, problem)


@pytest.mark.parametrize(
    ("old", "new", "key", "problem"),
    [
        ("config: [.env]", "config: []", "projects.shop.databases.0.login_from", "not-in-config"),
        ("login_from: .env", "login_from: .env, sudo_user: mysql", "projects.shop.databases.0", "one-login"),
        ("    services: [php8.2-fpm, nginx]\n", "", "projects.shop", "services-missing"),
    ],
)
def test_a_login_has_one_source_and_that_is_a_config_file(
    tmp_path: Path, old: str, new: str, key: str, problem: str
) -> None:
    (tmp_path / "lotsman.yml").write_text(SHOP.replace(old, new))
    with pytest.raises(BadFile) as caught:
        load_inventory(tmp_path / "lotsman.yml")
    assert (caught.value.key, caught.value.problem) == (key, problem)


def run(shell: list[str], folder: Path, text: str, **values: str) -> str:
    """Run a text in a shell, with what the stack's scripts are told; return what it printed."""
    told = {"PATH": os.environ["PATH"], "PROJECT_PATH": str(folder), "LOTSMAN_MARK": "mark", **values}
    done = subprocess.run([*shell, "-c", text], env=told, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("DB_PASSWORD=simple", "simple"),
        ("export DB_PASSWORD = spaced ", "spaced"),
        ('DB_PASSWORD="a #b \\"c\\" d\\\\e" # why', 'a #b "c" d\\e'),
        ("DB_PASSWORD='single \"as\\it is'", 'single "as\\it is'),
        ("DB_PASSWORD=plain#part # comment", "plain#part"),
        ("DB_PASSWORD=first\nDB_PASSWORD=second", "second"),
        ("DB_PASSWORD=windows\r", "windows"),
        ("XDB_PASSWORD=no\nDB_PASSWORD_OLD=no", ""),
        ("# DB_PASSWORD=commented", ""),
    ],
)
def test_settings_are_read_as_dotenv_reads_them(tmp_path: Path, shell: list[str], line: str, value: str) -> None:
    (tmp_path / ".env").write_text(f"{line}\n")
    script = shared_script("env-value.sh").text
    assert run(shell, tmp_path, f"{script}\nenv_value .env DB_PASSWORD") == value


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
def test_the_password_reaches_the_client_by_a_pipe_and_in_no_argument(tmp_path: Path, shell: list[str]) -> None:
    (tmp_path / ".env").write_text('DB_USERNAME=shop\nDB_PASSWORD="p #\\"w\\\\d"\nDB_HOST=db.example\nDB_PORT=3307\n')
    client = tmp_path / "bin" / "mariadb"
    client.parent.mkdir()
    client.write_text('#!/bin/sh\nprintf "%s " "$@"; env; cat "${1#--defaults-extra-file=}"\n')
    client.chmod(0o755)
    script = remote_script(stack_script("laravel", "mysql-login.sh")).text
    values = {"DATABASE": "shop", "DATABASE_LOGIN_FILE": ".env", "DATABASE_URL_FILE": "", "DATABASE_SUDO_USER": ""}
    seen = run(
        shell, tmp_path, f"{script}\nask_database 'SELECT 1'", **values,
        PATH=f"{client.parent}:{os.environ['PATH']}",
    )  # fmt: skip
    before, _, options = seen.partition("[client]\n")
    assert options == 'user="shop"\npassword="p #\\"w\\\\d"\nhost="db.example"\nport="3307"\n'
    assert "p #" not in before
    assert before.startswith("--defaults-extra-file=/dev/fd/")


TABLE = """\
+------+------------------------------+-------+
| Ran? | Migration                    | Batch |
+------+------------------------------+-------+
| Yes  | 2025_09_01_000000_orders     | 1     |
| No   | 2025_10_01_000000_note       |       |
+------+------------------------------+-------+
"""
LINES = """\

  Migration name .............................................. Batch / Status
  2025_09_01_000000_orders ........................................... [1] Ran
  2025_10_01_000000_note ............................................. Pending

"""


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
@pytest.mark.parametrize("said", [TABLE, LINES], ids=["laravel-8", "laravel-10"])
def test_both_ways_of_listing_migrations_are_understood(tmp_path: Path, shell: list[str], said: str) -> None:
    script = stack_script("laravel", "migrations.sh").text
    text = f"{script}\nmigrations=$SAID\npending_migrations; applied_migrations; applied_migrations | count_lines"
    assert run(shell, tmp_path, text, SAID=said).split() == ["2025_10_01_000000_note", "2025_09_01_000000_orders", "1"]


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("[2025-10-10] production.ERROR: SQLSTATE[42S22]: Column not found", "database"),
        ("[2025-10-10] production.ERROR: No application encryption key has been specified.", "config"),
        ("[error] 12#12: *3 connect() to unix:/run/php/php8.2-fpm.sock failed (111: Connection refused)", "service"),
        ("PHP Fatal error:  Uncaught Error: Class not found in /srv/shop/vendor/x.php", "dependencies"),
        ("production.ERROR: file_put_contents(/srv/shop/storage/x): Failed: Permission denied", "permissions"),
        ("[2025-10-10] production.ERROR: Undefined variable $total", "code"),
    ],
)
def test_the_last_error_of_a_log_points_to_a_cause(tmp_path: Path, line: str, cause: str) -> None:
    log = tmp_path / "app.log"
    log.write_text(f"[2025-10-10] production.INFO: fine\n{line}\n")
    script = remote_script(shared_script("look-causes.sh")).text
    said = run(["dash"], tmp_path, script, LOG_FILES=f"app={log},none={tmp_path}/none.log")
    assert f"mark item causes {cause} app" in said
    assert f"none: {tmp_path}/none.log cannot be read" in said


def test_the_newest_backup_is_shown_with_its_age_and_one_that_was_changed_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "predeploy"
    folder.mkdir()
    for name in ("shop_20251009_100000.sql.gz", "shop_20251010_100000.sql.gz"):
        (folder / name).write_bytes(b"dump")
        digest = subprocess.run(["sha256sum", name], cwd=folder, capture_output=True, text=True, check=True).stdout
        (folder / f"{name}.sha256").write_text(digest)
        (folder / f"{name}.json").write_text("{}")  # what the dump holds
    os.utime(folder / "shop_20251009_100000.sql.gz", (1, 1))
    script = remote_script(shared_script("show-backups.sh")).text
    values = {"BACKUPS": str(tmp_path), "DATABASES": "shop other", "PROJECT": "shop", "COMMIT": "0" * 40}
    said = run(["dash"], tmp_path, script, **values)
    assert "shop_20251010_100000.sql.gz, 4 bytes, 0 h 0 min old" in said
    assert said.count("warn backup-none") == 1  # of the other one
    assert "backup-damaged" not in said
    (folder / "shop_20251010_100000.sql.gz").write_bytes(b"bump")
    assert "warn backup-damaged" in run(["dash"], tmp_path, script, **values)
