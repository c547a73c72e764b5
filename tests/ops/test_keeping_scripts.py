"""What is done to the files themselves, by the real scripts in real shells: listed, deleted, copied elsewhere."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from ops.backups.entry import list_entries
from ops.backups.fetching import by_hand
from ops.hosts.output import Messages, read_answer
from ops.hosts.session import remote_script
from ops.project import HostSpec
from ops.redaction import Redactor
from ops.runs.runbook import SHIPPED, load_runbook, shared_script
from tests.ops.test_laravel import shop
from tests.ops.test_retention import backup

MARK = "mark-of-a-test"
SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "sh"]]
shells = pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
needs_rclone = pytest.mark.skipif(shutil.which("rclone") is None, reason="rclone is not installed here")


class Folder:
    """A folder of backups, and what the catalogue says about it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rows: dict[str, str] = {}

    def add(self, name: str, content: bytes = b"a dump") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        (path.parent / f"{path.name}.sha256").write_text("beside\n")
        number = len(self.rows) + 1
        row = backup(number, 1, path=str(path), bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
        self.rows[name] = list_entries([row])
        return path

    def listed(self, *names: str) -> str:
        return "\x1f".join(self.rows[name] for name in names)


def run(name: str, shell: list[str], values: Mapping[str, str]) -> tuple[int, Messages]:
    script = remote_script(shared_script(name)).text
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LOTSMAN_MARK": MARK, **values}
    done = subprocess.run([*shell, "-c", script], env=environment, capture_output=True, check=False, timeout=60)
    assert not done.stderr or b"ERROR" in done.stderr or b"NOTICE" in done.stderr, done.stderr.decode()
    return done.returncode, read_answer(done.stdout, MARK, Redactor())[1]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "back ups")


@shells
def test_what_lies_there_is_listed_with_sizes_room_and_wanted_checksums(folder: Folder, shell: list[str]) -> None:
    path = folder.add("daily/shop_1.sql.gz")
    other = folder.add("weekly/shop_week_41_2025.sql.gz", b"12345")
    (folder.root / "daily" / ".shop_2.sql.gz.part").write_bytes(b"half")
    status, said = run("list-backups.sh", shell, {"BACKUPS": str(folder.root), "READ": f"{path}\x1f/nowhere"})
    assert status == 0
    assert sorted(said.items["files"]) == sorted([f"6 {path}", f"5 {other}"])
    assert said.items["sums"] == [f"{hashlib.sha256(b'a dump').hexdigest()} {path}"]
    assert int(said.facts["free"]) > 0
    assert said.facts["listed"] == "yes"
    status, said = run("list-backups.sh", shell, {"BACKUPS": str(folder.root / "none"), "READ": ""})
    assert (status, said.items, said.facts["listed"]) == (0, {}, "yes")


@shells
def test_exactly_what_is_listed_is_deleted_with_what_belongs_to_it(folder: Folder, shell: list[str]) -> None:
    gone, stays = folder.add("daily/shop_1.sql.gz"), folder.add("daily/shop_2.sql.gz")
    stranger = folder.root / "daily" / "before the migration.sql"
    stranger.write_text("mine")
    values = {"BACKUPS": str(folder.root), "DROP": folder.listed("daily/shop_1.sql.gz")}
    status, said = run("drop-backups.sh", shell, values)
    assert (status, said.items) == (0, {"dropped_backups": ["1"]})
    assert not gone.exists()
    assert sorted(each.name for each in gone.parent.iterdir()) == [
        stranger.name,
        stays.name,
        f"{stays.name}.sha256",
    ]
    status, said = run("drop-backups.sh", shell, values)
    assert (status, said.items) == (0, {"gone_backups": ["1"]})


