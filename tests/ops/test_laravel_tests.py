"""The step "tests" of a Laravel site, in a real shell: where it runs, with what, and what it must not see."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ops.hosts.session import remote_script
from ops.runs.runbook import stack_script

PHPUNIT = """#!/bin/sh
[ ! -e .env ] || echo "saw .env"
echo "in $APP_ENV with $(printf %s "$APP_KEY" | cut -c1-7), version $(cat VERSION), secret ${DB_PASSWORD:-none}: $*"
pwd >"$HOME/../where"
exit "$(cat result)"
"""
COMPOSER = """#!/bin/sh
echo "composer $*"
mkdir -p vendor/bin && cp "$HOME/bin/phpunit" vendor/bin/phpunit
"""


class Site:
    """A site with v1 live and v2 to come."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "srv"
        for each in (self.path, folder / "bin"):
            each.mkdir()
        for name, text in (("phpunit", PHPUNIT), ("composer", COMPOSER)):
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)
        self.git("init", "-q", "-b", "main")
        self.live = self.commit("1", lock="a", result="0")

    def git(self, *words: str) -> str:
        command = ["git", "-C", str(self.path), "-c", "user.name=T", "-c", "user.email=t@example.test", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, version: str, *, lock: str, result: str) -> str:
        for name, text in (("VERSION", version), ("composer.lock", lock), ("composer.json", "{}"), ("result", result)):
            (self.path / name).write_text(f"{text}\n")
        self.git("add", "VERSION", "composer.lock", "composer.json", "result")
        self.git("commit", "-q", "-m", version)
        return self.git("rev-parse", "HEAD")

    def vendor(self, *, with_phpunit: bool) -> None:
        """The live site's vendor, as the step "dependencies" leaves it."""
        (self.path / "vendor" / "bin").mkdir(parents=True)
        if with_phpunit:
            (self.path / "vendor" / "bin" / "phpunit").symlink_to(self.folder / "bin" / "phpunit")
        note = "sha256sum <composer.lock | cut -c1-64 >vendor/.lotsman-lock"
        subprocess.run(["sh", "-c", note], cwd=self.path, check=True)

    def test(self, commit: str) -> subprocess.CompletedProcess[str]:
        (self.path / ".env").write_text("APP_KEY=base64:live\nDB_PASSWORD=live\n")
        self.git("checkout", "-q", self.live)
        told = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "HOME": str(self.folder), "LOTSMAN_MARK": "@",
            "TMPDIR": str(self.folder), "PROJECT_PATH": str(self.path), "SITE_PATH": str(self.path), "COMMIT": commit,
            "PREVIOUS_COMMIT": self.live, "CONFIG_FILES": ".env", "COMPOSER_PROGRAM": "composer", "PHP_PROGRAM": "php",
            "LAYOUT": "checkout", "TESTS": "phpunit\x1fa test", "DB_PASSWORD": "live",
        }  # fmt: skip
        text = remote_script(stack_script("laravel", "project-tests.sh")).text
        return subprocess.run(["dash", "-c", text], env=told, capture_output=True, text=True, check=False, timeout=30)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_they_run_on_the_new_commit_elsewhere_and_know_nothing_of_the_live_settings(site: Site) -> None:
    commit = site.commit("2", lock="a", result="0")
    site.vendor(with_phpunit=True)
    done = site.test(commit)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "in testing with base64:, version 2, secret none: a test" in done.stdout
    assert "saw .env" not in done.stdout
    assert "composer" not in done.stdout, "the live vendor has what they need"
    assert not Path((site.folder / "where").read_text().strip()).exists()
    assert (site.git("rev-parse", "HEAD"), site.git("status", "--porcelain", "-uno")) == (site.live, "")


@pytest.mark.parametrize(("lock", "with_phpunit"), [("b", True), ("a", False)])
def test_composer_installs_what_they_need_where_the_live_vendor_has_it_not(
    site: Site,
    lock: str,
    with_phpunit: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    commit = site.commit("2", lock=lock, result="0")
    site.git("checkout", "-q", site.live)
    site.vendor(with_phpunit=with_phpunit)
    done = site.test(commit)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "composer --no-interaction --no-ansi install --no-progress" in done.stdout
    assert "--no-dev" not in done.stdout


def test_tests_that_fail_keep_the_deploy_from_beginning(site: Site) -> None:
    commit = site.commit("2", lock="a", result="1")
    site.vendor(with_phpunit=True)
    done = site.test(commit)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (65, "@ fail tests-failed")
