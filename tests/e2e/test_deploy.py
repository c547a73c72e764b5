"""Deploys and rollbacks as people see them: from a message in the chat to a server and back."""

from __future__ import annotations

import gzip
import hashlib
import os
import re

import asyncssh
import pytest

from demo.sandbox.sandbox import Sandbox
from ops.hosts.known_hosts import KnownHosts
from tests.e2e.conftest import Opening
from tests.e2e.harbour import CODE_ALONE, Harbour
from tests.length import only_long


async def test_deploy_main_puts_it_live_and_tells_every_step(harbour: Harbour) -> None:
    card, result = await harbour.run("/deploy main")
    assert (await harbour.sandbox.health()).body["pending_migrations"] == []
    assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of("main")
    assert card.text.startswith("✅ formbot · деплой #1 · Олена\nv1.2.2 → ")
    assert card.text.count("\n✅ ") == 16
    assert "2 міграції" in card.text
    assert card.labels == []
    assert result.text.startswith("✅ formbot: v1.2.2 → ")
    assert result.reply_to is card
    assert not result.silent


async def test_one_message_is_edited_in_place_and_could_be_cancelled(harbour: Harbour) -> None:
    card, _ = await harbour.run("/deploy main")
    assert len(card.edits) >= 3
    stops = [state.keyboard.labels for state in card.history[:-1]]
    changed = stops.index([["Зупинити тут", "Зупинити й відкотити"]])
    assert all(labels == [["Скасувати"]] for labels in stops[:changed])
    assert all(labels == stops[changed] for labels in stops[changed:])
    assert [state.text.count("✅") for state in card.history] == sorted(s.text.count("✅") for s in card.history)