@shells
def test_what_is_not_what_the_catalogue_says_is_left_alone(folder: Folder, shell: list[str]) -> None:
    names = ["daily/flipped.gz", "daily/cut.gz", "daily/link.gz", "daily/fine.gz"]
    flipped, cut, link, fine = (folder.add(name) for name in names)
    flipped.write_bytes(b"a dumq")
    cut.write_bytes(b"a d")
    link.unlink()
    link.symlink_to(fine)
    status, said = run("drop-backups.sh", shell, {"BACKUPS": str(folder.root), "DROP": folder.listed(*names)})
    assert status == 0
    assert said.items == {"left_backups": ["1 changed", "2 changed", "3 no-file"], "dropped_backups": ["4"]}
    assert said.warnings == ["backups-left"]
    assert flipped.exists()
    assert cut.exists()
    assert link.is_symlink()


def test_nothing_outside_of_the_folder_is_ever_deleted(folder: Folder, tmp_path: Path) -> None:
    victim = tmp_path / "victim.gz"
    victim.write_bytes(b"a dump")
    folder.add("daily/fine.gz")
    row = folder.rows["daily/fine.gz"]
    outside = row.replace(str(folder.root / "daily/fine.gz"), str(victim))
    climbing = row.replace("daily/fine.gz", "daily/../../victim.gz")
    values = {"BACKUPS": str(folder.root), "DROP": f"{outside}\x1f{climbing}"}
    _, said = run("drop-backups.sh", ["dash"], values)
    assert said.items == {"left_backups": ["1 elsewhere", "1 elsewhere"]}
    assert victim.exists()


def test_the_lists_are_never_longer_than_a_value_may_be() -> None:
    many = [backup(number, 1, path="/opt/backups/daily/" + "x" * 80) for number in range(500)]
    listed = list_entries(many)
    assert len(listed) <= 16384
    assert 50 < len(listed.split("\x1f")) < 500
    values = load_runbook(SHIPPED / "shared" / "cleanup-backups.yml").values
    assert values["DROP"].read(listed) == listed
    assert values["DROP"].read("1 2 not-a-sum /etc/passwd") is None
    assert not values["DROP"].positional


@pytest.fixture
def remote(folder: Folder, tmp_path: Path) -> dict[str, str]:
    """A remote of rclone's local kind, which can be unplugged like any other."""
    config = tmp_path / "rclone.conf"
    config.write_text(f"[away]\ntype = alias\nremote = {tmp_path / 'away'}\n")
    return {"BACKUPS": str(folder.root), "RCLONE_CONFIG": str(config), "COPY_TO": "away:shop"}


