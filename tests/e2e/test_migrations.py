"""Migrations are looked at before anything is changed; what may break the version that runs waits for an admin."""

from __future__ import annotations

import asyncpg

from tests.e2e.commits import push
from tests.e2e.harbour import Harbour

DROP = {"migrations/0005_archive.sql": "ALTER TABLE submissions DROP COLUMN body;\nDELETE FROM submissions;\n"}
GO_ON = "Деплой із цими міграціями"


async def columns(harbour: Harbour) -> list[str]:
    connection = await asyncpg.connect(harbour.sandbox.database_url)
    try:
        rows = await connection.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'submissions'"
        )
    finally:
        await connection.close()
    return [row["column_name"] for row in rows]


async def test_a_deploy_that_would_drop_a_column_is_refused_with_its_sql_and_nothing_is_changed(
    harbour: Harbour,
) -> None:
    push(harbour.sandbox, "archive", DROP)
    before = await harbour.sandbox.running_commit()
    card, result = await harbour.run("/deploy archive")
    for text in (card.text, result.text):
        assert "0005_archive: видаляє колонку submissions.body" in text
        assert "ALTER TABLE submissions DROP COLUMN body" in text
        assert "0005_archive: видаляє всі рядки submissions" in text
    assert card.text.startswith("⛔")
    assert "нічого не змінено" in result.text
    assert result.labels == [[GO_ON], ["Журнал", "Ще раз"]]
    assert b"DELETE FROM submissions;" in (result.document or b"")
    assert await harbour.sandbox.running_commit() == before
    assert "source" not in await columns(harbour), "none of the pending migrations was applied"
    assert not list(harbour.sandbox.backups.rglob("*.gz")), "it is refused before the backup"


async def test_an_admin_lets_exactly_this_sql_through(harbour: Harbour) -> None:
    push(harbour.sandbox, "archive", DROP)
    _, refused = await harbour.run("/deploy archive")
    card, _ = await harbour.press(refused, GO_ON, 2)
    assert card.text.startswith("✅")
    assert "body" not in await columns(harbour)


async def test_another_sql_of_the_same_branch_is_not_covered(harbour: Harbour) -> None:
    push(harbour.sandbox, "archive", DROP)
    _, refused = await harbour.run("/deploy archive")
    push(harbour.sandbox, "archive", DROP | {"migrations/0006_more.sql": "DROP TABLE submissions;\n"})
    card, again = await harbour.press(refused, GO_ON, 2)
    assert card.text.startswith("⛔")
    assert "0006_more: видаляє таблицю submissions" in card.text
    assert again.labels[0] == [GO_ON]


async def test_an_operator_cannot_let_it_through(harbour: Harbour) -> None:
    push(harbour.sandbox, "archive", DROP)
    _, refused = await harbour.run("/deploy archive", by=harbour.ihor)
    (answer,) = await harbour.press(refused, GO_ON, by=harbour.ihor)
    assert "нет на это права" in answer.text
    assert await harbour.runs() == 1
    assert "not-allowed" in await harbour.audit()


async def test_migrations_that_only_add_pass_unasked(harbour: Harbour) -> None:
    card, _ = await harbour.run("/deploy main")
    assert card.text.startswith("✅")
    assert "✅ Що зроблять міграції" in card.text
    card, _ = await harbour.run("/deploy slow-start")
    assert "➖ Що зроблять міграції · усі вже застосовано" in card.text


async def test_a_lock_on_a_table_of_a_few_rows_is_none_of_our_business(harbour: Harbour) -> None:
    push(harbour.sandbox, "index", {"migrations/0005_i.sql": "CREATE INDEX ON submissions (email);\n"})
    card, _ = await harbour.run("/deploy index")
    assert card.text.startswith("✅")


async def test_a_look_before_a_deploy_finds_it_too_and_has_nothing_to_go_on_with(harbour: Harbour) -> None:
    push(harbour.sandbox, "archive", DROP)
    card, result = await harbour.run("/preflight formbot archive", by=harbour.ihor)
    assert card.text.startswith("⛔")
    assert "0005_archive: видаляє колонку submissions.body" in result.text
    assert not any(GO_ON in row for row in result.labels)