async def test_the_log_is_attached_in_the_format_of_the_guide(harbour: Harbour) -> None:
    _, result = await harbour.run("/deploy main")
    assert re.fullmatch(r"deploy_\d{8}_\d{6}\.log", result.document_name or "")
    lines = (result.document or b"").decode().splitlines()
    assert all(re.match(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] ", line) for line in lines)
    words = [line[22:] for line in lines]
    assert words[0] == "START DEPLOYMENT"
    assert words[-1] == "DEPLOYMENT SUCCESS"
    assert any(re.fullmatch(r"Backup created: formbot_\d{8}_\d{6}\.sql\.gz", line) for line in words)
    assert any(re.fullmatch(r"Health check: http://.*: PASSED", line) for line in words)


async def test_the_backup_is_whole_and_checksummed_before_the_code_is_touched(harbour: Harbour) -> None:
    card, _ = await harbour.run("/deploy main")
    (file,) = (harbour.sandbox.backups / "predeploy").glob("formbot_*.sql.gz")
    assert b"PostgreSQL database dump complete" in gzip.decompress(file.read_bytes())
    recorded = (file.parent / f"{file.name}.sha256").read_text().split()
    assert recorded == [hashlib.sha256(file.read_bytes()).hexdigest(), file.name]
    assert not list(file.parent.glob(".*part*"))
    assert card.text.index("Бекап бази") < card.text.index("Код")


async def test_a_crashing_release_is_taken_back_and_the_version_before_serves(harbour: Harbour) -> None:
    before = await harbour.sandbox.running_commit()
    card, result = await harbour.run("/deploy broken")
    health = await harbour.sandbox.health()
    assert health.status == 200
    assert await harbour.sandbox.running_commit() == before
    assert card.text.startswith("↩️")
    assert "знову працює v1.2.2" in card.text
    assert result.text.startswith("↩️ formbot: деплой #1 не вдався, знову працює v1.2.2.")
    assert "web1, «Служба formbot», код виходу 65: служба впала після запуску." in result.text
    assert "KeyError: 'FORMBOT_REGION'" in result.text
    assert result.labels == [["Журнал", "Ще раз", "Відкотити"]]
    assert b"DEPLOYMENT FAILED, the version before is back" in (result.document or b"")
    assert await harbour.app.driver.pool.fetchval("SELECT count(*) FROM releases") == 0


async def test_a_failing_migration_is_named_and_the_version_before_serves(harbour: Harbour) -> None:
    _, result = await harbour.run("/deploy bad-migration")
    assert "міграція не вдалася" in result.text
    assert (await harbour.sandbox.health()).status == 200


@only_long
async def test_an_unhealthy_release_is_taken_back(opening: Opening, sandbox: Sandbox) -> None:
    check = {"http": f"http://127.0.0.1:{sandbox.port}/health", "within": "2s"}
    async with opening(checks=[check]) as harbour:
        _, result = await harbour.run("/deploy unhealthy")
        assert "відповідь 500, а має бути 200" in result.text
        assert (await sandbox.health()).status == 200


async def test_a_slow_start_is_waited_for(harbour: Harbour) -> None:
    card, _ = await harbour.run("/deploy slow-start")
    assert card.text.startswith("✅")
    assert (await harbour.sandbox.health()).status == 200


async def test_rollback_brings_back_code_dependencies_and_the_config_of_that_release(harbour: Harbour) -> None:
    env = harbour.sandbox.path / ".env"
    original = env.read_text()
    await harbour.run("/deploy v1.2.3")
    env.write_text(original + "FEATURE=for-1.2.3\n")
    await harbour.run("/deploy main")
    env.write_text(original + "FEATURE=for-main\n")
    inode, mode = env.stat().st_ino, env.stat().st_mode
    card, result = await harbour.run("/rollback v1.2.3")
    assert card.text.startswith("✅ formbot · відкат #3")
    assert "повернулися на v1.2.3" in result.text
    assert "FEATURE=for-1.2.3" in env.read_text()
    assert (env.stat().st_ino, env.stat().st_mode) == (inode, mode)
    assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of("v1.2.3")


async def test_a_rollback_works_while_the_git_server_is_away(harbour: Harbour) -> None:
    await harbour.run("/deploy main")
    repository = harbour.sandbox.layout.repository
    repository.rename(repository.with_suffix(".away"))
    try:
        card, _ = await harbour.run("/rollback v1.2.3")
    finally:
        repository.with_suffix(".away").rename(repository)
    assert card.text.startswith("✅")


async def test_a_failed_rollback_puts_the_config_back_as_it_found_it(harbour: Harbour) -> None:
    env = harbour.sandbox.path / ".env"
    await harbour.run("/deploy v1.2.3")
    await harbour.run("/deploy main")
    kept = env.read_text() + "FEATURE=for-main\n"
    env.write_text(kept)
    card, _ = await harbour.run("/rollback broken")
    assert card.text.startswith("↩️")
    assert env.read_text() == kept
    assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of("main")


@only_long
async def test_unchanged_dependencies_are_not_installed_again(harbour: Harbour) -> None:
    await harbour.run("/deploy v1.2.3")
    card, _ = await harbour.run("/deploy main")
    assert "➖ Залежності · без змін" in card.text


async def test_an_unknown_version_is_refused_with_near_names_and_nothing_is_touched(harbour: Harbour) -> None:
    head = await harbour.sandbox.running_commit()
    card, result = await harbour.run("/deploy v1.2.4")
    assert card.text.startswith("⛔")
    assert "Може, v1.2.3, v1.2.2?" in result.text
    assert await harbour.sandbox.running_commit() == head
    assert not list(harbour.sandbox.backups.rglob("*.gz"))


@pytest.mark.parametrize("text", ["/deploy --upload-pack=id", "/deploy main;id", "/deploy ../x", "/deploy mаin"])
async def test_a_text_that_is_no_version_makes_no_run(harbour: Harbour, text: str) -> None:
    (answer,) = await harbour.say(text)
    assert "не схоже на версію" in answer.text
    assert await harbour.runs() == 0


@only_long
async def test_what_is_live_already_is_not_restarted_unless_somebody_insists(harbour: Harbour) -> None:
    log = harbour.sandbox.log.read_text()
    _, result = await harbour.run("/deploy v1.2.2")
    assert "ця версія вже працює" in result.text
    assert harbour.sandbox.log.read_text().count("listening on") == log.count("listening on")
    card, _ = await harbour.press(result, "Усе одно виконати", 2)
    assert card.text.startswith("✅")


async def test_a_second_deploy_is_refused_and_names_the_holder(harbour: Harbour) -> None:
    harbour.world.say(harbour.team, harbour.olena, "/deploy slow-start")
    await harbour.world.until(lambda: len(harbour.messages()) == 1)
    (refusal,) = await harbour.say("/deploy main", by=harbour.ihor)
    assert "formbot занят: деплой #1, Олена" in refusal.text
    assert "/cancel 1" in refusal.text
    await harbour.world.until(lambda: len(harbour.messages()) == 3, timeout=60)
    assert await harbour.runs() == 1


async def test_a_bare_deploy_offers_versions_newest_first_and_a_press_starts_one(harbour: Harbour) -> None:
    (offer,) = await harbour.say("/deploy")
    labels = [label for row in offer.labels for label in row]
    assert [label.split(" · ")[0] for label in labels[-3:]] == ["🌿 main", "🏷 v1.2.3", "🏷 v1.2.2"]
    card, _ = await harbour.press(offer, labels[-2], 2)
    assert card.text.startswith("✅ formbot · деплой #1")
    assert "v1.2.3" in card.text


async def test_a_bare_rollback_offers_what_was_live(harbour: Harbour) -> None:
    await harbour.run("/deploy v1.2.3")
    await harbour.run("/deploy main")
    (offer,) = await harbour.say("/rollback")
    assert "🟢" in offer.text
    assert offer.labels[0][0] == "↩️ v1.2.3"
    (way,) = await harbour.press(offer, "↩️ v1.2.3")
    card, _ = await harbour.press(way, CODE_ALONE, 2)
    assert card.text.startswith("✅ formbot · відкат #3")


async def test_a_cancelled_deploy_ends_on_the_version_before(harbour: Harbour) -> None:
    before = await harbour.sandbox.running_commit()
    harbour.world.say(harbour.team, harbour.olena, "/deploy slow-start")
    await harbour.world.until(
        lambda: "⏳ http" in harbour.messages()[0].text if harbour.messages() else False, timeout=60
    )
    card = harbour.messages()[0]
    harbour.world.press(card, "Зупинити й відкотити", by=harbour.ihor)
    await harbour.world.until(lambda: len(harbour.messages()) == 2, timeout=60)
    assert card.text.startswith("🚫")
    assert "скасовано (Игорь), знову працює v1.2.2" in harbour.messages()[1].text
    assert await harbour.sandbox.running_commit() == before


async def test_retry_and_log_buttons_work_after_a_failure(harbour: Harbour) -> None:
    _, result = await harbour.run("/deploy broken")
    (log,) = await harbour.press(result, "Журнал")
    assert b"DEPLOYMENT FAILED" in (log.document or b"")
    card, again = await harbour.press(result, "Ще раз", 2)
    assert card.text.startswith("⛔ formbot · деплой #2")
    assert "саме ця версія минулого разу не вдалася" in again.text


async def test_a_backup_run_names_its_files(harbour: Harbour) -> None:
    card, result = await harbour.run("/backup")
    assert card.text.startswith("✅ formbot · бекап #1")
    (file,) = (harbour.sandbox.backups / "manual").glob("formbot_*.sql.gz")
    assert str(file) in result.text
    assert await harbour.app.driver.pool.fetchval("SELECT path FROM backups WHERE subject = 'formbot'") == str(file)


class TestRefusalsBeforeTheFirstChange:
    """Whatever could stop a deploy half way is found before it begins, and each says what to do."""

    @staticmethod
    async def refused(harbour: Harbour, reason: str) -> None:
        before = await harbour.sandbox.running_commit()
        card, result = await harbour.run("/deploy main")
        assert card.text.startswith(("⛔", "❌")), card.text
        assert "нічого не змінено" in result.text
        assert reason in result.text, result.text
        assert await harbour.sandbox.running_commit() == before
        assert (await harbour.sandbox.health()).status == 200

    async def test_a_dirty_work_tree(self, harbour: Harbour) -> None:
        (harbour.sandbox.path / "requirements.txt").write_text("changed by hand\n")
        await self.refused(harbour, "файли на сервері змінено руками: requirements.txt")

    async def test_a_full_disk(self, opening: Opening) -> None:
        async with opening(free_disk_mb=10**9) as harbour:
            await self.refused(harbour, "мало місця на диску")

    async def test_missing_sudo_rights(self, harbour: Harbour) -> None:
        if os.geteuid() == 0:
            pytest.skip("root needs no sudo; test_ordinary_user runs this as an ordinary user")
        harbour.sandbox.layout.sudoers.write_text("")
        await self.refused(harbour, "немає права виконати sudo systemctl stop formbot")

    async def test_an_unknown_unit(self, opening: Opening) -> None:
        async with opening(services=["frombot"]) as harbour:
            await self.refused(harbour, "служби frombot немає в systemd")

    async def test_a_missing_virtual_environment(self, opening: Opening) -> None:
        async with opening(venv="nowhere") as harbour:
            await self.refused(harbour, "віртуального оточення Python немає")

    async def test_a_database_that_cannot_be_dumped_leaves_no_file(self, opening: Opening) -> None:
        wrong = [{"engine": "postgres", "name": "nosuchdb", "url_from": ".env:DATABASE_URL"}]
        async with opening(databases=wrong) as harbour:
            await self.refused(harbour, "база не відповідає")
            assert not list(harbour.sandbox.backups.rglob("*.gz"))

    async def test_a_git_server_that_is_away(self, harbour: Harbour) -> None:
        repository = harbour.sandbox.layout.repository
        repository.rename(repository.with_suffix(".away"))
        try:
            await self.refused(harbour, "git-сервер не відповідає")
        finally:
            repository.with_suffix(".away").rename(repository)

    async def test_a_host_without_a_pinned_key(self, harbour: Harbour) -> None:
        (harbour.folder / "state" / "known_hosts").write_text("")
        await self.refused(harbour, "не закріплено")

    async def test_a_host_with_another_key(self, harbour: Harbour) -> None:
        other = asyncssh.generate_private_key("ssh-ed25519").convert_to_public()
        ssh = harbour.sandbox.ssh
        await harbour.stop_bot()  # it may have a connection by now, which goes on being good
        KnownHosts(harbour.folder / "state" / "known_hosts").pin(ssh.address, ssh.port, other)
        await harbour.start_bot()
        await self.refused(harbour, "показав інший ключ")

    async def test_a_host_that_is_down(self, opening: Opening, sandbox: Sandbox) -> None:
        async with opening() as harbour:
            await harbour.stop_bot()
            text = (harbour.folder / "lotsman.yml").read_text()
            (harbour.folder / "lotsman.yml").write_text(text.replace(f'"port": {sandbox.ssh.port}', '"port": 1'))
            pins = (harbour.folder / "state" / "known_hosts").read_text()
            (harbour.folder / "state" / "known_hosts").write_text(pins.replace(f":{sandbox.ssh.port}", ":1"))
            await harbour.start_bot()
            await self.refused(harbour, "не приймає з’єднань")