@needs_rclone
def test_copies_are_made_checked_and_removed_elsewhere(folder: Folder, remote: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    folder.add("daily/shop_1.sql.gz")
    folder.add("weekly/shop_week_41_2025.sql.gz", b"a week")
    names = ["daily/shop_1.sql.gz", "weekly/shop_week_41_2025.sql.gz"]
    status, said = run("copy-backups.sh", ["dash"], remote | {"COPY": folder.listed(*names)})
    assert (status, said.items) == (0, {"copied_backups": ["1", "2"]})
    copies = [tmp_path / "away" / "shop" / name for name in names]
    assert [copy.read_bytes() for copy in copies] == [b"a dump", b"a week"]
    copies[1].write_bytes(b"not the same")
    status, said = run("drop-copies.sh", ["dash"], remote | {"DROP_COPIES": folder.listed(*names)})
    assert (status, said.items) == (0, {"dropped_copies": ["1"], "left_copies": ["2 changed"]})
    assert not copies[0].exists()
    assert copies[1].exists()
    status, said = run("drop-copies.sh", ["dash"], remote | {"DROP_COPIES": folder.listed(names[0])})
    assert (status, said.items) == (0, {"dropped_copies": ["1"]})
    assert (folder.root / names[0]).exists()  # what is here is nobody's business there


@needs_rclone
def test_an_unplugged_place_fails_alone_and_takes_the_copy_when_it_is_back(
    folder: Folder, remote: dict[str, str], tmp_path: Path
) -> None:
    path = folder.add("daily/shop_1.sql.gz")
    (tmp_path / "away").write_text("a file where the folder was: nothing can be written")
    values = remote | {"COPY": folder.listed("daily/shop_1.sql.gz")}
    status, said = run("copy-backups.sh", ["dash"], values)
    assert (status, said.failed, said.items) == (65, "copy-failed", {"uncopied_backups": ["1 copy-failed"]})
    assert path.read_bytes() == b"a dump"
    status, said = run("drop-copies.sh", ["dash"], remote | {"DROP_COPIES": folder.listed("daily/shop_1.sql.gz")})
    assert (status, said.failed) == (65, "copies-unreachable")
    (tmp_path / "away").unlink()
    (tmp_path / "away").mkdir()
    status, said = run("copy-backups.sh", ["dash"], values)
    assert (status, said.items) == (0, {"copied_backups": ["1"]})


@needs_rclone
def test_a_copy_that_did_not_arrive_whole_is_none(folder: Folder, remote: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    (tmp_path / "bin").mkdir()
    cutting = tmp_path / "bin" / "rclone"
    place = tmp_path / "away" / "shop" / "daily" / "shop_1.sql.gz"
    cutting.write_text(
        f'#!/bin/sh\ncase "$*" in *copyto*) mkdir -p "{place.parent}" && printf "a d" >"{place}" ;;'
        f' *) exec {shutil.which("rclone")} "$@" ;; esac\n'
    )
    cutting.chmod(0o755)
    folder.add("daily/shop_1.sql.gz")
    path = f"{cutting.parent}:{os.environ['PATH']}"
    values = remote | {"PATH": path, "COPY": folder.listed("daily/shop_1.sql.gz")}
    status, said = run("copy-backups.sh", ["dash"], values)
    assert (status, said.items) == (65, {"uncopied_backups": ["1 copy-failed"]})


@needs_rclone
def test_a_copy_in_a_remote_that_rclone_encrypts_is_checked_by_rclones_own_means(
    folder: Folder, remote: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "away").mkdir()
    secret = subprocess.run(["rclone", "obscure", "canary"], capture_output=True, text=True, check=True).stdout.strip()
    config = Path(remote["RCLONE_CONFIG"])
    config.write_text(config.read_text() + f"[dark]\ntype = crypt\nremote = away:dark\npassword = {secret}\n")
    folder.add("daily/shop_1.sql.gz")
    values = remote | {"COPY_TO": "dark:", "COPY": folder.listed("daily/shop_1.sql.gz")}
    status, said = run("copy-backups.sh", ["dash"], values)
    assert (status, said.items) == (0, {"copied_backups": ["1"]})
    stored = [each for each in (tmp_path / "away" / "dark").rglob("*") if each.is_file()]
    assert len(stored) == 1
    assert b"a dump" not in stored[0].read_bytes()


def test_without_rclone_nothing_is_tried_and_the_reason_is_named(folder: Folder, tmp_path: Path) -> None:
    folder.add("daily/shop_1.sql.gz")
    (tmp_path / "bin").mkdir()
    values = {"BACKUPS": str(folder.root), "COPY_TO": "away:", "COPY": "", "PATH": str(tmp_path / "bin")}
    status, said = run("copy-backups.sh", [shutil.which("dash") or "/bin/sh"], values)
    assert (status, said.refused) == (64, "rclone-missing")


def test_what_is_not_sent_is_fetched_by_a_command_that_can_be_copied(tmp_path: Path) -> None:
    made = shop(tmp_path)
    web = HostSpec(address="203.0.113.10", user="deploy", port=2222, via="bastion")
    hosts = {"web1": web, "bastion": HostSpec(address="203.0.113.1", user="jump")}
    row = backup(1, 1, path="/opt/backups/daily/shop_1.sql.gz.age")
    assert by_hand(row, made, hosts) == [
        "scp -P 2222 -J jump@203.0.113.1:22 deploy@203.0.113.10:/opt/backups/daily/shop_1.sql.gz.age ."
    ]
