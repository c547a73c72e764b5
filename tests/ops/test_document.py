from pathlib import Path

import pytest

from ops.actor import Right
from ops.document import parse_document
from ops.errors import BadFile, NotAllowed, UnknownProject
from ops.inventory import Inventory, load_inventory

GOOD = """\
hosts:
  web1: {address: 203.0.113.10, user: deploy, key: ~/.ssh/k}
  jump: {address: jump.example.org, user: deploy}
people:
  - {id: 1001, name: Olena, role: admin}
  - {id: 1002, name: Ihor, role: operator, projects: [formbot]}
  - {id: 1003, name: Vira, role: viewer}
projects:
  formbot:
    stack: python-systemd
    hosts: [web1]
    path: /srv/formbot
    services: [formbot]
    config: [.env]
    databases: [{engine: postgres, name: formbot, url_from: ".env:DATABASE_URL"}]
    migrations: sql
    checks:
      - {http: "http://127.0.0.1:8080/health", within: 90s}
      - {log: app, clean: true}
    logs: {app: {file: /var/log/formbot.log}, journal: {unit: formbot}}
  shop:
    stack: python-systemd
    hosts: [web1]
    path: /srv/shop
    services: [shop-a, shop-b]
"""


def load(tmp_path: Path, text: str) -> Inventory:
    path = tmp_path / "lotsman.yml"
    path.write_text(text)
    return load_inventory(path, [1009])


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    inventory = load(tmp_path, GOOD)
    assert list(inventory.projects) == ["formbot", "shop"]
    assert inventory.projects["formbot"].checks[0].within.total_seconds() == 90  # type: ignore[union-attr]
    assert {p.id for p in inventory.people.values()} == {1001, 1002, 1003, 1009}


