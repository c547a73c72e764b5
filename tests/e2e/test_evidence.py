"""What is looked at before a deploy, what is proven after it, and how a person reads it."""

from __future__ import annotations

from pathlib import Path

from demo.sandbox.sandbox import Sandbox
from tests.e2e.commits import push
from tests.e2e.conftest import Opening
from tests.e2e.harbour import Harbour
from tests.length import only_long


async def test_the_card_tells_the_changelog_what_is_urgent_and_which_parameters_are_missing(harbour: Harbour) -> None:
    example = (Path(__file__).parents[2] / "demo" / "formbot" / ".env.example").read_text()
    push(
        harbour.sandbox,
        "evidence",
        {
            "CHANGELOG.md": "# Changelog\n\n## 1.4.0\n\n- Forms can be archived (#60).\n",
            "formbot/archive.py": "# TODO: critical, lock the row\n# TODO: nicer names\nx = 1  # FIXME\n",
            ".env.example": example + "ARCHIVE_DAYS=30\n",
        },
    )
    card, result = await harbour.run("/deploy evidence")
    assert card.text.startswith("✅")
    assert "- Forms can be archived (#60)." in card.text
    assert "formbot/archive.py:1 # TODO: critical, lock the row" in card.text
    assert "formbot/archive.py:3 x = 1  # FIXME" in card.text
    assert "nicer names" not in card.text
    assert "⚠️ у .env бракує параметрів, нових у .env.example: ARCHIVE_DAYS" in result.text
    assert "⚠️ у новому коді 2 термінові TODO" in result.text


@only_long
async def test_missing_parameters_stop_a_deploy_where_that_is_wished(opening: Opening) -> None:
    async with opening(strict_env=True) as harbour:
        push(harbour.sandbox, "env", {".env.example": "DATABASE_URL=\nSECRET_KEY=\nARCHIVE_DAYS=30\n"})
        card, result = await harbour.run("/deploy env")
        assert card.text.startswith("⛔")
        assert "ARCHIVE_DAYS" in result.text
        assert "FORMBOT" not in result.text
        with (harbour.sandbox.path / ".env").open("a") as file:
            file.write("ARCHIVE_DAYS=30\n")
        card, _ = await harbour.run("/deploy env")
        assert card.text.startswith("✅")


async def test_a_version_that_is_not_there_stops_it(opening: Opening) -> None:
    async with opening(needs={"python": ">=3.8", "postgres": ">=99"}) as harbour:
        card, result = await harbour.run("/deploy main")
        assert card.text.startswith("⛔")
        assert "потрібен postgres >=99, а тут 1" in result.text


async def test_a_version_that_the_new_commit_asks_for_has_to_be_there_too(opening: Opening) -> None:
    async with opening(needs={"python": ">=3.8,<4", "postgres": ">=14", "git": "^2"}) as harbour:
        push(harbour.sandbox, "old", {".python-version": "3.6.1\n"})
        card, result = await harbour.run("/deploy old")
        assert card.text.startswith("⛔")
        assert "потрібен python 3.6" in result.text


async def test_the_projects_tests_run_on_the_new_commit_before_anything_is_changed(opening: Opening) -> None:
    async with opening(tests="python -m unittest discover -s tests") as harbour:
        sandbox = harbour.sandbox
        case = "import os, unittest\nclass T(unittest.TestCase):\n    def test_it(self):\n        {}\n"
        push(sandbox, "untested", {"tests/test_it.py": case.format("self.assertEqual('one', 'two')")})
        before = await sandbox.running_commit()
        card, result = await harbour.run("/deploy untested")
        assert "тести проєкту на новому коміті не проходять" in result.text
        assert "'one' != 'two'" in result.text
        assert "нічого не змінено" in result.text
        assert await sandbox.running_commit() == before
        assert not list(sandbox.backups.rglob("*.gz"))
        good = "self.assertFalse(os.path.exists('.env')); self.assertTrue(os.path.exists('formbot'))"
        push(sandbox, "untested", {"tests/test_it.py": case.format(good)})
        card, result = await harbour.run("/deploy untested")
        assert card.text.startswith("✅"), result.text


async def test_config_comes_from_the_repository_and_goes_back_with_a_failed_deploy(opening: Opening) -> None:
    async with opening(config_update={"site.env": "deploy/site.env"}, config=[".env", "site.env"]) as harbour:
        place = harbour.sandbox.path / "site.env"
        place.write_text("COLOUR=blue\n")
        place.chmod(0o640)
        push(harbour.sandbox, "site", {"deploy/site.env": "COLOUR=green\nSIZE=2\n"})
        card, result = await harbour.run("/deploy site")
        assert card.text.startswith("✅"), result.text
        assert place.read_text() == "COLOUR=green\nSIZE=2\n"
        assert place.stat().st_mode & 0o777 == 0o640
        assert b"site.env: + SIZE" in (result.document or b"")
        broken = {"deploy/site.env": "COLOUR=red\n", "formbot/__init__.py": "raise SystemExit(3)\n"}
        push(harbour.sandbox, "site", broken)
        card, _ = await harbour.run("/deploy site")
        assert card.text.startswith("↩️")
        assert place.read_text() == "COLOUR=green\nSIZE=2\n"


@only_long
async def test_an_import_error_is_named_as_what_it_is(harbour: Harbour) -> None:
    push(harbour.sandbox, "import", {"formbot/__init__.py": "import nosuchmodule\n"})
    card, result = await harbour.run("/deploy import")
    assert card.text.startswith("↩️")
    assert "новий код не може щось імпортувати: ModuleNotFoundError: No module named 'nosuchmodule'" in result.text


async def test_an_answer_that_names_the_new_commit_is_the_proof(opening: Opening, sandbox: Sandbox) -> None:
    url = f"http://127.0.0.1:{sandbox.port}/version"
    async with opening(checks=[{"version": url, "within": "10s"}]) as harbour:
        card, _ = await harbour.run("/deploy main")
        assert card.text.startswith("✅")
        assert "✅ Відповідає нова версія" in card.text


async def test_an_answer_that_names_another_commit_is_the_old_code_and_is_taken_back(
    opening: Opening, sandbox: Sandbox
) -> None:
    url = f"http://127.0.0.1:{sandbox.port}/version"
    async with opening(checks=[{"version": url, "within": "2s"}]) as harbour:
        before = await harbour.sandbox.running_commit()
        http = (Path(__file__).parents[2] / "demo" / "formbot" / "formbot" / "http.py").read_text()
        lying = http.replace("self.health.commit}", f'"{harbour.sandbox.commit_of("v1.2.2")}"}}')
        assert lying != http
        push(harbour.sandbox, "lying", {"formbot/http.py": lying})
        card, result = await harbour.run("/deploy lying")
        assert card.text.startswith("↩️")
        assert "досі працює старий код: чекали" in result.text
        assert await harbour.sandbox.running_commit() == before
