"""Logs, status, help, languages, and hostile text in all of them."""

from __future__ import annotations

import asyncio
import subprocess

from tests.e2e.conftest import Opening
from tests.e2e.harbour import Harbour


async def test_everybody_is_answered_in_their_own_language_and_the_team_in_its(harbour: Harbour) -> None:
    answers = [(await harbour.say("/runs", by=each))[0].text for each in (harbour.olena, harbour.ihor, harbour.vira)]
    assert answers[0].startswith("Ще нічого не запускали")
    assert answers[1].startswith("Ещё ничего не запускали")
    assert answers[2].startswith("Nothing has been run yet")
    card, _ = await harbour.run("/backup", by=harbour.ihor)
    assert "Бекап бази formbot" in card.text


async def test_a_chosen_language_is_kept_over_a_restart(harbour: Harbour) -> None:
    (offer,) = await harbour.say("/lang", by=harbour.ihor)
    assert offer.labels == [["Українська", "Русский", "English"]]
    await harbour.press(offer, "English", by=harbour.ihor)
    await harbour.stop_bot()
    await harbour.start_bot()
    (answer,) = await harbour.say("/runs", by=harbour.ihor)
    assert answer.text.startswith("Nothing has been run yet")


async def test_help_shows_what_this_person_may_do_and_its_buttons_do_it(harbour: Harbour) -> None:
    (for_olena,) = await harbour.say("/start")
    (for_vira,) = await harbour.say("/help", by=harbour.vira)
    assert "/deploy" in for_olena.text
    assert "/deploy" not in for_vira.text
    (status,) = await harbour.press(for_vira, "🟢 Status", by=harbour.vira)
    assert "🟢 formbot" in status.text
    for label in ("🚢 Розгорнути", "↩️ Відкотити", "📜 Журнал", "🕘 Останнє", "🚫 Скасувати", "🌐 Мова"):
        await harbour.press(for_olena, label)
    card, _ = await harbour.press(for_olena, "💾 Бекап", 2)
    assert card.text.startswith("✅ formbot · бекап")


async def test_an_unknown_command_names_a_similar_one_where_it_is_meant_for_us(harbour: Harbour) -> None:
    (answer,) = await harbour.say("/deplay@lotsman_bot main")
    assert "Може, /deploy, /plan, /reload?" in answer.text


async def test_status_tells_what_is_live_where_and_who_is_at_it(harbour: Harbour) -> None:
    (calm,) = await harbour.say("/status")
    assert "web1: v1.2.2" in calm.text
    assert "✅ formbot працює" in calm.text
    harbour.world.say(harbour.team, harbour.olena, "/deploy slow-start")
    await harbour.world.until(lambda: "⏳ http" in harbour.messages()[-1].text, timeout=60)
    (busy,) = await harbour.say("/status")
    assert "⏳ деплой #1, Олена" in busy.text
    assert "🔴 formbot" in busy.text
    await harbour.world.until(lambda: any(m.document for m in harbour.messages()), timeout=60)


async def test_logs_can_be_narrowed_by_source_lines_and_words(harbour: Harbour) -> None:
    with harbour.sandbox.log.open("a") as log:
        log.writelines(f"line {i} {'ERROR' if i % 10 == 0 else 'info'}\n" for i in range(100))
    (tail,) = await harbour.say("/logs formbot app 3")
    assert "line 97 info\nline 98 info\nline 99 info" in tail.text
    (errors,) = await harbour.say("/logs app 200 error")
    assert errors.text.count("ERROR") == 10
    (journal,) = await harbour.say("/logs journal 5")
    assert "formbot[" in journal.text
    (empty,) = await harbour.say("/logs -e --help $(id)")
    assert "порожньо" in empty.text


async def test_a_long_log_comes_as_a_file(harbour: Harbour) -> None:
    with harbour.sandbox.log.open("a") as log:
        log.writelines(f"{i:05} {'x' * 80}\n" for i in range(500))
    (answer,) = await harbour.say("/logs 400")
    assert answer.document_name.startswith("formbot-app_")  # type: ignore[union-attr]
    assert (answer.document or b"").count(b"\n") >= 400
    assert "400 рядків у файлі" in answer.text


async def test_a_hostile_log_is_made_harmless_and_always_arrives(harbour: Harbour) -> None:
    hostile = (
        b"\x1b[2J\x1b]8;;http://evil\x07click\x1b]8;;\x07 \x9b31m <b>&amp;</pre><script> \x00\xff\xfe "
        b"\xe2\x80\xaegnp.exe \xf0\x9f\x9a\xa2 _*[]()~`>#+-=|{}.!\n"
        + b"y" * 10_000_000
        + b"\n"
        + b"<i>" * 200
        + b"\nlast\n"
    )
    harbour.sandbox.log.write_bytes(hostile)
    (answer,) = await harbour.say("/logs 10")
    text = answer.text + (answer.document or b"").decode()
    assert "last" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "<i><i>" in text


async def test_hostile_commits_and_files_are_only_text(harbour: Harbour) -> None:
    work = harbour.folder / "work"
    subject = "<b>&\"$(touch /tmp/pwned)`id`\x1b[31m _*[ ' \U0001f6a2 \u202e" + "z" * 300
    script = """
        git clone -q "$1" "$2" && cd "$2" && git checkout -q main && git checkout -q -b hostile
        touch 'migrations/0009_<b>$(id).sql' && git add -A
        git -c user.name='<i>x</i>' -c user.email=a@b commit -q -m "$3"
        git push -q origin hostile
    """
    repository = str(harbour.sandbox.layout.repository)
    command = ["sh", "-ec", script, "sh", repository, str(work), subject]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    card, result = await harbour.run("/deploy hostile")
    assert "назва міграції" in result.text
    assert card.text.startswith("⛔")
    assert '<b>&"$(touch /tmp/pwned)`id`' in card.text
    assert "\u202e" not in card.text


async def test_no_secret_of_the_server_or_of_ours_is_shown_stored_or_logged(opening: Opening, capfd: object) -> None:
    del capfd
    async with opening() as harbour:
        env = harbour.sandbox.path / ".env"
        password = harbour.sandbox.database_url.partition("://")[2].partition(":")[2].partition("@")[0]
        key = next(line for line in env.read_text().splitlines() if line.startswith("SECRET_KEY=")).partition("=")[2]
        canaries = [
            password,
            key,
            "canary-Passw0rd-77",
            harbour.settings().bot_token.get_secret_value().partition(":")[2],
        ]
        env.write_text(env.read_text() + "SMTP_PASSWORD=canary-Passw0rd-77\n")
        with harbour.sandbox.log.open("a") as log:
            log.writelines(f"leaking {canary} and https://u:{canary}@h/\n" for canary in canaries)
        await harbour.run("/deploy main")
        await harbour.say("/logs 20")
        everything = harbour.world.transcript(harbour.team) + "".join(
            (message.document or b"").decode() for message in harbour.messages()
        )
        for canary in canaries:
            assert canary not in everything
            assert await harbour.rows_with(canary) == []
        assert "leaking •••" in everything
