"""Commands that a project brings itself, and /restart and /preflight: from a file to the chat to a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.check import check
from demo.sandbox.program import run
from demo.sandbox.sandbox import Sandbox
from ops.errors import BadFile
from tests.e2e.conftest import Opening
from tests.e2e.harbour import Harbour

CLEAR_CACHE = """\
runbook: clear-cache
title: {uk: Очистити кеш, ru: Очистить кэш, en: Clear the cache}
values:
  SCOPE: {type: choice, of: [all, pages]}
  LIMIT: {type: count, least: 1, most: 100, default: 10}
  LOUD: {type: flag}
steps:
  - step: clear
    title: {uk: Очищення, en: Clearing}
    run: clear.sh
"""
CLEAR_SH = """\
#!/bin/sh
printf '%s|%s|%s\\n' "$SCOPE" "$LIMIT" "${LOUD:-}" >"$PROJECT_PATH/../cleared"
echo "cleared $SCOPE"
"""


def shelf(tmp_path: Path, project: str = "formbot", **files: str) -> None:
    folder = tmp_path / "runbooks" / project
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem.replace('_', '-')}.{suffix}").write_text(text)


def cleared(sandbox: Sandbox) -> Path:
    return sandbox.path.parent / "cleared"


async def test_a_file_becomes_a_command_that_runs_its_script_with_what_people_wrote(
    opening: Opening, tmp_path: Path, sandbox: Sandbox
) -> None:
    shelf(tmp_path, clear_cache_yml=CLEAR_CACHE, clear_sh=CLEAR_SH)
    async with opening() as harbour:
        card, result = await harbour.run("/clear_cache formbot pages 20 loud", by=harbour.ihor)
        assert cleared(sandbox).read_text() == "pages|20|yes\n"
        assert card.text.startswith("✅ formbot · Очистити кеш #1 · Игорь")
        assert "✅ Очищення · " in card.text
        assert result.text.startswith("✅ formbot: запуск «Очистити кеш» #1 виконано.")
        assert b"cleared pages" in (result.document or b"")
        (runs,) = await harbour.say("/runs", by=harbour.vira)
        assert "Clear the cache" in runs.text
        await harbour.run("/clear_cache all")
        assert cleared(sandbox).read_text() == "all|10|\n"
        cleared(sandbox).unlink()


async def test_who_comes_second_waits_with_all_that_was_asked_for_and_learns_what_is_done_meanwhile(
    opening: Opening, tmp_path: Path, sandbox: Sandbox
) -> None:
    gate = 'until [ -e "$PROJECT_PATH/../go" ]; do sleep 0.1; done\n'
    shelf(tmp_path, clear_cache_yml=CLEAR_CACHE, clear_sh=CLEAR_SH.replace("printf", gate + "printf", 1))
    go = sandbox.path.parent / "go"
    try:
        async with opening() as harbour:
            await harbour.say("/clear_cache formbot all")
            (refusal,) = await harbour.say("/clear_cache formbot pages 20 loud", by=harbour.ihor)
            assert "Очистить кэш #1, Олена" in refusal.text
            (status,) = await harbour.say("/status", by=harbour.ihor)
            assert "Очистить кэш" in status.text
            (card,) = await harbour.press(refusal, "Встать в очередь", by=harbour.ihor)
            assert "Місце в черзі: 1." in card.text
            go.touch()
            await harbour.letter("run-ended:2")
        assert cleared(sandbox).read_text() == "pages|20|yes\n"
    finally:
        go.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "Бракує scope."),
        ("everything", "everything не годиться для scope."),
        ("all 0", "0 не годиться для limit."),
        ("all $(id)", "$(id) не годиться для limit."),
        ("all 5 7", "Зайве: 7."),
    ],
)
async def test_what_is_missing_or_does_not_fit_is_named_and_nothing_is_run(
    opening: Opening, tmp_path: Path, words: str, problem: str
) -> None:
    shelf(tmp_path, clear_cache_yml=CLEAR_CACHE, clear_sh=CLEAR_SH)
    async with opening() as harbour:
        (answer,) = await harbour.say(f"/clear_cache formbot {words}")
        assert problem in answer.text
        assert "/clear_cache formbot all|pages [limit:1..100] [loud]" in answer.text
        assert await harbour.runs() == 0


async def test_only_those_who_may_use_a_command_see_it(opening: Opening, tmp_path: Path) -> None:
    admins = "runbook: reset\nright: admin\nsteps:\n  - {step: reset, run: 'echo reset'}\n"
    shelf(tmp_path, clear_cache_yml=CLEAR_CACHE, clear_sh=CLEAR_SH, reset_yml=admins)
    async with opening() as harbour:
        helps = {who.id: (await harbour.say("/help", by=who))[0].text for who in (harbour.olena, harbour.ihor)}
        assert "/clear_cache formbot all|pages [limit:1..100] [loud]: Очистити кеш" in helps[harbour.olena.id]
        assert "/reset formbot" in helps[harbour.olena.id]
        assert "Очистить кэш" in helps[harbour.ihor.id]
        assert "/reset" not in helps[harbour.ihor.id]
        (refused,) = await harbour.say("/reset formbot", by=harbour.ihor)
        assert "права" in refused.text
        (viewer,) = await harbour.say("/clear_cache formbot all", by=harbour.vira)
        assert "no right" in viewer.text
        assert await harbour.runs() == 0
        menus = json.dumps([call.params for call in harbour.world.calls_of("setMyCommands")], default=str)
        assert "clear_cache" in menus
        card, _ = await harbour.run("/reset")
        assert card.text.startswith("✅ formbot · reset #1")


async def test_a_failing_command_is_taken_back_without_speaking_of_versions(opening: Opening, tmp_path: Path) -> None:
    text = (
        "runbook: warm\nsteps:\n"
        "  - {step: heat, run: 'touch \"$PROJECT_PATH/../hot\"', undo: 'rm \"$PROJECT_PATH/../hot\"', changes: true}\n"
        "  - {step: burn, run: 'fail too-hot', changes: true}\n"
    )
    shelf(tmp_path, warm_yml=text)
    async with opening() as harbour:
        _, result = await harbour.run("/warm")
        assert result.text.startswith("↩️ formbot: warm #1 не вдався, усе повернуто, як було.")
        assert "причина: too-hot" in result.text
        assert not (harbour.sandbox.path.parent / "hot").exists()
        assert result.labels == [["Журнал", "Ще раз"]]
        (_, again) = await harbour.press(result, "Ще раз", 2)
        assert "warm #2 не вдався" in again.text


async def test_a_project_can_deploy_in_its_own_way(opening: Opening, tmp_path: Path, sandbox: Sandbox) -> None:
    text = (
        "runbook: deploy\nvalues:\n  REF: {type: ref}\nsteps:\n"
        "  - {step: resolve, run: resolve.sh, hosts: first}\n"
        '  - {step: note, run: \'echo "own way to $COMMIT" >"$PROJECT_PATH/../own"\', changes: true}\n'
        "  - {use: tail-log}\n"
    )
    shelf(tmp_path, deploy_yml=text)
    async with opening() as harbour:
        before = await sandbox.running_commit()
        (offer,) = await harbour.say("/deploy")
        assert "Що розгорнути" in offer.text
        card, _ = await harbour.run("/deploy main")
        assert (sandbox.path.parent / "own").read_text().startswith("own way to ")
        assert await sandbox.running_commit() == before
        assert "note" in card.text
        (sandbox.path.parent / "own").unlink()


async def test_a_command_about_a_version_offers_those_there_are(opening: Opening, tmp_path: Path) -> None:
    text = "runbook: show-what-it-was\nvalues:\n  REF: {type: ref}\nsteps:\n  - {step: show, run: 'echo \"$REF\"'}\n"
    shelf(tmp_path, show_what_it_was_yml=text)
    async with opening() as harbour:
        (offer,) = await harbour.say("/show_what_it_was")
        assert "/show_what_it_was" in offer.text
        label = next(label for row in offer.labels for label in row if "v1.2.3" in label)
        card, result = await harbour.press(offer, label, 2)
        assert "Версія: v1.2.3" in card.text
        assert b"    v1.2.3" in (result.document or b"")
        (bad,) = await harbour.say("/show_what_it_was --upload-pack=id")
        assert "не схоже на версію" in bad.text


@pytest.mark.parametrize(
    ("name", "text", "line", "key", "problem"),
    [
        ("help", "runbook: help\nsteps: [{step: a, run: 'true'}]\n", 1, "runbook", "runbook-reserved"),
        ("one", "runbook: other\nsteps: [{step: a, run: 'true'}]\n", 1, "runbook", "runbook-file"),
        ("one", "runbook: one\ncolour: red\nsteps: [{step: a, run: 'true'}]\n", 2, "colour", "unknown-key"),
        ("one", "runbook: one\nrunbook: one\nsteps: []\n", 2, "runbook", "duplicate"),
        ("one", "runbook: one\nsteps: &s [{step: a, run: 'true'}]\n", 2, "", "alias"),
        ("one", "runbook: one\nsteps: [{step: a, run: gone.sh}]\n", 2, "steps.0.run", "no-such-script"),
        ("one", "runbook: one\nsteps: [{step: a, run: bad.sh}]\n", 2, "steps.0.run", "script-unreadable"),
        ("one", "runbook: one\nsteps: [{step: a, run: a.ps1}]\n", 2, "steps.0.run", "other-shell"),
        ("one", "runbook: one\ntitle: {ua: Так}\nsteps: [{step: a, run: 'true'}]\n", 2, "title.ua", "language"),
        ("one", "runbook: one\nvalues:\n  PROJECT_PATH: {type: name}\nsteps: [{step: a, run: 'true'}]\n", 3,
         "values.PROJECT_PATH", "value-taken"),
        ("one", "runbook: one\nvalues:\n  LD_PRELOAD: {type: name}\nsteps: [{step: a, run: 'true'}]\n", 3,
         "values.LD_PRELOAD", "value-name"),
        ("one", "runbook: one\nvalues:\n  A: {type: choice}\nsteps: [{step: a, run: 'true'}]\n", 3, "values.A",
         "choice-of"),
        ("one", "runbook: one\nvalues:\n  A: {type: count, default: -1}\nsteps: [{step: a, run: 'true'}]\n", 3,
         "values.A", "value-default"),
        ("one", "runbook: one\nright: nobody\nsteps: [{step: a, run: 'true'}]\n", 2, "right", "not-one-of"),
        ("one", "x" * 300_000, 0, "", "too-large"),
    ],
)  # fmt: skip
async def test_a_bad_file_keeps_the_bot_from_starting_and_is_named(
    opening: Opening, tmp_path: Path, name: str, text: str, line: int, key: str, problem: str
) -> None:
    shelf(tmp_path, **{f"{name}_yml": text})
    (tmp_path / "runbooks" / "formbot" / "bad.sh").write_bytes(b"echo \xff\xfe\n")
    (tmp_path / "runbooks" / "formbot" / "a.ps1").write_text("Write-Output 1\n")
    with pytest.raises(BadFile) as caught:
        async with opening():
            pass
    error = caught.value
    assert (error.line, error.key, error.problem) == (line, key, problem)
    assert error.path.endswith(f"runbooks/formbot/{name}.yml")


async def test_restart_restarts_the_services_on_the_code_that_is_there(harbour: Harbour) -> None:
    before = await harbour.sandbox.running_commit()
    card, result = await harbour.run("/restart", by=harbour.ihor)
    assert card.text.startswith("✅ formbot · перезапуск #1 · Игорь")
    assert result.text.startswith("✅ formbot: перезапущено, усе працює.")
    assert await harbour.sandbox.running_commit() == before
    assert b"stopped formbot" in (result.document or b"")
    assert b"started formbot" in (result.document or b"")
    assert await harbour.app.driver.pool.fetchval("SELECT count(*) FROM releases") == 0


async def test_a_restart_that_goes_wrong_is_tried_once_more_and_then_a_person_is_called(harbour: Harbour) -> None:
    git = ("git", "-C", str(harbour.sandbox.path))
    await run(*git, "fetch", "--quiet", "origin")
    await run(*git, "checkout", "--quiet", "--detach", "origin/broken")
    card, result = await harbour.run("/restart")
    assert result.text.startswith("🆘 formbot: після перезапуску #1 служби не працюють як слід")
    assert (result.document or b"").count(b"started formbot") == 2
    assert "🆘" in card.text


async def test_check_names_every_file_that_cannot_be_used(harbour: Harbour, tmp_path: Path) -> None:
    shelf(tmp_path, one_yml="runbook: two\nsteps: [{step: a, run: 'true'}]\n", help_yml="runbook: help\n")
    found = [each async for each in check(harbour.settings(), harbour.app.languages["en"]) if not each.good]
    assert [each.subject for each in found[:2]] == ["runbooks", "runbooks"]
    assert "help.yml:1" in found[0].detail
    assert "one.yml:1 runbook: two: it has to be called as its file is" in found[1].detail


async def test_preflight_says_ready_and_offers_the_deploy(harbour: Harbour) -> None:
    before = await harbour.sandbox.running_commit()
    card, result = await harbour.run("/preflight")
    assert "v1.2.2 → " in card.text
    assert "✅ До деплою готово" in card.text
    for line in (
        "✅ Сервери: web1 (",
        "✅ Диск: вільно ",
        "✅ Чиста робоча копія",
        "✅ Шлях назад: v1.2.2",
        "➖ Тести: не задано",
    ):
        assert f"\n{line}" in card.text
    assert "⚠️ Свіжий бекап: для formbot немає" in card.text
    assert "до деплою готово" in result.text
    assert await harbour.sandbox.running_commit() == before
    assert result.labels == [["🚢 Розгорнути"]]
    deployed, _ = await harbour.press(result, "🚢 Розгорнути", 2)
    assert deployed.text.startswith("✅ formbot · деплой #2")


async def test_preflight_says_what_is_in_the_way(harbour: Harbour) -> None:
    tracked = harbour.sandbox.path / "requirements.txt"
    tracked.write_text(tracked.read_text() + "# by hand\n")
    card, result = await harbour.run("/preflight formbot v1.2.3")
    assert "⛔ До деплою не готово" in card.text
    assert result.text.startswith("⛔ formbot: до деплою не готово.")
    assert "файли на сервері змінено руками: requirements.txt" in result.text
    assert await harbour.app.driver.pool.fetchval("SELECT count(*) FROM releases") == 0


async def test_a_project_of_its_own_making_has_what_its_folder_says_and_no_more(
    opening: Opening, tmp_path: Path
) -> None:
    shelf(tmp_path, clear_cache_yml=CLEAR_CACHE, clear_sh=CLEAR_SH)
    plain: dict[str, object] = {"services": [], "checks": [], "migrations": "none", "databases": [], "config": []}
    async with opening(stack="custom", **plain) as harbour:
        (refused,) = await harbour.say("/deploy main")
        assert refused.text == "У formbot немає /deploy. Є: /clear_cache"
        (status,) = await harbour.say("/status")
        assert "web1: v1.2.2" in status.text
        card, _ = await harbour.run("/clear_cache all")
        assert card.text.startswith("✅")
        cleared(harbour.sandbox).unlink()