def test_rights_follow_role_and_project(tmp_path: Path) -> None:
    inventory = load(tmp_path, GOOD)
    olena, ihor, vira = (inventory.people[i] for i in (1001, 1002, 1003))
    assert inventory.project("shop", olena, Right.OPERATE).name == "shop"
    assert inventory.project("formbot", ihor, Right.OPERATE).name == "formbot"
    with pytest.raises(UnknownProject) as hidden:
        inventory.project("shop", ihor, Right.VIEW)
    assert hidden.value.near == ()  # what one may not see has no name either
    assert inventory.project("shop", vira, Right.VIEW).name == "shop"
    with pytest.raises(NotAllowed):
        inventory.project("shop", vira, Right.OPERATE)
    with pytest.raises(UnknownProject) as near:
        inventory.project("formbto", olena, Right.VIEW)
    assert near.value.near == ("formbot",)


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "problem"),
    [
        ("user: deploy, key", "usr: deploy, key", 2, "hosts.web1.usr", "unknown-key"),
        ("address: 203.0.113.10, ", "", 2, "hosts.web1.address", "missing"),
        ("role: operator", "role: boss", 6, "people.1.role", "not-one-of"),
        ("id: 1003", "id: 1087968824", 7, "people.2", "anonymous-admin"),
        ("id: 1003", "id: 1001", 7, "people.2.id", "duplicate"),
        ("projects: [formbot]}", "projects: [frombot]}", 6, "people.1.projects", "unknown-project"),
        (
            "stack: python-systemd\n    hosts: [web1]\n    path: /srv/formbot",
            "stack: cobol\n    hosts: [web1]\n    path: /srv/formbot",
            10,
            "projects.formbot.stack",
            "not-one-of",
        ),
        (
            "hosts: [web1]\n    path: /srv/formbot",
            "hosts: [web9]\n    path: /srv/formbot",
            11,
            "projects.formbot.hosts.0",
            "unknown-host",
        ),
        ("path: /srv/formbot", "path: srv/formbot", 12, "projects.formbot.path", "absolute-path"),
        ("services: [formbot]", 'services: ["-x"]', 13, "projects.formbot.services.0", "unit"),
        ("config: [.env]", "config: [../.env]", 14, "projects.formbot.config.0", "inner-path"),
        ("within: 90s", "within: soon", 18, "projects.formbot.checks.0.within", "duration"),
        ("{log: app, clean: true}", "{ping: app}", 19, "projects.formbot.checks.1", "check-kind"),
        ("log: app", "log: application", 19, "projects.formbot.checks.1.log", "unknown-log"),
        ("config: [.env]", "config: []", 15, "projects.formbot.databases.0.url_from", "not-in-config"),
        (
            "  jump: {address: jump.example.org, user: deploy}",
            "  web1: {address: a, user: b}",
            3,
            "hosts.web1",
            "duplicate",
        ),
        ("user: deploy}", "user: deploy, via: jump}", 3, "hosts.jump.via", "circle"),
        (
            "path: /srv/shop",
            "path: /srv/shop\n    migrations: sql",
            25,
            "projects.shop.migrations",
            "sql-without-database",
        ),
        (
            "hosts: [web1]\n    path: /srv/shop",
            "hosts: [web1, jump]\n    self: true\n    path: /srv/shop",
            23,
            "projects.shop.hosts",
            "self-hosts",
        ),
        (
            "path: /srv/shop",
            "path: /srv/shop\n    self: true\n    migrations: alembic",
            26,
            "projects.shop.migrations",
            "self-migrations",
        ),
        (
            "path: /srv/shop",
            "path: /srv/shop\n    self: true\n    ack_within: 16m",
            26,
            "projects.shop.ack_within",
            "self-ack",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, key: str, problem: str
) -> None:
    assert old in GOOD
    with pytest.raises(BadFile) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert (caught.value.line, caught.value.key, caught.value.problem) == (line, key, problem)


@pytest.mark.parametrize(
    ("raw", "line", "problem"),
    [
        (b"a: &x 1\nb: *x", 1, "alias"),
        (b"a: 1\nb: [1, 2", 2, "syntax"),
        (b"a: 1\na: 2", 2, "duplicate"),
        (b"a: 1\n? [b]\n: 2", 2, "bad-key"),
        (b"a: !!python/object/apply:os.system [id]", 1, "tag"),
        (b"a: !mine 1", 1, "tag"),
        (b"a: 1\n<<: {b: 1}", 2, "bad-key"),
        (b"a: 1\n---\nb: 2", 2, "syntax"),
        (b"x" * 300_000, 0, "too-large"),
        (b"a: 1\nb: \xff", 2, "not-utf8"),
        (b"a: 2025-13-45", 1, "syntax"),
    ],
)
def test_dangerous_or_broken_yaml_is_refused(raw: bytes, line: int, problem: str) -> None:
    with pytest.raises(BadFile) as caught:
        parse_document("f.yml", raw)
    assert (caught.value.line, caught.value.problem) == (line, problem)


WINDOWS = """\
hosts:
  win1: {address: 192.0.2.7, user: deploy, shell: powershell}
  web1: {address: 192.0.2.8, user: deploy}
projects:
  panel:
    stack: windows-service
    hosts: [win1]
    path: 'C:\\srv\\panel'
    services: [Panel]
"""


def test_a_project_on_windows_has_paths_and_backups_of_windows(tmp_path: Path) -> None:
    panel = load(tmp_path, WINDOWS).projects["panel"]
    assert panel.shell == "powershell"
    assert panel.path == r"C:\srv\panel"
    assert panel.backups_folder == r"C:\ProgramData\lotsman\backups"


@pytest.mark.parametrize(
    ("old", "new", "key", "problem"),
    [
        ("hosts: [win1]", "hosts: [win1, web1]", "projects.panel.hosts", "mixed-shells"),
        ("hosts: [win1]", "hosts: [web1]", "projects.panel.stack", "stack-shell"),
        ("stack: windows-service", "stack: python-systemd", "projects.panel.stack", "stack-shell"),
        (r"'C:\srv\panel'", "/srv/panel", "projects.panel.path", "absolute-path"),
        (r"'C:\srv\panel'", r"'\\share\panel'", "projects.panel.path", "absolute-path"),
        ("services: [Panel]", "services: [Panel]\n    backups: {directory: /opt/b}", "projects.panel.backups.directory",
         "absolute-path"),
        ("services: [Panel]", "services: [Panel]\n    migrations: sql\n    databases: [{engine: postgres, name: p}]",
         "projects.panel.migrations", "not-on-windows"),
        ("services: [Panel]", "services: [Panel]\n    databases: [{engine: postgres, name: p, sudo_user: postgres}]",
         "projects.panel.databases.0.sudo_user", "not-on-windows"),
        ("services: [Panel]", "services: [Panel]\n    databases: [{engine: mysql, name: p}]",
         "projects.panel.databases.0.engine", "not-on-windows"),
        ("services: [Panel]",
         "services: [Panel]\n    config: [.env]\n    databases: [{engine: postgres, name: p, login_from: .env}]",
         "projects.panel.databases.0.login_from", "not-on-windows"),
        ("services: [Panel]", "services: [Panel]\n    runbooks: no/such", "projects.panel.runbooks", "no-such-folder"),
    ],
)  # fmt: skip
def test_what_does_not_go_on_windows_is_named(tmp_path: Path, old: str, new: str, key: str, problem: str) -> None:
    assert old in WINDOWS
    with pytest.raises(BadFile) as caught:
        load(tmp_path, WINDOWS.replace(old, new))
    assert (caught.value.key, caught.value.problem) == (key, problem)


def test_a_path_of_windows_is_none_for_a_unix_server(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as caught:
        load(tmp_path, GOOD.replace("path: /srv/formbot", r"path: 'C:\srv\formbot'"))
    assert (caught.value.key, caught.value.problem) == ("projects.formbot.path", "absolute-path")
