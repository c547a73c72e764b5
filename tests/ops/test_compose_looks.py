"""What the stack "compose" looks at before the first change. Docker only plays here; tests/e2e has a real one."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from ops.hosts.session import remote_script
from ops.runs.runbook import stack_script

DOCKER = r"""#!/bin/sh
# Plays an engine with one service, web: "compose run" runs the words here, in the folder that stands for the image.
case "$*" in
version*) echo 20 ;;
"compose version") echo 2 ;;
"compose config") printf 'name: field\nservices:\n  web:\n    build: .\n' ;;
"ps --quiet --filter"*) [ ! -e "$PLAY/nothing-runs" ] && echo c1 ;;
"image inspect"*) cat "$PLAY/image" ;;
"compose build web")
    echo built >>"$PLAY/calls"; cp VERSION "$PLAY/built-version"; echo new >"$PLAY/image" ;;
"compose run --rm -T --no-deps --name lotsman-look-field-STAMP web "*)
    [ "$(cat "$PLAY/image")" = new ] || exit 70
    shift 8
    cd "$PLAY/container" && "$@" ;;
"run --rm --network none --name lotsman-tests-field-STAMP new "*) shift 7; cd "$PLAY/container" && "$@" ;;
"tag "*) echo "$*" >>"$PLAY/calls"; echo "$2" >"$PLAY/image" ;;
"rm --force "*) echo "$*" >>"$PLAY/calls" ;;
*) echo "unplayed: $*" >&2; exit 71 ;;
esac
"""
ALEMBIC = """#!/bin/sh
echo "INFO [alembic.runtime.migration] Context impl PostgresqlImpl." >&2
case "$*" in
heads) echo '0002 (head)' ;;
current) cat current ;;
"upgrade 0001:heads --sql") printf 'BEGIN;\\n-- Running upgrade 0001 -> 0002\\nDROP TABLE orders;\\nCOMMIT;\\n' ;;
*) exit 72 ;;
esac
"""
US = "\x1f"


class Play:
    """A project with two commits, and the engine."""

    def __init__(self, folder: Path, files: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.project = folder / "srv"
        self.container = folder / "container"
        for path in (self.project, self.container, folder / "bin"):
            path.mkdir()
        (folder / "image").write_text("old\n")
        self.program("docker", DOCKER)
        self.git("init", "-q", "-b", "main")
        self.write({"VERSION": "1\n"})
        self.previous = self.commit()
        self.write({"VERSION": "2\n", **(files or {})})
        self.coming = self.commit()
        self.git("checkout", "-q", self.previous)

    def program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.project / name).parent.mkdir(parents=True, exist_ok=True)
            (self.project / name).write_text(text)

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=T", "-c", "user.email=t@example.test"]
        command = ["git", "-C", str(self.project), *who, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def run(self, script: str, **values: str) -> subprocess.CompletedProcess[str]:
        told = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "PLAY": str(self.folder), "HOME": str(self.folder),
            "TMPDIR": str(self.folder), "LOTSMAN_MARK": "@", "PROJECT": "field", "STAMP": "STAMP",
            "PROJECT_PATH": str(self.project),
            "COMMIT": self.coming, "PREVIOUS_COMMIT": self.previous, "CONFIG_FILES": "", "COMPOSE_FILES": "",
            "COMPOSE_NAME": "", "COMPOSE_SERVICES": "", "BUILD_IMAGES": "yes", "PULL_IMAGES": "missing",
            "STRATEGIES": "", "RELOAD_SERVICE": "", "WAIT_SECONDS": "5", "STABLE_SECONDS": "0",
            "MIGRATE_SERVICE": "web", "MIGRATE_COMMAND": "migrate", "MIGRATE_PENDING": "", "TESTS_SERVICE": "web",
            "MIGRATIONS_FOLDER": "migrations", **values,
        }  # fmt: skip
        text = remote_script(stack_script("compose", script)).text
        return subprocess.run(["dash", "-c", text], env=told, capture_output=True, text=True, check=False, timeout=30)

    @property
    def calls(self) -> list[str]:
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []


def sql(printed: str) -> str:
    """What was handed over to be judged, whole and unchanged."""
    items = [line.removeprefix("@ item migrations_sql ") for line in printed.splitlines() if "migrations_sql" in line]
    text = base64.b64decode("".join(items))
    assert f"@ fact migrations_sha256 {hashlib.sha256(text).hexdigest()}" in printed
    return text.decode()


@pytest.fixture
def play(tmp_path: Path) -> Play:
    return Play(tmp_path)


def test_alembic_is_asked_in_a_container_of_the_new_image_which_gives_its_name_back(play: Play) -> None:
    play.program("alembic", ALEMBIC)
    (play.container / "current").write_text("0001\n")
    done = play.run("pending-migrations.sh", MIGRATE_COMMAND=US.join(["alembic", "upgrade", "head"]))
    assert done.returncode == 0, done.stdout + done.stderr
    assert sql(done.stdout) == "BEGIN;\n-- migration: 0002\nDROP TABLE orders;\nCOMMIT;\n"
    assert "@ item migrations 0002" in done.stdout
    assert "@ fact migrations_dialect postgres" in done.stdout
    assert (play.folder / "built-version").read_text() == "2\n"
    assert (play.folder / "image").read_text() == "old\n", "what is restarted by hand is still the version that runs"
    assert play.git("status", "--porcelain") == ""
    assert sorted(path.name for path in play.folder.iterdir() if path.name.startswith("tmp.")) == []


def test_where_alembic_has_nothing_to_do_there_is_nothing_to_judge(play: Play) -> None:
    play.program("alembic", ALEMBIC)
    (play.container / "current").write_text("0002 (head)\n")
    done = play.run("pending-migrations.sh", MIGRATE_COMMAND=US.join(["alembic", "upgrade", "head"]))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "@ skip migrations-applied")


def test_a_command_of_the_projects_own_tells_the_sql_word_for_word(play: Play) -> None:
    play.program("tell", '#!/bin/sh\nprintf "%s;\\n" "$@"\n')
    words = US.join(["tell", "SELECT 1", "$(id)", "DROP TABLE 'x y'"])
    done = play.run("pending-migrations.sh", MIGRATE_PENDING=words, DATABASE_ENGINE="mysql")
    assert sql(done.stdout) == "SELECT 1;\n$(id);\nDROP TABLE 'x y';\n"
    assert "@ fact migrations_dialect mysql" in done.stdout


def test_a_command_that_fails_is_not_taken_for_nothing_to_do(play: Play) -> None:
    done = play.run("pending-migrations.sh", MIGRATE_PENDING="false")
    assert done.returncode == 0
    assert "@ fact migrations_unseen yes" in done.stdout
    (fact,) = (line for line in done.stdout.splitlines() if "migrations_sha256" in line)
    (play.folder / "other").mkdir()
    again = Play(play.folder / "other", {"more": "x"}).run("pending-migrations.sh", MIGRATE_PENDING="false")
    assert fact not in again.stdout, "who has allowed one commit has not allowed the next"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "@ skip migrations-unchanged"),
        ({"migrations/0002_note.sql": "ALTER TABLE orders ADD note text"}, "-- migration: 0002_note"),
        ({"migrations/0002_note.py": "op.drop_table('orders')"}, "@ fact migrations_unseen yes"),
    ],
)
def test_without_a_command_that_tells_new_files_are_what_can_be_known(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    play = Play(tmp_path, files)
    done = play.run("pending-migrations.sh")
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    assert "built" not in play.calls, "for files no image is needed"


def test_a_first_deploy_has_no_version_before_that_a_migration_could_break(play: Play) -> None:
    (play.folder / "nothing-runs").touch()
    done = play.run("pending-migrations.sh", MIGRATE_PENDING="false")
    assert "@ skip nothing-runs-yet" in done.stdout


def test_an_image_that_does_not_build_is_told_before_anything_is_changed(play: Play) -> None:
    play.program("docker", DOCKER.replace('"compose build web")', '"compose build web") exit 1'))
    done = play.run("pending-migrations.sh", MIGRATE_PENDING="true")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (65, "@ fail build-failed")


@pytest.mark.parametrize(("words", "code"), [(["sh", "-c", "echo $0 two", "a b"], 0), (["false"], 65)])
def test_tests_run_in_the_new_image_with_no_network_and_none_of_the_services_settings(
    play: Play, words: list[str], code: int
) -> None:
    done = play.run("image-tests.sh", TESTS=US.join(words))
    assert done.returncode == code, done.stderr
    assert ("a b two" in done.stdout) == (code == 0)
    assert ("@ fail tests-failed" in done.stdout) == (code != 0)
    assert (play.folder / "image").read_text() == "old\n"
