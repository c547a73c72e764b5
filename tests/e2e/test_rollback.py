"""Ways back, and the deploys that are asked about first: what failed last time, and what takes others' work off."""

from __future__ import annotations

from tests.e2e.commits import push
from tests.e2e.harbour import Harbour
from tests.length import only_long

ALL_THE_SAME = "Усе одно деплоїти"
GO_ON = "Усе одно продовжити"


async def test_a_commit_that_was_taken_back_is_not_deployed_again_by_accident(harbour: Harbour) -> None:
    await harbour.run("/deploy broken")
    card, refused = await harbour.run("/deploy broken", by=harbour.ihor)
    assert card.text.startswith("⛔")
    assert "саме ця версія минулого разу не вдалася, її повернули назад: #1" in refused.text
    (answer,) = await harbour.press(refused, ALL_THE_SAME, by=harbour.ihor)
    assert "нет на это права" in answer.text
    card, _ = await harbour.press(refused, ALL_THE_SAME, 2)
    assert card.text.startswith("↩️ formbot · деплой #3"), "it was tried: the version itself is still broken"


@only_long
async def test_a_new_commit_of_the_same_branch_is_another_matter(harbour: Harbour) -> None:
    push(harbour.sandbox, "hotfix", {"formbot/__init__.py": "raise SystemExit(3)\n"})
    card, _ = await harbour.run("/deploy hotfix")
    assert card.text.startswith("↩️")
    push(harbour.sandbox, "hotfix", {"formbot/__init__.py": '"""formbot."""\n\n__version__ = "1.3.0"\n'})
    card, _ = await harbour.run("/deploy hotfix")
    assert card.text.startswith("✅")


async def test_a_deploy_that_would_take_colleagues_commits_off_names_them_and_asks(harbour: Harbour) -> None:
    await harbour.run("/deploy main")
    card, refused = await harbour.run("/deploy v1.2.3")
    assert card.text.startswith("⛔")
    assert "це зняло б 2 чужі коміти" in refused.text
    assert "Ada Whitfield: Let staff mark submissions as seen (#47)" in refused.text
    assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of("main")
    card, _ = await harbour.press(refused, GO_ON, 2, by=harbour.ihor)
    assert card.text.startswith("✅ formbot · деплой #3")
    assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of("v1.2.3")


@only_long
async def test_whoever_takes_off_what_is_their_own_is_not_asked(harbour: Harbour) -> None:
    await harbour.run("/deploy main")
    push(harbour.sandbox, "mine", {"NOTES.md": "mine\n"}, author="Олена")
    await harbour.run("/deploy mine")
    card, _ = await harbour.run("/deploy main")
    assert card.text.startswith("✅")
    await harbour.run("/deploy mine")
    card, refused = await harbour.run("/deploy main", by=harbour.ihor)
    assert card.text.startswith("⛔")
    assert "Олена: Change NOTES.md" in refused.text


async def test_head_1_is_the_commit_before_the_one_that_is_live(harbour: Harbour) -> None:
    await harbour.run("/deploy v1.2.3")
    card, _ = await harbour.run("/rollback HEAD~1")
    assert card.text.startswith("✅ formbot · відкат #2")
    assert await harbour.sandbox.running_commit() in harbour.sandbox.commit_of("v1.2.3~1")
    (answer,) = await harbour.say("/deploy HEAD~1")
    assert "/rollback HEAD~1" in answer.text


async def test_the_offer_says_who_wrote_it_what_failed_what_stays_and_where_the_backup_is(harbour: Harbour) -> None:
    await harbour.run("/deploy v1.2.3")
    await harbour.run("/deploy main")
    await harbour.run("/deploy broken")
    repository = harbour.sandbox.layout.repository
    repository.rename(repository.with_suffix(".away"))
    try:
        (offer,) = await harbour.say("/rollback")
    finally:
        repository.with_suffix(".away").rename(repository)
    lines = offer.text.splitlines()
    assert lines[1].startswith("❌")
    assert "не вдалося: #3" in lines[1]
    assert "Bohdan Reva: Make the region configurable (#50)" in lines[2]
    assert lines[3].startswith("🟢")
    assert "лишиться 1 міграція" in lines[5]
    assert "▫️ v1.2.3 · Олена" in lines[5]
    assert "Solomiia Hnatiuk: Release 1.2.3" in lines[6]
    assert "Найновіший бекап: /" in lines[-1]
    assert offer.labels[0][0] == "↩️ v1.2.3"
    assert not any("broken" in label for row in offer.labels for label in row)


async def test_the_card_of_a_rollback_says_which_migrations_stay(harbour: Harbour) -> None:
    await harbour.run("/deploy main")
    card, _ = await harbour.run("/rollback v1.2.3")
    assert "лишається 1 міграція" in card.text
