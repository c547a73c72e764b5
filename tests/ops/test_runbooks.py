"""Every shipped runbook and script: they load, they fit together, and nothing is templated into them."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from ops.errors import BadFile, BadRef, BadValue
from ops.inventory import load_inventory
from ops.project import LONGEST_ACK, BackupsSpec, DatabaseSpec, Project
from ops.runs.plan import Plan, Step
from ops.runs.planner import make_plan
from ops.runs.runbook import SHIPPED, load_runbook
from ops.runs.script import check_value
from tests.ops.test_document import GOOD

AT = datetime(2025, 10, 10, 15, 30, 0)  # noqa: DTZ001  the planner is given local time
IN_CONTAINERS = {
    *("COMPOSE_FILES", "COMPOSE_NAME", "POSTGRES_USER", "POSTGRES_PASSWORD"),
    *("MARIADB_USER", "MARIADB_PASSWORD", "MYSQL_USER", "MYSQL_PASSWORD"),
}
"""Read where a project of Compose says that something is in a container."""
RUNBOOKS = sorted(SHIPPED.glob("*/*.yml"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "lotsman.yml").write_text(GOOD)
    return load_inventory(tmp_path / "lotsman.yml").projects["formbot"]


def plan(project: Project, name: str, **values: str) -> Plan:
    return make_plan(load_runbook(SHIPPED / "python-systemd" / f"{name}.yml"), project, values, AT)


def test_a_deploy_does_what_the_guides_say_in_their_order(project: Project) -> None:
    names = [step.name for step in plan(project, "deploy", REF="main").steps]
    assert names == [
        "reach", "resolve", "preflight", "migrations", "backup-database", "backup-config", "stop", "code",
        "dependencies", "migrate", "start", "check-unit", "check-http", "check-log", "tail-log",
    ]  # fmt: skip


def test_a_way_back_restores_config_code_and_dependencies(project: Project) -> None:
    names = [step.name for step in plan(project, "rollback", REF="v1.2.3").steps]
    assert names[3:9] == ["backup-config", "stop", "restore-config", "code", "dependencies", "start"]


def test_lotsman_itself_is_changed_by_one_step_that_needs_no_bot(project: Project) -> None:
    own = project.model_copy(update={"self": True})
    deploy = plan(own, "deploy-self", REF="main").steps
    assert [step.name for step in deploy if not step.check] == [
        "reach", "resolve", "preflight", "backup-database", "backup-config", "switch", "tail-log",
    ]  # fmt: skip
    for steps in (deploy, plan(own, "rollback-self", REF="main").steps):
        (switch,) = (step for step in steps if step.changes)
        assert switch.ack
        assert switch.undo
        assert switch.probe
        assert not switch.repeatable


def test_lotsman_itself_may_be_given_no_more_time_than_its_step_has(project: Project) -> None:
    own = project.model_copy(update={"self": True, "ack_within": LONGEST_ACK})
    made = plan(own, "deploy-self", REF="main")
    switch = made.by_key["switch"]
    # pip may be silent for as long as a step may, and the way back takes its time as well.
    assert switch.silence + 2 * int(made.values["ACK_SECONDS"]) < switch.timeout
    assert made.values["UNIT_VERBS"] == "restart"
    assert plan(project, "deploy", REF="main").values["UNIT_VERBS"] == "stop start"


def test_every_change_can_be_undone_but_migrations_which_only_add(project: Project) -> None:
    for name in ("deploy", "rollback", "deploy-self", "rollback-self"):
        for step in plan(project, name, REF="main").steps:
            assert bool(step.undo) == (step.changes and step.name != "migrate"), step.name


def test_nothing_changes_before_a_backup_is_made(project: Project) -> None:
    steps = plan(project, "deploy", REF="main").steps
    first_change = next(i for i, step in enumerate(steps) if step.changes)
    last_backup = max(i for i, step in enumerate(steps) if step.name.startswith("backup"))
    assert last_backup < first_change


def test_values_are_what_scripts_read(project: Project) -> None:
    for name in ("deploy", "rollback", "deploy-self", "rollback-self"):
        _insist_on_values(plan(project, name, REF="main"))
    for engine in ("postgres", "mysql", "sqlite", "folder", "config"):
        whole = all_kinds(project)
        _insist_on_values(plan(whole, "backup"))
        given = {**LOOKED_AT, "BACKUP_ENGINE": engine, "SUBJECT": engine, "PROVE": "yes"}
        _insist_on_values(plan(whole, "verify", **given), "BACKUP_IDENTITY", "BACKUP_GPG_KEY")


def _insist_on_values(made: Plan, *more: str) -> None:
    given = {*made.values, *more} | {
        "COMMIT",
        "PREVIOUS_COMMIT",
        "STARTED_AT",
        "CONFIG_SAVED",
        "AGAIN",
        "LOCAL_FIRST",
        "RESTORE_CONFIG",
        "ACTOR",
        "ACTOR_GIT",
        "LIVE_COMMIT",
        "LOOK_PHP",  # of Laravel, as are the programs: looks that stacks share ask whether they are there
        "PHP_PROGRAM",
        "COMPOSER_PROGRAM",
        "UNDO_CONFIRMED",  # only a deploy has it, and what it shares with a rollback asks whether it is there
    }
    for step in made.steps:
        for script in filter(None, (step.script, step.undo)):
            read = set(re.findall(r"\$\{?([A-Z][A-Z0-9_]+)", re.sub(r"(?m)^ *#.*$", "", script.text)))
            set_here = set(re.findall(r"(?m)\b([A-Z][A-Z0-9_]+)=", script.text))
            known = {"HOME", "XDG_STATE_HOME", "LOTSMAN_ACK"} | set_here | IN_CONTAINERS
            assert read <= given | set(step.values) | known, step.name
    for step in made.steps:
        for name, value in {**made.values, **step.values}.items():
            check_value(name, value)


def test_a_ref_is_parsed_before_anything_is_planned(project: Project) -> None:
    with pytest.raises(BadRef):
        plan(project, "deploy", REF="--upload-pack=id")


def test_a_runbook_takes_only_the_values_it_names(project: Project) -> None:
    with pytest.raises(ValueError, match="takes no EVIL"):
        plan(project, "backup", EVIL="1")


LOOKED_AT = {
    "BACKUP_ID": "7",
    "BACKUP_FILE": "/opt/backups/daily/x.sql.gz",
    "BACKUP_SHA256": "a" * 64,
    "MANIFEST_SHA256": "",
    "BACKUP_ENGINE": "postgres",
    "SUBJECT": "formbot",
    "PROVE": "yes",
}


def all_kinds(project: Project) -> Project:
    """Return the project with something of every kind to back up, each called after its kind."""
    mysql = DatabaseSpec(engine="mysql", name="mysql", url_from=".env:DATABASE_URL", restore_as="mysql")
    kinds = (
        DatabaseSpec(engine="postgres", name="postgres", sudo_user="postgres"),
        mysql,
        DatabaseSpec(engine="sqlite", name="sqlite", path="var/cache.db"),
    )
    backups = BackupsSpec.model_validate({"folders": {"folder": "/srv/uploads"}})
    return project.model_copy(update={"databases": kinds, "backups": backups})


def test_backups_are_named_after_local_time_and_the_tier_they_are_made_for(project: Project) -> None:
    assert plan(project, "backup").values["STAMP"] == "20251010_153000"
    assert plan(project, "backup").values["TIER"] == "manual"
    assert plan(project, "deploy", REF="main").values["TIER"] == "predeploy"
    weekly = plan(project, "backup", TIER="weekly", PERIOD="2025-W40")
    assert (weekly.values["BACKUP_MARK"], weekly.values["PERIOD"]) == ("week_40_2025", "2025-W40")
    assert plan(project, "deploy", REF="main", TIER="safety").values["BACKUP_MARK"] == "20251010_153000"
    for wrong in ({"TIER": "hourly"}, {"TIER": "daily", "PERIOD": "../x"}, {"PERIOD": "2025-10-10"}):
        with pytest.raises(BadValue):
            plan(project, "backup", **wrong)


def test_of_each_database_folder_and_config_there_is_a_backup_of_its_own_that_stops_no_other(project: Project) -> None:
    whole = plan(all_kinds(project), "backup")
    backups = [step for step in whole.steps if step.name.startswith("backup-")]
    assert [step.subject or "config" for step in backups] == ["postgres", "mysql", "sqlite", "folder", "config"]
    assert all(step.keep_going for step in backups)
    before_a_deploy = plan(all_kinds(project), "deploy", REF="main").steps
    assert not any(step.keep_going or step.name == "backup-folder" for step in before_a_deploy)
    one = plan(all_kinds(project), "backup", SUBJECT="mysql")
    assert [step.key for step in one.steps] == ["reach", "backup-database.mysql"]
    with pytest.raises(BadValue, match="nosuch"):
        plan(all_kinds(project), "backup", SUBJECT="nosuch")


def test_a_backup_of_one_thing_is_asked_for_by_its_name_and_a_tier_by_nobody() -> None:
    backup = load_runbook(SHIPPED / "python-systemd" / "backup.yml")
    assert backup.usage("formbot") == "/backup formbot [subject]"
    assert backup.read_words("formbot", ["shop"]) == {"SUBJECT": "shop"}
    assert backup.accept({}, "formbot", "main") == {"SUBJECT": ""}
    with pytest.raises(BadValue):
        backup.read_words("formbot", ["shop", "weekly"])


def test_a_backup_is_looked_at_as_deep_as_it_can_be(project: Project) -> None:
    def look(**given: str) -> Step:
        return plan(all_kinds(project), "verify", **LOOKED_AT | given).by_key["verify-backup"]

    assert "zz_verify_" in look(SUBJECT="postgres").script.text
    assert "zz_verify_" not in look(SUBJECT="postgres", PROVE="").script.text
    assert "zz_verify_" not in look(SUBJECT="renamed since").script.text
    assert look(SUBJECT="postgres").secrets == ("BACKUP_IDENTITY", "BACKUP_GPG_KEY")
    mysql = look(SUBJECT="mysql", BACKUP_ENGINE="mysql").values
    assert (mysql["DATABASE_SUDO_USER"], mysql["DATABASE_URL_FILE"]) == ("mysql", "")
    with pytest.raises(BadValue):
        plan(project, "verify")


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_shipped_runbook_loads_and_its_scripts_are_valid_sh(path: Path, tmp_path: Path) -> None:
    for entry in load_runbook(path).entries:
        for script in filter(None, (entry.script, entry.undo)):
            if "$env:" in script.text:  # PowerShell: test_powershell.py looks at these
                continue
            (tmp_path / "s.sh").write_text(script.text)
            subprocess.run(["sh", "-n", str(tmp_path / "s.sh")], check=True)


@pytest.mark.parametrize(
    ("text", "line", "key", "problem"),
    [
        ("runbook: x\nsteps:\n  - {step: a, run: 'true', colour: red}", 3, "steps.0.colour", "unknown-key"),
        ("runbook: x\nsteps:\n  - {run: 'true'}", 3, "steps.0", "step-or-use"),
        ("runbook: x\nsteps:\n  - {step: a}", 3, "steps.0", "step-without-script"),
        ("runbook: x\nsteps:\n  - {step: a, run: 'true', undo: 'true'}", 3, "steps.0", "undo-without-changes"),
        (
            "runbook: x\nsteps:\n  - {step: a, run: 'true', changes: true, keep_going: true}",
            *(3, "steps.0", "keep-going-changes"),
        ),
        ("runbook: x\nsteps:\n  - {step: a, run: nosuch.sh}", 3, "steps.0.run", "no-such-script"),
        ("runbook: x\nvalues:\n  ref: {type: ref}\nsteps:\n  - {use: checks}", 3, "values.ref", "value-name"),
        ("runbook: x\nsteps: []", 2, "steps", "invalid"),
    ],
)
def test_a_mistake_in_a_runbook_is_named_with_its_line_and_key(
    tmp_path: Path, text: str, line: int, key: str, problem: str
) -> None:
    (tmp_path / "x.yml").write_text(text)
    with pytest.raises(BadFile) as caught:
        load_runbook(tmp_path / "x.yml")
    assert (caught.value.line, caught.value.key, caught.value.problem) == (line, key, problem)
